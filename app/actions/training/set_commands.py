"""Making and removing labelled sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMessageBox, QWidget

from app.actions.making import make_action
from app.jobs import JobRunner, Lane
from app.widgets.dialogs import opened
from app.widgets.training.set_dialog import SetDialog, SetRequest
from core.types import Case
from core.workspace.tuning.desk import LabelledSet

if TYPE_CHECKING:
    from core.workspace import Workspace


class SetCommands(QObject):
    """The actions on labelled sets.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    page : QWidget
        Owner, and parent of dialogs.

    Attributes
    ----------
    told : Signal(str, str)
        A sentence about what became of it, and its tone.
    made : Signal(str)
        Name of a set that was made.
    removed : Signal(str)
        Name of a set that was removed.
    """

    told = Signal(str, str)
    made = Signal(str)
    removed = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, page: QWidget) -> None:
        super().__init__(page)
        self._workspace, self._runner, self._page = workspace, runner, page
        self._chosen: LabelledSet | None = None
        tr = self.tr
        self.new_action = make_action(
            page,
            tr("&New set…"),
            self.begin,
            shortcut="Ctrl+Shift+N",
            picture="add",
            tip=tr("Make a labelled set of cases, folders and CSV files"),
        )
        self.remove_action = make_action(
            page,
            tr("&Remove the set…"),
            self._ask_removal,
            picture="remove",
            tip=tr("Remove the chosen set with its crops; what was tuned with it stays"),
        )
        self.follow(None)

    @property
    def all(self) -> list[QAction]:
        """All actions, in the order of the menu."""
        return [self.new_action, self.remove_action]

    def follow(self, chosen: LabelledSet | None) -> None:
        """Take note of the chosen set."""
        self._chosen = chosen
        self.remove_action.setEnabled(chosen is not None)

    def begin(self) -> None:
        """Read which cases there are, and ask what the set is made of."""
        self._runner.ask(
            self.tr("List the cases"),
            self._workspace.cases,
            owner=self,
            then=self._ask,
            failed=self._complain,
        )

    def make(self, wanted: SetRequest) -> None:
        """Make a set; every picture of it is assessed, so it is work for the model."""
        self._runner.run(
            Lane.MODEL,
            self.tr("Make the labelled set {0}").format(wanted.name),
            lambda progress: self._workspace.make_labelled_set(
                wanted.name,
                wanted.sources,
                case_ids=wanted.case_ids,
                holdout_share=wanted.holdout_share,
                progress=progress,
            ),
            owner=self,
            then=self._show_made,
            failed=self._complain,
        )

    def _ask(self, cases: Sequence[Case]) -> None:
        dialog = SetDialog(cases, self._page)
        dialog.accepted.connect(lambda: self.make(dialog.request))
        opened(dialog)

    def _show_made(self, labelled: LabelledSet) -> None:
        self.made.emit(labelled.name)
        text = self.tr("The set {0} holds {1} pictures of {2} people; {3} pictures were left out.")
        told = text.format(
            labelled.name, len(labelled.pictures), len(labelled.subjects), len(labelled.left_out)
        )
        if labelled.stopped_by:
            told += " " + self.tr("It must be mended before anything is tuned with it.")
        self.told.emit(told, "warning" if labelled.warnings or labelled.left_out else "note")

    def _ask_removal(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        box = QMessageBox(self._page)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Remove the labelled set {0} with its crops?").format(chosen.name))
        box.setInformativeText(
            self.tr("What was tuned with it stays; a run that is not finished cannot go on.")
        )
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        remove.clicked.connect(lambda: self._remove(chosen.name))
        opened(box)

    def _remove(self, name: str) -> None:
        self._runner.run(
            Lane.IO,
            self.tr("Remove the labelled set {0}").format(name),
            lambda progress: self._workspace.remove_labelled_set(name),
            owner=self,
            then=lambda _: self.removed.emit(name),
            failed=self._complain,
        )

    def _complain(self, sentence: str) -> None:
        self.told.emit(sentence, "error")
