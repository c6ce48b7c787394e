"""What the report will say is read, the report is written, and a disclosure pack is handed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QComboBox, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner
from app.pages.report_page import ReportPage
from app.state import AppState
from app.widgets.compare.comparison_terms import component_name, conclusion_name, suitability_name
from app.widgets.reports.disclosure_dialogs import DisclosureDialog, ManifestDialog
from core.reporting import examiner_wording as words
from core.types import Component, Conclusion, FeatureNote, Finding, Suitability, Verdict
from core.workspace import Originals
from tests.app.fakes import FakeWorkspace

Screenshot = Callable[[QWidget, str], QImage]
Rest = Callable[[], None]
EXAMINER = "Ada <b>"


@pytest.fixture
def rest(runner: JobRunner, qtbot: QtBot) -> Rest:
    """Return a function that waits until nothing runs."""
    return lambda: qtbot.waitUntil(lambda: not runner.active(quiet=True))


@pytest.fixture
def page(
    workspace: FakeWorkspace, runner: JobRunner, state: AppState, qtbot: QtBot, rest: Rest
) -> Iterator[ReportPage]:
    """Return the page with a search that nobody has judged."""
    demo = workspace.build_demo()
    state.open_case(workspace.case(demo.case_id))
    shown = ReportPage(workspace, runner, state)  # type: ignore[arg-type]
    shown.resize(1320, 840)
    shown.show()
    qtbot.waitExposed(shown)
    rest()
    yield shown
    runner.cancel_all()
    shown.close()
    shown.deleteLater()


def examine(workspace: FakeWorkspace) -> None:
    """Judge the only search: two examiners, who disagree on the third candidate."""
    workspace.work_as(EXAMINER)
    eyes = FeatureNote(Component.EYES, True)
    workspace.judge_probe(1, Suitability.LIMITED, [eyes], "18 px, dark.")
    workspace.set_verdict(1, 3, Verdict.SHORTLISTED)
    nose = FeatureNote(Component.NOSE, True, Finding.DIFFERENT, "bridge much broader")
    workspace.judge_comparison(1, 3, Conclusion.DIFFERENT, [nose])
    workspace.work_as("Bob")
    workspace.judge_comparison(1, 3, Conclusion.INSUFFICIENT)


def leave_and_return(page: ReportPage, rest: Rest) -> None:
    """Look at another page meanwhile."""
    page.hide()
    page.show()
    rest()


def said(page: ReportPage) -> str:
    """Return what the preview says, with single blanks."""
    return " ".join(page.preview.toPlainText().split())


def test_the_preview_says_that_nobody_judged_and_later_what_examiners_concluded(
    page: ReportPage, workspace: FakeWorkspace, rest: Rest, screenshot: Screenshot
) -> None:
    assert words.NOTHING in said(page)
    examine(workspace)
    leave_and_return(page, rest)
    text = said(page)
    for part in (
        "The examiners disagree on candidate 3: Ada <b> says “Support for two persons”; "
        "Bob says “Insufficient to conclude”.",
        "The probe, first examiner",
        "18 px, dark.",
        "bridge much broader",
        "Shortlisted on",
    ):
        assert part in text, part
    page.preview.find("Examiners")
    page.preview.ensureCursorVisible()
    bar = page.preview.verticalScrollBar()
    bar.setValue(bar.value() + page.preview.height() - 60)
    screenshot(page, "report")


def test_what_the_examiner_must_not_see_yet_is_not_in_the_preview(
    page: ReportPage, workspace: FakeWorkspace, rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.blind = True
    search = workspace.search_record(1)
    hidden = replace(search, candidates_hidden=True, result=replace(search.result, candidates=()))
    monkeypatch.setattr(workspace, "search_record", lambda search_id: hidden)
    view = workspace.search_view(1)
    monkeypatch.setattr(workspace, "search_view", lambda search_id: view)
    leave_and_return(page, rest)
    text = said(page)
    assert "hidden until you have judged the probe" in text
    assert "Subject 0" not in text
    assert words.NOTHING not in text


def test_the_report_is_announced_as_its_four_files(page: ReportPage, rest: Rest, tmp_path: Path) -> None:
    assert all(kind in page.export_action.toolTip() for kind in ("PDF", "HTML", "JSON", "CSV"))
    page.export(tmp_path)
    rest()
    for ending in ("pdf", "html", "json", "csv"):
        assert f"search-1.{ending}" in page.notice.text


@pytest.mark.parametrize(
    ("choice", "name", "file", "originals"),
    [
        (0, "pack.zip", "pack.zip", Originals.COPIES),
        (1, "pack", "pack.zip", Originals.HASHES),
        (0, "a.b", "a.b.zip", Originals.COPIES),
    ],
)
def test_a_disclosure_pack_is_written_by_its_key_and_its_proof_can_be_copied(
    page: ReportPage,
    workspace: FakeWorkspace,
    qtbot: QtBot,
    rest: Rest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    screenshot: Screenshot,
    choice: int,
    name: str,
    file: str,
    originals: Originals,
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / name), ""))
    page.list.setFocus()
    qtbot.keyClick(
        page.list, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    (asked,) = page.findChildren(DisclosureDialog)
    asked.findChildren(QComboBox)[0].setCurrentIndex(choice)
    screenshot(asked, f"report-disclose-{choice}")
    asked.accept()
    rest()
    assert workspace.disclosed == [(tmp_path / file, 1, originals)]
    (proof,) = page.findChildren(ManifestDialog)
    assert proof.manifest_sha256 == "7a" * 32
    assert proof.manifest_sha256 in page.notice.text
    screenshot(proof, "report-manifest")
    (copy,) = [one for one in proof.findChildren(QPushButton) if one.text() == "Copy"]
    copy.click()
    assert QGuiApplication.clipboard().text() == "7a" * 32
    proof.accept()


def test_a_pack_that_cannot_be_written_is_an_error_and_giving_up_writes_nothing(
    page: ReportPage, workspace: FakeWorkspace, rest: Rest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([str(tmp_path / "full" / "pack.zip"), ""])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (next(answers), ""))
    for sentence in ("No space left on device", "No space left on device"):
        page.disclose_action.trigger()
        (asked,) = [one for one in page.findChildren(DisclosureDialog) if one.isVisible()]
        asked.accept()
        rest()
        assert sentence in page.notice.text
    assert workspace.disclosed == []
    assert page.findChildren(ManifestDialog) == []


def test_report_and_desk_use_the_same_words() -> None:
    assert {one: component_name(one) for one in Component} == words.COMPONENTS
    assert {one: conclusion_name(one) for one in Conclusion} == words.CONCLUSIONS
    assert {one: suitability_name(one) for one in Suitability} == words.SUITABILITIES
