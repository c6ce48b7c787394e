"""A case is written to a file, and one is taken in, from the Cases page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Desk
from app.widgets.cases.exchange_dialogs import ExportedDialog, ImportDialog, ImportedDialog
from tests.app.fake_exchange import LEFT_BEHIND, LOG_HEAD, MANIFEST
from tests.app.fakes import FakeWorkspace

Screenshot = Callable[[QWidget, str], QImage]


def rest(desk: Desk, qtbot: QtBot) -> None:
    """Wait until nothing runs."""
    qtbot.waitUntil(lambda: not desk.runner.active(quiet=True))


@pytest.fixture
def with_case(desk: Desk, workspace: FakeWorkspace, qtbot: QtBot) -> Desk:
    """Return the desk with one case, which is selected."""
    workspace.new_case("Till robbery: camera 3", "L 17/2026")
    desk.window.pages.cases.refresh()
    rest(desk, qtbot)
    return desk


def answer(monkeypatch: pytest.MonkeyPatch, method: str, path: Path | None) -> list[str]:
    """Have a file dialog answer at once; return the names that it proposes."""
    proposed: list[str] = []

    def chosen(parent: QWidget, title: str, name: str, *rest: object, **options: object) -> tuple[str, str]:
        proposed.append(name)
        return ("" if path is None else str(path)), ""

    monkeypatch.setattr(QFileDialog, method, chosen)
    return proposed


def asked(desk: Desk, number: str) -> ImportDialog:
    """Choose the bundle that the file dialog answers, and enter a number that was handed over."""
    page = desk.window.pages.cases
    page.commands.bring.trigger()
    dialog = page.findChildren(ImportDialog)[-1]
    dialog.manifest_sha256.setText(number)
    return dialog


def bring(desk: Desk, qtbot: QtBot, number: str = "") -> None:
    """Import the bundle that the file dialog answers."""
    asked(desk, number).accept_button.click()
    rest(desk, qtbot)


def test_without_a_case_nothing_can_be_exported_but_one_can_be_imported(desk: Desk) -> None:
    commands = desk.window.pages.cases.commands
    assert not commands.export.isEnabled()
    assert commands.bring.isEnabled()


def test_a_case_is_exported_and_its_number_can_be_copied(
    with_case: Desk,
    tmp_path: Path,
    qtbot: QtBot,
    screenshot: Screenshot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proposed = answer(monkeypatch, "getSaveFileName", tmp_path / "sent")
    page = with_case.window.pages.cases
    page.commands.export.trigger()
    rest(with_case, qtbot)
    assert proposed == ["case-L-17-2026.zip"]
    assert (tmp_path / "sent.zip").read_bytes() == b"zip"
    assert MANIFEST in page.notice.text
    (dialog,) = page.findChildren(ExportedDialog)
    assert dialog.number == MANIFEST
    (copy,) = [one for one in dialog.findChildren(QPushButton) if one.text() == "Copy"]
    copy.click()
    assert QGuiApplication.clipboard().text() == MANIFEST
    screenshot(dialog, "case-exported")
    dialog.accept()


def test_a_file_that_is_there_stays_and_the_page_says_so(
    with_case: Desk, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "there.zip"
    there.write_bytes(b"mine")
    answer(monkeypatch, "getSaveFileName", there)
    page = with_case.window.pages.cases
    page.commands.export.trigger()
    rest(with_case, qtbot)
    assert "overwrites nothing" in page.notice.text
    assert there.read_bytes() == b"mine"


def test_a_case_is_imported_selected_and_what_to_know_is_shown(
    with_case: Desk,
    workspace: FakeWorkspace,
    tmp_path: Path,
    qtbot: QtBot,
    screenshot: Screenshot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = tmp_path / "From Ghent.zip"
    bundle.write_bytes(b"zip")
    answer(monkeypatch, "getOpenFileName", bundle)
    page = with_case.window.pages.cases
    asking = asked(with_case, f" {MANIFEST}")
    screenshot(asking, "case-import")
    asking.accept_button.click()
    rest(with_case, qtbot)
    assert page.case is not None
    assert (page.case.case_id, page.case.title) == (2, "From Ghent")
    (dialog,) = page.findChildren(ImportedDialog)
    assert dialog.number == LOG_HEAD
    shown = [one.text() for one in dialog.findChildren(QWidget) if hasattr(one, "text")]
    assert any(LEFT_BEHIND in one for one in shown if isinstance(one, str))
    screenshot(dialog, "case-imported")
    screenshot(with_case.window, "cases-after-import")
    dialog.accept()


def test_a_bundle_that_was_changed_is_refused_in_a_sentence(
    with_case: Desk, workspace: FakeWorkspace, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "spoiled.zip"
    bundle.write_bytes(b"zap")
    answer(monkeypatch, "getOpenFileName", bundle)
    page = with_case.window.pages.cases
    bring(with_case, qtbot)
    assert page.notice.text == "The file files/1 of the bundle spoiled.zip was changed."
    bring(with_case, qtbot, "00" * 32)
    assert page.notice.text == "The bundle spoiled.zip is not the one that was handed over."
    assert len(workspace.cases()) == 1


def test_a_dialog_that_was_closed_does_nothing(
    with_case: Desk, workspace: FakeWorkspace, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "getSaveFileName", None)
    answer(monkeypatch, "getOpenFileName", None)
    commands = with_case.window.pages.cases.commands
    commands.export.trigger()
    commands.bring.trigger()
    rest(with_case, qtbot)
    assert len(workspace.cases()) == 1
