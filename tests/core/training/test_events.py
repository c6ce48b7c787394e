"""Events cross a pipe as one line each."""

from __future__ import annotations

import json

import pytest

from core.training.events import (
    CheckpointSaved,
    ReferenceMeasured,
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
    from_record,
    to_record,
)

EVENTS: tuple[TrainingEvent, ...] = (
    TrainingStarted("n", 3, 9, 0, 10, 1000, "float32"),
    StageReported("Reading."),
    StepDone(5, 10, 1.5, {"direction": 0.25}, 1e-4, 2.0, 80.0),
    ReferenceMeasured(5, 256, 200, 0.7),
    Validated(10, 332, {"112": 0.98, "16": 0.3}, {"112": 1.0, "16": 0.4}, 0.64, True),
    CheckpointSaved(10, "/run/checkpoint.safetensors"),
    TrainingStopped(10),
    TrainingPaused(10),
    TrainingContinued(10),
    TrainingFailed("The disk is full."),
    TrainingFinished(10, 5, "/run/best.safetensors"),
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_survives_its_line(event: TrainingEvent) -> None:
    line = json.dumps(to_record(event))
    assert "\n" not in line
    assert from_record(json.loads(line)) == event


def test_the_kind_is_written_in_snake_case() -> None:
    assert to_record(TrainingStopped(3)) == {"event": "training_stopped", "step": 3}


@pytest.mark.parametrize("record", [{}, {"event": "no_such"}, {"event": "training_stopped", "steps": 3}])
def test_a_line_that_is_no_event_is_refused(record: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no event"):
        from_record(record)
