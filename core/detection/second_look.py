"""A second look of a detector at small faces, enlarged, for their landmarks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.detection.detector import Detector
from core.detection.suppression import overlaps
from core.detection.views import View, resized
from core.types import FaceDetection

ENOUGH_PX = 40.0
"""Side of a face, as the detector saw it, from which a second look gains nothing."""

TARGET_PX = 64.0
"""Side that a face is enlarged to for the second look."""

_CONTEXT = 1.0
_SAME_FACE = 0.4
_AT_ONCE = 64
"""Enlarged surroundings that are held in memory together."""


def look_again(
    faces: Sequence[FaceDetection], pixels: NDArray[np.uint8], detector: Detector
) -> list[FaceDetection]:
    """Detect faces once more, each in its enlarged surroundings.

    Parameters
    ----------
    faces : sequence of FaceDetection
        As they were found, in px of the picture.
    pixels : ndarray of uint8, shape (height, width, 3)
        The picture, RGB.
    detector : Detector
        The detector that found them.

    Returns
    -------
    list of FaceDetection
        One for each of `faces`: as it was found the second time, or as it was when it was not found again.
    """
    refined: list[FaceDetection] = []
    for start in range(0, len(faces), _AT_ONCE):
        some = faces[start : start + _AT_ONCE]
        views = [_surroundings(face, pixels, detector.max_side) for face in some]
        found = detector.detect_many([view.pixels for view in views])
        refined += [
            _found_again(face, [view.to_picture(other) for other in others])
            for face, view, others in zip(some, views, found, strict=True)
        ]
    return refined


def _surroundings(face: FaceDetection, pixels: NDArray[np.uint8], max_side: int) -> View:
    side = math.sqrt(face.box.area)
    height, width = pixels.shape[:2]
    margin = _CONTEXT * side
    left = int(np.clip(face.box.x - margin, 0, width - 1))
    top = int(np.clip(face.box.y - margin, 0, height - 1))
    right = int(np.clip(math.ceil(face.box.x + face.box.width + margin), left + 1, width))
    bottom = int(np.clip(math.ceil(face.box.y + face.box.height + margin), top + 1, height))
    scale = min(TARGET_PX / side, max_side / max(right - left, bottom - top))
    view = resized(pixels[top:bottom, left:right], scale)
    return View(view.pixels, left * view.scale_x, top * view.scale_y, view.scale_x, view.scale_y)


def _found_again(face: FaceDetection, others: Sequence[FaceDetection]) -> FaceDetection:
    shared = overlaps(face.box, [other.box for other in others])
    if shared.size == 0 or shared.max() <= _SAME_FACE:
        return face
    return others[int(shared.argmax())]
