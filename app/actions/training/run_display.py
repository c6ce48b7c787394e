"""The chosen run on show: read from the workspace, and drawn as it goes on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.actions.training.run_commands import RunCommands
from app.actions.training.tunings import Tunings
from app.jobs import JobRunner
from app.qtmodels.training.curves import RunCurves
from app.qtmodels.training.rows import RatesModel
from app.widgets.training.run_panel import RunPanel
from core.training.events import TrainingEvent
from core.workspace.tuning.desk import RunOverview

if TYPE_CHECKING:
    from core.workspace import Workspace

_PAUSE_MS = 200
"""Curves are drawn no oftener, however fast a run tells."""


class RunDisplay(QObject):
    """Keeps a panel, its table and the actions at the run that is chosen.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where runs are read.
    panel : RunPanel
        What shows the run.
    rates : RatesModel
        The rows of the gate's table.
    commands : RunCommands
        The actions on the run.
    tunings : Tunings
        Follows the run that goes on.

    Attributes
    ----------
    shown : Signal()
        A run is on show.
    failed : Signal(str)
        One sentence about a run that cannot be read.
    """

    shown = Signal()
    failed = Signal(str)

    def __init__(
        self,
        workspace: Workspace,
        runner: JobRunner,
        panel: RunPanel,
        rates: RatesModel,
        commands: RunCommands,
        tunings: Tunings,
    ) -> None:
        super().__init__(panel)
        self._workspace, self._runner, self._panel = workspace, runner, panel
        self._rates, self._commands, self._tunings = rates, commands, tunings
        self._name = ""
        self._run: RunOverview | None = None
        self._curves = RunCurves()
        self._live = RunCurves()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._draw)
        tunings.begun.connect(self._begin)
        tunings.moved.connect(self._take)

    @property
    def run(self) -> RunOverview | None:
        """The run on show."""
        return self._run

    def choose(self, name: str) -> None:
        """Show another run, or read the same one again; an empty name stands for none."""
        if name != self._name:
            self._name, self._run = name, None
            self._follow()
        if name:
            self._runner.ask(
                self.tr("Read a run"),
                lambda: self._workspace.run_overview(name),
                owner=self,
                then=self._show,
                failed=self.failed.emit,
            )

    @property
    def _going_on(self) -> bool:
        return bool(self._name) and self._name == self._tunings.running

    def _show(self, run: RunOverview) -> None:
        if run.summary.run.name != self._name:
            return
        self._run = run
        if not self._going_on:
            self._curves = RunCurves()
            self._curves.add_all(run.events)
        self._rates.replace(run.gate.rates if run.gate else ())
        self._panel.show_run(run)
        self._draw()
        self.shown.emit()

    @Slot(str)
    def _begin(self, name: str) -> None:
        self._live = RunCurves()
        if self._run is not None and self._run.summary.run.name == name:
            self._live.add_all(self._run.events)
            self._draw()

    @Slot(str, object)
    def _take(self, name: str, event: TrainingEvent) -> None:
        self._live.add(event, time.monotonic())
        if name == self._name and self._run is not None:
            self._panel.append_log(event)
            if not self._pause.isActive():
                self._pause.start()

    @Slot()
    def _draw(self) -> None:
        curves = self._live if self._going_on else self._curves
        measured = {
            self.tr("TAR at FMR 0.001"): curves.acceptance,
            self.tr("rank 1"): curves.rank_one,
        }
        self._panel.show_curves(curves.losses, measured)
        if self._going_on:
            self._panel.show_progress(
                curves.step, curves.steps, curves.seconds_left, curves.message, paused=curves.paused
            )
        self._follow()

    def _follow(self) -> None:
        self._commands.follow_run(self._run, paused=self._going_on and self._live.paused)
