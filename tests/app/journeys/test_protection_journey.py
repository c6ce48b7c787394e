"""Encrypting the workspace, changing its passphrase, and unlocking it at the start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.actions import open_workspace
from app.actions.window import unlocking as unlocking_module
from app.actions.window.unlocking import Unlocking
from app.bootstrap import Desk, read_options
from app.jobs import JobRunner
from app.widgets.text import TextLabel
from app.widgets.window.passphrase_dialogs import (
    ChangePassphraseDialog,
    PassphraseDialog,
    ProtectDialog,
    UnlockDialog,
)
from core.errors import Cancelled, PassphraseRefused
from tests.app.fakes import FakeWorkspace

Screenshot = Callable[[QWidget, str], QImage]
PASSPHRASE = "correct horse battery staple"


def rest(desk: Desk, qtbot: QtBot) -> None:
    """Wait until nothing runs."""
    qtbot.waitUntil(lambda: not desk.runner.active(quiet=True))


def shown(desk: Desk) -> str:
    """What the status line says of the workspace."""
    labels = [label.text() for label in desk.window.statusBar().findChildren(TextLabel)]
    (found,) = [text for text in labels if text.startswith("Workspace")]
    return found


def type_new(dialog: PassphraseDialog, passphrase: str, again: str | None = None) -> None:
    """Type a new passphrase twice."""
    assert dialog.new is not None
    assert dialog.again is not None
    dialog.new.setText(passphrase)
    dialog.again.setText(passphrase if again is None else again)


@pytest.fixture
def protecting(desk: Desk) -> ProtectDialog:
    """Return the dialog that encrypts."""
    desk.window.protection.protect_action.trigger()
    (dialog,) = desk.window.findChildren(ProtectDialog)
    return dialog


def test_the_window_says_plainly_that_the_workspace_is_not_encrypted(desk: Desk) -> None:
    assert shown(desk) == "Workspace: workspace, not encrypted"
    assert desk.window.protection.protect_action.isVisible()
    assert not desk.window.protection.change_action.isVisible()


def test_a_workspace_is_encrypted_and_the_window_says_so(
    desk: Desk, workspace: FakeWorkspace, protecting: ProtectDialog, qtbot: QtBot, screenshot: Screenshot
) -> None:
    assert "Nobody can recover a lost passphrase" in protecting.warning.text
    type_new(protecting, PASSPHRASE)
    assert not protecting.accept_button.isEnabled()
    assert protecting.kept is not None
    protecting.kept.click()
    screenshot(protecting, "encrypt-workspace")
    protecting.accept_button.click()
    rest(desk, qtbot)
    assert workspace.passphrase == PASSPHRASE
    qtbot.waitUntil(lambda: not desk.window.findChildren(ProtectDialog))
    assert shown(desk) == "Workspace: workspace, encrypted"
    assert not desk.window.protection.protect_action.isVisible()
    assert desk.window.protection.change_action.isVisible()
    assert "is encrypted" in desk.window.pages.cases.notice.text
    screenshot(desk.window, "encrypted-workspace")


def test_nothing_that_is_typed_is_shown(protecting: ProtectDialog) -> None:
    lines = protecting.findChildren(QLineEdit)
    assert len(lines) == 2
    assert {line.echoMode() for line in lines} == {QLineEdit.EchoMode.Password}
    assert all(line.accessibleName() for line in lines)


@pytest.mark.parametrize(
    ("new", "again", "told"),
    [("short", "short", "At least 12"), (PASSPHRASE, PASSPHRASE[:-1], "differ"), ("", "", "")],
)
def test_an_unfit_passphrase_cannot_be_used_and_the_dialog_says_why(
    protecting: ProtectDialog, workspace: FakeWorkspace, new: str, again: str, told: str, qtbot: QtBot
) -> None:
    assert protecting.kept is not None
    protecting.kept.click()
    type_new(protecting, new, again)
    assert told in protecting.notice.text
    assert bool(told) == bool(protecting.notice.text)
    assert not protecting.accept_button.isEnabled()
    qtbot.keyClick(protecting, Qt.Key.Key_Return)
    assert not workspace.protected


def test_a_failure_is_told_in_the_dialog_which_stays(
    desk: Desk, workspace: FakeWorkspace, protecting: ProtectDialog, qtbot: QtBot
) -> None:
    assert protecting.kept is not None
    protecting.kept.click()
    type_new(protecting, "a disk that is full")
    protecting.accept_button.click()
    rest(desk, qtbot)
    assert protecting.isVisible()
    assert "no space left" in protecting.notice.text
    assert shown(desk) == "Workspace: workspace, not encrypted"
    protecting.reject()


def test_the_passphrase_is_changed_with_the_present_one_only(
    desk: Desk, workspace: FakeWorkspace, qtbot: QtBot, screenshot: Screenshot
) -> None:
    workspace.passphrase = PASSPHRASE
    desk.window.protection.begin_change()
    (dialog,) = desk.window.findChildren(ChangePassphraseDialog)
    assert dialog.present is not None
    dialog.present.setText("something else")
    type_new(dialog, "another one of five words")
    dialog.accept_button.click()
    rest(desk, qtbot)
    assert "does not open" in dialog.notice.text
    screenshot(dialog, "change-passphrase")
    dialog.present.setText(PASSPHRASE)
    dialog.accept_button.click()
    rest(desk, qtbot)
    assert workspace.passphrase == "another one of five words"
    qtbot.waitUntil(lambda: not desk.window.findChildren(ChangePassphraseDialog))


def test_a_wrong_passphrase_at_the_start_is_told_and_the_right_one_opens(
    runner: JobRunner, workspace: FakeWorkspace, qtbot: QtBot, screenshot: Screenshot
) -> None:
    def _open(typed: str) -> FakeWorkspace:
        if typed != PASSPHRASE:
            raise PassphraseRefused("The passphrase does not open the workspace.")
        return workspace

    unlocking = Unlocking(Path("/cases/laboratory"), _open, runner)  # type: ignore[arg-type]
    dialog = unlocking.dialog
    dialog.show()
    assert dialog.present is not None
    for typed in ("wrong", PASSPHRASE):
        dialog.present.setText(typed)
        qtbot.keyClick(dialog.present, Qt.Key.Key_Return)
        assert not dialog.present.isEnabled()
        qtbot.waitUntil(lambda: not runner.active())
        if typed == "wrong":
            assert "does not open" in dialog.notice.text
            assert dialog.isVisible()
            screenshot(dialog, "unlock-workspace")
    assert unlocking.workspace is workspace
    assert not dialog.isVisible()
    assert dialog.present.text() == ""
    dialog.deleteLater()


def test_whoever_gives_up_at_the_start_leaves_the_workspace_closed(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "w" / "protected").mkdir(parents=True)
    monkeypatch.setattr(UnlockDialog, "exec", lambda dialog: dialog.reject())
    with pytest.raises(Cancelled):
        open_workspace(qapp, tmp_path / "w", None)


def test_the_start_takes_a_passphrase_from_a_file_that_is_named(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "w" / "protected").mkdir(parents=True)
    (tmp_path / "file").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    given: list[object] = []

    class Opened:
        @staticmethod
        def open(directory: Path, passphrase: str | None = None) -> None:
            given.append((directory, passphrase))

    monkeypatch.setattr(unlocking_module, "Workspace", Opened)
    options = read_options(["--workspace", str(tmp_path / "w"), "--passphrase-file", str(tmp_path / "file")])
    open_workspace(qapp, options.workspace, options.passphrase_file)
    monkeypatch.setenv("DISCERN_PASSPHRASE_FILE", str(tmp_path / "file"))
    assert read_options([]).passphrase_file == tmp_path / "file"
    assert given == [(tmp_path / "w", PASSPHRASE)]
