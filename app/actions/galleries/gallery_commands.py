"""The actions of the gallery page, and which of them can be used with what is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.actions.galleries.enrolling import SourceEnrolment
from app.actions.galleries.gallery_transfer import GalleryTransfer
from app.actions.galleries.subject_changes import SubjectChanges
from app.actions.making import make_action
from app.jobs import JobRunner
from app.state import AppState
from core.types import ListedSample, ListedSubject

if TYPE_CHECKING:
    from core.workspace import Workspace


class GalleryCommands(QObject):
    """Makes the actions and gives them what is chosen at the moment.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    state : AppState
        Hears that the gallery has changed.
    page : QWidget
        Owner, and parent of dialogs.
    enrolment : SourceEnrolment
        Enrols pictures.

    Attributes
    ----------
    told : Signal(str, str)
        A sentence about what became of a command, and its tone.
    """

    told = Signal(str, str)

    def __init__(
        self,
        workspace: Workspace,
        runner: JobRunner,
        state: AppState,
        page: QWidget,
        enrolment: SourceEnrolment,
    ) -> None:
        super().__init__(page)
        self._changes = SubjectChanges(workspace, runner, state, page)
        self.transfer = GalleryTransfer(workspace, runner, state, page)
        self._gallery: str | None = None
        self._subjects: Sequence[ListedSubject] = ()
        self._samples: Sequence[ListedSample] = ()
        for source in (self._changes.told, self.transfer.told):
            source.connect(self.told)
        self._make_gallery_actions(page, enrolment)
        self._make_subject_actions(page)

    @property
    def of_galleries(self) -> list[QAction]:
        """Actions for the head of the page."""
        return [self.enrol_action, self.new_action, self.import_action, self.export_action]

    @property
    def of_subjects(self) -> list[QAction]:
        """Actions for the chosen subjects."""
        return [self.merge_action, self.rename_action]

    @property
    def of_samples(self) -> list[QAction]:
        """Actions for the chosen samples."""
        return [self.split_action, self.move_action]

    @property
    def of_person(self) -> list[QAction]:
        """Actions that end with the erasure of a person."""
        return [self.remove_action, self.erase_action]

    @property
    def all(self) -> list[QAction]:
        """All actions, in the order of the menu."""
        return [
            *self.of_galleries,
            self.export_folder_action,
            self.reembed_action,
            self.remove_gallery_action,
            *self.of_subjects,
            *self.of_samples,
            *self.of_person,
        ]

    def follow(
        self, gallery: str | None, subjects: Sequence[ListedSubject], samples: Sequence[ListedSample]
    ) -> None:
        """Take note of what is chosen, and enable what can be done with it.

        Parameters
        ----------
        gallery : str or None
            The gallery that is shown, None for all.
        subjects : sequence of ListedSubject
            The chosen subjects.
        samples : sequence of ListedSample
            The chosen samples.
        """
        self._gallery, self._subjects, self._samples = gallery, tuple(subjects), tuple(samples)
        within = len({one.gallery for one in subjects}) == 1
        of_one = {one.subject_id for one in samples}
        held = next((one.samples for one in subjects if one.subject_id in of_one), 0)
        for action in (self.remove_gallery_action, self.export_action, self.export_folder_action):
            action.setEnabled(gallery is not None)
        self.merge_action.setEnabled(len(subjects) > 1 and within)
        for action in (self.rename_action, self.remove_action, self.erase_action):
            action.setEnabled(len(subjects) == 1)
        self.split_action.setEnabled(len(of_one) == 1 and 0 < len(samples) < held)
        self.move_action.setEnabled(bool(samples) and len({one.gallery for one in samples}) == 1)

    def _make_gallery_actions(self, page: QWidget, enrolment: SourceEnrolment) -> None:
        tr = self.tr
        self.enrol_action = make_action(
            page,
            tr("&Enrol pictures…"),
            enrolment.begin,
            shortcut="Ctrl+Shift+E",
            picture="enrol",
            tip=tr("Enrol a folder or list after seeing what would be refused"),
        )
        self.new_action = make_action(
            page,
            tr("&New gallery…"),
            self._changes.new_gallery,
            picture="add",
            tip=tr("Make an empty gallery"),
        )
        self.import_action = make_action(
            page,
            tr("&Import…"),
            lambda: self.transfer.ask_import(self._gallery),
            picture="folder",
            tip=tr("Import a bundle after checking each hash in it"),
        )
        self.export_action = make_action(
            page,
            tr("E&xport…"),
            lambda: self.transfer.ask_bundle(self._named),
            picture="export",
            tip=tr("Write the chosen gallery to one file, with embeddings and hashes"),
        )
        self.export_folder_action = make_action(
            page,
            tr("Export as a f&older…"),
            lambda: self.transfer.ask_folder(self._named),
            picture="folder",
            tip=tr("Write the crops of the chosen gallery and a CSV list that can be enrolled again"),
        )
        self.reembed_action = make_action(
            page,
            tr("Re-em&bed the galleries"),
            self.transfer.reembed,
            picture="again",
            tip=tr("Embed all stored crops with the model in use; goes on where it was stopped"),
        )
        self.remove_gallery_action = make_action(
            page,
            tr("Remove this &gallery…"),
            lambda: self._changes.remove_gallery(self._named),
            picture="remove",
            tip=tr("Remove the chosen gallery with everything in it"),
        )

    def _make_subject_actions(self, page: QWidget) -> None:
        tr = self.tr
        self.merge_action = make_action(
            page,
            tr("&Merge…"),
            lambda: self._changes.merge(self._subjects),
            shortcut="Ctrl+M",
            picture="compare",
            tip=tr("Make two or more chosen subjects one; can be undone"),
        )
        self.rename_action = make_action(
            page,
            tr("Re&name…"),
            lambda: self._changes.rename(self._subjects[0].subject_id, self._subjects[0].subject),
            shortcut="F2",
            picture="rename",
            tip=tr("Give the subject another name; can be undone"),
        )
        self.split_action = make_action(
            page,
            tr("&Split off…"),
            lambda: self._changes.split(self._samples),
            shortcut="Ctrl+Shift+T",
            picture="add",
            tip=tr("Make the chosen samples a subject of their own; can be undone"),
        )
        self.move_action = make_action(
            page,
            tr("M&ove…"),
            lambda: self._changes.move(self._samples),
            picture="move",
            tip=tr("Make the chosen samples those of another subject; can be undone"),
        )
        self.remove_action = make_action(
            page,
            tr("&Remove the subject…"),
            lambda: self._changes.remove(self._subjects[0].subject_id, self._subjects[0].subject),
            shortcut="Delete",
            picture="remove",
            tip=tr("Remove the subject; candidate lists of the past keep the name"),
        )
        self.erase_action = make_action(
            page,
            tr("Erase the &person…"),
            lambda: self._changes.erase(self._subjects[0]),
            picture="reject",
            tip=tr("Erase the person everywhere, look whether it is true, and certify it"),
        )

    @property
    def _named(self) -> str:
        return self._gallery or ""
