"""Overlap and non-maximum suppression."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from core.detection.suppression import overlaps, survivors
from core.types import BoundingBox, FaceDetection

boxes = st.builds(
    BoundingBox,
    st.integers(-5, 25).map(float),
    st.integers(-5, 25).map(float),
    st.integers(1, 15).map(float),
    st.integers(1, 15).map(float),
)
faces = st.lists(
    st.builds(FaceDetection, boxes, st.none(), st.integers(0, 20).map(lambda n: n / 20), st.just("test")),
    max_size=12,
)


def _cells(box: BoundingBox) -> set[tuple[int, int]]:
    x, y, width, height = (int(value) for value in box.as_list())
    return {(i, j) for i in range(x, x + width) for j in range(y, y + height)}


def _counted(one: BoundingBox, other: BoundingBox) -> float:
    a, b = _cells(one), _cells(other)
    return len(a & b) / len(a | b)


@examples(deadline=None)
@given(boxes, st.lists(boxes, max_size=6))
def test_overlap_is_what_counting_unit_squares_gives(one: BoundingBox, others: list[BoundingBox]) -> None:
    np.testing.assert_allclose(overlaps(one, others), [_counted(one, other) for other in others])


@examples(deadline=None)
@given(faces, st.sampled_from([0.0, 0.3, 0.4, 0.9]))
def test_suppression_is_what_brute_force_gives(found: list[FaceDetection], most: float) -> None:
    left = list(range(len(found)))
    expected = []
    while left:
        best = max(left, key=lambda position: (found[position].confidence, -position))
        expected.append(best)
        left = [p for p in left if p != best and _counted(found[p].box, found[best].box) <= most]
    assert survivors(found, most) == expected


def test_no_faces_leave_no_survivors() -> None:
    assert survivors([], 0.4) == []
    assert overlaps(BoundingBox(0, 0, 1, 1), []).shape == (0,)


def test_the_more_confident_of_two_boxes_survives() -> None:
    box = BoundingBox(0, 0, 10, 10)
    pair = [FaceDetection(box, None, confidence, "test") for confidence in (0.7, 0.8)]
    assert survivors(pair, 0.4) == [1]


@pytest.mark.parametrize(("shift", "count"), [(0, 1), (4, 1), (5, 2), (10, 2)])
def test_boxes_apart_are_two_faces(shift: int, count: int) -> None:
    # By hand: 10x10 boxes shifted by 4 share 60 of 140 px² (0.429), by 5 share 50 of 150 (0.333).
    pair = [FaceDetection(BoundingBox(x, 0, 10, 10), None, 0.9, "test") for x in (0, shift)]
    assert len(survivors(pair, 0.4)) == count
