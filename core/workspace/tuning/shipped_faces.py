"""Faces that come with the application, for where a laboratory has none of its own to compare with."""

from __future__ import annotations

from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from core.imaging.alignment import CROP_SIZE, align
from core.types import FaceDetection
from core.workspace.demo import FACE_OF_CROP

NAME = "the shipped faces"
_FACES = 100


def shipped_faces() -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Return the faces of `skimage.data.lfw_subset`, 25 x 25 px each.

    Returns
    -------
    crops : ndarray of uint8, shape (n, 112, 112, 3)
        Aligned to the box of each; n is 0 where scikit-image is not installed.
    people : tuple of str
        Everybody is there once.
    """
    try:
        data = import_module("skimage.data")
    except ImportError:
        return np.empty((0, CROP_SIZE, CROP_SIZE, 3), np.uint8), ()
    grey = (data.lfw_subset()[:_FACES] * 255).round().astype(np.uint8)
    drawn = FaceDetection(FACE_OF_CROP, None, None, FaceDetection.MANUAL)
    crops = np.stack([align(np.dstack([face] * 3), drawn).crop for face in grey])
    return crops, tuple(f"LFW subset {number:03}" for number in range(1, len(crops) + 1))


def faces_to_keep() -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Return every other shipped face, for what a tuning must keep."""
    crops, people = shipped_faces()
    return crops[::2], people[::2]


def faces_to_judge() -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Return the shipped faces that no tuning sees, for the gate."""
    crops, people = shipped_faces()
    return crops[1::2], people[1::2]
