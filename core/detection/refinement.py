"""A second look at a small face, enlarged, for its landmarks."""

from __future__ import annotations

import math

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


def refine(face: FaceDetection, pixels: NDArray[np.uint8], detector: Detector) -> FaceDetection:
    """Detect a face once more in its enlarged surroundings.

    Parameters
    ----------
    face : FaceDetection
        As it was found, in px of the picture.
    pixels : ndarray of uint8, shape (height, width, 3)
        The picture, RGB.
    detector : Detector
        The detector that found it.

    Returns
    -------
    FaceDetection
        The face as found the second time, or as it was when it was not found again.
    """
    side = math.sqrt(face.box.area)
    height, width = pixels.shape[:2]
    margin = _CONTEXT * side
    left = int(np.clip(face.box.x - margin, 0, width - 1))
    top = int(np.clip(face.box.y - margin, 0, height - 1))
    right = int(np.clip(math.ceil(face.box.x + face.box.width + margin), left + 1, width))
    bottom = int(np.clip(math.ceil(face.box.y + face.box.height + margin), top + 1, height))
    scale = min(TARGET_PX / side, detector.max_side / max(right - left, bottom - top))
    view = resized(pixels[top:bottom, left:right], scale)
    view = View(view.pixels, left * view.scale_x, top * view.scale_y, view.scale_x, view.scale_y)
    again = [view.to_picture(found) for found in detector.detect(view.pixels)]
    shared = overlaps(face.box, [found.box for found in again])
    if shared.size == 0 or shared.max() <= _SAME_FACE:
        return face
    return again[int(shared.argmax())]
