"""Changing who is in a gallery: a change is written to the numbers that were chosen when it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.jobs import JobRunner, Lane
from app.state import AppState
from app.widgets.dialogs import NameDialog, ReasonDialog, opened
from app.widgets.galleries.gallery_dialogs import CertificateDialog, EraseDialog, SubjectDialog
from core.errors import NotFound
from core.types import ErasureCertificate, ListedSample, ListedSubject

if TYPE_CHECKING:
    from core.workspace import Workspace


class SubjectChanges(QObject):
    """Asks what is needed for a change of subjects, and makes it.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    state : AppState
        Hears that the gallery has changed.
    page : QWidget
        Owner, and parent of the dialogs.

    Attributes
    ----------
    told : Signal(str, str)
        A sentence about what became of it, and its tone; an empty one when a change begins.
    """

    told = Signal(str, str)

    def __init__(self, workspace: Workspace, runner: JobRunner, state: AppState, page: QWidget) -> None:
        super().__init__(page)
        self._workspace, self._runner, self._state, self._page = workspace, runner, state, page

    def new_gallery(self) -> None:
        """Ask for a name and make a gallery."""
        tr = self.tr
        hint = tr("Subjects are unique within a gallery, and a search can be restricted to some galleries.")
        dialog = opened(
            NameDialog(tr("New gallery"), hint, tr("Name"), tr("Create gallery"), parent=self._page)
        )
        self._when_accepted(dialog, self._workspace.create_gallery)

    def remove_gallery(self, name: str) -> None:
        """Ask for a reason and remove a gallery."""
        hint = self.tr("{0} is removed with all its subjects, samples and embeddings. This cannot be undone.")
        dialog = opened(
            ReasonDialog(
                self.tr("Remove a gallery"), hint.format(name), self.tr("Remove gallery"), parent=self._page
            )
        )
        self._when_accepted(dialog, partial(self._workspace.remove_gallery, name))

    def merge(self, subjects: Sequence[ListedSubject]) -> None:
        """Ask whose name stays and merge subjects."""
        tr = self.tr
        hint = tr("All samples of the chosen subjects become those of one of them. This can be undone.")
        dialog = opened(
            SubjectDialog(
                tr("Merge subjects"), hint, tr("Name that stays"), tr("Merge"), subjects, parent=self._page
            )
        )
        keys = [subject.subject_id for subject in subjects]
        self._when_accepted(
            dialog,
            lambda into: self._workspace.merge_subjects(into, [key for key in keys if key != into]),
        )

    def split(self, samples: Sequence[ListedSample]) -> None:
        """Ask for a name and make samples of one subject a subject of their own."""
        tr = self.tr
        first = samples[0]
        hint = tr("The chosen samples ({0}) of {1} become a subject of their own. This can be undone.")
        dialog = opened(
            NameDialog(
                tr("Split off a subject"),
                hint.format(len(samples), first.subject),
                tr("Name of the new subject"),
                tr("Split off"),
                parent=self._page,
            )
        )
        keys = [sample.sample_id for sample in samples]
        self._when_accepted(dialog, partial(self._workspace.split_subject, first.subject_id, keys))

    def move(self, samples: Sequence[ListedSample]) -> None:
        """Ask for a subject of the same gallery by its name and move samples to it."""
        tr = self.tr
        gallery = samples[0].gallery
        hint = tr("The chosen samples ({0}) become those of another subject of {1}. This can be undone.")
        dialog = opened(
            NameDialog(
                tr("Move samples"),
                hint.format(len(samples), gallery),
                tr("Name of the subject"),
                tr("Move"),
                parent=self._page,
            )
        )
        keys = [sample.sample_id for sample in samples]

        def _move(name: str) -> object:
            found = [one for one in self._workspace.subjects(gallery) if one.name == name]
            if not found:
                raise NotFound(self.tr("There is no subject {0} in {1}.").format(name, gallery))
            return self._workspace.move_samples(keys, found[0].subject_id)

        self._when_accepted(dialog, _move)

    def rename(self, subject_id: int, name: str) -> None:
        """Ask for another name of a subject."""
        tr = self.tr
        dialog = opened(
            NameDialog(tr("Rename the subject"), "", tr("Name"), tr("Rename"), name, parent=self._page)
        )
        self._when_accepted(dialog, partial(self._workspace.rename_subject, subject_id))

    def remove(self, subject_id: int, name: str) -> None:
        """Ask for a reason and remove a subject."""
        hint = self.tr(
            "{0} is removed with all samples, crops and embeddings. Candidate lists of the past keep the "
            "name; to forget that too, erase the person instead. This cannot be undone."
        )
        dialog = opened(
            ReasonDialog(
                self.tr("Remove a subject"), hint.format(name), self.tr("Remove subject"), parent=self._page
            )
        )
        self._when_accepted(dialog, partial(self._workspace.remove_subject, subject_id))

    def erase(self, subject: ListedSubject) -> None:
        """Ask for a reason, erase a person and show the certificate."""
        dialog = opened(EraseDialog(subject.subject, subject.samples, self._page))
        dialog.accepted.connect(lambda: self._erase(subject.subject_id, dialog.answer, dialog.with_copies))

    def _erase(self, subject_id: int, reason: str, with_copies: bool) -> None:
        self.told.emit("", "note")

        def _work(_: object) -> tuple[ErasureCertificate, str]:
            certificate = self._workspace.erase_subject(subject_id, reason, with_copies=with_copies)
            return certificate, self._workspace.certificate_text(certificate)

        self._runner.run(
            Lane.IO,
            self.tr("Erase subject {0}").format(subject_id),
            _work,
            owner=self,
            then=lambda done: self._show_certificate(*done),
            failed=self._refused,
        )

    def _show_certificate(self, certificate: ErasureCertificate, text: str) -> None:
        self._state.gallery_changed.emit()
        self._state.searches_changed.emit()
        opened(CertificateDialog(certificate, text, self._page))

    def _when_accepted(
        self, dialog: NameDialog | ReasonDialog | SubjectDialog, change: Callable[[Any], object]
    ) -> None:
        # The answer is read here, on the GUI thread, while the dialog is still there.
        dialog.accepted.connect(lambda: self._change(partial(change, dialog.answer)))

    def _change(self, change: Callable[[], object]) -> None:
        self.told.emit("", "note")
        self._runner.ask(
            self.tr("Change the gallery"),
            change,
            owner=self,
            then=lambda _: self._state.gallery_changed.emit(),
            failed=self._refused,
        )

    def _refused(self, sentence: str) -> None:
        self.told.emit(sentence, "error")
        self._state.gallery_changed.emit()
