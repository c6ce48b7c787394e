"""Making a case, opening it, and changing its particulars, its status and its mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.jobs import JobRunner
from app.widgets.cases.case_dialogs import CaseDialog, ModeDialog, StatusDialog
from app.widgets.dialogs import opened
from core.types import Case, EvidenceMode
from core.workspace.cases.case_editing import NEXT

if TYPE_CHECKING:
    from core.workspace import Workspace


class CaseChanges(QObject):
    """Asks what is to be changed and changes it; each change is one entry of the log.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    page : QWidget
        Owner, and parent of the dialogs.

    Attributes
    ----------
    changed : Signal(Case)
        A case as it is now.
    failed : Signal(str)
        One sentence about a change that was refused.
    """

    changed = Signal(object)
    failed = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, page: QWidget) -> None:
        super().__init__(page)
        self._workspace, self._runner, self._page = workspace, runner, page

    def ask_new(self, then: Callable[[Case], None]) -> None:
        """Ask for the particulars of a new case, make it and open it; `then` is called with it."""
        dialog = CaseDialog(None, preset_of(self._workspace), self._page)

        def _make(title: str, reference: str, authority: str, notes: str, mode: EvidenceMode) -> Case:
            made = self._workspace.new_case(title, reference, authority, notes, mode)
            return self._workspace.open_case(made.case_id)

        def _accepted() -> None:
            given = (*dialog.particulars, dialog.evidence_mode)
            self._run(self.tr("Create a case"), _make, *given, then=then)

        dialog.accepted.connect(_accepted)
        opened(dialog)

    def open(self, case: Case, then: Callable[[Case], None]) -> None:
        """Open a case, which the log notes; `then` is called with it."""
        self._run(self.tr("Open the case"), self._workspace.open_case, case.case_id, then=then)

    def ask_particulars(self, case: Case) -> None:
        """Ask for other particulars of a case."""
        dialog = CaseDialog(case, parent=self._page)

        def _edit(title: str, reference: str, authority: str, notes: str) -> Case:
            return self._workspace.edit_case(
                case.case_id, title=title, reference=reference, authority=authority, notes=notes
            )

        dialog.accepted.connect(lambda: self._run(self.tr("Edit the case"), _edit, *dialog.particulars))
        opened(dialog)

    def ask_status(self, case: Case) -> None:
        """Ask where a case shall stand."""
        dialog = StatusDialog(case, NEXT[case.status], self._page)
        dialog.accepted.connect(
            lambda: self._run(
                self.tr("Change the status"),
                self._workspace.set_case_status,
                case.case_id,
                dialog.status,
                dialog.answer,
            )
        )
        opened(dialog)

    def ask_mode(self, case: Case) -> None:
        """Ask why a case shall be switched between Examination and Review."""
        dialog = ModeDialog(case, self._page)
        dialog.accepted.connect(
            lambda: self._run(
                self.tr("Change the mode"),
                self._workspace.set_case_blind,
                case.case_id,
                not case.blind,
                dialog.answer,
            )
        )
        opened(dialog)

    def _run(
        self,
        title: str,
        change: Callable[..., Case],
        *arguments: object,
        then: Callable[[Case], None] | None = None,
    ) -> None:
        self._runner.ask(
            title,
            lambda: change(*arguments),
            owner=self,
            then=then or self.changed.emit,
            failed=self.failed.emit,
        )


def preset_of(workspace: Workspace) -> EvidenceMode:
    """Return what a new case keeps of its files as the settings say, copies where they say nothing fit."""
    named = workspace.settings.evidence.mode
    return EvidenceMode(named) if named in list(EvidenceMode) else EvidenceMode.COPIES
