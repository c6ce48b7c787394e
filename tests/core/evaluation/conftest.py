"""A small made-up population: patterns instead of faces, and a system that compares patterns."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray
from PIL import Image

from core.evaluation.protocols.lfw_faces import LfwFaces, split_of
from core.evaluation.systems import Descriptions

# How long an example takes depends on the machine and says nothing about the numbers.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

LANDMARKS = ("right_eye", "left_eye", "nose", "mouth_right", "mouth_left")
COLUMNS = [
    *("image", "confidence", "x", "y", "width", "height"),
    *(f"{name}_{axis}" for name in LANDMARKS for axis in "xy"),
]


def pattern(rng: np.random.Generator, cells: int, side: int = 112) -> NDArray[np.float64]:
    """Blocks of random grey, `cells` on a side, around 128."""
    blocks = rng.normal(0.0, 40.0, (cells, cells))
    return np.asarray(np.kron(blocks, np.ones((side // cells, side // cells))))


class PatternSystem:
    """Compares block means by cosine; counts how many crops it was shown."""

    name = "patterns"
    system_id = "f" * 64

    def __init__(self, cells: int = 28, with_quality: bool = True) -> None:
        self.cells = cells
        self.with_quality = with_quality
        self.seen = 0

    def describe(self, crops: NDArray[np.uint8]) -> Descriptions:
        """Centre the block means and bring them to unit length."""
        self.seen += len(crops)
        side = crops.shape[1] // self.cells
        grey = crops.mean(axis=3).reshape(len(crops), self.cells, side, self.cells, side).mean(axis=(2, 4))
        flat = grey.reshape(len(crops), -1) - grey.reshape(len(crops), -1).mean(axis=1, keepdims=True)
        norm = np.linalg.norm(flat, axis=1)
        vectors = (flat / norm[:, None]).astype(np.float32)
        qualities = {"contrast": norm, "nothing": np.zeros(len(crops))} if self.with_quality else {}
        return Descriptions(vectors, qualities)

    def similarities(self, first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the cosines."""
        return first @ second.T


@pytest.fixture
def patterns() -> PatternSystem:
    """A fresh system."""
    return PatternSystem()


@pytest.fixture
def population() -> LfwFaces:
    """60 people, the first 40 with two to four pictures, whose patterns carry detail at two scales."""
    rng = np.random.default_rng(7)
    person, crops = [], []
    for number in range(60):
        coarse, fine = pattern(rng, 4), pattern(rng, 28)
        for _ in range(1 if number >= 40 else 2 + number % 3):
            person.append(number)
            grey = 128.0 + 0.1 * coarse + 0.5 * fine + 1.2 * pattern(rng, 28)
            crops.append(np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=2))
    return LfwFaces(
        names=tuple(f"Person_{number}" for number in range(60)),
        person=np.array(person, np.int64),
        crops=np.stack(crops),
        eye_distance_px=np.full(len(person), 45.0),
        unreadable=(),
        over_cap=0,
    )


def names_of_split(wanted: int, count: int) -> list[str]:
    """Names whose people are in one split."""
    names = (f"Person_{number:04d}" for number in range(10_000))
    return sorted([name for name in names if split_of(name) == wanted][:count])


@pytest.fixture
def lfw_root(tmp_path: Path) -> Path:
    """A folder laid out as the laboratory's: 4 people of split 6 with 3 pictures, 2 of split 0 with 1.

    The first picture of the first person holds a second face, off the centre; the last picture of the last
    person of split 6 is damaged.
    """
    root = tmp_path / "lfw"
    rng = np.random.default_rng(3)
    rows: list[list[object]] = []
    for name, pictures in [
        *((name, 3) for name in names_of_split(6, 4)),
        *((name, 1) for name in names_of_split(0, 2)),
    ]:
        face = 128.0 + pattern(rng, 10, 250)
        for number in range(1, pictures + 1):
            path = root / "images" / name / f"{name}_{number:04d}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            grey = np.clip(face + rng.normal(0.0, 5.0, face.shape), 0, 255).astype(np.uint8)
            Image.fromarray(np.repeat(grey[..., None], 3, axis=2)).save(path, quality=95)
            rows.append([f"{name}/{path.name}", 0.9, 75, 60, 100, 130, *_landmarks(102, 113)])
    first = str(rows[0][0])
    rows.insert(0, [first, 0.99, 0, 0, 60, 60, *_landmarks(15, 20)])
    damaged = root / "images" / names_of_split(6, 4)[-1] / f"{names_of_split(6, 4)[-1]}_0003.jpg"
    damaged.write_bytes(damaged.read_bytes()[:700])
    with (root / "faces.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return root


def _landmarks(x: float, y: float) -> list[float]:
    return [x, y, x + 44, y, x + 22, y + 25, x + 4, y + 50, x + 40, y + 50]
