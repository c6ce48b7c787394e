"""The walk of the README, with the keyboard alone: from a new case to a written report.

Its pictures are those of the README. ``DISCERN_SCREENSHOTS=DIR`` keeps them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Desk
from app.widgets.cases.case_dialogs import CaseDialog
from core.types import Conclusion, Suitability
from tests.app.fakes import FakeWorkspace

Screenshot = Callable[[QWidget, str], QImage]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Hands:
    """Presses keys on whatever has the keyboard, and waits for what comes of it."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self._desk, self._qtbot = desk, qtbot

    def press(self, *keys: Qt.Key, hold: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press keys one after the other."""
        for key in keys:
            focus = QApplication.focusWidget() or self._desk.window
            self._qtbot.keyClick(focus, key, hold)
            self.rest()

    def type(self, text: str) -> None:
        """Type a text."""
        focus = QApplication.focusWidget()
        assert focus is not None
        self._qtbot.keyClicks(focus, text)

    def rest(self) -> None:
        """Wait until nothing runs and nothing waits to be told."""
        page = self._desk.window.pages.analyse
        timers = (page.browsing._timer, page._watch._timer, page.adjusting._timer)
        self._qtbot.waitUntil(
            lambda: not self._desk.runner.active(quiet=True) and not any(timer.isActive() for timer in timers)
        )


def test_a_case_is_worked_from_a_video_to_a_report_with_the_keyboard_alone(
    desk: Desk,
    workspace: FakeWorkspace,
    pictures: Path,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    screenshot: Screenshot,
) -> None:
    # The dialogs that ask for files are the system's own.
    monkeypatch.setattr(
        "app.actions.pictures.source_opening.ask_files", lambda owner: [pictures / "clip.mp4"]
    )
    monkeypatch.setattr("app.pages.report_page.ask_folder", lambda owner, title: tmp_path / "report")
    workspace.blind = True
    window, hands = desk.window, Hands(desk, qtbot)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)

    hands.press(Qt.Key.Key_N, hold=CTRL)
    (dialog,) = window.pages.cases.findChildren(CaseDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    hands.type("Till robbery, camera 4")
    hands.press(Qt.Key.Key_Tab)
    hands.type("2026-114")
    screenshot(window, "walk-1-case")
    hands.press(Qt.Key.Key_Return)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    (case,) = workspace.cases()
    assert (case.title, case.reference) == ("Till robbery, camera 4", "2026-114")

    hands.press(Qt.Key.Key_2, Qt.Key.Key_O, hold=CTRL)
    hands.press(Qt.Key.Key_T, Qt.Key.Key_Period, Qt.Key.Key_T, Qt.Key.Key_Period, Qt.Key.Key_T)
    kept = workspace.case_pictures(case.case_id)
    assert [picture.frame.ordinal for picture in kept if picture.frame is not None] == [0, 1, 2]
    hands.press(Qt.Key.Key_B)
    hands.press(Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right)
    hands.press(Qt.Key.Key_Up, hold=SHIFT)
    screenshot(window, "walk-2-draw")
    hands.press(Qt.Key.Key_Return, *[Qt.Key.Key_Return] * 5)
    drawn = [face for face in workspace.case_faces(case.case_id) if face.detection.manual]
    assert len(drawn) == 1

    hands.press(Qt.Key.Key_Return, hold=CTRL)
    assert window.page_key == "search"
    (search,) = workspace.searches(case.case_id)
    assert workspace.search_view(search.search_id).hidden
    screenshot(window, "walk-3-judge")
    hands.press(Qt.Key.Key_2)
    hands.press(Qt.Key.Key_Return, hold=CTRL)
    assert [one.suitability for one in workspace.judgements_of(search.search_id)] == [Suitability.LIMITED]
    screenshot(window, "walk-4-candidates")

    hands.press(Qt.Key.Key_J, Qt.Key.Key_K, Qt.Key.Key_C)
    assert window.page_key == "compare"
    hands.press(Qt.Key.Key_I)
    hands.press(Qt.Key.Key_Return, hold=CTRL)
    screenshot(window, "walk-5-compare")
    assert workspace.judgements_of(search.search_id)[-1].conclusion is Conclusion.INSUFFICIENT

    hands.press(Qt.Key.Key_3, hold=CTRL)
    hands.press(Qt.Key.Key_P, hold=CTRL)
    assert window.page_key == "report"
    hands.press(Qt.Key.Key_S, hold=CTRL)
    screenshot(window, "walk-6-report")
    files = window.pages.report.files
    assert files is not None
    assert files.pdf.parent == tmp_path / "report"
