"""The picture: zoom without interpolation, selection, drawing by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app.qtimage import image_from_array
from app.qtmodels.pictures.source import loose_face
from app.widgets.pictures.face_drawing import DrawingStep
from app.widgets.pictures.face_item import DrawnFace
from app.widgets.pictures.image_view import ImageView
from core.types import BoundingBox
from tests.app.fakes import assessed_face


@pytest.fixture
def pixels() -> NDArray[np.uint8]:
    """Return a picture of 40x30 px in which each pixel has a colour of its own."""
    rows, columns = np.mgrid[0:30, 0:40]
    return np.stack([columns * 6, rows * 8, np.full_like(rows, 128)], axis=2).astype(np.uint8)


@pytest.fixture
def view(qtbot: QtBot, pixels: NDArray[np.uint8]) -> ImageView:
    """Return a view of that picture with two faces."""
    made = ImageView()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    made.show_picture(image_from_array(pixels))
    made.show_faces(
        [
            loose_face(assessed_face(pixels, BoundingBox(4, 4, 16, 16), 0.8, None), -1),
            loose_face(assessed_face(pixels, BoundingBox(8, 8, 6, 6), 0.4, None), -2),
        ]
    )
    return made


def on_screen(view: ImageView, x: float, y: float) -> QPoint:
    """Return where a point of the picture lies in the view."""
    return view.mapFromScene(QPointF(x, y))


def test_a_picture_is_fitted_at_a_whole_number_of_screen_pixels(view: ImageView) -> None:
    assert view.scale_factor == 19.0


def test_enlarged_pixels_are_squares_of_one_colour(view: ImageView, pixels: NDArray[np.uint8]) -> None:
    view.show_faces(())
    shown = view.grab().toImage()
    ratio = shown.devicePixelRatio()
    for x, y in ((5, 7), (20, 15), (38, 28)):
        middle = on_screen(view, x, y)
        expected = QColor(*map(int, pixels[y, x]))
        for dx, dy in ((0, 0), (-8, -8), (8, 8), (8, -8)):
            point = QPoint(round((middle.x() + dx) * ratio), round((middle.y() + dy) * ratio))
            assert shown.pixelColor(view.viewport().mapTo(view, point)) == expected


def test_smooth_zoom_is_a_choice_and_mixes_colours(view: ImageView) -> None:
    view.show_faces(())
    plain = view.grab().toImage()
    view.set_smooth(True)
    assert view.grab().toImage() != plain
    view.set_smooth(False)
    assert view.grab().toImage() == plain


def test_a_click_selects_the_smallest_face_under_it(view: ImageView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.face_selected) as told:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=on_screen(view, 10, 10))
    assert told.args == [1]
    with qtbot.waitSignal(view.face_selected) as told:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=on_screen(view, 17, 17))
    assert told.args == [0]
    with qtbot.assertNotEmitted(view.face_selected):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=on_screen(view, 30, 25))


def test_arrow_keys_go_round_the_faces(view: ImageView, qtbot: QtBot) -> None:
    chosen = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)
        chosen.append(view.chosen)
    assert chosen == [0, 1, 0, 1]


def test_dragging_pans_and_selects_nothing(view: ImageView, qtbot: QtBot) -> None:
    view.zoom_to(40)
    before = on_screen(view, 10, 10)
    with qtbot.assertNotEmitted(view.face_selected):
        qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=before)
        qtbot.mouseMove(view.viewport(), before + QPoint(30, 20))
        qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=before + QPoint(30, 20))
    assert on_screen(view, 10, 10) - before == QPoint(30, 20)


def test_a_box_and_five_landmarks_are_drawn_in_pixels_of_the_picture(view: ImageView, qtbot: QtBot) -> None:
    drawn: list[DrawnFace] = []
    hints: list[str] = []
    view.drawing.face_drawn.connect(drawn.append)
    view.drawing.hint_changed.connect(hints.append)
    view.draw_face()
    drag(view, qtbot, (20, 10), (34, 26))
    assert "right eye" in hints[-1]
    points = [(24, 14), (30, 14), (27, 18), (25, 22), (29, 22)]
    for x, y in points:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=on_screen(view, x, y))
    (face,) = drawn
    assert face.box.as_list() == pytest.approx([20, 10, 14, 16], abs=0.1)
    assert face.landmarks is not None
    np.testing.assert_allclose(face.landmarks, points, atol=0.1)
    assert hints[-1] == ""
    assert view.drawing.step is DrawingStep.IDLE


def test_escape_uses_the_box_alone_and_a_second_one_would_give_up(view: ImageView, qtbot: QtBot) -> None:
    drawn: list[DrawnFace] = []
    view.drawing.face_drawn.connect(drawn.append)
    view.draw_face()
    drag(view, qtbot, (20, 10), (34, 26))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=on_screen(view, 24, 14))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert len(drawn) == 1
    assert drawn[0].landmarks is None
    view.draw_face()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert len(drawn) == 1
    assert view.drawing.step is DrawingStep.IDLE


def test_backspace_takes_a_landmark_back(view: ImageView, qtbot: QtBot) -> None:
    drawn: list[DrawnFace] = []
    view.drawing.face_drawn.connect(drawn.append)
    view.draw_face()
    drag(view, qtbot, (20, 10), (34, 26))
    for x, y in ((21, 11), (24, 14)):
        if (x, y) == (24, 14):
            qtbot.keyClick(view, Qt.Key.Key_Backspace)
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=on_screen(view, x, y))
    for x, y in ((30, 14), (27, 18), (25, 22), (29, 22)):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=on_screen(view, x, y))
    assert drawn[0].landmarks is not None
    np.testing.assert_allclose(drawn[0].landmarks[0], (24, 14), atol=0.1)


def test_a_box_of_less_than_three_pixels_is_taken_for_a_slip(view: ImageView, qtbot: QtBot) -> None:
    view.draw_face()
    drag(view, qtbot, (20, 10), (22, 20))
    assert view.drawing.step is DrawingStep.BOX


def test_a_box_is_clipped_to_the_picture(view: ImageView, qtbot: QtBot) -> None:
    drawn: list[DrawnFace] = []
    view.drawing.face_drawn.connect(drawn.append)
    view.draw_face()
    drag(view, qtbot, (30, 20), (40.5, 31))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert drawn[0].box.x + drawn[0].box.width <= 40
    assert drawn[0].box.y + drawn[0].box.height <= 30


def test_nothing_can_be_drawn_without_a_picture(qtbot: QtBot, tmp_path: Path) -> None:
    view = ImageView()
    qtbot.addWidget(view)
    view.draw_face()
    assert view.drawing.step is DrawingStep.IDLE


def drag(view: ImageView, qtbot: QtBot, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag from one point of the picture to another."""
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=on_screen(view, *start))
    qtbot.mouseMove(view.viewport(), on_screen(view, *end))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=on_screen(view, *end))
