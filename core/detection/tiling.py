"""From a picture of any size to its faces, with a detector that likes moderate ones.

Measured with libfacedetection on 96 faces of Labeled Faces in the Wild, shrunk to a face of the given
side (square root of the area of its box), blurred (sigma 0.8 px), with noise (8 levels) and JPEG 50:
as it is, 88 of 96 are found at 12 px and 95 at 16 and 20 px; enlarged, 95 at 12 px and 96 at 16 and
20 px. The second look brings the landmarks at 16 px from 0.28 (0.14 enlarged) to 0.13 eye distances (mean
over the landmarks, median over the faces) from those that the same detector gives for the full picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.detection.detector import Detector
from core.detection.second_look import ENOUGH_PX, look_again
from core.detection.suppression import survivors
from core.detection.views import View, padded, resized, tiles
from core.settings import DetectionSettings
from core.types import FaceDetection

MAX_ENLARGEMENT = 3.0
PADDING = 0.25
"""Margin around a small picture, as a share of its longer side."""


def detect_faces(
    pixels: NDArray[np.uint8], detector: Detector, settings: DetectionSettings
) -> tuple[FaceDetection, ...]:
    """Find the faces in a picture.

    A picture shorter than `upscale_below_px` is searched enlarged to that length (at most three times), for
    its small faces, and with a margin around it, for a face that fills it. A picture longer than `tile_px` is
    searched in overlapping tiles. Then it is shrunk, step by step, for the faces that are larger than the
    overlap or than the detector finds. Last, the detector's refinement network looks at every face; without
    one the detector looks again at the small ones, enlarged, because their landmarks are not known well.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    detector : Detector
        The detector.
    settings : DetectionSettings
        Sizes and thresholds.

    Returns
    -------
    tuple of FaceDetection
        One for each face, largest first, in px of `pixels`; boxes may reach beyond the picture.
    """
    if pixels.size == 0:
        return ()
    views = list(_views(pixels, settings, detector))
    found = []
    scales = []
    for view, seen in zip(views, detector.detect_many([view.pixels for view in views]), strict=True):
        whole = [face for face in seen if not view.is_cut(face.box)]
        found += [view.to_picture(face) for face in whole]
        scales += [view.scale_x] * len(whole)
    kept = survivors(found, settings.nms_iou)
    faces = [found[place] for place in kept]
    if detector.refiner is not None:
        refined = detector.refiner.refine(faces, pixels)
        faces = [face for face in refined if (face.confidence or 0.0) >= settings.min_confidence]
    else:
        small = [
            number
            for number, place in enumerate(kept)
            if math.sqrt(faces[number].box.area) * scales[place] < ENOUGH_PX
        ]
        again = look_again([faces[number] for number in small], pixels, detector)
        for number, face in zip(small, again, strict=True):
            faces[number] = face
    largest_first = sorted(survivors(faces, settings.nms_iou), key=lambda place: -faces[place].box.area)
    return tuple(faces[place] for place in largest_first)


def _views(pixels: NDArray[np.uint8], settings: DetectionSettings, detector: Detector) -> Iterator[View]:
    side = min(settings.tile_px, detector.max_side)
    overlap = min(settings.tile_overlap_px, side // 2)
    longer = max(pixels.shape[:2])
    whole = resized(pixels, 1.0)
    margin = round(PADDING * longer)
    if longer < settings.upscale_below_px:
        enlarged = resized(pixels, min(MAX_ENLARGEMENT, settings.upscale_below_px / longer))
        yield from tiles(enlarged, side, overlap)
        if longer + 2 * margin <= side:
            whole = padded(whole, margin)
    yield from tiles(whole, side, overlap)
    smallest, largest = detector.face_px
    step = max(2.0, min(overlap, largest) / smallest)
    scale, last = 1.0, min(side, largest) / longer
    while scale > last:
        scale = max(scale / step, last)
        yield from tiles(resized(pixels, scale), side, overlap)
