"""What can be done with runs and models, as actions that know when they make sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.actions.opening import ask_folder
from app.actions.training.gate_jobs import GateJobs
from app.actions.training.tunings import Tunings
from app.jobs import JobRunner
from app.state import AppState
from app.widgets.dialogs import opened
from app.widgets.training.promotion_dialogs import PromotionDialog, RollbackDialog
from core.workspace.tuning.desk import (
    LabelledSet,
    ModelOrigin,
    RunOverview,
    RunStage,
    TuningState,
)

if TYPE_CHECKING:
    from core.workspace import Workspace

_JUDGED = (RunStage.PROMOTABLE, RunStage.REFUSED, RunStage.UNDECIDED, RunStage.INSTALLED)


class RunCommands(QObject):
    """Makes the actions and gives them the chosen run and model.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    state : AppState
        Hears that another model serves.
    page : QWidget
        Owner, and parent of dialogs.
    tunings : Tunings
        Follows the run that goes on.

    Attributes
    ----------
    jobs : GateJobs
        Judges, promotes, rolls back and reports.
    tune_requested : Signal()
        A tuning is to be asked for.
    """

    tune_requested = Signal()

    def __init__(
        self, workspace: Workspace, runner: JobRunner, state: AppState, page: QWidget, tunings: Tunings
    ) -> None:
        super().__init__(page)
        self._page, self._tunings = page, tunings
        self.jobs = GateJobs(workspace, runner, state, self)
        self._run: RunOverview | None = None
        self._serving: ModelOrigin | None = None
        self._paused = False
        self._make_run_actions(page)
        self._make_model_actions(page)
        self.follow_set(None)
        self.follow_run(None, paused=False)
        self.follow_models(None)

    @property
    def of_run(self) -> list[QAction]:
        """Actions on the chosen run, in the order in which they are needed."""
        return [
            self.pause_action,
            self.resume_action,
            self.stop_action,
            self.judge_action,
            self.promote_action,
            self.report_action,
        ]

    @property
    def of_models(self) -> list[QAction]:
        """Actions on models."""
        return [self.rollback_action]

    @property
    def all(self) -> list[QAction]:
        """All actions, in the order of the menu."""
        return [self.tune_action, *self.of_run, *self.of_models]

    def follow_set(self, chosen: LabelledSet | None) -> None:
        """Take note of the chosen set."""
        self.tune_action.setEnabled(chosen is not None and not chosen.stopped_by)

    def follow_run(self, chosen: RunOverview | None, *, paused: bool) -> None:
        """Take note of the chosen run, and of whether the one that goes on waits."""
        self._run, self._paused = chosen, paused
        stage = chosen.summary.stage if chosen else None
        here = chosen is not None and chosen.summary.run.name == self._tunings.running
        elsewhere = (
            not here
            and chosen is not None
            and chosen.summary.status.state in (TuningState.RUNNING, TuningState.PAUSED)
        )
        unfinished = stage is RunStage.UNFINISHED
        self.pause_action.setEnabled(here and not paused)
        self.stop_action.setEnabled(here)
        self.resume_action.setEnabled((here and paused) or (unfinished and not here and not elsewhere))
        judged = chosen is not None and chosen.gate is not None
        self.judge_action.setEnabled(stage is RunStage.NOT_JUDGED or stage in _JUDGED)
        self.promote_action.setEnabled(judged and stage in _JUDGED)
        self.report_action.setEnabled(chosen is not None and not here)

    def follow_models(self, serving: ModelOrigin | None) -> None:
        """Take note of the model in use."""
        self._serving = serving
        self.rollback_action.setEnabled(serving is not None and serving.run is not None)

    @property
    def _name(self) -> str:
        return self._run.summary.run.name if self._run else ""

    def _make_run_actions(self, page: QWidget) -> None:
        tr = self.tr
        self.tune_action = make_action(
            page,
            tr("&Tune with this set…"),
            self.tune_requested.emit,
            shortcut="Ctrl+T",
            picture="adjust",
            tip=tr("Choose how deep and how long to tune the model in use on the chosen set"),
        )
        self.pause_action = make_action(
            page,
            tr("Pa&use"),
            self._tunings.pause,
            shortcut="Ctrl+Shift+U",
            picture="pause",
            tip=tr("Let the run wait at its next step, with a checkpoint"),
        )
        self.resume_action = make_action(
            page,
            tr("&Resume"),
            lambda: self._tunings.resume(self._name),
            shortcut="Ctrl+Shift+R",
            picture="resume",
            tip=tr("Go on with the run from its last checkpoint"),
        )
        self.stop_action = make_action(
            page,
            tr("&Stop"),
            self._tunings.stop,
            shortcut="Ctrl+Shift+K",
            picture="cancel",
            tip=tr("End the run with a checkpoint; it can go on later"),
        )
        self.judge_action = make_action(
            page,
            tr("&Judge"),
            lambda: self.jobs.judge(self._name),
            shortcut="Ctrl+Shift+J",
            picture="compare",
            tip=tr("Let the gate compare the new model with its parent, on people held out"),
        )
        self.promote_action = make_action(
            page,
            tr("Pr&omote…"),
            self._ask_promotion,
            shortcut="Ctrl+Shift+L",
            picture="up",
            tip=tr("Let the new model serve, after saying what will happen"),
        )
        self.report_action = make_action(
            page,
            tr("R&eport…"),
            self._ask_report,
            shortcut="Ctrl+S",
            picture="report",
            tip=tr("Write the report of the run as PDF, HTML and JSON to a folder"),
        )

    def _make_model_actions(self, page: QWidget) -> None:
        tr = self.tr
        self.rollback_action = make_action(
            page,
            tr("Roll &back…"),
            self._ask_rollback,
            shortcut="Ctrl+Shift+Backspace",
            picture="undo",
            tip=tr("Let the parent of the model in use serve again"),
        )

    def _ask_promotion(self) -> None:
        if self._run is None or self._run.gate is None:
            return
        run = self._run.summary.run
        dialog = PromotionDialog(run, self._run.gate, self._page)
        dialog.accepted.connect(lambda: self.jobs.promote(run.name, dialog.reason))
        opened(dialog)

    def _ask_rollback(self) -> None:
        serving = self._serving
        if serving is None or serving.run is None:
            return
        dialog = RollbackDialog(serving.run, self._page)
        dialog.accepted.connect(lambda: self.jobs.roll_back(dialog.reason))
        opened(dialog)

    def _ask_report(self) -> None:
        if self._run is None:
            return
        name = self._run.summary.run.name
        folder = ask_folder(self._page, self.tr("Folder for the report of {0}").format(name))
        if folder is not None:
            self.jobs.report(name, folder)
