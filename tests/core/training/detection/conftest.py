"""Made-up photographs and a run of a detector that takes seconds."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.imaging.mosaics.plan import MosaicPlan
from core.imaging.still import read_still
from core.settings import load_settings
from core.training.detection.recipe import (
    DetectionDataRecipe,
    DetectionLossRecipe,
    DetectionRecipe,
    DetectionValidationRecipe,
)
from core.training.labelled_faces import split_of
from core.training.recipe import OptimizerRecipe
from core.types.detectors import RetinaFaceConfig

SIDE = 250


def smiley(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A bright oval with two dark eyes and a mouth on a dark ground, where the labels say."""
    pixels = rng.integers(0, 60, (SIDE, SIDE, 3)).astype(np.uint8)
    colour = tuple(int(one) for one in rng.integers(150, 256, 3))
    cv2.ellipse(pixels, (125, 128), (37, 62), 0, 0, 360, colour, -1)
    for x in (108, 142):
        cv2.circle(pixels, (x, 112), 7, (20, 20, 20), -1)
    cv2.line(pixels, (110, 160), (140, 160), (20, 20, 20), 7)
    return pixels


@pytest.fixture(scope="session")
def detection_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`lfw/` with a photograph of each of 30 people, `backgrounds/`, `kept/` with the teacher's answers."""
    root = tmp_path_factory.mktemp("detection")
    rng = np.random.default_rng(8)
    columns = ["image", "confidence", "x", "y", "width", "height", *(f"p{number}" for number in range(10))]
    points = [108, 112, 142, 112, 125, 135, 110, 160, 140, 160]
    with (root / "faces.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(columns)
    (root / "lfw").mkdir()
    (root / "faces.csv").rename(root / "lfw" / "faces.csv")
    with (root / "lfw" / "faces.csv").open("a", encoding="utf-8", newline="") as file:
        for name in (f"person_{number}" for number in range(30)):
            folder = root / "lfw" / "images" / name
            folder.mkdir(parents=True)
            cv2.imwrite(str(folder / f"{name}_0001.jpg"), smiley(rng))
            csv.writer(file).writerow([f"{name}/{name}_0001.jpg", 0.9, 88, 66, 74, 124, *points])
    (root / "backgrounds").mkdir()
    for number in range(20):
        blotches = rng.integers(0, 256, (6, 8, 3)).astype(np.uint8)
        cv2.imwrite(str(root / "backgrounds" / f"{number}.png"), cv2.resize(blotches, (160, 120)))
    (root / "kept").mkdir()
    limits, answers = load_settings().imaging, {}
    for path in (root / "backgrounds").iterdir():
        answers[hashlib.sha256(read_still(path, limits).pixels.tobytes()).hexdigest()] = []
    (root / "kept" / "backgrounds.json").write_text(json.dumps(answers), encoding="utf-8")
    people = {split_of(f"person_{number}") for number in range(30)}
    assert {5} & people, "the recipe below needs somebody to measure on"
    return root


@pytest.fixture
def short_detection(detection_data: Path) -> DetectionRecipe:
    """Four steps of four small pictures."""
    return DetectionRecipe(
        name="short-v1",
        steps=4,
        batch_size=4,
        data=DetectionDataRecipe(
            str(detection_data / "lfw"),
            str(detection_data / "backgrounds"),
            train_backgrounds=(0, 1, 2, 3, 4),
            validation_backgrounds=(5, 6, 7, 8, 9),
        ),
        seed=5,
        threads=1,
        log_every=1,
        checkpoint_every=2,
        network=RetinaFaceConfig(channels=16, steps=(8, 16), min_sizes=((12, 20), (32, 56))),
        mosaic=MosaicPlan(width=96, height=96, smallest=10, small_limit=24, largest=60, most_faces=3),
        losses=DetectionLossRecipe(least_negatives=8),
        optimizer=OptimizerRecipe(learning_rate=2e-3, heads_rate=2e-3, warmup=2, average=0.9),
        validation=DetectionValidationRecipe(every=2, sizes=(24, 16), pictures=2),
    )


@pytest.fixture(autouse=True)
def _threads() -> None:
    torch.set_num_threads(1)
