"""A pair is looked at, described and concluded, by keyboard, and by its key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner
from app.pages.compare_page import ComparePage
from app.state import AppState
from app.widgets.compare.geometry import Side
from app.widgets.compare.pair_view import FASTEST_HZ
from app.widgets.compare.scene import Mode
from app.widgets.searches.map_panel import MapChoice
from app.widgets.text import ElidedLabel
from core.types import CaseStatus, Component, Conclusion, FeatureNote, Finding, Suitability, Verdict
from tests.app.fakes import FakeWorkspace

Screenshot = Callable[[QWidget, str], QImage]
Rest = Callable[[], None]


@pytest.fixture
def rest(runner: JobRunner, qtbot: QtBot) -> Rest:
    """Return a function that waits until nothing runs."""
    return lambda: qtbot.waitUntil(lambda: not runner.active(quiet=True))


@pytest.fixture
def page(
    workspace: FakeWorkspace, runner: JobRunner, state: AppState, qtbot: QtBot, rest: Rest
) -> Iterator[ComparePage]:
    """Return the page with the second candidate of a search."""
    demo = workspace.build_demo()
    state.open_case(workspace.case(demo.case_id))
    shown = ComparePage(workspace, runner, state)  # type: ignore[arg-type]
    shown.resize(1320, 840)
    shown.show()
    qtbot.waitExposed(shown)
    shown.open(demo.search_id, 2)
    rest()
    shown.view.setFocus()
    yield shown
    runner.cancel_all()
    shown.close()
    shown.deleteLater()


def press(page: ComparePage, qtbot: QtBot, key: Qt.Key) -> None:
    """Press a key while the faces have the keyboard."""
    qtbot.keyClick(page.view, key)


def texts(page: ComparePage) -> list[str]:
    """Return everything that the page says: texts, tooltips, names for a screen reader, titles."""
    found = []
    for widget in [page, *page.findChildren(QWidget)]:
        found += [widget.windowTitle(), widget.toolTip(), widget.accessibleName()]
        found += [widget.accessibleDescription(), widget.statusTip(), widget.whatsThis()]
        if isinstance(widget, QLabel | QLineEdit | QPushButton | QRadioButton):
            found.append(widget.text())
        if isinstance(widget, ElidedLabel):
            found.append(widget.text)
    for action in page.findChildren(QAction):
        found += [action.text(), action.toolTip(), action.statusTip()]
    return [text for text in found if text]


def test_a_comparison_opens_on_the_original_pictures_px_as_they_are(
    page: ComparePage, screenshot: Screenshot
) -> None:
    assert page.view.mode is Mode.SIDE_BY_SIDE
    assert page.view.linked
    assert not page.view.smooth
    assert page.frame.on_original
    assert page.frame.banner == "The original pictures, px as they are."
    assert page.frame.scales[0] == "1 px = 2 screen px"
    assert page.pair is not None
    assert page.pair.source is not None
    assert page.maps.panel.choice is MapChoice.OFF
    screenshot(page, "compare")


def test_a_pair_is_described_and_concluded_with_the_keyboard_alone(
    page: ComparePage, workspace: FakeWorkspace, qtbot: QtBot, rest: Rest, screenshot: Screenshot
) -> None:
    assert not page.judging.store_action.isEnabled()
    first = page.judging.form.checklist.findChild(QRadioButton)
    assert first is not None
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Space)
    qtbot.keyClick(first, Qt.Key.Key_Down)
    second = page.focusWidget()
    assert second is not None
    assert second.accessibleName() == "Hairline: similar"
    qtbot.keyClick(second, Qt.Key.Key_Right)
    third = page.focusWidget()
    assert third is not None
    assert third.accessibleName() == "Hairline: different"
    qtbot.keyClick(third, Qt.Key.Key_Tab)
    note = page.focusWidget()
    assert isinstance(note, QLineEdit)
    qtbot.keyClicks(note, "line 2 jkrs")
    press(page, qtbot, Qt.Key.Key_I)
    assert page.judging.conclusions[Conclusion.INSUFFICIENT].isChecked()
    screenshot(page, "compare-described")
    qtbot.keyClick(page.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rest()
    (kept,) = workspace.judgements_of(1)
    assert (kept.search_id, kept.rank, kept.conclusion) == (1, 2, Conclusion.INSUFFICIENT)
    assert kept.on_original
    assert kept.features == (
        FeatureNote(Component.FACE_SHAPE, True, Finding.SIMILAR),
        FeatureNote(Component.HAIRLINE, True, Finding.DIFFERENT, "line 2 jkrs"),
    )
    assert not page.judging.store_action.isEnabled()
    assert "Insufficient to conclude" in page.judging.judgements.lines[0]


@pytest.mark.parametrize(
    ("key", "conclusion"),
    [
        (Qt.Key.Key_1, Conclusion.SAME_STRONGLY),
        (Qt.Key.Key_2, Conclusion.SAME),
        (Qt.Key.Key_3, Conclusion.UNDECIDED),
        (Qt.Key.Key_4, Conclusion.DIFFERENT),
        (Qt.Key.Key_5, Conclusion.DIFFERENT_STRONGLY),
        (Qt.Key.Key_I, Conclusion.INSUFFICIENT),
    ],
)
def test_each_conclusion_has_a_key_and_a_button_of_the_same_size(
    page: ComparePage, qtbot: QtBot, key: Qt.Key, conclusion: Conclusion
) -> None:
    press(page, qtbot, Qt.Key.Key_3)
    press(page, qtbot, Qt.Key.Key_3)
    press(page, qtbot, key)
    assert page.judging.form.draft.conclusion is conclusion
    buttons = [one for one in page.findChildren(QPushButton) if one.property("choice")]
    assert len(buttons) == len(Conclusion)
    assert len({(one.width(), one.height()) for one in buttons}) <= 2
    assert max(one.width() for one in buttons) - min(one.width() for one in buttons) <= 1
    assert not any("%" in text for text in texts(page))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (Qt.Key.Key_M, "smoothed"),
        (Qt.Key.Key_D, "aid"),
        (Qt.Key.Key_C, "aligned crop"),
    ],
)
def test_what_is_not_the_original_is_said_and_stored_with_the_judgement(
    page: ComparePage,
    workspace: FakeWorkspace,
    qtbot: QtBot,
    rest: Rest,
    screenshot: Screenshot,
    key: Qt.Key,
    words: str,
) -> None:
    press(page, qtbot, key)
    assert words in page.frame.banner
    assert not page.frame.on_original
    screenshot(page, f"compare-{words.replace(' ', '-')}")
    press(page, qtbot, Qt.Key.Key_2)
    page.judging.store_action.trigger()
    rest()
    assert not workspace.judgements_of(1)[0].on_original
    press(page, qtbot, Qt.Key.Key_J)
    rest()
    assert page.frame.on_original, "the next pair opens on the originals again"


def test_a_derived_probe_and_a_source_that_is_gone_are_said(
    page: ComparePage, workspace: FakeWorkspace, rest: Rest
) -> None:
    workspace.derived = True
    page.open(1, 4)
    rest()
    assert "derived from the original" in page.frame.banner
    workspace.derived = False
    workspace.lost.add(5)
    page.open(1, 5)
    rest()
    assert "can no longer be read" in page.frame.banner
    assert page.crop_action.isChecked()
    assert not page.crop_action.isEnabled()


def test_flicker_stays_below_three_changes_a_second_and_space_takes_over(
    page: ComparePage, qtbot: QtBot, screenshot: Screenshot
) -> None:
    press(page, qtbot, Qt.Key.Key_F)
    assert page.view.flickering
    page.view.set_flicker_rate(20.0)
    assert page.view.flicker_rate == pytest.approx(FASTEST_HZ)
    assert page.view.flicker_rate < 3
    front = page.view.front
    with qtbot.waitSignal(page.view.view_changed, timeout=5000):
        pass
    assert page.view.front is front.other
    press(page, qtbot, Qt.Key.Key_Space)
    assert not page.view.flickering
    assert page.view.front is front
    assert not page.pair_actions.switch.autoRepeat()
    screenshot(page, "compare-one-face")
    press(page, qtbot, Qt.Key.Key_B)
    assert page.view.mode is Mode.SIDE_BY_SIDE


def test_the_divider_follows_arrow_keys_and_mouse(
    page: ComparePage, qtbot: QtBot, screenshot: Screenshot
) -> None:
    press(page, qtbot, Qt.Key.Key_S)
    press(page, qtbot, Qt.Key.Key_Left)
    assert page.view.divider == pytest.approx(0.49)
    start = QPoint(round(page.view.divider * page.view.width()), 200)
    qtbot.mousePress(page.view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(page.view, start + QPoint(120, 0))
    qtbot.mouseRelease(page.view, Qt.MouseButton.LeftButton, pos=start + QPoint(120, 0))
    assert page.view.divider == pytest.approx(0.49 + 120 / page.view.width(), abs=0.01)
    screenshot(page, "compare-swipe")


def test_the_same_facial_point_lies_at_the_same_place_of_both_halves_until_unlinked(
    page: ComparePage, qtbot: QtBot
) -> None:
    assert page.pair is not None
    assert page.pair.source is not None
    probe, candidate = page.pair.probe.landmarks, page.pair.source.landmarks
    half = page.view.width() / 2 + 1

    def apart() -> float:
        """Return how far apart the middle of the landmarks lies in the two halves, in screen px."""
        ours = page.view.point_of(Side.PROBE, *probe.mean(axis=0).tolist())
        theirs = page.view.point_of(Side.CANDIDATE, *candidate.mean(axis=0).tolist())
        return (ours + QPointF(half, 0) - theirs).manhattanLength()

    assert apart() < 1.5
    page.pair_actions.enlarge.trigger()
    press(page, qtbot, Qt.Key.Key_Right)
    press(page, qtbot, Qt.Key.Key_U)
    assert apart() < 1.5
    press(page, qtbot, Qt.Key.Key_L)
    assert not page.view.linked
    press(page, qtbot, Qt.Key.Key_Right)
    assert apart() > 10


def test_next_and_previous_walk_the_list_and_what_was_begun_is_kept(
    page: ComparePage, workspace: FakeWorkspace, qtbot: QtBot, rest: Rest
) -> None:
    press(page, qtbot, Qt.Key.Key_4)
    for key, rank in ((Qt.Key.Key_J, 3), (Qt.Key.Key_K, 2), (Qt.Key.Key_K, 1), (Qt.Key.Key_K, 1)):
        press(page, qtbot, key)
        rest()
        assert page.pair is not None
        assert page.pair.key == (1, rank)
        expected = Conclusion.DIFFERENT if rank == 2 else None
        assert page.judging.form.draft.conclusion is expected
    assert workspace.judgements_of(1) == ()


def test_a_judgement_goes_to_the_pair_that_it_was_made_of_though_another_is_on_show_by_then(
    page: ComparePage, workspace: FakeWorkspace, qtbot: QtBot, rest: Rest
) -> None:
    press(page, qtbot, Qt.Key.Key_2)
    page.judging.store_action.trigger()
    press(page, qtbot, Qt.Key.Key_J)
    rest()
    (kept,) = workspace.judgements_of(1)
    assert kept.rank == 2
    assert page.pair is not None
    assert page.pair.shown.rank == 3
    assert page.judging.form.draft.conclusion is None


def test_r_rejects_the_candidate_and_takes_it_back(
    page: ComparePage, workspace: FakeWorkspace, qtbot: QtBot, rest: Rest
) -> None:
    press(page, qtbot, Qt.Key.Key_R)
    rest()
    assert workspace.verdicts == {(1, 2): Verdict.REJECTED}
    assert any("rejected by you" in text for text in texts(page))
    press(page, qtbot, Qt.Key.Key_R)
    rest()
    assert workspace.verdicts == {}


def test_a_step_that_was_taken_back_elsewhere_is_followed(
    page: ComparePage, workspace: FakeWorkspace, state: AppState, qtbot: QtBot, rest: Rest
) -> None:
    press(page, qtbot, Qt.Key.Key_2)
    press(page, qtbot, Qt.Key.Key_R)
    rest()
    assert page.judging.reject_action.isChecked()
    workspace.set_verdict(1, 2, None)
    state.step_done.emit(None)
    rest()
    assert not page.judging.reject_action.isChecked()
    assert page.judging.form.draft.conclusion is Conclusion.SAME, "what was begun stays"


def test_evidence_is_shown_over_the_probe_with_its_verdict_and_can_be_tested(
    page: ComparePage, qtbot: QtBot, rest: Rest, screenshot: Screenshot
) -> None:
    page.maps.panel.choose(MapChoice.EVIDENCE)
    rest()
    assert page.maps.panel.words.startswith("Not tested")
    assert "A map lies over the probe. Not tested" in page.frame.banner
    page.maps.test_action.trigger()
    rest()
    assert page.maps.panel.words.startswith("Not informative here")
    assert page.view.covered
    assert "Not informative here" in page.frame.banner
    screenshot(page, "compare-evidence")


def test_in_blind_mode_nothing_on_the_page_says_who_where_or_how_similar(
    page: ComparePage, workspace: FakeWorkspace, qtbot: QtBot, rest: Rest, screenshot: Screenshot
) -> None:
    page.maps.panel.choose(MapChoice.EVIDENCE)
    rest()
    shown = workspace.search_record(1).result.candidates
    workspace.blind = True
    page.open(1, 7)
    rest()
    why = workspace.search_view(1).why
    said = "\n".join(text for text in texts(page) if text != why).lower()
    for candidate in shown:
        assert candidate.subject.lower() not in said
        assert candidate.gallery.lower() not in said
        for digits in (2, 3, 4):
            assert f"{candidate.similarity:.{digits}f}" not in said
    for word in ("rank", "similarity", "subject 0"):
        assert word not in said
    assert not page.maps.panel.isVisible()
    assert not page.view.covered
    assert not page.maps.test_action.isEnabled()
    assert not page.judging.store_action.isEnabled()
    screenshot(page, "compare-blind")
    workspace.judge_probe(1, Suitability.LIMITED)
    page.open(1, 7)
    rest()
    assert any("Subject 007" in text for text in texts(page))
    assert page.maps.panel.isVisibleTo(page)


def test_a_second_examiner_sees_the_first_opinion_only_after_giving_his_own(
    page: ComparePage,
    workspace: FakeWorkspace,
    state: AppState,
    qtbot: QtBot,
    rest: Rest,
    screenshot: Screenshot,
) -> None:
    press(page, qtbot, Qt.Key.Key_1)
    page.judging.store_action.trigger()
    rest()
    workspace.set_verdict(1, 2, Verdict.SHORTLISTED)
    workspace._cases[0] = replace(workspace._cases[0], status=CaseStatus.IN_VERIFICATION)
    workspace.work_as("second")
    state.examiner_changed.emit("second")
    rest()
    assert page.judging.judgements.lines == ("None so far.",)
    assert page.judging.form.draft.conclusion is None
    assert not any("Subject 002" in text for text in texts(page))
    press(page, qtbot, Qt.Key.Key_4)
    page.judging.store_action.trigger()
    rest()
    assert any(text.startswith("The examiners do not agree.") for text in texts(page))
    assert len(page.judging.judgements.lines) == 2
    assert any("Subject 002" in text for text in texts(page))
    screenshot(page, "compare-disagreement")


def test_the_place_leads_back_to_the_pair(page: ComparePage, state: AppState, rest: Rest) -> None:
    place = page.place()
    state.case_changed.emit(state.case)
    assert page.pair is None
    assert page.place() == ""
    page.restore_place("somewhere else")
    page.restore_place(place)
    rest()
    assert page.pair is not None
    assert page.pair.key == (1, 2)


def test_a_pair_that_cannot_be_shown_is_told_in_a_sentence(
    page: ComparePage, workspace: FakeWorkspace, rest: Rest
) -> None:
    workspace.remove_subject(3, "by mistake")
    page.open(1, 3)
    rest()
    assert page.notice.text == "There is no sample with the number 3."
    assert page.pair is not None
    assert page.pair.shown.rank == 2
    page.next_action.trigger()
    rest()
    assert page.notice.text == "There is no sample with the number 3."


def test_without_a_pair_the_page_says_where_to_find_one(
    workspace: FakeWorkspace, runner: JobRunner, state: AppState
) -> None:
    empty = ComparePage(workspace, runner, state)  # type: ignore[arg-type]
    empty.resize(1320, 840)
    assert any("Search page" in text for text in texts(empty))
    assert not empty.judging.store_action.isEnabled()
    assert not empty.next_action.isEnabled()
    empty.deleteLater()
