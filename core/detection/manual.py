"""Faces marked by hand where a detector fails."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import UsageError
from core.types import BoundingBox, FaceDetection

MIN_SIDE_PX = 2.0


def manual_detection(
    box: BoundingBox, landmarks: ArrayLike | None = None, *, width: int, height: int
) -> FaceDetection:
    """Make a detection of a box that a person drew.

    Parameters
    ----------
    box : BoundingBox
        As drawn, in px of the picture; what lies outside the picture is cut off.
    landmarks : array-like, shape (5, 2), optional
        Right eye, left eye, nose tip, right and left corner of the mouth, as the subject has them.
    width, height : int
        Size of the picture in px.

    Returns
    -------
    FaceDetection
        Without a confidence, by the detector "manual".

    Raises
    ------
    UsageError
        If too little of the box lies in the picture, or the landmarks are not five points of the picture
        with two different eyes.
    """
    left, top = max(box.x, 0.0), max(box.y, 0.0)
    right, bottom = min(box.x + box.width, float(width)), min(box.y + box.height, float(height))
    if right - left < MIN_SIDE_PX or bottom - top < MIN_SIDE_PX:
        raise UsageError(
            f"A face box must cover at least {MIN_SIDE_PX:.0f} x {MIN_SIDE_PX:.0f} px of the picture."
        )
    return FaceDetection(
        box=BoundingBox(left, top, right - left, bottom - top),
        landmarks=None if landmarks is None else _checked(landmarks, width, height),
        confidence=None,
        detector=FaceDetection.MANUAL,
    )


def _checked(landmarks: ArrayLike, width: int, height: int) -> NDArray[np.float32]:
    points = np.asarray(landmarks, np.float32)
    if points.shape != (5, 2) or not np.isfinite(points).all():
        raise UsageError("A face needs five landmarks: both eyes, the nose and both corners of the mouth.")
    # The centre of the first pixel is (0, 0), so a picture reaches half a pixel beyond the centres.
    if (points < -0.5).any() or (points > np.array([width, height]) - 0.5).any():
        raise UsageError("Every landmark must lie in the picture.")
    if np.array_equal(points[0], points[1]):
        raise UsageError("The two eyes must be different points.")
    return points
