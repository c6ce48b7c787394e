"""The curves of a run and the time that it still takes, from what it tells."""

from __future__ import annotations

import pytest

from app.qtmodels.training.curves import RunCurves
from core.training.events import (
    StageReported,
    StepDone,
    TrainingContinued,
    TrainingEvent,
    TrainingPaused,
    TrainingStarted,
    TrainingStopped,
    Validated,
)


def step(number: int, loss: float = 1.0) -> StepDone:
    """Return a step of a hundred."""
    return StepDone(number, 100, loss, {"direction": loss / 2}, 1e-4, 1.0, 30.0)


def test_losses_are_kept_by_term_and_step() -> None:
    curves = RunCurves()
    curves.add_all([step(10, 4.0), step(20, 2.0)])
    assert curves.losses == {"total": [(10, 4.0), (20, 2.0)], "direction": [(10, 2.0), (20, 1.0)]}


def test_steps_that_are_repeated_after_a_crash_replace_the_lost_ones() -> None:
    curves = RunCurves()
    curves.add_all(
        [step(10), step(20, 9.0), TrainingStarted("m", 1, 1, 10, 100, 1, "float32"), step(20, 2.0)]
    )
    assert curves.losses["total"] == [(10, 1.0), (20, 2.0)]


def test_measurements_are_kept_by_step() -> None:
    curves = RunCurves()
    curves.add(Validated(5, 12, {"112": 0.5}, {"112": 0.6, "24": 0.4}, 0.5, True), None)
    assert curves.acceptance == [(5, 0.5)]
    assert curves.rank_one == [(5, pytest.approx(0.5))]
    assert curves.people == 12


def test_the_time_left_follows_from_steps_that_were_watched() -> None:
    curves = RunCurves()
    curves.add(step(10), 100.0)
    assert curves.seconds_left is None
    curves.add(step(20), 105.0)
    assert curves.seconds_left == pytest.approx(40.0)
    curves.add(step(30), 120.0)
    assert curves.seconds_left == pytest.approx(70.0)


@pytest.mark.parametrize("event", [TrainingPaused(20), TrainingStopped(20)])
def test_nothing_is_said_of_the_time_while_a_run_rests(event: TrainingEvent) -> None:
    curves = RunCurves()
    for happened, now in ((step(10), 0.0), (step(20), 5.0), (event, 6.0)):
        curves.add(happened, now)
    assert curves.seconds_left is None
    assert curves.step == 20


def test_a_pause_ends_when_the_run_goes_on() -> None:
    curves = RunCurves()
    curves.add(TrainingPaused(3), 0.0)
    assert curves.paused
    curves.add(TrainingContinued(3), 1.0)
    assert not curves.paused


def test_what_is_being_prepared_is_told() -> None:
    curves = RunCurves()
    curves.add(StageReported("Reading the faces."), 0.0)
    assert curves.message == "Reading the faces."
