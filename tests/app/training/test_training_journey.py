"""Tuning by pointing and typing: sets, runs, verdicts, models."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner
from app.pages.training_page import TrainingPage
from app.widgets.training.promotion_dialogs import PromotionDialog, RollbackDialog
from app.widgets.training.set_dialog import SetDialog
from app.widgets.training.tune_dialog import TuneDialog
from core.workspace.tuning.desk import Method, Verdict
from tests.app.fakes import FakeWorkspace

D = TypeVar("D", bound=QDialog)
Rest = Callable[[], None]
Screenshot = Callable[[QWidget, str], QImage]

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NAME = "mine"


def opened(page: TrainingPage, kind: type[D], qtbot: QtBot) -> D:
    """Return the dialog once it is open."""
    qtbot.waitUntil(lambda: bool(page.findChildren(kind)), timeout=30_000)
    return page.findChildren(kind)[-1]


def press(page: TrainingPage, qtbot: QtBot, key: Qt.Key, hold: Qt.KeyboardModifier) -> None:
    """Press a key on the page, which is in front again after a dialog."""
    window = page.window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=30_000)
    focus = QApplication.focusWidget()
    if focus is None or not page.isAncestorOf(focus):
        page.run_list.setFocus() if page.tabs.currentIndex() == 1 else page.tabs.setFocus()
    qtbot.keyClick(QApplication.focusWidget() or page, key, hold)


def asked(page: TrainingPage, qtbot: QtBot) -> TuneDialog:
    """Return the dialog of a tuning, opened by its key and with a recipe."""
    press(page, qtbot, Qt.Key.Key_T, CONTROL)
    dialog = opened(page, TuneDialog, qtbot)
    qtbot.waitUntil(lambda: dialog.recipe_form.recipe is not None, timeout=30_000)
    dialog.name.setText(NAME)
    return dialog


def begun(page: TrainingPage, qtbot: QtBot) -> None:
    """Begin a tuning, and wait until it has done ten steps and waits."""
    dialog = asked(page, qtbot)
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Step 10 of 30" in page.run_panel.state, timeout=30_000)


def tuned(page: TrainingPage, workspace: FakeWorkspace, qtbot: QtBot, rest: Rest) -> None:
    """Tune to the end."""
    workspace.training_gate.set()
    dialog = asked(page, qtbot)
    dialog.accept_button.click()
    qtbot.waitUntil(lambda: NAME in workspace.tuned, timeout=30_000)
    rest()


def judged(page: TrainingPage, workspace: FakeWorkspace, verdict: Verdict, qtbot: QtBot, rest: Rest) -> None:
    """Tune and judge."""
    workspace.next_verdict = verdict
    tuned(page, workspace, qtbot, rest)
    page.commands.judge_action.trigger()
    rest()


def test_a_set_is_made_of_a_case_and_a_folder_with_the_keyboard(
    page: TrainingPage, workspace: FakeWorkspace, qtbot: QtBot, rest: Rest, tmp_path: Path
) -> None:
    case = workspace.new_case("Car park", "K-1")
    press(page, qtbot, Qt.Key.Key_N, CONTROL | SHIFT)
    dialog = opened(page, SetDialog, qtbot)
    qtbot.keyClicks(dialog.name, "night")
    assert not dialog.accept_button.isEnabled()
    dialog.sources.setCurrentIndex(dialog.sources.model().index(0, 0))
    qtbot.keyClick(dialog.sources, Qt.Key.Key_Space)
    dialog.add_source(tmp_path)
    dialog.holdout.setValue(30)
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    rest()
    assert workspace.set_asked_for == ((tmp_path,), (case.case_id,), 0.3)
    assert page.labelled is not None
    assert page.labelled.name == "night"
    assert "holds 160 pictures of 40 people" in page.notice.text


def test_a_set_that_must_be_mended_says_why_and_is_not_tuned(
    page: TrainingPage, workspace: FakeWorkspace, qtbot: QtBot, rest: Rest
) -> None:
    page.of_sets.new_action.trigger()
    dialog = opened(page, SetDialog, qtbot)
    dialog.name.setText("small")
    dialog.add_source(Path("few"))
    dialog.accept_button.click()
    rest()
    assert page.labelled is not None
    assert page.labelled.name == "small"
    first = page.set_panel.warnings[0]
    assert first.startswith("Stops tuning: There are 4 people")
    assert "Nothing can be tuned with this set before it is mended." in first
    assert not page.commands.tune_action.isEnabled()


def test_a_name_that_is_taken_is_told(
    page: TrainingPage, workspace: FakeWorkspace, qtbot: QtBot, rest: Rest, tmp_path: Path
) -> None:
    page.of_sets.new_action.trigger()
    dialog = opened(page, SetDialog, qtbot)
    dialog.name.setText("car-park")
    dialog.add_source(tmp_path)
    dialog.accept_button.click()
    rest()
    assert page.notice.text == "There is a labelled set named 'car-park' already."


def test_the_whole_way_from_a_set_to_a_model_in_use_and_back(
    page: TrainingPage, workspace: FakeWorkspace, qtbot: QtBot, rest: Rest, screenshot: Screenshot
) -> None:
    judged(page, workspace, Verdict.PROMOTE, qtbot, rest)
    assert page.run_panel.gate.text.startswith("Promotion is possible")
    assert "20 are more recognizable" in page.run_panel.shift.summary
    screenshot(page, "training-verdict")
    press(page, qtbot, Qt.Key.Key_L, CONTROL | SHIFT)
    promotion = opened(page, PromotionDialog, qtbot)
    assert "goes on serving until the last sample is done" in promotion.hint.text()
    promotion.accept_button.click()
    rest()
    assert workspace.model_switches == [(NAME, "")]
    assert page.notice.text == "mine is in use: all 12 samples have its embedding."
    assert not page.commands.promote_action.isEnabled()
    press(page, qtbot, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert [one.card.name for one in page.models.rows if one.serving] == [NAME]
    page.commands.rollback_action.trigger()
    back = opened(page, RollbackDialog, qtbot)
    assert not back.accept_button.isEnabled()
    qtbot.keyClicks(back.reason_field, "worse at night")
    back.accept_button.click()
    rest()
    assert workspace.model_switches[-1] == ("fake-network", "worse at night")
    assert not page.commands.rollback_action.isEnabled()


def test_a_run_is_held_and_goes_on(
    page: TrainingPage, workspace: FakeWorkspace, qtbot: QtBot, rest: Rest
) -> None:
    begun(page, qtbot)
    assert not page.commands.resume_action.isEnabled()
    press(page, qtbot, Qt.Key.Key_U, CONTROL | SHIFT)
    qtbot.waitUntil(page.commands.resume_action.isEnabled, timeout=30_000)
    assert page.run_panel.state.startswith("Paused at step 10 of 30")
    press(page, qtbot, Qt.Key.Key_R, CONTROL | SHIFT)
    qtbot.waitUntil(page.commands.pause_action.isEnabled, timeout=30_000)
    workspace.training_gate.set()
    rest()
    assert "has made a model" in page.notice.text
    assert page.commands.judge_action.isEnabled()


def test_a_run_is_stopped_and_goes_on_later(
    page: TrainingPage, workspace: FakeWorkspace, qtbot: QtBot, rest: Rest
) -> None:
    left: list[str] = []
    page.tunings.left.connect(left.append)
    begun(page, qtbot)
    press(page, qtbot, Qt.Key.Key_K, CONTROL | SHIFT)
    rest()
    assert page.notice.text == "mine stopped at step 10; it goes on from there with Resume."
    assert "Stopped at step 10 of 30." in page.run_panel.state
    assert left == []
    workspace.training_gate.set()
    page.commands.resume_action.trigger()
    rest()
    assert "has made a model" in page.notice.text


def test_a_run_that_fails_says_why_and_can_go_on(
    page: TrainingPage, workspace: FakeWorkspace, qtbot: QtBot, rest: Rest
) -> None:
    workspace.tuning_fails_at = 7
    workspace.training_gate.set()
    asked(page, qtbot).accept_button.click()
    qtbot.waitUntil(lambda: "The disk is full" in page.notice.text, timeout=30_000)
    rest()
    assert page.run_panel.state.startswith("The disk is full; the last checkpoint is kept. Stopped at step 6")
    assert page.commands.resume_action.isEnabled()


def test_a_run_that_somebody_else_ends_is_left(
    page: TrainingPage, runner: JobRunner, qtbot: QtBot, rest: Rest
) -> None:
    left: list[str] = []
    page.tunings.left.connect(left.append)
    begun(page, qtbot)
    runner.cancel_all()
    rest()
    assert left == [NAME]


def test_a_bad_recipe_is_refused_beside_its_field(
    page: TrainingPage, workspace: FakeWorkspace, qtbot: QtBot, rest: Rest, screenshot: Screenshot
) -> None:
    dialog = asked(page, qtbot)
    dialog.by_hand.setChecked(True)
    smallest = dialog.recipe_form.fields["degradation.smallest"]
    smallest.setValue(100)
    told = "Degradation.smallest and largest must ascend from 1 to 112."
    assert dialog.recipe_form.error("degradation.smallest") == told
    assert not dialog.accept_button.isEnabled()
    screenshot(dialog, "training-recipe")
    smallest.setValue(10)
    dialog.recipe_form.fields["steps"].setValue(12)
    assert "12 steps take about 6 s" in dialog.estimate.text
    workspace.training_gate.set()
    dialog.accept_button.click()
    qtbot.waitUntil(lambda: bool(workspace.changed_recipes), timeout=30_000)
    rest()
    (recipe,) = workspace.changed_recipes
    assert (recipe.name, recipe.steps, recipe.degradation.smallest) == (NAME, 12, 10)


def test_the_method_says_what_it_means_and_a_set_without_a_plan_begins_nothing(
    page: TrainingPage, workspace: FakeWorkspace, qtbot: QtBot, rest: Rest
) -> None:
    dialog = asked(page, qtbot)
    workspace.no_plan = "Nothing can be trained with the labelled set."
    dialog.method.setCurrentIndex(list(Method).index(Method.WHOLE))
    qtbot.waitUntil(lambda: dialog.estimate.text == workspace.no_plan, timeout=30_000)
    assert dialog.request.method is Method.WHOLE
    assert not dialog.accept_button.isEnabled()
    dialog.reject()
    rest()


@pytest.mark.parametrize(
    ("verdict", "title"),
    [(Verdict.REFUSE, "Refused"), (Verdict.NOT_ENOUGH_DATA, "Not enough data to judge")],
)
def test_against_the_verdict_nothing_is_promoted_without_a_reason(
    verdict: Verdict,
    title: str,
    page: TrainingPage,
    workspace: FakeWorkspace,
    qtbot: QtBot,
    rest: Rest,
) -> None:
    judged(page, workspace, verdict, qtbot, rest)
    assert page.run_panel.gate.text.startswith(title)
    page.commands.promote_action.trigger()
    dialog = opened(page, PromotionDialog, qtbot)
    assert not dialog.accept_button.isEnabled()
    assert dialog.reason_field is not None
    qtbot.keyClicks(dialog.reason_field, "   ")
    assert not dialog.accept_button.isEnabled()
    qtbot.keyClicks(dialog.reason_field, "ordered by the head")
    dialog.accept_button.click()
    rest()
    assert workspace.model_switches == [(NAME, "ordered by the head")]
    page.tabs.setCurrentIndex(2)
    assert "promoted against the verdict" in page.models.texts(page.models.rows[0])[2]


def test_the_report_of_a_run_is_written(
    page: TrainingPage,
    workspace: FakeWorkspace,
    qtbot: QtBot,
    rest: Rest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tuned(page, workspace, qtbot, rest)
    monkeypatch.setattr("app.actions.training.run_commands.ask_folder", lambda owner, title: tmp_path)
    press(page, qtbot, Qt.Key.Key_S, CONTROL)
    rest()
    assert (tmp_path / "tuning-mine.pdf").is_file()
    assert page.notice.text.startswith("The report was written: tuning-mine.pdf")
