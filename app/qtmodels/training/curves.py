"""The curves of a run, grown from what it tells."""

from __future__ import annotations

from collections.abc import Iterable

from core.training.events import (
    StageReported,
    StepDone,
    TrainingContinued,
    TrainingEvent,
    TrainingFailed,
    TrainingFinished,
    TrainingPaused,
    TrainingStarted,
    TrainingStopped,
    Validated,
)

Points = list[tuple[float, float]]


class RunCurves:
    """Losses and measurements by step, what is being done, and how long it will still take.

    A run that was killed repeats the steps since its last checkpoint; what is told later replaces what was
    told before.
    """

    def __init__(self) -> None:
        self._losses: dict[str, dict[float, float]] = {}
        self._acceptance: dict[float, float] = {}
        self._rank_one: dict[float, float] = {}
        self._began: tuple[float, int] | None = None
        self._seconds_left: float | None = None
        self.step, self.steps, self.people = 0, 0, 0
        self.message = ""
        self.paused = False

    @property
    def losses(self) -> dict[str, Points]:
        """Each term of the loss before its weight, by step; the weighted sum is called "total"."""
        return {name: sorted(points.items()) for name, points in self._losses.items()}

    @property
    def acceptance(self) -> Points:
        """TAR at FMR 1e-3 of the people of the curves, by step."""
        return sorted(self._acceptance.items())

    @property
    def rank_one(self) -> Points:
        """Share of probes of the same people whose own person comes first, by step."""
        return sorted(self._rank_one.items())

    @property
    def seconds_left(self) -> float | None:
        """Estimate from the steps that were watched; None as long as there are none."""
        return None if self.paused else self._seconds_left

    def add_all(self, events: Iterable[TrainingEvent]) -> None:
        """Take in what a run told before, without measuring time."""
        for event in events:
            self.add(event, None)

    def add(self, event: TrainingEvent, now: float | None) -> None:
        """Take in what a run tells.

        Parameters
        ----------
        event : TrainingEvent
            The event.
        now : float or None
            Seconds on a clock that never goes back; None when it does not happen now.
        """
        match event:
            case StepDone():
                self._note(event, now)
            case Validated():
                self.people = event.people
                self._acceptance[event.step] = event.score
                if event.rank_one:
                    self._rank_one[event.step] = sum(event.rank_one.values()) / len(event.rank_one)
            case TrainingStarted():
                self.step, self.steps = event.step, event.steps
                self._began = None
            case TrainingPaused() | TrainingStopped() | TrainingFinished():
                self.step = event.step
                self.paused = isinstance(event, TrainingPaused)
                self._began, self._seconds_left = None, None
            case TrainingContinued():
                self.paused = False
            case StageReported(message) | TrainingFailed(message):
                self.message = message

    def _note(self, event: StepDone, now: float | None) -> None:
        self.step, self.steps = event.step, event.steps
        for name, value in {"total": event.loss, **event.losses}.items():
            self._losses.setdefault(name, {})[event.step] = value
        if now is None:
            return
        if self._began is None:
            self._began = (now, event.step)
        elif event.step > self._began[1]:
            since, first = self._began
            self._seconds_left = (now - since) / (event.step - first) * (event.steps - event.step)
