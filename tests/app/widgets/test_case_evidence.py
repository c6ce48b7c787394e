"""What a case keeps of its evidence, as the desk shows and changes it, and the log of a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.actions.cases.case_keeping import CaseKeeping
from app.jobs import JobRunner
from app.qtmodels.cases.evidence_tree import EvidenceTree, key_of
from app.qtmodels.cases.log_entries import LogModel
from app.widgets.cases.case_dialogs import CaseDialog
from app.widgets.cases.case_panel import CasePanel
from app.widgets.cases.log_dialog import LogDialog
from app.widgets.terms import state_name
from app.widgets.text import Facts
from app.widgets.theme import icon
from core.types import Case, CasePicture, CaseStatus, EvidenceMode, Outcome
from tests.app.fake_evidence import GONE
from tests.app.fakes import FakeWorkspace

WHEN = datetime(2026, 11, 24, 9, tzinfo=UTC)
CASE = Case(1, "Till robbery", "R1", "", "", CaseStatus.OPEN, 0, WHEN)
PICTURE = CasePicture(
    1, 1, 1, "/e/still.png", "a" * 64, 90, 60, None, None, "", (), Outcome.OK, "", 2, 0.5, WHEN
)


@pytest.mark.parametrize("preset", list(EvidenceMode))
def test_a_new_case_asks_what_to_keep_and_begins_with_the_setting(qtbot: QtBot, preset: EvidenceMode) -> None:
    dialog = CaseDialog(None, preset)
    qtbot.addWidget(dialog)
    assert dialog.evidence_mode is preset
    assert dialog.evidence.accessibleName() == "Evidence"
    dialog.evidence.setCurrentIndex(1 - dialog.evidence.currentIndex())
    assert dialog.evidence_mode is not preset


def test_particulars_of_a_case_that_is_there_ask_for_nothing_of_it(qtbot: QtBot) -> None:
    dialog = CaseDialog(CASE)
    qtbot.addWidget(dialog)
    assert dialog.evidence.count() == 0


@pytest.mark.parametrize(("mode", "text"), [("copies", "Copies"), ("references", "References")])
def test_the_panel_says_what_the_case_keeps(qtbot: QtBot, mode: str, text: str) -> None:
    tree = EvidenceTree(state_name, icon)
    panel = CasePanel(tree, key_of, QAction("Open"), [])
    qtbot.addWidget(panel)
    panel.show_case(replace(CASE, evidence_mode=EvidenceMode(mode)), is_open=False)
    (facts,) = panel.findChildren(Facts)
    assert facts.values[-1] == text


def test_a_picture_that_has_changed_says_so_in_the_tree(qtmodeltester: ModelTester, qtbot: QtBot) -> None:
    tree = EvidenceTree(state_name, icon)
    sentence = "The file /e/still.png has changed since it was taken in."
    tree.show([PICTURE, replace(PICTURE, picture_id=2, failure=sentence, failed=WHEN)], [])
    sound, changed = (tree.index(row, 1).data() for row in range(2))
    assert "CHANGED" not in sound
    assert changed.startswith(f"CHANGED SINCE INTAKE: {sentence}")
    qtmodeltester.check(tree)  # type: ignore[no-untyped-call]


@pytest.fixture
def keeping(qtbot: QtBot, tmp_path: Path, runner: JobRunner) -> CaseKeeping:
    workspace = FakeWorkspace(tmp_path)
    workspace.new_case("Till robbery", evidence_mode=EvidenceMode.REFERENCES)
    page = QWidget()
    qtbot.addWidget(page)
    return CaseKeeping(workspace, runner, page, lambda: workspace.case(1))  # type: ignore[arg-type]


def test_copies_are_offered_only_to_a_case_that_refers(keeping: CaseKeeping) -> None:
    for mode, offered in ((EvidenceMode.REFERENCES, True), (EvidenceMode.COPIES, False)):
        keeping.follow(replace(CASE, evidence_mode=mode), changeable=True)
        assert keeping.copies.isEnabled() is offered
    keeping.follow(replace(CASE, evidence_mode=EvidenceMode.REFERENCES), changeable=False)
    assert not keeping.copies.isEnabled()
    keeping.follow(None, changeable=False)
    assert not keeping.log.isEnabled()


@pytest.mark.parametrize("fails", [False, True])
def test_taking_copies_and_checking_say_what_became_of_it(
    qtbot: QtBot, keeping: CaseKeeping, fails: bool
) -> None:
    keeping._workspace.evidence_fails = fails  # type: ignore[attr-defined]
    for act, well in (("copies", "Copied and verified: 2"), ("check", "All evidence is what was taken in.")):
        with qtbot.waitSignal(keeping.told) as told:
            getattr(keeping, act).trigger()
        sentence, tone = told.args
        assert tone == ("warning" if fails else "note")
        assert (GONE in sentence) if fails else (sentence == well)


def test_the_log_of_a_case_is_shown_the_latest_first_and_says_what_is_withheld(
    qtbot: QtBot, qtmodeltester: ModelTester, keeping: CaseKeeping
) -> None:
    keeping.log.trigger()
    page = keeping.parent()
    assert page is not None
    qtbot.waitUntil(lambda: bool(page.findChildren(LogDialog)))
    (dialog,) = page.findChildren(LogDialog)
    model = dialog.table.model()
    assert isinstance(model, LogModel)
    first, second = (model.texts(entry) for entry in model.rows)
    assert first[0] == "2"
    assert first[-1] == "search_id: 1; withheld from you: answer, rank"
    assert (second[3], second[4]) == ("case.status", "new footage")
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    dialog.reject()
