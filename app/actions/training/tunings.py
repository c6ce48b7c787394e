"""Tunings as jobs: begun, followed, held, ended, and gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.jobs import JobRunner, Lane
from app.widgets.training.tune_dialog import TuneRequest
from core.progress import Progress
from core.training.events import StepDone, TrainingEvent, TrainingFinished, TrainingStarted, TrainingStopped

if TYPE_CHECKING:
    from core.workspace import Workspace


class Tunings(QObject):
    """Follows one tuning at a time; the work is done by a process of its own.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where it is followed.
    parent : QObject
        Owner.

    Attributes
    ----------
    told : Signal(str, str)
        A sentence about what became of it, and its tone.
    begun : Signal(str)
        Name of a run that has begun, or goes on.
    moved : Signal(str, TrainingEvent)
        A run tells something.
    ended : Signal(str)
        Nothing more is heard of a run.
    left : Signal(str)
        A run was ended by something else than its own buttons, such as a window that closes.
    """

    told = Signal(str, str)
    begun = Signal(str)
    moved = Signal(str, object)
    ended = Signal(str)
    left = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._runner = workspace, runner
        self._name, self._job_id = "", -1
        self._stopping = self._finished = False

    @property
    def running(self) -> str:
        """Name of the run that is followed; empty when there is none."""
        return self._name

    def begin(self, wanted: TuneRequest) -> None:
        """Begin a tuning."""
        preset, method, kept, recipe = wanted.preset, wanted.method, wanted.kept, wanted.recipe

        def _work(progress: Progress) -> Iterator[TrainingEvent]:
            tune, by = self._workspace.tune, self._workspace.tune_by
            if recipe is None:
                return tune(
                    wanted.name, wanted.labelled, preset=preset, method=method, kept=kept, progress=progress
                )
            return by(recipe, wanted.labelled, preset=preset, method=method, kept=kept, progress=progress)

        self._follow(wanted.name, _work)

    def resume(self, name: str) -> None:
        """Go on with a run that waits, or with one that was stopped or interrupted."""
        if name == self._name:
            self._command(self.tr("Go on with {0}").format(name), self._workspace.continue_tuning, name)
        else:
            self._follow(name, lambda progress: self._workspace.resume_tuning(name, progress))

    def pause(self) -> None:
        """Let the run wait at its next step, with a checkpoint."""
        self._command(self.tr("Pause {0}").format(self._name), self._workspace.pause_tuning, self._name)

    def stop(self) -> None:
        """End the run with a checkpoint, from which it can go on later."""
        self._stopping = True
        self._runner.cancel(self._job_id)

    def _command(self, title: str, command: Callable[[str], None], name: str) -> None:
        self._runner.ask(title, lambda: command(name), owner=self, then=lambda _: None, failed=self._complain)

    def _follow(self, name: str, work: Callable[[Progress], Iterator[TrainingEvent]]) -> None:
        if self._name:
            text = self.tr("{0} is going on: one tuning after the other, or both take twice as long.")
            self.told.emit(text.format(self._name), "warning")
            return
        self._name, self._stopping, self._finished = name, False, False
        self._job_id = self._runner.stream(
            Lane.TRAINING,
            self.tr("Tune {0}").format(name),
            lambda progress: _counted(work(progress), progress),
            owner=self,
            each=self._take,
            failed=self._complain,
            ended=self._end,
            pausable=False,
        )
        self.begun.emit(name)

    def _take(self, event: TrainingEvent) -> None:
        if isinstance(event, TrainingStopped):
            text = self.tr("{0} stopped at step {1}; it goes on from there with Resume.")
            self.told.emit(text.format(self._name, event.step), "note")
        elif isinstance(event, TrainingFinished):
            self._finished = True
            text = self.tr("{0} has made a model. Judge it: nothing changes before the gate has judged.")
            self.told.emit(text.format(self._name), "note")
        self.moved.emit(self._name, event)

    def _complain(self, sentence: str) -> None:
        # A failure is told where the run is shown, and nobody has to be asked again about it.
        self._stopping = True
        self.told.emit(sentence, "error")

    def _end(self) -> None:
        name, self._name = self._name, ""
        if not (self._stopping or self._finished):
            self.left.emit(name)
        self.ended.emit(name)


def _counted(events: Iterator[TrainingEvent], progress: Progress) -> Iterator[TrainingEvent]:
    """Pass events on and report their steps; after a request to stop, wait for the last one.

    The stream is not listened to once a stop was asked for, and the process has to end in peace.
    """
    last: TrainingEvent | None = None
    try:
        for event in events:
            if progress.cancelled:
                last = event
                continue
            if isinstance(event, (StepDone, TrainingStarted)):
                progress.step(event.step, event.steps)
            yield event
    finally:
        for event in events:
            last = event
    if last is not None:
        yield last
