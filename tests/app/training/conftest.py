"""The training page alone, on a fake workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner
from app.pages.training_page import TrainingPage
from app.state import AppState
from tests.app.fake_training import made_set
from tests.app.fakes import FakeWorkspace

Rest = Callable[[], None]


@pytest.fixture
def rest(runner: JobRunner, qtbot: QtBot) -> Rest:
    """Return a function that waits until nothing runs."""
    return lambda: qtbot.waitUntil(lambda: not runner.active(quiet=True), timeout=30_000)


@pytest.fixture
def page(
    qapp: QApplication,
    qtbot: QtBot,
    workspace: FakeWorkspace,
    runner: JobRunner,
    state: AppState,
    rest: Rest,
) -> Iterator[TrainingPage]:
    """Return the page, shown, with one set of forty people."""
    workspace.add_set(made_set("car-park"))
    window = QMainWindow()
    made = TrainingPage(workspace, runner, state)  # type: ignore[arg-type]
    window.setCentralWidget(made)
    window.resize(1348, 830)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=30_000)
    made.set_list.setFocus()
    rest()
    yield made
    workspace.training_gate.set()
    runner.cancel_all()
    rest()
    window.deleteLater()
