"""Overlap of boxes, and the choice of one among several boxes of the same face."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.types import BoundingBox, FaceDetection


def overlaps(box: BoundingBox, others: Sequence[BoundingBox]) -> NDArray[np.float64]:
    """Return the intersection over union of one box with each of several, shape (n,)."""
    if not others:
        return np.zeros(0)
    x, y, width, height = np.array([other.as_list() for other in others]).T
    shared_x = np.minimum(box.x + box.width, x + width) - np.maximum(box.x, x)
    shared_y = np.minimum(box.y + box.height, y + height) - np.maximum(box.y, y)
    shared = np.clip(shared_x, 0.0, None) * np.clip(shared_y, 0.0, None)
    return np.asarray(shared / (box.area + width * height - shared), np.float64)


def survivors(faces: Sequence[FaceDetection], max_overlap: float) -> list[int]:
    """Choose one box for each face: greedy non-maximum suppression.

    Parameters
    ----------
    faces : sequence of FaceDetection
        Candidates; among equally confident ones the earlier is preferred.
    max_overlap : float
        Intersection over union above which two boxes are the same face.

    Returns
    -------
    list of int
        Positions of the survivors in `faces`, the most confident first.
    """
    kept: list[int] = []
    for position in sorted(range(len(faces)), key=lambda position: -(faces[position].confidence or 0.0)):
        shared = overlaps(faces[position].box, [faces[other].box for other in kept])
        if not (shared > max_overlap).any():
            kept.append(position)
    return kept
