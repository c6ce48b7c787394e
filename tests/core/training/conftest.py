"""A few made-up faces and a run that takes seconds."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from core.training.labelled_faces import split_of
from core.training.recipe import (
    DataRecipe,
    DegradationRecipe,
    LossRecipe,
    NetworkRecipe,
    OptimizerRecipe,
    Recipe,
    UnrecognizableRecipe,
    ValidationRecipe,
)


@pytest.fixture(scope="session")
def made_up_faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of six people to learn from and three to measure on, three smooth random crops each."""
    root = tmp_path_factory.mktemp("faces")
    rng = np.random.default_rng(3)
    names = [f"person_{number}" for number in range(60)]
    chosen = [name for name in names if split_of(name) <= 5][:6]
    chosen += [name for name in names if split_of(name) in (6, 7)][:3]
    for name in chosen:
        (root / name).mkdir()
        face = rng.integers(0, 256, (9, 9, 3))
        for number in range(3):
            varied = np.clip(face + rng.integers(-30, 31, face.shape), 0, 255).astype(np.uint8)
            crop = cv2.resize(varied, (112, 112), interpolation=cv2.INTER_CUBIC)
            cv2.imwrite(str(root / name / f"{number}.png"), crop)
    return root


@pytest.fixture
def short_recipe(made_up_faces: Path) -> Recipe:
    """Every loss, four steps of four pictures."""
    return Recipe(
        name="short",
        start="mobilefacenet-ms1m",
        steps=4,
        batch_size=4,
        data=DataRecipe(str(made_up_faces), layout="folders"),
        seed=11,
        threads=1,
        precision="float32",
        log_every=1,
        checkpoint_every=2,
        network=NetworkRecipe(dropout=0.4),
        degradation=DegradationRecipe(blend=0.3, blends=8),
        losses=LossRecipe(
            identity=0.1, contrast=0.5, recognizability=1.0, diversion=0.1, perceptibility=0.5, tau=4.0
        ),
        unrecognizable=UnrecognizableRecipe(crops=12, every=2),
        optimizer=OptimizerRecipe(warmup=2),
        validation=ValidationRecipe(every=2, sizes=(112, 16)),
    )


@pytest.fixture
def even_recipe(short_recipe: Recipe) -> Recipe:
    """The same without dropout, whose random numbers differ from process to process."""
    return dataclasses.replace(short_recipe, network=NetworkRecipe(dropout=0.0))


@pytest.fixture(autouse=True)
def _threads() -> None:
    torch.set_num_threads(1)
