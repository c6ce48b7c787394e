"""Which detection finds which face, counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.evaluation.detection_pairing import landmark_error, overlaps, pair
from core.imaging.mosaics.labels import FaceLabels
from core.types import BoundingBox, FaceDetection

POINTS = np.array([(0, 0), (10, 0), (5, 5), (1, 9), (9, 9)], np.float32)


def faces(*boxes: tuple[float, float, float, float], uncertain: int = 0) -> FaceLabels:
    """Faces by left, top, right and bottom; the last `uncertain` ones are doubtful."""
    certain = np.arange(len(boxes)) < len(boxes) - uncertain
    points = np.stack([POINTS + np.array(box[:2]) for box in boxes]).astype(np.float32)
    return FaceLabels(np.array(boxes, np.float32), points, certain)


def found(*boxes: tuple[float, float, float, float, float]) -> list[FaceDetection]:
    """Detections by left, top, right, bottom and confidence."""
    return [
        FaceDetection(
            BoundingBox(left, top, right - left, bottom - top),
            (POINTS + np.array((left, top))).astype(np.float32),
            confidence,
            "a detector",
        )
        for left, top, right, bottom, confidence in boxes
    ]


def test_each_face_is_found_once_by_the_most_confident_detection() -> None:
    pairing = pair(
        faces((0, 0, 10, 10)), found((0, 0, 10, 9, 0.6), (0, 0, 10, 10, 0.9), (50, 50, 60, 60, 0.7))
    )
    assert pairing.faces == 1
    assert pairing.confidence.tolist() == [0.9, 0.7, 0.6]
    assert pairing.true.tolist() == [True, False, False]


def test_half_an_overlap_is_enough_and_less_is_not() -> None:
    truth = faces((0, 0, 10, 10))
    assert pair(truth, found((0, 0, 10, 5, 0.9))).true.tolist() == [True]
    assert pair(truth, found((0, 0, 10, 4.9, 0.9))).true.tolist() == [False]


def test_a_detection_on_a_doubtful_place_is_not_counted() -> None:
    truth = faces((0, 0, 10, 10), (40, 40, 60, 60), uncertain=1)
    pairing = pair(truth, found((40, 40, 60, 60, 0.9), (45, 45, 50, 50, 0.8), (0, 0, 10, 10, 0.7)))
    assert pairing.faces == 1
    assert pairing.true.tolist() == [True]


def test_faces_of_another_size_neither_count_nor_cost() -> None:
    truth = faces((0, 0, 10, 10), (40, 40, 80, 80))
    pairing = pair(
        truth, found((0, 0, 10, 10, 0.9), (40, 40, 80, 80, 0.8), (0, 60, 30, 90, 0.7)), (5.0, 20.0)
    )
    assert pairing.faces == 1
    assert pairing.true.tolist() == [True]


def test_two_faces_that_overlap_are_both_found() -> None:
    truth = faces((0, 0, 10, 10), (4, 0, 14, 10))
    assert pair(truth, found((1, 0, 11, 10, 0.9), (3, 0, 13, 10, 0.8))).true.tolist() == [True, True]


def test_without_faces_or_detections_nothing_breaks() -> None:
    assert pair(FaceLabels.none(), found((0, 0, 5, 5, 0.5))).true.tolist() == [False]
    empty = pair(faces((0, 0, 10, 10)), [])
    assert (empty.faces, len(empty.true)) == (1, 0)


def test_landmarks_are_measured_in_eye_distances() -> None:
    assert landmark_error(POINTS, POINTS + np.float32((3, 4))) == pytest.approx(0.5)
    assert math.isnan(landmark_error(POINTS, None))
    assert math.isnan(landmark_error(np.zeros((5, 2), np.float32), POINTS))
    pairing = pair(faces((0, 0, 10, 10)), found((0, 1, 10, 10, 0.9), (50, 50, 60, 60, 0.8)))
    assert pairing.landmark_error[0] == pytest.approx(0.1)
    assert math.isnan(pairing.landmark_error[1])


def test_overlaps_are_those_of_a_loop() -> None:
    rng = np.random.default_rng(2)
    corner, extent = rng.uniform(0, 20, (7, 2)), rng.uniform(1, 20, (7, 2))
    boxes = np.concatenate([corner, corner + extent], axis=1)
    table = overlaps(boxes[:4], boxes[4:])
    for row, one in enumerate(boxes[:4]):
        for column, other in enumerate(boxes[4:]):
            width = max(min(one[2], other[2]) - max(one[0], other[0]), 0)
            height = max(min(one[3], other[3]) - max(one[1], other[1]), 0)
            union = np.prod(one[2:] - one[:2]) + np.prod(other[2:] - other[:2]) - width * height
            assert table[row, column] == pytest.approx(width * height / union)
