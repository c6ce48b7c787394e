"""What a training process is asked to do, and the doing of it, in whichever process that is."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import UsageError
from core.progress import Progress
from core.recognition.cards import read_card, weights_path
from core.settings import ImagingSettings
from core.training.events import CheckpointSaved, StageReported, TrainingEvent, TrainingFinished
from core.training.recipe import load_recipe
from core.training.sets.manifest import Part, check_crops, read_crops, read_set
from core.training.tuning.control import RunControl
from core.training.tuning.presets import Method, Preset
from core.workspace.tuning.shipped_faces import faces_to_keep
from core.workspace.tuning.tuning_run import MODEL, RECIPE


@dataclass(frozen=True, slots=True)
class TuningTask:
    """A tuning to do.

    Attributes
    ----------
    run : Path
        Directory of the run, with its recipe.
    models : Path
        Where the files of the model lie that it begins with.
    labelled : Path
        Directory of the labelled set.
    kept : Path or None
        Directory of the set whose faces keep the model to what it could do; None for the shipped faces.
    preset : Preset
        How long.
    method : Method
        What may move.
    threads : int
        Processor threads.
    limits : ImagingSettings
        Limits for the decoder.
    """

    run: Path
    models: Path
    labelled: Path
    kept: Path | None
    preset: Preset
    method: Method
    threads: int
    limits: ImagingSettings

    def to_json(self) -> str:
        """Return the task as one line."""
        fields = dataclasses.asdict(self)
        paths = {name: str(value) for name, value in fields.items() if isinstance(value, Path)}
        return json.dumps(fields | paths)

    @classmethod
    def from_json(cls, line: str) -> TuningTask:
        """Read a task from the line that :meth:`to_json` gave."""
        fields: dict[str, Any] = json.loads(line)
        return cls(
            run=Path(fields["run"]),
            models=Path(fields["models"]),
            labelled=Path(fields["labelled"]),
            kept=None if fields["kept"] is None else Path(fields["kept"]),
            preset=Preset(fields["preset"]),
            method=Method(fields["method"]),
            threads=fields["threads"],
            limits=ImagingSettings(**fields["limits"]),
        )


def run_task(task: TuningTask, progress: Progress) -> Iterator[TrainingEvent]:
    """Tune a model, or go on with it, and make a model of the last weights.

    Parameters
    ----------
    task : TuningTask
        What to do.
    progress : Progress
        May stop it between two steps.

    Yields
    ------
    TrainingEvent
        What happens.

    Raises
    ------
    UsageError
        If pictures of the set are gone or changed, before the run or while it goes on; what was done until
        then has a checkpoint.
    Conflict
        If another process works on the run.
    ModelUnavailable
        If the model that it begins with, or the checkpoint, cannot be used.
    """
    # torch takes seconds to import, which the front door does without until somebody tunes.
    from core.training.tuning.export import export_tuned
    from core.training.tuning.run import Tuning, tune

    recipe = load_recipe(task.run / RECIPE)
    with RunControl(task.run).held():
        crops, people = _kept_faces(task.kept)
        tuning = Tuning(recipe, task.method, task.models, task.labelled, crops, people, task.limits)
        for event in tune(tuning, task.run, progress, RunControl(task.run)):
            if not isinstance(event, TrainingFinished):
                yield event
                if isinstance(event, CheckpointSaved):
                    check_crops(task.labelled, read_set(task.labelled).pictures)
                continue
            # The few people of the curves choose no step: the model is made of the last one.
            yield StageReported("Making a model of the last weights, with its cluster and bands.")
            card, _ = export_tuned(tuning, task.preset, task.run, task.run / MODEL, progress)
            yield TrainingFinished(event.step, event.step, str(weights_path(card, task.run / MODEL)))
            yield StageReported(f"The model {card.name} is made; the gate has to judge it.")


def time_task(task: TuningTask, progress: Progress) -> float:
    """Measure how long a step of a tuning takes here and now.

    Parameters
    ----------
    task : TuningTask
        The tuning; nothing of it is written.
    progress : Progress
        May cancel.

    Returns
    -------
    float
        Seconds.

    Raises
    ------
    UsageError
        If pictures of the set are gone or changed.
    ModelUnavailable
        If the model that it begins with cannot be used.
    Cancelled
        If a stop was asked for.
    """
    # torch takes seconds to import, which the front door does without until somebody tunes.
    from core.training.tuning.step_time import step_time

    recipe = load_recipe(task.run / RECIPE)
    pictures = read_set(task.labelled).of(Part.TRAIN)[: recipe.batch_size]
    crops = read_crops(task.labelled, pictures)
    card = read_card(recipe.start, task.models)
    return step_time(card, task.models, task.method, crops, recipe.batch_size, progress)


def _kept_faces(kept: Path | None) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    if kept is None:
        return faces_to_keep()
    pictures = read_set(kept).of(Part.TRAIN)
    if not pictures:
        raise UsageError(f"The labelled set {kept.name!r} has no pictures whose embedding could be kept.")
    return read_crops(kept, pictures), tuple(one.subject for one in pictures)
