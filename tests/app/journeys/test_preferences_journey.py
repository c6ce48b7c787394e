"""Choosing a detector and how doubtful its faces may be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Desk
from app.widgets.window.preferences_dialog import PreferencesDialog
from tests.app.fake_preferences import DETECTOR
from tests.app.fakes import FakeWorkspace

Screenshot = Callable[[QWidget, str], QImage]


@pytest.fixture
def dialog(desk: Desk, qtbot: QtBot) -> PreferencesDialog:
    """Return the dialog, opened with its key."""
    qtbot.keyClick(desk.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(PreferencesDialog)))
    (opened,) = desk.window.findChildren(PreferencesDialog)
    return opened


def rest(desk: Desk, qtbot: QtBot) -> None:
    """Wait until nothing runs."""
    qtbot.waitUntil(lambda: not desk.runner.active(quiet=True))


def test_a_detector_is_chosen_by_its_name_and_its_card_is_told(
    dialog: PreferencesDialog, desk: Desk, workspace: FakeWorkspace, qtbot: QtBot, screenshot: Screenshot
) -> None:
    assert dialog.detector.currentText() == workspace.settings.detection.detector
    dialog.detector.setCurrentText(DETECTOR.name)
    dialog.min_confidence.setValue(0.9)
    screenshot(dialog, "settings")
    assert any(DETECTOR.licence in label.text() for label in dialog.findChildren(type(dialog.hint)))
    dialog.accept_button.click()
    rest(desk, qtbot)
    assert workspace.changed == [("detection", {"detector": DETECTOR.name, "min_confidence": 0.9})]
    assert desk.window.pages.cases.notice.text == "The new settings are in force."


def test_what_stays_is_not_set_again(
    dialog: PreferencesDialog, desk: Desk, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    dialog.top.setValue(7)
    dialog.accept_button.click()
    rest(desk, qtbot)
    assert workspace.changed == [("gallery", {"top": 7})]


def test_a_detector_that_cannot_be_loaded_is_told_and_changes_nothing(
    dialog: PreferencesDialog, desk: Desk, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    before = workspace.settings
    dialog.min_confidence.setValue(0.13)
    dialog.accept_button.click()
    rest(desk, qtbot)
    assert workspace.settings == before
    assert desk.window.pages.cases.notice.text == "The weights of the detector are damaged."


def test_giving_up_changes_nothing(
    dialog: PreferencesDialog, desk: Desk, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    before = workspace.settings
    dialog.top.setValue(7)
    dialog.reject()
    rest(desk, qtbot)
    assert workspace.settings == before
