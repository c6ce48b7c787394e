"""What surrounds the pages: undo, commands, keys, themes, examiners, the place that a case is left at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QSplitter, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Desk, Options, assemble
from app.jobs import Batch, Lane, UnfinishedBatches
from app.widgets.cases.case_dialogs import CaseDialog, ModeDialog, StatusDialog
from app.widgets.colours import Theme
from app.widgets.theme import apply_theme, shown_theme
from app.widgets.window.cheat_sheet import CheatSheet
from app.widgets.window.command_palette import PaletteDialog
from app.widgets.window.examiner_dialog import ExaminerDialog
from app.widgets.window.job_panel import JobRow
from app.widgets.window.shortcut_editor import ShortcutEditor
from core.progress import Progress
from core.types import Case, CaseStatus
from tests.app.conftest import dismiss
from tests.app.fakes import FakeWorkspace
from tests.app.gui_watch import GuiWatch

Screenshot = Callable[[QWidget, str], QImage]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def rest(desk: Desk, qtbot: QtBot) -> None:
    """Wait until nothing runs."""
    qtbot.waitUntil(lambda: not desk.runner.active(quiet=True))


def press(widget: QWidget, text: str) -> None:
    """Click the button that says this."""
    next(button for button in widget.findChildren(QPushButton) if button.text() == text).click()


def only(desk: Desk, kind: type[QWidget]) -> QWidget:
    """Return the one child of the window of a kind that is open."""
    (found,) = [child for child in desk.window.findChildren(kind) if child.isVisible()]
    return found


@pytest.fixture
def case(desk: Desk, workspace: FakeWorkspace, qtbot: QtBot) -> Case:
    """Return a case that is open."""
    made = workspace.new_case("Till robbery", "L-17")
    desk.window.places.enter(workspace.open_case(made.case_id))
    rest(desk, qtbot)
    return made


def undone(desk: Desk, qtbot: QtBot, *, redo: bool = False) -> None:
    """Press the keys of undo or redo and wait."""
    qtbot.keyClick(desk.window, Qt.Key.Key_Z, CONTROL | SHIFT if redo else CONTROL)
    rest(desk, qtbot)


def test_ten_steps_are_undone_and_redone_with_the_keyboard(
    desk: Desk, workspace: FakeWorkspace, case: Case, qtbot: QtBot, screenshot: Screenshot
) -> None:
    for number in range(10):
        workspace.edit_case(case.case_id, title=f"Title {number}")
    desk.window._state.record_changed.emit(case.case_id)
    rest(desk, qtbot)
    action = desk.window.undoing.undo_action
    assert action.text() == "&Undo: particulars of the case"
    desk.window._history_dock.show()
    titles = []
    for _ in range(10):
        undone(desk, qtbot)
        titles.append(workspace.case(case.case_id).title)
    assert titles == [*(f"Title {number}" for number in range(8, -1, -1)), "Till robbery"]
    assert not action.isEnabled()
    assert action.text() == "&Undo"
    screenshot(desk.window, "history")
    for _ in range(10):
        undone(desk, qtbot, redo=True)
    assert workspace.case(case.case_id).title == "Title 9"
    assert desk.window.windowTitle() == "Title 9 – Discern"


def test_the_gallery_page_has_steps_of_its_own(
    desk: Desk, workspace: FakeWorkspace, case: Case, qtbot: QtBot
) -> None:
    workspace.edit_case(case.case_id, title="Renamed")
    workspace.do(
        None,
        "subject.rename",
        lambda: workspace.rename_subject(1, "Ada"),
        lambda: workspace.rename_subject(1, "Bob"),
    )
    desk.window.show_page("gallery")
    rest(desk, qtbot)
    assert desk.window.undoing.undo_action.text() == "&Undo: name of a subject"
    undone(desk, qtbot)
    assert workspace.samples(subject_id=1)[0].subject == "Bob"
    desk.window.show_page("cases")
    rest(desk, qtbot)
    undone(desk, qtbot)
    assert workspace.case(case.case_id).title == "Till robbery"


def test_a_step_that_cannot_be_undone_any_more_is_told_on_the_page(
    desk: Desk, workspace: FakeWorkspace, case: Case, qtbot: QtBot
) -> None:
    workspace.edit_case(case.case_id, title="Renamed")
    desk.window._state.record_changed.emit(case.case_id)
    rest(desk, qtbot)
    workspace.undoable.clear()
    undone(desk, qtbot)
    page = desk.window.pages.by_key[desk.window.page_key]
    assert page.notice.text == "There is nothing to undo."
    assert not desk.window.undoing.undo_action.isEnabled()


def test_a_case_is_edited_moved_on_and_switched_to_review(
    desk: Desk, workspace: FakeWorkspace, case: Case, qtbot: QtBot, screenshot: Screenshot
) -> None:
    page = desk.window.pages.cases
    page.commands.edit.trigger()
    dialog = only(desk, CaseDialog)
    assert isinstance(dialog, CaseDialog)
    dialog.notes.setPlainText("A second camera.")
    screenshot(dialog, "case-particulars")
    dialog.accept_button.click()
    rest(desk, qtbot)
    assert workspace.case(case.case_id).notes == "A second camera."
    page.commands.mode.trigger()
    mode = only(desk, ModeDialog)
    assert isinstance(mode, ModeDialog)
    assert not mode.accept_button.isEnabled()
    mode._reason.setPlainText("Training")
    mode.accept_button.click()
    rest(desk, qtbot)
    assert not workspace.case(case.case_id).blind
    assert page.panel._facts.values[3] == "Review"
    page.commands.status.trigger()
    status = only(desk, StatusDialog)
    assert isinstance(status, StatusDialog)
    status.choice.setCurrentIndex(1)
    status.accept_button.click()
    rest(desk, qtbot)
    assert workspace.case(case.case_id).status is CaseStatus.CLOSED
    assert not page.commands.edit.isEnabled()


def test_to_open_a_closed_case_again_takes_a_reason(
    desk: Desk, workspace: FakeWorkspace, case: Case, qtbot: QtBot
) -> None:
    workspace.set_case_status(case.case_id, CaseStatus.CLOSED)
    page = desk.window.pages.cases
    page.refresh()
    rest(desk, qtbot)
    page.commands.status.trigger()
    dialog = only(desk, StatusDialog)
    assert isinstance(dialog, StatusDialog)
    assert dialog.status is CaseStatus.OPEN
    assert not dialog.accept_button.isEnabled()
    dialog.reason.setPlainText("New evidence")
    assert dialog.accept_button.isEnabled()
    dialog.reject()


def test_cases_are_filtered_by_words_and_by_status(
    desk: Desk, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    for title, status in (
        ("Till", CaseStatus.OPEN),
        ("Door", CaseStatus.ARCHIVED),
        ("Yard", CaseStatus.CLOSED),
    ):
        made = workspace.new_case(title, authority=f"order {title}")
        workspace.set_case_status(made.case_id, status)
    page = desk.window.pages.cases
    page.refresh()
    rest(desk, qtbot)
    assert {case.title for case in page.cases.rows} == {"Till", "Yard"}
    page.list.status.setCurrentIndex(page.list.status.findText("archived"))
    assert [case.title for case in page.cases.rows] == ["Door"]
    page.list.status.setCurrentIndex(0)
    qtbot.keyClicks(page.list.filter, "ORDER y")
    assert [case.title for case in page.cases.rows] == ["Yard"]
    qtbot.keyClicks(page.list.filter, "nobody")
    assert page.case is None
    rest(desk, qtbot)


def test_a_face_and_a_search_are_opened_from_the_evidence_of_a_case(
    desk: Desk, workspace: FakeWorkspace, case: Case, pictures: Path, qtbot: QtBot, screenshot: Screenshot
) -> None:
    kept, _ = workspace.keep_analysis(
        case.case_id, workspace.analyze(workspace.read_still(pictures / "astronaut.png"))
    )
    desk.window._state.record_changed.emit(case.case_id)
    rest(desk, qtbot)
    desk.window.show_page("cases")
    rest(desk, qtbot)
    page = desk.window.pages.cases
    tree, model = page.panel.tree, page._tree
    first = model.index(0, 0)
    tree.expand(first)
    rest(desk, qtbot)
    assert model.rowCount(first) == kept.faces
    screenshot(desk.window, "evidence")
    tree.setCurrentIndex(model.index(1, 0, first))
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    rest(desk, qtbot)
    assert desk.window.page_key == "analyse"
    face = desk.window.pages.analyse.face
    assert face is not None
    assert face.face_id == workspace.case_faces(case.case_id)[1].face_id


def test_a_command_is_found_by_a_few_letters_and_done_on_its_page(
    desk: Desk, qtbot: QtBot, screenshot: Screenshot
) -> None:
    qtbot.keyClick(desk.window, Qt.Key.Key_P, CONTROL | SHIFT)
    palette = only(desk, PaletteDialog)
    assert isinstance(palette, PaletteDialog)
    qtbot.keyClicks(palette.line, "new gal")
    screenshot(palette, "palette")
    qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    qtbot.keyClick(palette.line, Qt.Key.Key_Up)
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.window.page_key == "gallery")
    qtbot.waitUntil(lambda: bool(desk.window.pages.gallery.findChildren(QPushButton)))
    rest(desk, qtbot)


def test_the_palette_does_nothing_for_a_command_that_is_not_possible(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(desk.window, Qt.Key.Key_P, CONTROL | SHIFT)
    palette = only(desk, PaletteDialog)
    assert isinstance(palette, PaletteDialog)
    qtbot.keyClicks(palette.line, "leave the case")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()
    qtbot.keyClicks(palette.line, " qqq")
    assert palette._tip.text() == "Nothing of this name"
    palette.reject()


def test_the_sheet_of_keys_is_made_of_the_commands(desk: Desk, qtbot: QtBot, screenshot: Screenshot) -> None:
    desk.window.setFocus()
    qtbot.keyClick(desk.window, Qt.Key.Key_F1)
    sheet = only(desk, CheatSheet)
    assert isinstance(sheet, CheatSheet)
    text = "\n".join(browser.toPlainText() for browser in sheet.sheets)
    for page in desk.window.pages.by_key.values():
        assert page.accessibleName() in text
    for command in desk.window.shortcuts.commands():
        for key in command.keys:
            assert key in text
    screenshot(sheet, "keys")
    sheet.reject()


def test_a_key_is_given_refused_and_put_back(
    desk: Desk, workspace: FakeWorkspace, qtbot: QtBot, screenshot: Screenshot
) -> None:
    shortcuts = desk.window.shortcuts
    shortcuts.edit_action.trigger()
    editor = only(desk, ShortcutEditor)
    assert isinstance(editor, ShortcutEditor)
    qtbot.keyClicks(editor.filter, "next candidate")
    editor.table.selectRow(0)
    editor.key.setKeySequence("Ctrl+Q")
    editor.assign_button.click()
    assert editor.notice.text == "Ctrl+Q is already the key of “Quit” (Everywhere)."
    screenshot(editor, "shortcuts")
    action = desk.window.findChild(QAction, "SearchPage.next-candidate")
    assert action is not None
    assert action.shortcut().toString() == "J"
    editor.key.setKeySequence("F8")
    editor.assign_button.click()
    assert action.shortcut().toString() == "F8"
    assert "(F8)" in action.toolTip()
    again = again_at(desk, workspace, qtbot)
    moved = again.window.findChild(QAction, "SearchPage.next-candidate")
    assert moved is not None
    assert moved.shortcut().toString() == "F8"
    dismiss(again, qtbot)
    editor.shipped_button.click()
    assert action.shortcut().toString() == "J"
    editor.none_button.click()
    assert action.shortcut().isEmpty()
    editor.all_button.click()
    assert action.shortcut().toString() == "J"
    editor.reject()


def again_at(desk: Desk, workspace: FakeWorkspace, qtbot: QtBot) -> Desk:
    """Return a second desk on the same workspace, as after a new start."""
    desk.window._memory.keep()
    made = assemble(desk.application, workspace, Options(workspace.directory))  # type: ignore[arg-type]
    # The screen of the offscreen platform is smaller than the window, which is shrunk to it when restored.
    made.window.resize(desk.window.size())
    made.window.show()
    rest(made, qtbot)
    return made


def test_page_item_sizes_and_examiner_are_those_of_before(
    desk: Desk, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    desk.window.pages.cases.commands.demo.trigger()
    rest(desk, qtbot)
    desk.window.examiner.sign_in("Ada")
    rest(desk, qtbot)
    splitter = desk.window.pages.search.findChildren(QSplitter)[0]
    splitter.setSizes([400, 800])
    sizes = splitter.sizes()
    desk.window.places.keep()
    rest(desk, qtbot)
    again = again_at(desk, workspace, qtbot)
    qtbot.waitUntil(lambda: again.window.page_key == "search")
    rest(again, qtbot)
    assert again.window.windowTitle().startswith("Demonstration")
    search = again.window.pages.search.search
    assert search is not None
    assert search.search_id == 1
    assert again.window.pages.search.findChildren(QSplitter)[0].sizes() == sizes
    assert again.window._status._examiner.text() == "Examiner: Ada"
    dismiss(again, qtbot)


def test_a_case_that_was_left_is_not_opened_again(
    desk: Desk, workspace: FakeWorkspace, case: Case, qtbot: QtBot
) -> None:
    desk.window.pages.cases.commands.leave.trigger()
    again = again_at(desk, workspace, qtbot)
    assert again.window.windowTitle() == "Discern"
    dismiss(again, qtbot)


@pytest.mark.parametrize("place", ["", "{", "[]", '{"page": "nowhere", "items": {}}', '{"page": "report"}'])
def test_a_place_that_somebody_else_wrote_is_passed_over(
    desk: Desk, workspace: FakeWorkspace, case: Case, qtbot: QtBot, place: str
) -> None:
    desk.window.places.enter(workspace.change_case(case.case_id, place=place))
    rest(desk, qtbot)
    assert desk.window.page_key == "cases"


def test_another_examiner_signs_in_and_the_log_names_them(
    desk: Desk, workspace: FakeWorkspace, qtbot: QtBot, screenshot: Screenshot
) -> None:
    before = workspace.settings.operator
    desk.window._status._examiner.click()
    dialog = only(desk, ExaminerDialog)
    assert isinstance(dialog, ExaminerDialog)
    dialog.name.setCurrentText("  ")
    assert not dialog.accept_button.isEnabled()
    dialog.name.setCurrentText("Ada Lovelace")
    screenshot(dialog, "examiner")
    dialog.accept_button.click()
    rest(desk, qtbot)
    assert workspace.log[-2:] == [(before, "session.end"), ("Ada Lovelace", "session.start")]
    assert desk.window.examiner.known[:2] == ["Ada Lovelace", before]
    head = workspace.audit_head()
    qtbot.waitUntil(lambda: desk.window._status._log.text() == f"Log {head[:12]}")
    assert head in desk.window._status._log.toolTip()


def test_the_session_ends_with_the_desk(desk: Desk, workspace: FakeWorkspace, qtbot: QtBot) -> None:
    assert workspace.log[0][1] == "session.start"
    again = again_at(desk, workspace, qtbot)
    dismiss(again, qtbot)
    assert workspace.log[-1][1] == "session.end"


@pytest.fixture
def both_themes(qapp: QApplication) -> Iterator[None]:
    """Put the dark theme back."""
    yield
    apply_theme(qapp, Theme.DARK)


@pytest.mark.usefixtures("both_themes")
def test_the_light_theme_is_worn_and_remembered(
    desk: Desk, gui_watch: GuiWatch, qtbot: QtBot, screenshot: Screenshot
) -> None:
    desk.window.pages.cases.commands.demo.trigger()
    rest(desk, qtbot)
    with gui_watch.excused(
        "every widget of the window is styled anew, once and because the user asked for it"
    ):
        desk.window._appearance.switch_action.trigger()
        qtbot.wait(50)
        assert shown_theme() is Theme.LIGHT
        for key in desk.window.pages.by_key:
            desk.window.show_page(key)
            rest(desk, qtbot)
            screenshot(desk.window, f"light-{key}")
        desk.window._appearance.switch_action.trigger()
        qtbot.wait(50)
    assert shown_theme() is Theme.DARK


def test_problems_of_a_batch_are_listed_and_copied_and_it_can_be_paused(
    desk: Desk, qtbot: QtBot, screenshot: Screenshot
) -> None:
    def _items(progress: Progress) -> Iterator[int]:
        for number in range(7):
            progress.step(number + 1, 40, f"picture {number}")
            yield number
        while True:
            progress.check()
            yield 99

    title, owner = "A batch", QObject(desk.window)
    desk.runner.stream(
        Lane.MODEL,
        title,
        _items,
        owner=owner,
        each=lambda _: None,
        issue=lambda number: f"picture {number} is none." if number < 7 else "",
    )
    desk.window._jobs_dock.show()
    row = next(row for row in desk.window.jobs.findChildren(JobRow) if row._title.text() == title)
    qtbot.waitUntil(lambda: row._problems._more.text() == "Show all 7")
    assert row._problems.text.count("\n") == 2
    row._pause.click()
    qtbot.waitUntil(lambda: row._state.text() == "paused at 7 of 40, 7 with a problem")
    screenshot(desk.window, "jobs-paused")
    row._problems._more.click()
    assert row._problems.text.count("\n") == 6
    copy = next(one for one in row._problems.findChildren(QToolButton) if one.text() == "Copy")
    copy.click()
    assert QGuiApplication.clipboard().text().splitlines()[-1] == "picture 6 is none."
    row._pause.click()
    qtbot.waitUntil(lambda: "paus" not in row._state.text())
    row._cancel.click()
    rest(desk, qtbot)
    assert row._state.text() == "cancelled, 7 with a problem"


@pytest.mark.parametrize("answer", ["Go on", "Leave it"])
def test_what_a_crash_interrupted_is_offered_at_the_next_start(
    desk: Desk, workspace: FakeWorkspace, case: Case, pictures: Path, qtbot: QtBot, answer: str
) -> None:
    workspace.keep_analysis(case.case_id, workspace.analyze(workspace.read_still(pictures / "astronaut.png")))
    left = UnfinishedBatches(workspace.directory / "unfinished.json")
    batch = Batch(case.case_id, (pictures / "astronaut.png", pictures / "empty.png"))
    left._change(batch, under_way=True)
    again = assemble(desk.application, workspace, Options(workspace.directory))  # type: ignore[arg-type]
    again.window.show()
    qtbot.waitUntil(lambda: bool(again.window.findChildren(QMessageBox)))
    box = again.window.findChildren(QMessageBox)[0]
    assert "Till robbery" in box.text()
    assert box.informativeText() == "empty.png"
    press(box, answer)
    rest(again, qtbot)
    assert (again.window.page_key == "analyse") is (answer == "Go on")
    known = {Path(picture.path).name for picture in workspace.case_pictures(case.case_id)}
    assert ("empty.png" in known) is (answer == "Go on")
    dismiss(again, qtbot)


def test_a_handler_that_takes_long_is_noticed(qapp: QApplication, gui_watch: GuiWatch) -> None:
    class Slow(QObject):
        def event(self, event: QEvent) -> bool:
            """Count for a while."""
            return sum(range(8_000_000)) > 0

    slow = Slow()
    with gui_watch.excused("an excuse counts"):
        QApplication.sendEvent(slow, QEvent(QEvent.Type.User))
    assert gui_watch.slow == []
    QApplication.sendEvent(slow, QEvent(QEvent.Type.User))
    assert len(gui_watch.slow) == 1
    assert gui_watch.slow[0].startswith("Slow, User")
    gui_watch.slow.clear()
