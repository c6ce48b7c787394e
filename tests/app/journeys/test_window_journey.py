"""The window: pages by keyboard, jobs, closing, what it remembers, what a machine without a screen says."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.bootstrap import NO_DISPLAY, Desk
from app.jobs import Lane
from app.state import EngineState
from app.widgets.page import Page
from app.widgets.window.about_dialog import AboutDialog
from app.widgets.window.job_panel import JobRow
from core.errors import ModelUnavailable
from core.progress import Progress

Screenshot = Callable[[QWidget, str], QImage]


def rest(desk: Desk, qtbot: QtBot) -> None:
    """Wait until nothing runs."""
    qtbot.waitUntil(lambda: not desk.runner.active(quiet=True))


def test_pages_are_reached_with_control_and_a_digit(desk: Desk, qtbot: QtBot) -> None:
    reached = []
    digits = [getattr(Qt.Key, f"Key_{digit}") for digit in (2, 3, 4, 5, 6, 7, 1)]
    for key in digits:
        qtbot.keyClick(desk.window, key, Qt.KeyboardModifier.ControlModifier)
        reached.append(desk.window.page_key)
    assert reached == ["analyse", "search", "compare", "gallery", "report", "training", "cases"]


def test_no_two_actions_of_a_page_share_a_shortcut(desk: Desk) -> None:
    everywhere = [action for action in desk.window.actions() if not action.shortcut().isEmpty()]
    for page in desk.window.pages.by_key.values():
        keys = [
            key.toString()
            for action in [*everywhere, *page.findChildren(QAction)]
            for key in action.shortcuts()
        ]
        assert len(keys) == len(set(keys))


def test_everything_that_takes_the_keyboard_has_an_accessible_name(desk: Desk) -> None:
    nameless = []
    for page in desk.window.pages.by_key.values():
        for widget in page.findChildren(QWidget):
            focusable = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            named = widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())
            if focusable and not named and not inside_a_named_field(widget):
                nameless.append(f"{type(page).__name__}: {type(widget).__name__}")
    assert nameless == []


def test_whatever_has_the_keyboard_looks_different_from_before(desk: Desk, qtbot: QtBot) -> None:
    desk.window.activateWindow()
    unmarked = []
    for key, page in desk.window.pages.by_key.items():
        desk.window.show_page(key)
        for widget in page.findChildren(QWidget):
            by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            if not by_tab or not widget.isVisibleTo(page) or not widget.isEnabled() or widget.focusProxy():
                continue
            desk.window.setFocus()
            before = widget.grab().toImage()
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            if widget.hasFocus() and widget.grab().toImage() == before:
                unmarked.append(f"{key}: {type(widget).__name__} {widget.accessibleName()}")
    assert unmarked == []


def test_every_page_fits_a_small_laptop(desk: Desk) -> None:
    hint = desk.window.minimumSizeHint()
    assert hint.width() <= 1280
    assert hint.height() <= 720


def test_the_engine_state_is_shown_and_a_failure_is_told_where_faces_are_wanted(
    desk: Desk, screenshot: Screenshot
) -> None:
    state = desk.window._state
    assert state.engine is EngineState.READY
    state.set_engine(EngineState.FAILED, "The model file is damaged.")
    assert desk.window.pages.analyse.notice.text == "The model file is damaged."


def test_a_job_is_shown_and_cancelled_from_the_panel(
    desk: Desk, qtbot: QtBot, screenshot: Screenshot
) -> None:
    def _slow(progress: Progress) -> None:
        progress.step(3, 10, "third")
        while True:
            progress.check()

    desk.runner.run(Lane.MODEL, "A long job", _slow, owner=desk.window)
    desk.window.jobs.parentWidget().show()
    row = next(row for row in desk.window.jobs.findChildren(JobRow) if row._title.text() == "A long job")
    qtbot.waitUntil(lambda: row._state.text() == "third  3 of 10")
    screenshot(desk.window, "jobs")
    row._cancel.click()
    rest(desk, qtbot)
    assert row._state.text() == "cancelled"


def test_a_failed_job_opens_the_panel_and_says_why(desk: Desk, qtbot: QtBot) -> None:
    def _fail(progress: Progress) -> None:
        raise ModelUnavailable("The model file is missing.")

    desk.runner.run(Lane.MODEL, "Doomed", _fail, owner=desk.window)
    rest(desk, qtbot)
    assert desk.window.jobs.isVisible()
    row = next(row for row in desk.window.jobs.findChildren(JobRow) if row._title.text() == "Doomed")
    assert row._problems.text == "The model file is missing."


def test_closing_while_a_job_runs_asks_and_stops_it(desk: Desk, qtbot: QtBot) -> None:
    owner, started, stopped = QObject(desk.window), threading.Event(), threading.Event()

    def _endless(progress: Progress) -> None:
        started.set()
        try:
            while True:
                progress.check()
                stopped.wait(0.005)
        finally:
            stopped.set()

    desk.runner.run(Lane.MODEL, "Endless", _endless, owner=owner)
    qtbot.waitUntil(started.is_set)
    assert not desk.window.close()
    (box,) = desk.window.findChildren(QMessageBox)
    assert "Endless" in box.informativeText()
    next(one for one in box.findChildren(QPushButton) if one.text() == "Keep working").click()
    assert desk.window.isVisible()
    assert not stopped.is_set()
    assert not desk.window.close()
    box = desk.window.findChildren(QMessageBox)[-1]
    next(one for one in box.findChildren(QPushButton) if one.text() == "Stop and close").click()
    qtbot.waitUntil(lambda: not desk.window.isVisible())
    assert stopped.is_set()


def test_closing_without_jobs_asks_nothing_and_remembers_the_geometry(desk: Desk, qtbot: QtBot) -> None:
    desk.window.resize(1300, 800)
    desk.window.close()
    qtbot.waitUntil(lambda: not desk.window.isVisible())
    assert (desk.workspace.directory / "desk.ini").is_file()


def test_the_about_dialog_shows_model_and_licence(desk: Desk, qtbot: QtBot, screenshot: Screenshot) -> None:
    desk.window._show_about()
    (dialog,) = desk.window.findChildren(AboutDialog)
    screenshot(dialog, "about")
    dialog.reject()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="speaks of X11 and Wayland")
def test_a_machine_without_a_screen_is_told_in_one_sentence(tmp_path: Path) -> None:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [sys.executable, "-m", "app", "--workspace", str(tmp_path / "workspace")],
        env=environment,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == NO_DISPLAY


def test_the_desk_is_imported_without_torch() -> None:
    code = "import app.bootstrap, sys; sys.exit('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[3], timeout=120, check=False
    )
    assert done.returncode == 0


def inside_a_named_field(widget: QWidget) -> bool:
    """Return whether a widget is a part that Qt put inside a spin box, a combo box or a list."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, Page):
        if parent.accessibleName() and isinstance(parent, (QAbstractSpinBox, QComboBox, QAbstractScrollArea)):
            return True
        parent = parent.parentWidget()
    return False
