"""Which detection found which face of a picture, and which found nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.imaging.mosaics.labels import FaceLabels
from core.types import FaceDetection

IOU = 0.5
"""Intersection over union from which a detection has found a face (PASCAL VOC: Everingham et al. 2010)."""

_MOSTLY = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """The detections of one picture that count.

    Attributes
    ----------
    faces : int
        Faces that were to be found.
    confidence : ndarray of float64, shape (n,)
        Of each detection, descending.
    true : ndarray of bool, shape (n,)
        Whether it found a face. The others are false positives.
    landmark_error : ndarray of float64, shape (n,)
        Mean distance of the five landmarks in units of the distance of the eyes; NaN for a false positive
        and where either has no landmarks.
    """

    faces: int
    confidence: NDArray[np.float64]
    true: NDArray[np.bool_]
    landmark_error: NDArray[np.float64]


def pair(
    truth: FaceLabels,
    found: Sequence[FaceDetection],
    sides: tuple[float, float] = (0.0, math.inf),
    iou: float = IOU,
) -> Pairing:
    """Pair the detections of a picture with its faces.

    The most confident detection chooses first, and takes the free face that it overlaps most. What is left
    and lies on an uncertain place is not counted, and neither is what has another size than the faces that
    are counted (as COCO does with its ranges of area: Lin et al., ECCV 2014).

    Parameters
    ----------
    truth : FaceLabels
        The faces.
    found : sequence of FaceDetection
        What a detector says, in any order.
    sides : tuple of float
        Faces of a side from the first up to but not the second are counted; others are as good as uncertain.
    iou : float
        Least intersection over union.

    Returns
    -------
    Pairing
        The detections that count.
    """
    found = sorted(found, key=lambda face: -(face.confidence or 0.0))
    boxes = np.array([face.box.corners for face in found], np.float64).reshape(-1, 4)
    own_side = np.sqrt((boxes[:, 2:] - boxes[:, :2]).prod(1))
    of_size = (truth.sides >= sides[0]) & (truth.sides < sides[1])
    wanted = truth.chosen(truth.certain & of_size)
    others = truth.chosen(~(truth.certain & of_size))
    overlap = overlaps(boxes, wanted.boxes)
    elsewhere = ((own_side < sides[0]) | (own_side >= sides[1])) | _on_any(boxes, others.boxes, iou)
    free = np.ones(len(wanted), bool)
    counted, true, errors = [], [], []
    for place, face in enumerate(found):
        best = int(np.where(free, overlap[place], -1.0).argmax()) if len(wanted) else 0
        hit = len(wanted) > 0 and bool(free[best]) and bool(overlap[place, best] >= iou)
        if hit:
            free[best] = False
        elif elsewhere[place]:
            continue
        counted.append(face.confidence or 0.0)
        true.append(hit)
        errors.append(landmark_error(wanted.landmarks[best], face.landmarks) if hit else math.nan)
    return Pairing(
        len(wanted), np.array(counted, np.float64), np.array(true, bool), np.array(errors, np.float64)
    )


def landmark_error(truth: NDArray[np.float32], found: NDArray[np.float32] | None) -> float:
    """Return the mean distance of five landmarks over the distance of the true eyes; NaN if it has none."""
    eyes = float(np.linalg.norm(truth[1] - truth[0]))
    if found is None or eyes == 0:
        return math.nan
    return float(np.linalg.norm(found - truth, axis=1).mean()) / eyes


def overlaps(boxes: NDArray[np.floating], others: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the intersection over union of boxes (n, 4) with others (m, 4), shape (n, m)."""
    shared = _shared(boxes, others)
    area, other = (_extent(one).prod(-1) for one in (boxes, others))
    return np.asarray(shared / np.maximum(area[:, None] + other - shared, 1e-12))


def _on_any(boxes: NDArray[np.float64], places: NDArray[np.float32], iou: float) -> NDArray[np.bool_]:
    inside = _shared(boxes, places) / np.maximum(_extent(boxes).prod(-1), 1e-12)[:, None] >= _MOSTLY
    return np.asarray((inside | (overlaps(boxes, places) >= iou)).any(1), bool)


def _shared(boxes: NDArray[np.floating], others: NDArray[np.floating]) -> NDArray[np.float64]:
    low = np.maximum(boxes[:, None, :2], others[:, :2])
    high = np.minimum(boxes[:, None, 2:], others[:, 2:])
    return np.asarray(np.maximum(high - low, 0.0).prod(-1), np.float64)


def _extent(boxes: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(boxes[:, 2:] - boxes[:, :2], np.float64)
