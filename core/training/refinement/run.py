"""A run of the refinement network's training, from recipe to the best weights."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path

from core.detection.detector import load_detector
from core.errors import Cancelled
from core.imaging.mosaics.mosaic import MosaicGenerator
from core.imaging.mosaics.sources import MosaicSources, people_of
from core.progress import Progress
from core.settings import load_settings
from core.training.detection.background_labels import BackgroundLabels
from core.training.detection.data import load_sources
from core.training.distributed import join_team
from core.training.events import StageReported, TrainingEvent, TrainingStopped
from core.training.recipe_file import plain
from core.training.refinement.candidates import Candidates, kept_candidates
from core.training.refinement.recipe import RefinementRecipe
from core.training.refinement.trainer import RefinementTrainer


def train_refiner(
    recipe: RefinementRecipe, directory: Path, progress: Progress, kept: Path
) -> Iterator[TrainingEvent]:
    """Train a refinement network, or go on where an earlier run in the same directory stopped.

    Parameters
    ----------
    recipe : RefinementRecipe
        What to train.
    directory : Path
        Checkpoint and best weights lie here.
    progress : Progress
        Its cancellation is honoured between two steps, and between two mosaics before.
    kept : Path
        Directory for candidates and for what the teacher says of backgrounds, which several runs may share.

    Yields
    ------
    TrainingEvent
        What happens. Only the first of several processes yields any.

    Raises
    ------
    UsageError
        If the data are not there, or the run in `directory` was begun with another recipe.
    ModelUnavailable
        If the checkpoint cannot be used, or the detector or the teacher is needed and not installed.
    Diverged
        If the loss is no number any more.
    """
    with join_team() as team:
        prepared: tuple[Candidates, Candidates, int] | None = None
        if team.leads:
            yield StageReported("Reading faces and backgrounds, and asking the detector for proposals.")
            with contextlib.suppress(Cancelled):
                prepared = _prepare(recipe, kept, progress)
        # The first process asks; the others find what it kept.
        if team.agree(team.leads and prepared is None):
            if team.leads:
                yield TrainingStopped(0)
            return
        train, validation, people = prepared or _prepare(recipe, kept, progress)
        for event in RefinementTrainer(recipe, train, validation, people, directory, team).run(progress):
            if team.leads:
                yield event


def _prepare(recipe: RefinementRecipe, kept: Path, progress: Progress) -> tuple[Candidates, Candidates, int]:
    settings = load_settings()
    labels = BackgroundLabels(kept, settings.detection, progress)
    train, validation = load_sources(recipe.data, labels, settings.imaging)
    labels.keep()
    wanted = recipe.candidates
    detector = load_detector(
        wanted.detector,
        dataclasses.replace(settings.detection, min_confidence=wanted.least_confidence),
        device="cpu",
    )

    def proposed(sources: MosaicSources, seed: int, mosaics: int) -> Candidates:
        key = {
            "detector": detector.detector_id,
            "seed": seed,
            "mosaics": mosaics,
            "candidates": plain(recipe)["candidates"],
            "mosaic": plain(recipe)["mosaic"],
            "data": plain(recipe)["data"],
        }
        generator = MosaicGenerator(sources, recipe.mosaic, seed)
        return kept_candidates(kept, key, detector, generator, range(mosaics), wanted, progress)

    return (
        proposed(train, recipe.seed, wanted.mosaics),
        proposed(validation, recipe.seed + 1, wanted.validation_mosaics),
        people_of(train.frames),
    )
