"""Tunings that were not finished are offered at the next start, and only those."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.actions.training.resuming_runs import RunResuming
from app.actions.training.tunings import Tunings
from app.jobs import JobRunner
from core.training.events import TrainingEvent, TrainingFinished
from core.workspace.tuning.desk import Method, Preset, TuningRun
from tests.app.fakes import FakeWorkspace

NAME = "mine"


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    """Return a window to ask in."""
    made = QWidget()
    made.show()
    yield made
    made.deleteLater()


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Return what a desk remembers."""
    return QSettings(str(tmp_path / "desk.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def resumed() -> list[str]:
    """Return the runs that went on."""
    return []


@pytest.fixture
def resuming(
    workspace: FakeWorkspace, runner: JobRunner, settings: QSettings, window: QWidget, resumed: list[str]
) -> RunResuming:
    """Return what asks."""
    tunings = Tunings(workspace, runner, window)  # type: ignore[arg-type]
    return RunResuming(workspace, runner, settings, tunings, window, resumed.append)  # type: ignore[arg-type]


def keep(workspace: FakeWorkspace, *events: TrainingEvent) -> None:
    """Let there be a run that told this."""
    workspace.tuned[NAME] = TuningRun(
        NAME,
        "car-park",
        "fake-network",
        "ab" * 32,
        Preset.QUICK,
        Method.HEADS,
        "",
        30,
        "2026-11-24",
        "tester",
    )
    workspace.told_events[NAME] = list(events)


def question(window: QWidget, qtbot: QtBot) -> QMessageBox:
    """Return the question once it is asked."""
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=30_000)
    return window.findChildren(QMessageBox)[-1]


def test_a_run_that_a_crash_ended_is_offered_and_goes_on(
    resuming: RunResuming,
    workspace: FakeWorkspace,
    settings: QSettings,
    window: QWidget,
    resumed: list[str],
    qtbot: QtBot,
) -> None:
    settings.setValue("training/under_way", [NAME])
    keep(workspace)
    resuming.begin()
    box = question(window, qtbot)
    assert "The tuning mine was not finished" in box.text()
    next(one for one in box.buttons() if one.text() == "Go on").click()
    assert resumed == [NAME]


def test_a_run_that_is_left_is_not_offered_again(
    resuming: RunResuming,
    workspace: FakeWorkspace,
    settings: QSettings,
    window: QWidget,
    resumed: list[str],
    qtbot: QtBot,
) -> None:
    settings.setValue("training/under_way", [NAME])
    keep(workspace)
    resuming.begin()
    next(one for one in question(window, qtbot).buttons() if one.text() == "Leave it").click()
    assert resumed == []
    assert not settings.value("training/under_way")


def test_a_run_that_came_to_its_end_is_not_offered(
    resuming: RunResuming,
    workspace: FakeWorkspace,
    runner: JobRunner,
    settings: QSettings,
    window: QWidget,
    qtbot: QtBot,
) -> None:
    settings.setValue("training/under_way", [NAME])
    keep(workspace, TrainingFinished(30, 30, "model"))
    resuming.begin()
    qtbot.waitUntil(lambda: not runner.active(quiet=True), timeout=30_000)
    assert not window.findChildren(QMessageBox)
    assert not settings.value("training/under_way")
