"""`discern train`: a model from a recipe."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from core.cli.session import JsonOption, Session
from core.errors import Cancelled
from core.progress import Progress
from core.training.events import (
    CheckpointSaved,
    DetectorValidated,
    ReferenceMeasured,
    StageReported,
    StepDone,
    TrainingEvent,
    TrainingFinished,
    TrainingStarted,
    TrainingStopped,
    Validated,
    to_record,
)
from core.training.memory import keep_memory
from core.training.tasks import load_any_recipe


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""

    @application.command("train")
    def train(
        context: typer.Context,
        recipe: Annotated[
            Path, typer.Argument(metavar="RECIPE.toml", help="What to train, on what and how.")
        ],
        out: Annotated[
            Path, typer.Option("--out", metavar="DIR", help="The run; one that was begun there goes on.")
        ],
        kept: Annotated[
            Path | None,
            typer.Option("--kept", metavar="DIR", help="Where to keep what several runs can share."),
        ] = None,
        until_stdin_closes: Annotated[
            bool,
            typer.Option("--until-stdin-closes", help="Stop, with a checkpoint, when standard input ends."),
        ] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Train a model. Ctrl+C or SIGTERM writes a checkpoint and stops; the same command goes on."""
        session = Session.of(context, None, as_json)
        chosen = load_any_recipe(recipe)
        keep_memory()
        # torch takes seconds to import, which the other verbs and --help need not wait for.
        from core.training.run import train as run

        progress = Progress()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: progress.cancel())
        if until_stdin_closes:
            threading.Thread(target=_stop_with_stdin, args=(progress,), daemon=True).start()
        stopped = False
        for event in run(chosen, out, progress, kept):
            stopped = isinstance(event, TrainingStopped)
            if session.json:
                session.line(to_record(event))
            else:
                session.say(_sentence(event))
        if stopped:
            raise Cancelled("Training was stopped.")


def _stop_with_stdin(progress: Progress) -> None:
    while sys.stdin.readline():
        pass
    progress.cancel()


def _sentence(event: TrainingEvent) -> str:
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
        case CheckpointSaved():
            return f"Checkpoint at step {event.step}: {event.path}"
        case TrainingStopped():
            return f"Stopped at step {event.step}; the same command goes on."
        case TrainingFinished():
            return f"Done: the weights of step {event.best_step} are in {event.path}."
