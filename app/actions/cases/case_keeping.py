"""What a case keeps of its evidence, whether that is still sound, and the log of the case."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.jobs import JobRunner, Lane
from app.qtmodels.cases.log_entries import LogModel
from app.widgets.cases.log_dialog import LogDialog
from app.widgets.dialogs import opened
from core.types import AuditEntry, Case, EvidenceMode

if TYPE_CHECKING:
    from core.workspace import CopiesTaken, EvidenceProblem, Workspace

_translate = QCoreApplication.translate


class CaseKeeping(QObject):
    """Takes copies of what a case refers to, checks its evidence, and shows its log.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    page : QWidget
        Owner, and parent of the dialog.
    selected : callable
        Gives the case that is selected, None where there is none.

    Attributes
    ----------
    told : Signal(str, str)
        A sentence about what became of it, and its tone.
    changed : Signal(Case)
        A case whose evidence is kept otherwise now, or was looked at.
    """

    told = Signal(str, str)
    changed = Signal(object)

    def __init__(
        self, workspace: Workspace, runner: JobRunner, page: QWidget, selected: Callable[[], Case | None]
    ) -> None:
        super().__init__(page)
        self._workspace, self._runner, self._page, self._selected = workspace, runner, page, selected
        self.copies = make_action(
            page,
            _translate("cases", "Take &copies now"),
            lambda: self._for_selected(self.take_copies),
            tip=_translate(
                "cases",
                "Copy every file that the case refers to, verify each copy, and keep copies from now on",
            ),
        )
        self.check = make_action(
            page,
            _translate("cases", "Check e&vidence"),
            lambda: self._for_selected(self.check_evidence),
            tip=_translate(
                "cases", "Take the hash of every file of the case anew, and record what has changed"
            ),
        )
        self.log = make_action(
            page,
            _translate("cases", "Lo&g of the case…"),
            lambda: self._for_selected(self.show_log),
            tip=_translate("cases", "Read what was done in the case, by whom and why"),
        )

    @property
    def in_menu(self) -> list[QAction]:
        """The actions in the order of the menu."""
        return [self.copies, self.check, self.log]

    def follow(self, case: Case | None, *, changeable: bool) -> None:
        """Offer what can be done with a case."""
        self.copies.setEnabled(
            changeable and case is not None and case.evidence_mode is EvidenceMode.REFERENCES
        )
        self.check.setEnabled(case is not None)
        self.log.setEnabled(case is not None)

    def take_copies(self, case: Case) -> None:
        """Copy what a case refers to."""
        self._runner.run(
            Lane.IO,
            self.tr("Take copies of the evidence"),
            lambda progress: self._workspace.take_copies(case.case_id, progress),
            owner=self,
            then=self._taken,
            failed=lambda sentence: self.told.emit(sentence, "error"),
        )

    def check_evidence(self, case: Case) -> None:
        """Take the hash of all evidence of a case anew."""
        self._runner.run(
            Lane.IO,
            self.tr("Check the evidence"),
            lambda progress: self._workspace.check_evidence(case.case_id, progress),
            owner=self,
            then=lambda problems: self._checked(case, problems),
            failed=lambda sentence: self.told.emit(sentence, "error"),
        )

    def show_log(self, case: Case) -> None:
        """Show the log of a case."""
        self._runner.ask(
            self.tr("Read the log"),
            lambda: self._workspace.case_log(case.case_id),
            owner=self,
            then=lambda entries: self._show(case, entries),
            failed=lambda sentence: self.told.emit(sentence, "error"),
        )

    def _for_selected(self, act: Callable[[Case], None]) -> None:
        case = self._selected()
        if case is not None:
            act(case)

    def _taken(self, taken: CopiesTaken) -> None:
        self.changed.emit(taken.case)
        if taken.failed:
            text = self.tr("{0} of {1} files could not be copied. {2}")
            total = len(taken.failed) + len(taken.copied)
            said = text.format(len(taken.failed), total, taken.failed[0].sentence)
            self.told.emit(said, "warning")
        else:
            self.told.emit(self.tr("Copied and verified: {0}").format(len(taken.copied)), "note")

    def _checked(self, case: Case, problems: tuple[EvidenceProblem, ...]) -> None:
        self.changed.emit(case)
        if problems:
            text = self.tr("{0} problems with the evidence. {1}")
            self.told.emit(text.format(len(problems), problems[0].sentence), "warning")
        else:
            self.told.emit(self.tr("All evidence is what was taken in."), "note")

    def _show(self, case: Case, entries: tuple[AuditEntry, ...]) -> None:
        model = LogModel()
        model.replace(tuple(reversed(entries)))
        dialog = LogDialog(case, model, self._page)
        model.setParent(dialog)
        opened(dialog)
