"""The geometry of a face that is drawn or changed: it stays in the picture, whatever is done to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from app.widgets.pictures.face_sketch import SMALLEST_PX, FaceSketch, Grip

PICTURE = QRectF(-0.5, -0.5, 100, 80)
SHIFTS = st.floats(-150, 150)


def sketch() -> FaceSketch:
    """Return a face of 20x24 px with landmarks."""
    made = FaceSketch(PICTURE, QRectF(40, 30, 20, 24))
    made.place_landmarks()
    return made


def test_a_box_moves_with_its_landmarks_and_they_with_it() -> None:
    face = sketch()
    before = list(face.landmarks)
    face.move(3, -2)
    assert face.box == QRectF(43, 28, 20, 24)
    assert [after - old for after, old in zip(face.landmarks, before, strict=True)] == [QPointF(3, -2)] * 5


def test_a_box_that_meets_the_edge_takes_its_landmarks_no_further_than_itself() -> None:
    face = sketch()
    before = face.landmarks[2]
    face.move(500, 0)
    assert face.box.right() == PICTURE.right()
    assert face.landmarks[2].x() - before.x() == pytest.approx(PICTURE.right() - 60)


@given(SHIFTS, SHIFTS, SHIFTS, SHIFTS)
def test_no_move_and_no_growth_leaves_the_picture(dx: float, dy: float, dw: float, dh: float) -> None:
    face = sketch()
    face.move(dx, dy)
    face.grow(dw, dh)
    assert PICTURE.adjusted(-1e-9, -1e-9, 1e-9, 1e-9).contains(face.box)
    assert face.box.width() >= SMALLEST_PX - 1e-9
    assert face.box.height() >= SMALLEST_PX - 1e-9


@given(st.sampled_from([Grip(x=x, y=y) for x in (-1, 0, 1) for y in (-1, 0, 1)]), SHIFTS, SHIFTS)
def test_no_pull_at_an_edge_leaves_the_picture_or_turns_the_box_over(
    grip: Grip, dx: float, dy: float
) -> None:
    face = sketch()
    start = QPointF(50, 42)
    face.pull(grip, start, start + QPointF(dx, dy), face.copy())
    assert PICTURE.adjusted(-1e-9, -1e-9, 1e-9, 1e-9).contains(face.box)
    assert face.box.width() >= SMALLEST_PX - 1e-9


def test_a_corner_is_held_before_an_edge_an_edge_before_the_box_and_a_landmark_before_all() -> None:
    face = sketch()
    assert face.grip_at(QPointF(40.5, 30.5), 2) == Grip(x=-1, y=-1)
    assert face.grip_at(QPointF(60, 42), 2) == Grip(x=1)
    assert face.grip_at(QPointF(50, 37), 2) == Grip()
    assert face.grip_at(face.landmarks[2] + QPointF(1, 0), 2) == Grip(landmark=2)
    assert face.grip_at(QPointF(20, 20), 2) is None


def test_a_box_so_small_that_both_edges_are_within_reach_is_held_at_the_nearer_one() -> None:
    face = FaceSketch(PICTURE, QRectF(40, 30, 4, 4))
    assert face.grip_at(QPointF(41, 33), 8) == Grip(x=-1, y=1)


def test_tab_goes_round_the_landmarks_and_back_to_the_box() -> None:
    face = sketch()
    seen = []
    for _ in range(6):
        face.cycle(True)
        seen.append(face.active)
    assert seen == [0, 1, 2, 3, 4, -1]
    face.cycle(False)
    assert face.active == 4


def test_the_first_box_lies_in_the_visible_part_of_the_picture() -> None:
    face = FaceSketch(PICTURE)
    face.place_box(QRectF(60, 50, 100, 100))
    assert QRectF(60, 50, 39.5, 29.5).contains(face.box)
    assert face.big_enough


@pytest.mark.parametrize(("side", "step"), [(8.0, 1.0), (32.0, 2.0), (160.0, 10.0)])
def test_a_step_is_a_sixteenth_of_the_box_and_half_of_it_for_a_landmark(side: float, step: float) -> None:
    face = FaceSketch(QRectF(0, 0, 1000, 1000), QRectF(10, 10, side, side))
    assert face.step == step
    face.place_landmarks()
    face.active = 0
    assert face.step == step / 2
