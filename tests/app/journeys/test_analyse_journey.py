"""Analyse, by pointing and typing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Desk
from app.pages.analyse_page import AnalysePage
from app.widgets.galleries.enrolment_dialog import FaceEnrolmentDialog
from core.types import Outcome
from tests.app.fakes import FakeWorkspace

Screenshot = Callable[[QWidget, str], QImage]


@pytest.fixture
def page(desk: Desk) -> AnalysePage:
    """Return the page, on show."""
    desk.window.show_page("analyse")
    return desk.window.pages.analyse


def rest(desk: Desk, qtbot: QtBot) -> None:
    """Wait until nothing runs."""
    qtbot.waitUntil(lambda: not desk.runner.active(quiet=True))


def shown(page: AnalysePage, row: int) -> None:
    """Choose a source by its row."""
    page.list.setCurrentIndex(page.examination.sources.index(row))


def test_dropped_files_are_analysed_and_failed_ones_stay_listed_with_their_reason(
    desk: Desk, page: AnalysePage, pictures: Path, qtbot: QtBot, screenshot: Screenshot
) -> None:
    drop(desk, [pictures / name for name in ("bad.jpg", "astronaut.png", "empty.png", "clip.mp4")])
    rest(desk, qtbot)
    sources = [page.examination.sources.item(page.examination.sources.index(row)) for row in range(4)]
    outcomes = [source.analysis.outcome if source and source.analysis else None for source in sources]
    assert outcomes == [Outcome.UNREADABLE, Outcome.OK, Outcome.NOT_DETECTED, None]
    shown(page, 0)
    assert page.notice.text == "The file bad.jpg is no picture."
    assert not page.view.has_picture
    shown(page, 2)
    rest(desk, qtbot)
    assert "Press B" in page.notice.text
    shown(page, 1)
    rest(desk, qtbot)
    assert page.notice.text == ""
    assert page.face is not None
    screenshot(desk.window, "analyse")


def test_a_folder_means_its_pictures(desk: Desk, page: AnalysePage, pictures: Path, qtbot: QtBot) -> None:
    (pictures / "clip.mp4").unlink()
    drop(desk, [pictures])
    rest(desk, qtbot)
    assert page.examination.sources.rowCount() == 3


def test_the_panel_shows_native_size_band_and_consequence_of_the_selected_face(
    desk: Desk, page: AnalysePage, pictures: Path, qtbot: QtBot
) -> None:
    page.add([pictures / "astronaut.png"])
    rest(desk, qtbot)
    qtbot.keyClick(page.view, Qt.Key.Key_Right)
    rest(desk, qtbot)
    texts = all_texts(page.panel)
    assert "Face 2 of 2" in texts
    assert any(text.startswith("Too little for a comparison; usable as a lead at most.") for text in texts)
    assert "9.6 px (estimated from the box)" in texts
    assert "24 × 28 px at (330, 180)" in texts
    assert page.panel._bar.text() == "RI 0.36, low, eyes 9.6 px apart (provisional)"


def test_a_face_drawn_by_hand_is_filed_with_its_picture_and_can_be_searched(
    desk: Desk, page: AnalysePage, pictures: Path, qtbot: QtBot
) -> None:
    page.add([pictures / "empty.png"])
    rest(desk, qtbot)
    assert not page.search_action.isEnabled()
    qtbot.keyClick(page.list, Qt.Key.Key_B)
    viewport = page.view.viewport()
    start, end = (page.view.mapFromScene(QPointF(*point)) for point in ((40, 40), (100, 110)))
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(viewport, end)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)
    qtbot.keyClick(page.view, Qt.Key.Key_Escape)
    rest(desk, qtbot)
    assert page.face is not None
    assert page.face.detection.manual
    with qtbot.waitSignal(page.search_requested):
        qtbot.keyClick(page.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rest(desk, qtbot)
    assert desk.window.page_key == "search"


def test_a_picture_that_has_changed_since_is_not_shown(
    desk: Desk, page: AnalysePage, pictures: Path, qtbot: QtBot
) -> None:
    page.add([pictures / "astronaut.png"])
    rest(desk, qtbot)
    page.add([pictures / "empty.png"])
    rest(desk, qtbot)
    page.reader._pictures.clear()
    (pictures / "astronaut.png").write_bytes((pictures / "empty.png").read_bytes())
    shown(page, 1)
    rest(desk, qtbot)
    shown(page, 0)
    rest(desk, qtbot)
    assert "has changed since it was analysed" in page.notice.text
    assert not page.view.has_picture


def test_a_video_is_stepped_through_jumped_in_and_a_frame_of_it_taken(
    desk: Desk,
    page: AnalysePage,
    pictures: Path,
    workspace: FakeWorkspace,
    qtbot: QtBot,
    screenshot: Screenshot,
) -> None:
    page.add([pictures / "clip.mp4"])
    rest(desk, qtbot)
    assert page.video_bar.isVisible()
    for _ in range(3):
        qtbot.keyClick(page.list, Qt.Key.Key_Period)
        rest(desk, qtbot)
    qtbot.keyClick(page.list, Qt.Key.Key_Comma)
    rest(desk, qtbot)
    assert page.video_bar.ordinal == 2
    assert grey_level(page) == 20
    page.video_bar.time_requested.emit(0.3)
    rest(desk, qtbot)
    assert page.video_bar.ordinal == 7
    assert "Frame 7 (0 to 9)   PTS 25200 × 1/90000 s   0.280 s" in all_texts(page.video_bar)
    screenshot(desk.window, "analyse-video")
    qtbot.keyClick(page.list, Qt.Key.Key_T)
    rest(desk, qtbot)
    assert page.examination.sources.rowCount() == 2
    source = page.examination.sources.item(page.list.currentIndex())
    assert source is not None
    assert source.analysis is not None
    assert source.analysis.frame is not None
    assert source.analysis.frame.ordinal == 7
    shown(page, 0)
    rest(desk, qtbot)
    assert page.video_bar.ordinal == 7
    assert len(workspace.videos) == 1


def test_of_many_frames_asked_for_at_once_the_last_one_is_shown(
    desk: Desk, page: AnalysePage, pictures: Path, qtbot: QtBot
) -> None:
    page.add([pictures / "clip.mp4"])
    rest(desk, qtbot)
    for ordinal in (1, 5, 3, 9, 4):
        page.video_bar.move_to(ordinal)
    rest(desk, qtbot)
    assert grey_level(page) == 40
    assert page.video_bar.ordinal == 4


def test_the_selected_face_is_enrolled_under_a_name(
    desk: Desk, page: AnalysePage, pictures: Path, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    page.add([pictures / "astronaut.png"])
    rest(desk, qtbot)
    page.enrol_action.trigger()
    qtbot.waitUntil(lambda: bool(page.findChildren(FaceEnrolmentDialog)))
    (dialog,) = page.findChildren(FaceEnrolmentDialog)
    button = next(one for one in dialog.findChildren(QPushButton) if one.text() == "Enrol")
    assert not button.isEnabled()
    subject = next(field for field in dialog.findChildren(QLineEdit) if field.accessibleName() == "Subject")
    qtbot.keyClicks(subject, "Collins")
    button.click()
    rest(desk, qtbot)
    assert "Collins" in [sample.subject for sample in workspace.samples()]
    assert page.notice.text == "The face was enrolled as Collins."
    assert "Collins" in [sample.subject for sample in desk.window.pages.gallery.samples.rows]


def drop(desk: Desk, paths: list[Path]) -> None:
    """Drop files on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(400, 400),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    desk.window.dropEvent(event)


def all_texts(widget: QWidget) -> list[str]:
    """Return what all labels inside a widget say."""
    found = []
    for child in widget.findChildren(QWidget):
        text = getattr(child, "text", None)
        found.append(text() if callable(text) else text)
    return [text for text in found if isinstance(text, str)]


def grey_level(page: AnalysePage) -> int:
    """Return the grey level in the middle of the picture on show."""
    middle = page.view.viewport().rect().center()
    return page.view.viewport().grab().toImage().pixelColor(middle).red()
