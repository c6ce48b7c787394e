"""A training run from recipe to the best weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch

from core.errors import Cancelled
from core.progress import Progress
from core.settings import load_settings
from core.training.detection.recipe import DetectionRecipe
from core.training.detection.run import train_detector
from core.training.distributed import join_team
from core.training.events import StageReported, TrainingEvent, TrainingStopped
from core.training.preparation import prepare
from core.training.recipe import Recipe
from core.training.refinement.recipe import RefinementRecipe
from core.training.refinement.run import train_refiner
from core.training.trainer import Trainer


def train(
    recipe: Recipe | DetectionRecipe | RefinementRecipe,
    directory: Path,
    progress: Progress,
    kept: Path | None = None,
) -> Iterator[TrainingEvent]:
    """Train a model, or go on where an earlier run in the same directory stopped.

    Parameters
    ----------
    recipe : Recipe, DetectionRecipe or RefinementRecipe
        What to train.
    directory : Path
        Made when missing; checkpoint and best weights lie here.
    progress : Progress
        Its cancellation is honoured between two steps.
    kept : Path, optional
        Directory for what a teacher says of the data, which several runs may share; by default `directory`.

    Yields
    ------
    TrainingEvent
        What happens. Only the first of several processes yields any.

    Raises
    ------
    UsageError
        If the data are not there, or the run in `directory` was begun with another recipe.
    ModelUnavailable
        If the starting model or the checkpoint cannot be used.
    Diverged
        If the loss is no number any more.
    """
    if recipe.threads:
        torch.set_num_threads(recipe.threads)
    for one in (directory, kept or directory):
        one.mkdir(parents=True, exist_ok=True)
    if isinstance(recipe, DetectionRecipe):
        yield from train_detector(recipe, directory, progress, kept or directory)
        return
    if isinstance(recipe, RefinementRecipe):
        yield from train_refiner(recipe, directory, progress, kept or directory)
        return
    with join_team() as team:
        if team.leads:
            yield StageReported("Reading the faces and asking the frozen network.")
        try:
            prepared = prepare(recipe, load_settings().imaging, kept or directory, progress)
        except Cancelled:
            if team.leads:
                yield TrainingStopped(0)
            return
        for event in Trainer(recipe, prepared, directory, team).run(progress):
            if team.leads:
                yield event
