"""What a training run tells: typed, and one JSON object a line for other processes."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TrainingStarted:
    """The data are there and the first step is next.

    Attributes
    ----------
    name : str
        Of the model.
    people, pictures : int
        In the training split.
    step, steps : int
        Steps done before, when a run goes on, and steps in all.
    parameters : int
        Trained numbers.
    precision : str
        "float32" or "bfloat16".
    """

    name: str
    people: int
    pictures: int
    step: int
    steps: int
    parameters: int
    precision: str


@dataclass(frozen=True, slots=True)
class StageReported:
    """Preparation goes on.

    Attributes
    ----------
    message : str
        What is being done, for a person to read.
    """

    message: str


@dataclass(frozen=True, slots=True)
class StepDone:
    """Means over the steps since the last report.

    Attributes
    ----------
    step, steps : int
        Steps done and in all.
    loss : float
        Weighted sum of the losses.
    losses : dict of str to float
        Each loss before its weight.
    learning_rate : float
        Now.
    gradient_norm : float
        Before it was clipped.
    images_per_second : float
        Since the last report, validation and checkpoints left out.
    """

    step: int
    steps: int
    loss: float
    losses: dict[str, float]
    learning_rate: float
    gradient_norm: float
    images_per_second: float


@dataclass(frozen=True, slots=True)
class ReferenceMeasured:
    """The unrecognizable cluster was measured anew.

    Attributes
    ----------
    step : int
        Steps done.
    tried, kept : int
        Degraded crops, and those among them that had lost the identity.
    centre_norm : float
        Length of the centre: 1 when all embeddings agree, near 0 when they have nothing in common.
    """

    step: int
    tried: int
    kept: int
    centre_norm: float


@dataclass(frozen=True, slots=True)
class Validated:
    """The network was measured on people it was not trained on.

    Attributes
    ----------
    step : int
        Steps done.
    people : int
        Mated pairs at each size.
    acceptance : dict of str to float
        By side in px: TAR at FMR 1e-3, low-to-high.
    rank_one : dict of str to float
        By side in px: share of probes whose own person comes first.
    score : float
        What early stopping looks at: the mean of the acceptances.
    best : bool
        Whether no measurement was better.
    """

    step: int
    people: int
    acceptance: dict[str, float]
    rank_one: dict[str, float]
    score: float
    best: bool


@dataclass(frozen=True, slots=True)
class DetectorValidated:
    """A detector was measured on mosaics of people it was not trained on.

    Attributes
    ----------
    step : int
        Steps done.
    pictures : int
        Mosaics of each size.
    recall : dict of str to float
        By side of the faces in px: share of faces found at the allowed number of false positives.
    landmark_error : dict of str to float
        By side in px: mean error of the landmarks, in units of the distance of the eyes.
    score : float
        The mean of the recalls.
    best : bool
        Whether no measurement was better.
    """

    step: int
    pictures: int
    recall: dict[str, float]
    landmark_error: dict[str, float]
    score: float
    best: bool


@dataclass(frozen=True, slots=True)
class RefinementValidated:
    """A refinement network was measured on candidates of people it was not trained on.

    Attributes
    ----------
    step : int
        Steps done.
    candidates : int
        How many there were.
    landmark_error : dict of str to float
        By the range of the sides of faces in px: median error of the landmarks, in units of the distance of
        the eyes.
    separation : float
        Probability that a face is told higher than what is none.
    score : float
        The separation less the mean of the errors.
    best : bool
        Whether no measurement was better.
    """

    step: int
    candidates: int
    landmark_error: dict[str, float]
    separation: float
    score: float
    best: bool


@dataclass(frozen=True, slots=True)
class CheckpointSaved:
    """The run can go on from here.

    Attributes
    ----------
    step : int
        Steps done.
    path : str
        The file.
    """

    step: int
    path: str


@dataclass(frozen=True, slots=True)
class TrainingStopped:
    """The run was asked to stop, and can go on later.

    Attributes
    ----------
    step : int
        Steps done.
    """

    step: int


@dataclass(frozen=True, slots=True)
class TrainingPaused:
    """The run waits between two steps, after a checkpoint, until it may go on or is asked to stop.

    Attributes
    ----------
    step : int
        Steps done.
    """

    step: int


@dataclass(frozen=True, slots=True)
class TrainingContinued:
    """A run that was paused goes on.

    Attributes
    ----------
    step : int
        Steps done.
    """

    step: int


@dataclass(frozen=True, slots=True)
class TrainingFailed:
    """The run ended by an error; what had a checkpoint is kept.

    This stands in the record of a run. Whoever follows the run hears of it as the error itself.

    Attributes
    ----------
    message : str
        Why, in one sentence.
    """

    message: str


@dataclass(frozen=True, slots=True)
class TrainingFinished:
    """All steps are done, or no better measurement came.

    Attributes
    ----------
    step, best_step : int
        Steps done, and the step whose weights were kept.
    path : str
        The file with those weights.
    """

    step: int
    best_step: int
    path: str


TrainingEvent = (
    TrainingStarted
    | StageReported
    | StepDone
    | ReferenceMeasured
    | Validated
    | DetectorValidated
    | RefinementValidated
    | CheckpointSaved
    | TrainingStopped
    | TrainingPaused
    | TrainingContinued
    | TrainingFailed
    | TrainingFinished
)

_KINDS: dict[str, type[Any]] = {
    re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(): kind for kind in TrainingEvent.__args__
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def to_record(event: TrainingEvent) -> dict[str, Any]:
    """Return {"event": "step_done", ...} for an event: its fields and its kind in snake case."""
    return {"event": _NAMES[type(event)]} | dataclasses.asdict(event)


def from_record(record: dict[str, Any]) -> TrainingEvent:
    """Make an event from what :func:`to_record` gave.

    Parameters
    ----------
    record : dict
        Decoded from one line.

    Returns
    -------
    TrainingEvent
        The event.

    Raises
    ------
    ValueError
        If the kind is unknown or the fields are not those of the kind.
    """
    fields = dict(record)
    try:
        event: TrainingEvent = _KINDS[fields.pop("event")](**fields)
    except (KeyError, TypeError) as error:
        raise ValueError(f"no event of a training run: {record}") from error
    return event
