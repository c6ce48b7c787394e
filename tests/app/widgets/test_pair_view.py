"""What the two faces look like: px as they are, divided, subtracted, and moved by hand."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.qtimage import FaceImage, image_from_array
from app.widgets.compare.geometry import Side
from app.widgets.compare.pair_view import FASTEST_HZ, PairView
from app.widgets.compare.scene import Mode
from core.types import Band, BoundingBox

MARKS = np.array([(6.0, 7), (13, 7), (10, 11), (7, 14), (12, 14)])
RED, BLUE = (200, 0, 0), (0, 0, 200)


def face(colour: tuple[int, int, int], *, original: bool = True) -> FaceImage:
    """Return a face of 20 x 20 px in one colour, with one white px in the middle of its right eye."""
    pixels = np.full((20, 20, 3), colour, np.uint8)
    pixels[7, 6] = 255
    box = BoundingBox(2, 2, 16, 16)
    return FaceImage(image_from_array(pixels), box, MARKS, np.eye(2, 3), False, original, 0.5, Band.FAIR)


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[PairView]:
    """Return a red probe and a blue candidate, registered."""
    shown = PairView()
    shown.resize(640, 320)
    shown.show()
    shown.show_faces(face(RED), face(BLUE), keep_view=False)
    yield shown
    shown.close()
    shown.deleteLater()


def pixel(view: PairView, point: QPointF) -> tuple[int, int, int]:
    """Return the colour at a point of the widget."""
    found = QColor(view.grab().toImage().pixel(point.toPoint()))
    return found.red(), found.green(), found.blue()


def test_enlarged_px_have_sharp_edges_until_they_are_smoothed(view: PairView) -> None:
    scale = view.scale(Side.PROBE)
    inside = view.point_of(Side.PROBE, 6.4, 7.0)
    outside = view.point_of(Side.PROBE, 6.6, 7.0)
    assert scale == int(scale) > 8
    assert pixel(view, inside) == (255, 255, 255)
    assert pixel(view, outside) == RED
    view.set_smooth(True)
    assert pixel(view, inside) not in ((255, 255, 255), RED)


def test_a_divider_shows_the_probe_at_its_left_and_the_candidate_at_its_right(view: PairView) -> None:
    view.set_mode(Mode.SWIPE)
    middle = QPointF(view.width() / 2, view.height() / 2)
    assert pixel(view, middle - QPointF(20, 0)) == RED
    assert pixel(view, middle + QPointF(20, 0)) == BLUE
    view.move_divider(1.0)
    assert pixel(view, middle + QPointF(20, 0)) == RED
    view.move_divider(-2.0)
    assert view.divider == 0.0


def test_the_difference_is_absolute_and_nothing_where_the_faces_are_the_same(view: PairView) -> None:
    view.set_mode(Mode.DIFFERENCE)
    assert pixel(view, view.point_of(Side.PROBE, 12, 12)) == (200, 0, 200)
    assert pixel(view, view.point_of(Side.PROBE, 6, 7)) == (0, 0, 0)
    view.show_faces(face(RED), face(RED), keep_view=True)
    assert pixel(view, view.point_of(Side.PROBE, 12, 12)) == (0, 0, 0)


def test_a_map_lies_over_the_crop_of_the_probe_and_takes_its_colours_away(view: PairView) -> None:
    overlay = QImage(8, 8, QImage.Format.Format_ARGB32)
    overlay.fill(QColor(0, 255, 0))
    view.show_overlay(overlay)
    view.set_overlay_opacity(1.0)
    assert view.covered
    assert pixel(view, view.point_of(Side.PROBE, 10, 10)) == (0, 255, 0)
    assert pixel(view, view.point_of(Side.CANDIDATE, 10, 10)) == BLUE
    view.show_overlay(None)
    assert not view.covered
    assert pixel(view, view.point_of(Side.PROBE, 10, 10)) == RED


def test_one_face_takes_the_place_of_the_other_and_the_screen_reader_hears_which(view: PairView) -> None:
    middle = QPointF(view.width() / 2, view.height() / 2)
    heard = []
    for _ in range(2):
        view.show_other()
        heard.append((pixel(view, middle), view.accessibleName().split(",")[0]))
    assert heard == [(BLUE, "Candidate"), (RED, "Probe")]


@pytest.mark.parametrize("asked", [0.0, 0.7, 3.0, 50.0])
def test_flicker_can_never_be_set_to_three_changes_a_second(view: PairView, asked: float) -> None:
    view.set_flicker_rate(asked)
    assert view.flicker_rate <= FASTEST_HZ < 3


def test_a_drag_moves_both_halves_and_only_one_when_they_are_unlinked(view: PairView, qtbot: QtBot) -> None:
    def drag(start: QPoint) -> tuple[QPointF, QPointF]:
        before = [view.point_of(side, 10, 10) for side in Side]
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(view, start + QPoint(30, 12))
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(30, 12))
        after = [view.point_of(side, 10, 10) for side in Side]
        return after[0] - before[0], after[1] - before[1]

    assert drag(QPoint(100, 100)) == (QPointF(30, 12), QPointF(30, 12))
    view.set_linked(False)
    assert drag(QPoint(500, 100)) == (QPointF(0, 0), QPointF(30, 12))


def test_a_shrunk_picture_is_averaged_and_no_px_is_left_out(qtbot: QtBot, view: PairView) -> None:
    stripes = np.zeros((256, 256, 3), np.uint8)
    stripes[:, ::2] = 255
    marks = MARKS * 12
    large = FaceImage(
        image_from_array(stripes),
        BoundingBox(20, 20, 200, 200),
        marks,
        np.eye(2, 3),
        False,
        True,
        0.5,
        Band.FAIR,
    )
    view.show_faces(large, large, keep_view=False)
    view.zoom(0.1)
    shown = pixel(view, view.point_of(Side.PROBE, 128, 128))
    assert all(90 < channel < 165 for channel in shown)
