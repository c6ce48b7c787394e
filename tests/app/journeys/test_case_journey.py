"""Cases, searching and reporting, by pointing and typing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Desk
from app.widgets.cases.case_dialogs import CaseDialog
from tests.app.fakes import FakeWorkspace

Screenshot = Callable[[QWidget, str], QImage]


def rest(desk: Desk, qtbot: QtBot) -> None:
    """Wait until nothing runs."""
    qtbot.waitUntil(lambda: not desk.runner.active(quiet=True))


@pytest.fixture
def with_demo(desk: Desk, qtbot: QtBot) -> Desk:
    """Return the desk after its demo case was built."""
    desk.window.pages.cases.commands.demo.trigger()
    rest(desk, qtbot)
    return desk


def test_a_first_start_says_what_to_do(desk: Desk, screenshot: Screenshot) -> None:
    assert desk.window.page_key == "cases"
    screenshot(desk.window, "cases-empty")


def test_a_new_case_is_opened_and_searches_are_filed_under_it(
    desk: Desk, workspace: FakeWorkspace, pictures: Path, qtbot: QtBot, screenshot: Screenshot
) -> None:
    page = desk.window.pages.cases
    page.commands.new.trigger()
    (dialog,) = page.findChildren(CaseDialog)
    assert not dialog.accept_button.isEnabled()
    qtbot.keyClicks(dialog.title, "Till robbery")
    qtbot.keyClicks(dialog.reference, "L-17")
    dialog.accept_button.click()
    rest(desk, qtbot)
    assert desk.window.windowTitle() == "Till robbery – Discern"
    desk.window.activateWindow()
    desk.window.open_paths([pictures / "astronaut.png"])
    rest(desk, qtbot)
    qtbot.keyClick(desk.window.pages.analyse.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rest(desk, qtbot)
    assert [search.case_id for search in workspace.searches()] == [1]
    desk.window.show_page("cases")
    rest(desk, qtbot)
    assert page.cases.rows[0].searches == 1
    model = page._tree
    page.panel.tree.expandAll()
    rest(desk, qtbot)
    assert model.rowCount() == 1
    screenshot(desk.window, "cases")
    page.commands.leave.trigger()
    assert desk.window.windowTitle() == "Discern"


def test_the_demo_opens_its_case_and_its_search(with_demo: Desk) -> None:
    assert with_demo.window.page_key == "search"
    assert with_demo.window.windowTitle().startswith("Demonstration")
    assert with_demo.window.pages.search.search is not None


def test_candidates_are_walked_with_j_and_k(with_demo: Desk, qtbot: QtBot, screenshot: Screenshot) -> None:
    page = with_demo.window.pages.search
    rows = []
    for key in (Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_K, Qt.Key.Key_K, Qt.Key.Key_K):
        qtbot.keyClick(page.list, key)
        rows.append(page.list.currentIndex().row())
    assert rows == [1, 2, 1, 0, 0]
    rest(with_demo, qtbot)
    assert page.pair.candidate.image is not None
    assert page.pair.probe.image is not None
    screenshot(with_demo.window, "search")


def test_a_search_is_run_again_against_other_terms_and_both_are_kept(
    with_demo: Desk, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    page = with_demo.window.pages.search
    page.terms._top.setValue(3)
    page.again_action.trigger()
    rest(with_demo, qtbot)
    assert page.candidates.rowCount() == 3
    assert [search.search_id for search in page.searches.model.rows] == [2, 1]
    assert len(workspace.searches()) == 2


def test_a_gallery_that_holds_nobody_gives_an_empty_list_and_says_so(
    with_demo: Desk, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    workspace.create_gallery("empty one")
    page = with_demo.window.pages.search
    page.refresh()
    rest(with_demo, qtbot)
    page.terms._galleries.choose(["empty one"])
    page.again_action.trigger()
    rest(with_demo, qtbot)
    assert page.candidates.rowCount() == 0
    assert page.terms.galleries == ("empty one",)


def test_a_report_is_read_before_it_is_written(
    with_demo: Desk, tmp_path: Path, qtbot: QtBot, screenshot: Screenshot
) -> None:
    with_demo.window.pages.search.report_action.trigger()
    rest(with_demo, qtbot)
    page = with_demo.window.pages.report
    text = page.preview.toPlainText()
    for words in ("An investigative lead, not an identification", "probe.jpg", "0.8700", "Subject 001"):
        assert words in text
    assert not page.show_pdf_action.isEnabled()
    page.export(tmp_path / "out")
    rest(with_demo, qtbot)
    assert page.files is not None
    assert page.files.pdf.is_file()
    assert page.show_pdf_action.isEnabled()
    assert str(tmp_path / "out") in page.notice.text
    screenshot(with_demo.window, "report")


def test_names_in_a_preview_are_text_and_never_markup(
    desk: Desk, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    workspace.rename_subject(1, "<b>Bobby</b><img src=x>")
    desk.window.pages.cases.commands.demo.trigger()
    rest(desk, qtbot)
    desk.window.pages.search.report_action.trigger()
    rest(desk, qtbot)
    assert "<b>Bobby</b><img src=x>" in desk.window.pages.report.preview.toPlainText()
