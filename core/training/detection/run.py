"""A run of the detector's training, from recipe to the best weights."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from core.errors import Cancelled
from core.imaging.mosaics.sources import MosaicSources
from core.progress import Progress
from core.settings import load_settings
from core.training.detection.background_labels import BackgroundLabels
from core.training.detection.data import load_sources
from core.training.detection.recipe import DetectionRecipe
from core.training.detection.trainer import DetectorTrainer
from core.training.distributed import join_team
from core.training.events import StageReported, TrainingEvent, TrainingStopped


def train_detector(
    recipe: DetectionRecipe, directory: Path, progress: Progress, kept: Path
) -> Iterator[TrainingEvent]:
    """Train a detector, or go on where an earlier run in the same directory stopped.

    Parameters
    ----------
    recipe : DetectionRecipe
        What to train.
    directory : Path
        Checkpoint and best weights lie here.
    progress : Progress
        Its cancellation is honoured between two steps.
    kept : Path
        Directory for what the teacher says of the backgrounds, which several runs may share.

    Yields
    ------
    TrainingEvent
        What happens. Only the first of several processes yields any.

    Raises
    ------
    UsageError
        If the data are not there, or the run in `directory` was begun with another recipe.
    ModelUnavailable
        If the checkpoint cannot be used, or the teacher is needed and not installed.
    Diverged
        If the loss is no number any more.
    """
    settings = load_settings()
    with join_team() as team:
        sources: tuple[MosaicSources, MosaicSources] | None = None
        if team.leads:
            yield StageReported(
                "Reading faces and backgrounds, and asking the teacher about the backgrounds."
            )
            labels = BackgroundLabels(kept, settings.detection, progress)
            with contextlib.suppress(Cancelled):
                sources = load_sources(recipe.data, labels, settings.imaging)
            labels.keep()
        # The first process asks; the others find what it kept.
        if team.agree(team.leads and sources is None):
            if team.leads:
                yield TrainingStopped(0)
            return
        if sources is None:
            labels = BackgroundLabels(kept, settings.detection, progress)
            sources = load_sources(recipe.data, labels, settings.imaging)
        train, validation = sources
        for event in DetectorTrainer(recipe, train, validation, directory, team).run(progress):
            if team.leads:
                yield event
