"""How long and how deep to tune, as recipes that the ordinary training understands."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import numpy as np

from core.training.recipe import (
    DataRecipe,
    DegradationRecipe,
    LossRecipe,
    OptimizerRecipe,
    Recipe,
    UnrecognizableRecipe,
    ValidationRecipe,
)
from core.training.sets.manifest import SPLITS, TABLE, LabelledSet, Part

BATCH_SIZE = 32
_MEASUREMENTS = 10
_REACH = 1.25
"""Faces are degraded to sizes so many times smaller and larger than those of the set."""


class Preset(StrEnum):
    """How long to tune."""

    QUICK = "quick"
    OVERNIGHT = "overnight"
    THOROUGH = "thorough"


class Method(StrEnum):
    """What of the network may move.

    `HEADS` is the linear map from the last feature map to the embedding; `LAST_STAGE` is everything at the
    resolution of that map as well; `WHOLE` is all of it.
    """

    HEADS = "heads"
    LAST_STAGE = "last_stage"
    WHOLE = "whole"


STEPS = {Preset.QUICK: 150, Preset.OVERNIGHT: 2000, Preset.THOROUGH: 6000}
_RATES = {Method.HEADS: 2e-4, Method.LAST_STAGE: 2e-4, Method.WHOLE: 1e-4}


def tuning_recipe(
    name: str,
    start: str,
    labelled: LabelledSet,
    directory: Path,
    preset: Preset,
    method: Method,
    *,
    steps: int | None = None,
    threads: int = 0,
) -> Recipe:
    """Write the recipe of a tuning.

    Parameters
    ----------
    name : str
        Of the run and of the model it makes.
    start : str
        Name of the model to begin with, which is the frozen teacher too.
    labelled : LabelledSet
        What to learn from.
    directory : Path
        Of the set.
    preset : Preset
        How long.
    method : Method
        What may move.
    steps : int, optional
        Instead of those of the preset.
    threads : int
        Processor threads, 0 for torch's own choice.

    Returns
    -------
    Recipe
        Sizes of degraded faces follow those of the set. All losses hold the network to the frozen model: to
        what it says of a good photograph, whatever was made of it, and of all pictures of a person together.
    """
    steps = steps or STEPS[preset]
    smallest, largest = _sizes([one.face_px for one in labelled.of(Part.TRAIN) if one.face_px is not None])
    return Recipe(
        name=name,
        start=start,
        steps=steps,
        batch_size=BATCH_SIZE,
        data=DataRecipe(
            str(directory / TABLE), "csv", (SPLITS[Part.TRAIN],), (SPLITS[Part.CURVES],), largest_per_person=8
        ),
        seed=labelled.seed,
        threads=threads,
        precision="float32",
        log_every=max(1, min(50, steps // 30)),
        checkpoint_every=max(1, min(250, steps // 5)),
        degradation=DegradationRecipe(smallest=smallest, largest=largest, clean=0.3, plain=0.2),
        losses=LossRecipe(direction=1.0, similarity=2.0, contrast=0.2, clean_weight=2.0),
        unrecognizable=UnrecognizableRecipe(crops=64, every=steps),
        optimizer=OptimizerRecipe(
            learning_rate=_RATES[method],
            weight_decay=0.0,
            warmup=min(100, steps // 10),
            average=min(0.999, 1 - 10 / (steps + 10)),
        ),
        validation=ValidationRecipe(every=max(1, steps // _MEASUREMENTS), sizes=(112,)),
    )


def _sizes(face_px: Sequence[float]) -> tuple[float, float]:
    default = DegradationRecipe()
    if not face_px:
        return default.smallest, default.largest
    low, high = np.percentile(face_px, (5, 95))
    smallest = float(np.clip(round(low / _REACH), 4, default.largest))
    return smallest, float(np.clip(round(high * _REACH), smallest, 112))
