"""What a run tells, in sentences for its log."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.widgets.training.training_terms import loss_name
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
)

_translate = QCoreApplication.translate


def event_sentence(event: TrainingEvent) -> str:
    """Return an event in one sentence; empty for kinds that a tuning does not have."""
    match event:
        case StageReported(message) | TrainingFailed(message):
            return message
        case TrainingStarted():
            text = _translate("training", "{0:,} pictures of {1:,} people, from step {2:,} to {3:,}.")
            return text.format(event.pictures, event.people, event.step, event.steps)
        case StepDone():
            terms = ", ".join(f"{loss_name(name)} {value:.4f}" for name, value in event.losses.items())
            text = _translate(
                "training", "Step {0:,} of {1:,}: loss {2:.4f} ({3}), {4:.1f} pictures a second."
            )
            return text.format(event.step, event.steps, event.loss, terms, event.images_per_second)
        case ReferenceMeasured():
            text = _translate("training", "Unrecognizable cluster: {0} of {1} degraded crops.")
            return text.format(event.kept, event.tried)
        case Validated():
            rates = ", ".join(f"{px} px {rate:.3f}" for px, rate in event.acceptance.items())
            text = _translate("training", "Step {0:,}: TAR at FMR 0.001 of {1} people of the curves: {2}.")
            return text.format(event.step, event.people, rates)
        case CheckpointSaved(step):
            return _translate("training", "Checkpoint at step {0:,}.").format(step)
        case TrainingPaused(step):
            return _translate("training", "Paused at step {0:,}.").format(step)
        case TrainingContinued(step):
            return _translate("training", "Going on from step {0:,}.").format(step)
        case TrainingStopped(step):
            return _translate("training", "Stopped at step {0:,}.").format(step)
        case TrainingFinished(step):
            return _translate("training", "All {0:,} steps are done.").format(step)
    return ""
