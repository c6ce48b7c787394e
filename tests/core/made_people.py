"""People to label: the real faces that scikit-image ships, photographed several times by computer."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data

from core.imaging.alignment import align
from core.types import BoundingBox, FaceDetection

_BOX = BoundingBox(3.0, 1.0, 19.0, 24.0)


def photograph(person: int, number: int, *, sigma: float = 12.0) -> NDArray[np.uint8]:
    """Return an aligned crop of a person, another one for each number, with noise of `sigma`."""
    grey = (data.lfw_subset()[person] * 255).round().astype(np.uint8)
    rng = np.random.default_rng((person, number))
    crop = align(np.dstack([grey] * 3), FaceDetection(_BOX, None, None, FaceDetection.MANUAL)).crop
    shift = np.array([[1, 0, rng.uniform(-3, 3)], [0, 1, rng.uniform(-3, 3)]], np.float32)
    moved = cv2.warpAffine(crop, shift, (112, 112), borderMode=cv2.BORDER_REPLICATE)
    coarse = cv2.resize(rng.normal(0, sigma, (28, 28, 3)), (112, 112), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(moved * rng.uniform(0.8, 1.2) + coarse, 0, 255), np.uint8)


def write_people(folder: Path, people: range, pictures: int, *, sigma: float = 12.0) -> Path:
    """Write a folder for each person with aligned crops in it, and return the folder above."""
    for person in people:
        own = folder / f"person {person:03}"
        own.mkdir(parents=True)
        for number in range(pictures):
            cv2.imwrite(str(own / f"{number}.png"), photograph(person, number, sigma=sigma))
    return folder
