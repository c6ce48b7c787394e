"""Making a case from where pictures are examined, and taking them into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.actions.cases.case_changes import preset_of
from app.actions.making import make_action
from app.jobs import JobRunner
from app.qtmodels.pictures.examination import Examination
from app.state import AppState
from app.widgets.cases.case_dialogs import CaseDialog
from app.widgets.dialogs import opened
from core.types import Case

if TYPE_CHECKING:
    from core.workspace import Workspace


class CaseMaking(QObject):
    """Asks for the particulars of a case, opens it, and takes what no case keeps into it.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    state : AppState
        Hears that the case is open.
    examination : Examination
        Knows what no case keeps.
    owner : QWidget
        The page.

    Attributes
    ----------
    failed : Signal(str)
        One sentence about what could not be done.
    """

    failed = Signal(str)

    def __init__(
        self,
        workspace: Workspace,
        runner: JobRunner,
        state: AppState,
        examination: Examination,
        owner: QWidget,
    ) -> None:
        super().__init__(owner)
        self._workspace, self._runner, self._state = workspace, runner, state
        self._examination, self._owner = examination, owner
        tr = self.tr
        self.make = make_action(
            owner,
            tr("New case &for these pictures…"),
            self._ask,
            picture="add",
            tip=tr("Make a case, open it, and keep what was found in it"),
        )
        self.take = make_action(
            owner,
            tr("Take them into the &case"),
            examination.keep_loose,
            picture="cases",
            tip=tr("Keep the pictures that were analysed without a case in the open one"),
        )

    def _ask(self) -> None:
        dialog = CaseDialog(None, preset_of(self._workspace), self._owner)
        dialog.accepted.connect(lambda: self._create(dialog))
        opened(dialog)

    def _create(self, dialog: CaseDialog) -> None:
        particulars, mode = dialog.particulars, dialog.evidence_mode

        def _made() -> Case:
            case = self._workspace.new_case(*particulars, mode)
            return self._workspace.open_case(case.case_id)

        def _opened(case: Case) -> None:
            self._state.open_case(case)
            self._examination.keep_loose()

        self._runner.ask(self.tr("Create a case"), _made, owner=self, then=_opened, failed=self.failed.emit)
