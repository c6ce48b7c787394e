"""Faces marked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.detection.manual import manual_detection
from core.errors import UsageError
from core.types import BoundingBox

EYES_NOSE_MOUTH = np.array([(30, 40), (60, 40), (45, 55), (33, 70), (57, 70)], float)


def test_a_drawn_box_is_a_detection_without_confidence() -> None:
    face = manual_detection(BoundingBox(20, 20, 50, 60), width=100, height=100)
    assert face.manual
    assert (face.confidence, face.landmarks) == (None, None)
    assert face.box == BoundingBox(20, 20, 50, 60)


def test_a_box_is_cut_at_the_edges_of_the_picture() -> None:
    face = manual_detection(BoundingBox(-10, 80, 50, 60), width=100, height=100)
    assert face.box == BoundingBox(0, 80, 40, 20)


def test_landmarks_are_kept() -> None:
    face = manual_detection(BoundingBox(20, 20, 50, 60), EYES_NOSE_MOUTH, width=100, height=100)
    np.testing.assert_array_equal(face.landmarks, EYES_NOSE_MOUTH)


@pytest.mark.parametrize(
    "box",
    [
        BoundingBox(200, 10, 20, 20),
        BoundingBox(-30, 10, 31, 20),
        BoundingBox(10, 10, 1, 40),
        BoundingBox(99, 99, 50, 50),
    ],
)
def test_a_box_with_nothing_in_it_is_refused(box: BoundingBox) -> None:
    with pytest.raises(UsageError, match="2 x 2 px"):
        manual_detection(box, width=100, height=100)


@pytest.mark.parametrize(
    ("landmarks", "sentence"),
    [
        (EYES_NOSE_MOUTH[:4], "five landmarks"),
        (np.full((5, 2), np.nan), "five landmarks"),
        (EYES_NOSE_MOUTH + 60, "in the picture"),
        (EYES_NOSE_MOUTH - 31, "in the picture"),
        (np.ones((5, 2)), "different points"),
    ],
)
def test_impossible_landmarks_are_refused(landmarks: np.ndarray, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        manual_detection(BoundingBox(20, 20, 50, 60), landmarks, width=100, height=100)
