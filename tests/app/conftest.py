"""One application for all tests of the desk, a fake workspace, a guard against what tests leave behind."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import skimage.data
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Desk, Options, assemble
from app.jobs import JobRunner
from app.jobs.worker import Worker
from app.state import AppState
from app.widgets.theme import apply_theme
from tests.app.fakes import CARD, FakeWorkspace
from tests.app.gui_watch import WatchedApplication


def alive(thread_id: int) -> bool:
    """Return whether a thread of this process still exists, by the kernel's own id."""
    return Path(f"/proc/self/task/{thread_id}").exists()


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """Use an application that measures how long the GUI thread is busy."""
    return WatchedApplication


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Name the application as the program does."""
    return ["discern"]


@pytest.fixture(autouse=True)
def nothing_is_left_behind(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail the test that leaves a thread or a top-level widget behind."""
    if not qapp.styleSheet():
        apply_theme(qapp)
        # Qt tells the application of each image plugin that it loads, under a lock. The watched application
        # hears that in Python, so two workers that decode their first pictures would wait for each other.
        assert QImage.fromData(b"no picture").isNull()
    threads = set(threading.enumerate())
    workers: set[int] = set()
    run = Worker.run

    def _noted(worker: Worker) -> None:
        workers.add(threading.get_native_id())
        run(worker)

    monkeypatch.setattr(Worker, "run", _noted)
    yield
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
    left = [thread for thread in threading.enumerate() if thread not in threads and not _of_qt(thread)]
    widgets = [widget for widget in QApplication.topLevelWidgets() if _counts(widget)]
    names = [f"{type(widget).__name__} {widget.objectName()}" for widget in widgets]
    for widget in widgets:
        widget.deleteLater()
    assert not left, f"threads were left behind: {left}"
    assert not names, f"widgets were left behind: {names}"
    assert not [worker for worker in workers if alive(worker)], "threads of a job runner were left behind"


def _of_qt(thread: threading.Thread) -> bool:
    # A thread that Qt started appears as a dummy for ever once Python has run on it.
    return isinstance(thread, threading._DummyThread)


def _counts(widget: QWidget) -> bool:
    return widget.parent() is None and type(widget).__module__.startswith(("app.", "PySide6.QtWidgets"))


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[JobRunner]:
    """Return a job runner that is shut down afterwards."""
    started = JobRunner()
    yield started
    started.shut_down()
    started.deleteLater()


@pytest.fixture
def state(qapp: QApplication) -> AppState:
    """Return the shared state of a window."""
    return AppState(CARD)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Return a folder with a picture with faces, one without, one that is none, and a video."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.fromarray(skimage.data.astronaut()).save(folder / "astronaut.png")
    Image.fromarray(skimage.data.astronaut()[300:, :200]).save(folder / "empty.png")
    (folder / "bad.jpg").write_text("no picture")
    (folder / "clip.mp4").write_text("no video, but the fake does not mind")
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> FakeWorkspace:
    """Return a workspace in memory."""
    directory = tmp_path / "workspace"
    directory.mkdir()
    return FakeWorkspace(directory)


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot, workspace: FakeWorkspace) -> Iterator[Desk]:
    """Return the application on a fake workspace, shown at the size of the screenshots, its model loaded."""
    made = assemble(qapp, workspace, Options(workspace.directory))  # type: ignore[arg-type]
    made.window.resize(1440, 900)
    made.window.show()
    qtbot.waitUntil(lambda: not made.runner.active(quiet=True) and workspace.warmed.is_set())
    yield made
    dismiss(made, qtbot)


def dismiss(made: Desk, qtbot: QtBot) -> None:
    """Stop all work and delete the window with everything that belongs to it."""
    made.runner.cancel_all()
    made.window.pages.analyse.video.close()
    qtbot.waitUntil(lambda: not made.runner.active(quiet=True))
    made.close()
    for thing in (made.window, made.runner):
        thing.deleteLater()


@pytest.fixture
def screenshot(tmp_path: Path) -> Callable[[QWidget, str], QImage]:
    """Return a function that saves a picture of a widget and fails when it is blank.

    Pictures go to the directory named by DISCERN_SCREENSHOTS, or to a temporary one.
    """
    folder = Path(os.environ.get("DISCERN_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)

    def _save(widget: QWidget, name: str) -> QImage:
        image = widget.grab().toImage()
        assert image.save(str(folder / f"{name}.png"))
        step = max(image.width() // 64, 1)
        colours = {
            image.pixel(x, y) for x in range(0, image.width(), step) for y in range(0, image.height(), step)
        }
        assert len(colours) > 8, f"the screenshot {name} is blank"
        return image

    return _save
