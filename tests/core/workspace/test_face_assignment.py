"""Which box of a new analysis is which known face."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from core.types import BoundingBox
from core.workspace.cases.face_assignment import SAME_FACE, assign


def iou(one: BoundingBox, other: BoundingBox) -> float:
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    shared = max(width, 0) * max(height, 0)
    return shared / (one.area + other.area - shared)


def test_nothing_is_assigned_to_nothing() -> None:
    box = BoundingBox(0, 0, 10, 10)
    assert assign([], [box]) == {}
    assert assign([box], []) == {}


@pytest.mark.parametrize(("shift", "same"), [(0, True), (4, True), (4.4, False), (10, False), (50, False)])
def test_boxes_that_overlap_by_two_fifths_are_the_same_face(shift: float, same: bool) -> None:
    known, found = BoundingBox(0, 0, 10, 10), BoundingBox(shift, 0, 10, 10)
    assert (iou(known, found) >= SAME_FACE) is same
    assert bool(assign([known], [found])) is same


def test_the_best_pair_comes_first_and_each_face_is_given_once() -> None:
    known = [BoundingBox(0, 0, 10, 10), BoundingBox(3, 0, 10, 10)]
    assert assign(known, [BoundingBox(2.5, 0, 10, 10)]) == {0: 1}
    assert assign(known, [BoundingBox(2.5, 0, 10, 10), BoundingBox(3, 0, 10, 10)]) == {1: 1, 0: 0}


def test_an_assignment_does_not_depend_on_the_order_of_the_boxes() -> None:
    rng = np.random.default_rng(5)
    known = [BoundingBox(*rng.uniform(0, 30, 2), *rng.uniform(8, 20, 2)) for _ in range(4)]
    found = [BoundingBox(box.x + rng.normal(), box.y, box.width, box.height) for box in known[:3]]
    expected = {(new, old) for new, old in assign(known, found).items()}
    assert expected
    for order in permutations(range(3)):
        shuffled = assign(known, [found[place] for place in order])
        assert {(order[new], old) for new, old in shuffled.items()} == expected
