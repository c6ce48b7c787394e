"""Blind examination, verdicts, many probes at once and remembered rejections, by key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import skimage.data
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Desk
from app.pages.search_page import SearchPage
from app.state import ComparisonRequest
from core.errors import ModelMismatch, NotFound, UnreadableImage
from core.types import (
    CaseStatus,
    Component,
    FaceAnalysis,
    FaceState,
    ProbeFace,
    Search,
    SourceImage,
    Suitability,
    Verdict,
)
from tests.app.fakes import FakeWorkspace

Screenshot = Callable[[QWidget, str], QImage]
CONTROL = Qt.KeyboardModifier.ControlModifier


def rest(desk: Desk, qtbot: QtBot) -> None:
    """Wait until nothing runs."""
    qtbot.waitUntil(lambda: not desk.runner.active(quiet=True))


def press(page: SearchPage, desk: Desk, qtbot: QtBot, key: Qt.Key, *, control: bool = False) -> None:
    """Press a key on the candidate list and wait for what it leads to."""
    qtbot.keyClick(page.list, key, CONTROL if control else Qt.KeyboardModifier.NoModifier)
    rest(desk, qtbot)


def marks(page: SearchPage) -> list[str]:
    """Return what is said of each candidate, in the order in which they are shown."""
    return [page.candidates.lines(row)["mark"] for row in page.candidates.rows]


def every_text(widget: QWidget) -> Iterator[str]:
    """Return every text that a widget and all within it show, speak or explain."""
    for part in [widget, *widget.findChildren(QWidget)]:
        yield from (part.toolTip(), part.accessibleName(), part.accessibleDescription(), part.windowTitle())
        yield from (part.statusTip(), part.whatsThis())
        for read in ("text", "toPlainText", "currentText", "title"):
            value = getattr(part, read, None)
            yield str(value() if callable(value) else value or "")
        if isinstance(part, QAbstractItemView) and part.model() is not None:
            model = part.model()
            for row in range(model.rowCount()):
                for role in (
                    Qt.ItemDataRole.DisplayRole,
                    Qt.ItemDataRole.ToolTipRole,
                    Qt.ItemDataRole.AccessibleTextRole,
                    Qt.ItemDataRole.UserRole + 1,
                ):
                    yield str(model.index(row, 0).data(role) or "")
    for action in widget.findChildren(QAction):
        yield from (action.text(), action.toolTip())


@pytest.fixture
def search(workspace: FakeWorkspace) -> Search:
    """Return a search of a case, made before the desk looks at it."""
    return workspace.search_record(workspace.build_demo().search_id)


@pytest.fixture
def page(desk: Desk, workspace: FakeWorkspace, search: Search, qtbot: QtBot) -> SearchPage:
    """Return the search page with the search of an open case that is examined blind."""
    workspace.blind = True
    assert search.case_id is not None
    desk.window._state.open_case(workspace.case(search.case_id))
    desk.window.open_search(search.search_id)
    rest(desk, qtbot)
    return desk.window.pages.search


@pytest.fixture
def revealed(desk: Desk, workspace: FakeWorkspace, page: SearchPage, qtbot: QtBot) -> SearchPage:
    """Return the search page of a case in review, where nothing is hidden."""
    workspace.blind = False
    page.session.reopen()
    rest(desk, qtbot)
    return page


@pytest.fixture
def faces(
    desk: Desk, workspace: FakeWorkspace, revealed: SearchPage, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> SearchPage:
    """Return the search page of a case that keeps four faces, the second of which cannot be read any more."""
    assess = workspace.assess_face

    def _assess(face_id: int) -> tuple[SourceImage, FaceAnalysis]:
        if face_id == workspace.case_faces(1)[2].face_id:
            raise UnreadableImage("The file hall.png is no longer there.")
        return assess(face_id)

    for number, name in enumerate(("door.png", "hall.png"), start=1):
        image = SourceImage(skimage.data.astronaut(), f"{number:02}" * 32, Path(name), "PNG", 1000)
        workspace.keep_analysis(1, workspace.analyze(image))
    big, _, other, poor = (face.face_id for face in workspace.case_faces(1))
    workspace.set_face_states([big, other], FaceState.CONFIRMED, "The man")
    workspace.set_face_states([poor], FaceState.REJECTED)
    monkeypatch.setattr(workspace, "assess_face", _assess)
    desk.window._state.record_changed.emit(1)
    rest(desk, qtbot)
    return revealed


def select_faces(page: SearchPage, *rows: int) -> None:
    """Select faces of the case by their place in the list."""
    selection = page.probes.choice.list.selectionModel()
    selection.clearSelection()
    for row in rows:
        selection.select(page.probes.faces.index(row), QItemSelectionModel.SelectionFlag.Select)


def test_while_candidates_are_hidden_nothing_on_the_page_gives_them_away(
    desk: Desk, page: SearchPage, search: Search, qtbot: QtBot, screenshot: Screenshot
) -> None:
    screenshot(desk.window, "search-blind")
    assert page.search is None
    assert page.candidates.rowCount() == 12
    press(page, desk, qtbot, Qt.Key.Key_J)
    qtbot.keyClick(page.list, Qt.Key.Key_C, CONTROL)
    texts = [*every_text(page), desk.window.windowTitle(), QGuiApplication.clipboard().text()]
    assert "Candidate C" in " ".join(texts)
    for one in search.result.candidates:
        for secret in (one.subject, f"{one.similarity:.3f}", f"Rank {one.rank}:", one.sample_source):
            assert not [text for text in texts if secret in text], secret
    assert not page.maps.panel.isVisible()
    assert page.pair.probe.overlay is None
    for action in (*page.review.all, page.report_action):
        assert not action.isEnabled(), action.text()


def test_the_judgement_of_the_probe_is_made_by_key_and_reveals_the_list(
    desk: Desk, page: SearchPage, workspace: FakeWorkspace, qtbot: QtBot, screenshot: Screenshot
) -> None:
    assert page.content.first.text.startswith("Names, ranks and similarities are hidden")
    assert page.judging.form.isVisible()
    assert not page.judging.store_action.isEnabled()
    press(page, desk, qtbot, Qt.Key.Key_3)
    press(page, desk, qtbot, Qt.Key.Key_2)
    press(page, desk, qtbot, Qt.Key.Key_A)
    note = page.judging.form.findChild(QLineEdit)
    qtbot.keyClicks(note, "blurred, 18 px, RANK NOT SEEN")
    screenshot(desk.window, "search-judging")
    press(page, desk, qtbot, Qt.Key.Key_Return, control=True)
    (judgement,) = workspace.judged
    assert judgement.suitability is Suitability.LIMITED
    assert judgement.note == "blurred, 18 px, RANK NOT SEEN"
    assert [one.component for one in judgement.features if one.visible] == list(Component)
    assert page.search is not None
    assert not page.judging.form.isVisible()
    assert page.content.first.text == ""
    assert page.candidates.text(page.candidates.rows[0]).startswith("Rank 1: Subject 001")
    assert "every part visible" in page.content.said.text()
    assert page.maps.panel.isVisible()
    screenshot(desk.window, "search-revealed")


def test_a_key_pressed_in_the_note_is_written_and_judges_nothing(page: SearchPage, qtbot: QtBot) -> None:
    note = page.judging.form.findChild(QLineEdit)
    note.setFocus()
    qtbot.keyClicks(note, "12 a")
    assert note.text() == "12 a"
    assert page.judging.form.answer.suitability is None


def test_a_judgement_that_was_begun_is_kept_while_another_search_is_looked_at(
    desk: Desk, page: SearchPage, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    page.again_action.trigger()
    rest(desk, qtbot)
    assert page.opened is not None
    assert page.opened.view.search_id == 2
    press(page, desk, qtbot, Qt.Key.Key_1)
    page.open(1)
    rest(desk, qtbot)
    assert page.judging.form.answer.suitability is None
    page.open(2)
    rest(desk, qtbot)
    assert page.judging.form.answer.suitability is Suitability.SUITABLE
    assert workspace.judged == []


def test_what_one_examiner_began_to_say_is_not_shown_to_the_next(
    desk: Desk, page: SearchPage, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    press(page, desk, qtbot, Qt.Key.Key_3)
    qtbot.keyClicks(page.judging.form.findChild(QLineEdit), "the first opinion")
    workspace.work_as("second")
    desk.window._state.examiner_changed.emit("second")
    rest(desk, qtbot)
    assert page.judging.form.isVisible()
    assert page.judging.form.answer.suitability is None
    assert not [text for text in every_text(page) if "the first opinion" in text]


def test_a_search_that_is_gone_leaves_the_one_on_show_and_its_keys(
    desk: Desk, revealed: SearchPage, workspace: FakeWorkspace, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def _gone(search_id: int) -> Search:
        raise NotFound(f"There is no search {search_id}.")

    with monkeypatch.context() as patched:
        patched.setattr(workspace, "search_record", _gone)
        revealed.open(7)
        rest(desk, qtbot)
    assert revealed.notice.text == "There is no search 7."
    press(revealed, desk, qtbot, Qt.Key.Key_R)
    assert marks(revealed)[0] == "rejected"
    assert revealed.notice.text == ""


def test_in_review_everything_is_shown_at_once(revealed: SearchPage) -> None:
    assert revealed.search is not None
    assert not revealed.judging.form.isVisible()
    assert "similarity 0.870" in revealed.candidates.text(revealed.candidates.rows[0])
    assert "not a probability" in revealed.candidates.text(revealed.candidates.rows[0])
    assert revealed.candidates.lines(revealed.candidates.rows[0])["gap"] == "0.030 above the next"
    assert revealed.candidates.lines(revealed.candidates.rows[0])["measure"].endswith("10.4 px")


def test_a_second_examiner_reads_a_sentence_of_his_own_and_may_compare(
    desk: Desk, page: SearchPage, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    workspace.judge_probe(1, Suitability.SUITABLE)
    workspace.set_verdict(1, 2, Verdict.SHORTLISTED)
    workspace._cases[0] = replace(workspace._cases[0], status=CaseStatus.IN_VERIFICATION)
    workspace.work_as("second")
    desk.window._state.examiner_changed.emit("second")
    rest(desk, qtbot)
    assert page.content.first.text == "Hidden until you have compared 1 more candidates."
    assert page.search is None
    assert not [text for text in every_text(page) if "Subject 0" in text]
    assert page.judging.form.isVisible()
    assert page.review.compare_action.isEnabled()
    assert not page.review.reject_action.isEnabled()


def test_a_candidate_is_rejected_by_key_and_the_key_takes_it_back(
    desk: Desk, revealed: SearchPage, workspace: FakeWorkspace, qtbot: QtBot, screenshot: Screenshot
) -> None:
    press(revealed, desk, qtbot, Qt.Key.Key_J)
    press(revealed, desk, qtbot, Qt.Key.Key_R)
    press(revealed, desk, qtbot, Qt.Key.Key_J)
    press(revealed, desk, qtbot, Qt.Key.Key_S)
    assert workspace.verdicts == {(1, 2): Verdict.REJECTED, (1, 3): Verdict.SHORTLISTED}
    assert marks(revealed)[:4] == ["", "rejected", "shortlisted", ""]
    assert revealed.list.currentIndex().row() == 2, "a verdict leaves the current candidate where it is"
    assert (
        revealed.searches.model.text(revealed.searches.model.rows[0])
        .splitlines()[1]
        .startswith("1 shortlisted, 1 rejected")
    )
    screenshot(desk.window, "search-verdicts")
    press(revealed, desk, qtbot, Qt.Key.Key_K)
    assert revealed.review.reject_action.isChecked()
    press(revealed, desk, qtbot, Qt.Key.Key_R)
    assert workspace.verdicts == {(1, 3): Verdict.SHORTLISTED}
    assert not revealed.review.reject_action.isChecked()


def test_a_verdict_belongs_to_the_candidate_it_was_given_for_however_fast_the_list_moves(
    desk: Desk, revealed: SearchPage, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    for key in (Qt.Key.Key_R, Qt.Key.Key_J, Qt.Key.Key_S, Qt.Key.Key_J, Qt.Key.Key_R, Qt.Key.Key_R):
        qtbot.keyClick(revealed.list, key)
    rest(desk, qtbot)
    assert workspace.verdicts == {(1, 1): Verdict.REJECTED, (1, 2): Verdict.SHORTLISTED}
    assert revealed.session.settled


def test_nobody_suitable_is_an_answer_that_is_stored_shown_and_taken_back(
    desk: Desk, revealed: SearchPage, workspace: FakeWorkspace, qtbot: QtBot, screenshot: Screenshot
) -> None:
    press(revealed, desk, qtbot, Qt.Key.Key_N)
    assert workspace.nobody == {1}
    assert revealed.content.answer.text == "Answer: nobody on this list is suitable."
    assert (
        revealed.searches.model.text(revealed.searches.model.rows[0])
        .splitlines()[1]
        .startswith("nobody suitable")
    )
    screenshot(desk.window, "search-nobody")
    press(revealed, desk, qtbot, Qt.Key.Key_N)
    assert workspace.nobody == set()
    assert revealed.content.answer.text == ""


@pytest.mark.parametrize("key", [Qt.Key.Key_C, Qt.Key.Key_Return])
def test_a_comparison_is_asked_for_by_key(
    desk: Desk, revealed: SearchPage, qtbot: QtBot, key: Qt.Key
) -> None:
    press(revealed, desk, qtbot, Qt.Key.Key_J)
    with qtbot.waitSignal(revealed.compare_requested) as asked:
        qtbot.keyClick(revealed.list, key)
    rest(desk, qtbot)
    assert asked.args == [ComparisonRequest(1, 2)]


def test_a_rejection_is_remembered_by_the_next_search_for_the_same_face(
    desk: Desk, revealed: SearchPage, qtbot: QtBot, screenshot: Screenshot
) -> None:
    press(revealed, desk, qtbot, Qt.Key.Key_R)
    revealed.again_action.trigger()
    rest(desk, qtbot)
    assert marks(revealed)[:2] == ["rejected in search 1", ""]
    assert "rejected in search 1" in revealed.candidates.text(revealed.candidates.rows[0])
    screenshot(desk.window, "search-remembered")


def test_several_faces_are_searched_one_by_one_and_one_that_fails_does_not_stop_the_rest(
    desk: Desk, faces: SearchPage, workspace: FakeWorkspace, qtbot: QtBot, screenshot: Screenshot
) -> None:
    first, second, third = (one.face for one in faces.probes.faces.rows)
    assert first.recognizability is not None
    assert third.recognizability is not None
    assert first.recognizability.index > third.recognizability.index, "the most recognizable comes first"
    assert not faces.probes.each_action.isEnabled()
    select_faces(faces, 0, 1, 2)
    faces.probes.each_action.trigger()
    rest(desk, qtbot)
    assert [search.search_id for search in faces.searches.model.rows] == [3, 2, 1]
    made = [search.faces[0].face_id for search in workspace.searches(1) if search.faces]
    assert made == [first.face_id, third.face_id]
    assert faces.notice.text == (
        f"2 of 3 faces were searched for. Face {second.face_id}: The file hall.png is no longer there."
    )
    screenshot(desk.window, "search-each")


def test_several_faces_are_searched_as_one_person_and_their_weights_are_told(
    desk: Desk, faces: SearchPage, workspace: FakeWorkspace, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def _together(face_ids: list[int], **terms: object) -> Search:
        image, face = workspace.assess_face(face_ids[0])
        found = workspace.search(image, face, case_id=1)
        return workspace.stand_for(found, [ProbeFace(face_ids[0], 0.625), ProbeFace(face_ids[1], 0.375)])

    monkeypatch.setattr(workspace, "search_faces", _together)
    select_faces(faces, 0)
    assert not faces.probes.together_action.isEnabled()
    select_faces(faces, 0, 2)
    faces.probes.together_action.trigger()
    rest(desk, qtbot)
    assert faces.opened is not None
    assert faces.opened.view.search_id == 2
    one, other = (faces.probes.faces.rows[row].face.face_id for row in (0, 2))
    words = f"Template of 2 faces, weighted by recognizability: face {one} with 62%, face {other} with 38%."
    assert words in faces.content.summary.text()


def test_faces_are_named_only_where_nothing_is_hidden(
    desk: Desk, faces: SearchPage, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    row = faces.probes.faces.rows[0]
    assert "The man" in faces.probes.faces.text(row)
    workspace.blind = True
    faces.session.reopen()
    rest(desk, qtbot)
    assert "The man" not in faces.probes.faces.text(row)


def test_a_model_mismatch_is_told_with_what_can_be_done_and_nothing_is_lost(
    desk: Desk, revealed: SearchPage, workspace: FakeWorkspace, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def _refuse(*_: object, **__: object) -> Search:
        raise ModelMismatch("The galleries hold no embedding of the model new.")

    monkeypatch.setattr(workspace, "search_again", _refuse)
    revealed.again_action.trigger()
    rest(desk, qtbot)
    assert revealed.notice.text.startswith("The galleries hold no embedding of the model new. Re-embed")
    assert revealed.search is not None
    assert revealed.candidates.rowCount() == 12


def test_a_closed_case_is_read_and_nothing_more_is_decided_in_it(
    desk: Desk, faces: SearchPage, workspace: FakeWorkspace, qtbot: QtBot, screenshot: Screenshot
) -> None:
    workspace._cases[0] = replace(workspace._cases[0], status=CaseStatus.CLOSED)
    desk.window._state.open_case(workspace.case(1))
    rest(desk, qtbot)
    assert faces.content.first.text.startswith("The case is closed")
    for action in (faces.review.reject_action, faces.review.nobody_action, faces.again_action):
        assert not action.isEnabled()
    assert not faces.probes.choice.list.isVisible()
    assert faces.candidates.rowCount() == 12
    labels = [label.text() for label in faces.probes.choice.findChildren(QLabel)]
    assert "The case is closed: nothing more can be searched in it." in labels
    screenshot(desk.window, "search-closed")


def test_an_empty_list_says_in_one_sentence_what_to_do(
    desk: Desk, revealed: SearchPage, workspace: FakeWorkspace, qtbot: QtBot
) -> None:
    workspace.create_gallery("empty one")
    revealed.refresh()
    rest(desk, qtbot)
    revealed.terms._galleries.choose(["empty one"])
    revealed.again_action.trigger()
    rest(desk, qtbot)
    assert revealed.content.summary.text() == (
        "Search 2 had nobody to compare with. Enrol people on the Gallery page and run it again."
    )
