"""Judging, promoting, rolling back and reporting, as jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.jobs import JobRunner, Lane
from app.state import AppState
from app.widgets.training.training_terms import verdict_meaning, verdict_title
from core.progress import Progress
from core.types import ModelCard
from core.workspace.tuning.desk import RunReportFiles, Verdict

if TYPE_CHECKING:
    from core.workspace import ReembeddingProgress, Workspace


class GateJobs(QObject):
    """Does what decides about a model.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    state : AppState
        Hears that another model serves.
    parent : QObject
        Owner.

    Attributes
    ----------
    told : Signal(str, str)
        A sentence about what became of it, and its tone.
    judged : Signal(str)
        Name of a run that has a verdict.
    switched : Signal()
        A promotion or a way back came to its end, whether another model serves or not.
    """

    told = Signal(str, str)
    judged = Signal(str)
    switched = Signal()

    def __init__(self, workspace: Workspace, runner: JobRunner, state: AppState, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._runner, self._state = workspace, runner, state
        self._switching = False

    def judge(self, name: str) -> None:
        """Let the gate judge the model of a run, and measure how recognizability moved."""

        def _work(progress: Progress) -> Verdict:
            result = self._workspace.judge_run(name, progress=progress)
            self._workspace.measure_recognizability(name, progress)
            return Verdict(result.verdict.value)

        def _tell(verdict: Verdict) -> None:
            told = self.tr("The gate on {0}: {1}. {2}")
            text = told.format(name, verdict_title(verdict).lower(), verdict_meaning(verdict))
            self.told.emit(text, "note" if verdict is Verdict.PROMOTE else "warning")

        self._runner.run(
            Lane.MODEL,
            self.tr("Judge {0}").format(name),
            _work,
            owner=self,
            then=_tell,
            failed=self._complain,
            ended=lambda: self.judged.emit(name),
        )

    def promote(self, name: str, reason: str) -> None:
        """Let the model of a run serve once the galleries are embedded with it."""
        self._switch(
            self.tr("Promote {0}").format(name),
            lambda progress: self._workspace.promote(name, reason, progress),
        )

    def roll_back(self, reason: str) -> None:
        """Let the parent of the model in use serve again."""
        self._switch(
            self.tr("Roll back"),
            lambda progress: self._workspace.rollback(reason, progress),
        )

    def report(self, name: str, folder: Path) -> None:
        """Write the report of a run into a folder."""
        self._runner.run(
            Lane.IO,
            self.tr("Write the report of {0}").format(name),
            lambda progress: self._workspace.write_run_report(name, folder),
            owner=self,
            then=self._reported,
            failed=self._complain,
        )

    def _switch(self, title: str, work: Callable[[Progress], Iterator[ReembeddingProgress]]) -> None:
        if self._switching:
            self.told.emit(self.tr("The galleries are being embedded anew; wait for that first."), "warning")
            return
        self._switching = True
        self._runner.stream(
            Lane.MODEL,
            title,
            work,
            owner=self,
            each=self._reembedded,
            failed=self._complain,
            ended=self._ended,
        )

    def _ended(self) -> None:
        self._switching = False
        self._runner.ask(
            self.tr("Read which model is in use"),
            self._workspace.active_model,
            owner=self,
            then=self._show_serving,
            failed=self._complain,
        )

    def _show_serving(self, card: ModelCard) -> None:
        self._state.card = card
        self._state.gallery_changed.emit()
        self.switched.emit()

    def _reembedded(self, step: ReembeddingProgress) -> None:
        text = self.tr(
            "{0} of {1} samples have an embedding of {2}; the model before it serves until all have."
        )
        if step.complete:
            text = self.tr("{2} is in use: all {1} samples have its embedding.")
        self.told.emit(text.format(step.done, step.total, step.model), "note")

    def _reported(self, files: RunReportFiles) -> None:
        text = self.tr("The report was written: {0}, {1} and {2} in {3}")
        self.told.emit(
            text.format(files.pdf.name, files.html.name, files.json.name, files.pdf.parent), "note"
        )

    def _complain(self, sentence: str) -> None:
        self.told.emit(sentence, "error")
