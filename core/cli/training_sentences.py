"""What happens in a training run, in sentences."""

from __future__ import annotations

from core.training.events import (
    CheckpointSaved,
    DetectorValidated,
    ReferenceMeasured,
    RefinementValidated,
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


def sentence(event: TrainingEvent) -> str:
    """Say an event of a training run in one sentence."""
    match event:
        case StageReported(message):
            return message
        case TrainingStarted():
            return (
                f"{event.name}: {event.pictures:,} pictures of {event.people:,} people, "
                f"{event.parameters:,} parameters, {event.precision}; "
                f"from step {event.step} to {event.steps}."
            )
        case StepDone():
            parts = ", ".join(f"{name} {value:.4f}" for name, value in event.losses.items())
            return (
                f"{event.step}/{event.steps}  loss {event.loss:.4f} ({parts})  "
                f"rate {event.learning_rate:.2e}  gradient {event.gradient_norm:.2f}  "
                f"{event.images_per_second:.1f} images/s"
            )
        case ReferenceMeasured():
            return (
                f"Unrecognizable cluster: {event.kept} of {event.tried} crops, "
                f"centre {event.centre_norm:.2f} long."
            )
        case Validated():
            parts = ", ".join(
                f"{px} px {tar:.3f} (rank 1 {event.rank_one[px]:.3f})" for px, tar in event.acceptance.items()
            )
            best = ", the best so far" if event.best else ""
            return (
                f"Step {event.step}: TAR at FMR 1e-3, {event.people} people: {parts}; "
                f"mean {event.score:.4f}{best}."
            )
        case DetectorValidated():
            parts = ", ".join(
                f"{px} px {recall:.3f} (landmarks {event.landmark_error[px]:.3f})"
                for px, recall in event.recall.items()
            )
            best = ", the best so far" if event.best else ""
            return (
                f"Step {event.step}: recall on {event.pictures} pictures of each size: {parts}; "
                f"mean {event.score:.4f}{best}."
            )
        case RefinementValidated():
            parts = ", ".join(f"{px} px {error:.3f}" for px, error in event.landmark_error.items())
            best = ", the best so far" if event.best else ""
            return (
                f"Step {event.step}: landmark error on {event.candidates} candidates: {parts}; "
                f"separation {event.separation:.4f}{best}."
            )
        case CheckpointSaved():
            return f"Checkpoint at step {event.step}: {event.path}"
        case TrainingStopped():
            return f"Stopped at step {event.step}; the same command goes on."
        case TrainingPaused():
            return f"Paused at step {event.step}, with a checkpoint."
        case TrainingContinued():
            return f"Going on from step {event.step}."
        case TrainingFailed(message):
            return message
        case TrainingFinished():
            return f"Done: the weights of step {event.best_step} are in {event.path}."
