"""Offering at a start the tunings that were not finished when the desk last ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from app.actions.training.tunings import Tunings
from app.jobs import JobRunner
from app.widgets.dialogs import opened
from core.workspace.tuning.desk import RunStage, RunSummary, TuningState

if TYPE_CHECKING:
    from core.workspace import Workspace

_KEY = "training/under_way"


class RunResuming(QObject):
    """Remembers which tunings are under way, and asks about those that a crash or a closed window ended.

    A run that its own button stopped is not asked about.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    settings : QSettings
        What the desk remembers.
    tunings : Tunings
        Says which runs are under way.
    window : QWidget
        Owner, and parent of the question.
    resume : callable
        Called with the name of a run that is to go on.
    """

    def __init__(
        self,
        workspace: Workspace,
        runner: JobRunner,
        settings: QSettings,
        tunings: Tunings,
        window: QWidget,
        resume: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._workspace, self._runner, self._settings = workspace, runner, settings
        self._window, self._resume = window, resume
        self._left: set[str] = set()
        tunings.begun.connect(self._note_begun)
        tunings.left.connect(self._left.add)
        tunings.ended.connect(self._note_ended)

    def begin(self) -> None:
        """Look for what was left, and ask about it."""
        names = self._kept()
        if names:
            self._runner.ask(
                self.tr("Look for unfinished tunings"),
                lambda: [one for one in self._workspace.run_summaries() if one.run.name in names],
                owner=self,
                then=self._ask_about_each,
            )

    @Slot(str)
    def _note_begun(self, name: str) -> None:
        self._left.discard(name)
        self._keep([*self._kept(), name])

    @Slot(str)
    def _note_ended(self, name: str) -> None:
        if name not in self._left:
            self._forget(name)

    def _ask_about_each(self, found: Sequence[RunSummary]) -> None:
        known = {one.run.name for one in found}
        for name in self._kept():
            if name not in known:
                self._forget(name)
        for one in found:
            going_on = one.status.state in (TuningState.RUNNING, TuningState.PAUSED)
            if one.stage is RunStage.UNFINISHED and not going_on:
                self._ask(one)
            else:
                self._forget(one.run.name)

    def _ask(self, left: RunSummary) -> None:
        name = left.run.name
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        text = self.tr("The tuning {0} was not finished when the desk last ended. Go on with it?")
        box.setText(text.format(name))
        told = self.tr("It goes on from its last checkpoint, step {0:,} of {1:,}.")
        box.setInformativeText(told.format(left.status.step, left.run.steps))
        go_on = box.addButton(self.tr("Go on"), QMessageBox.ButtonRole.AcceptRole)
        leave = box.addButton(self.tr("Leave it"), QMessageBox.ButtonRole.RejectRole)
        go_on.clicked.connect(lambda: self._resume(name))
        leave.clicked.connect(lambda: self._forget(name))
        opened(box)

    def _kept(self) -> list[str]:
        kept = self._settings.value(_KEY, [])
        return [str(one) for one in kept] if isinstance(kept, list) else [str(kept)] if kept else []

    def _forget(self, name: str) -> None:
        self._keep([one for one in self._kept() if one != name])

    def _keep(self, names: Sequence[str]) -> None:
        self._settings.setValue(_KEY, list(dict.fromkeys(names)))
        # A crash must not lose it.
        self._settings.sync()
