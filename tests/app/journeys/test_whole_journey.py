"""The main job once, by keyboard, on the real engine: picture, face, search, report."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Desk, Options, assemble
from app.jobs import JobState, JobStatus
from core.workspace import Workspace

Screenshot = Callable[[QWidget, str], QImage]
PATIENCE_MS = 300_000


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """Return the desk with its demo case built."""
    directory = tmp_path / "workspace"
    made = assemble(qapp, Workspace.open(directory), Options(directory, demo=True))
    made.window.resize(1440, 900)
    with qtbot.waitSignal(made.runner.changed, timeout=PATIENCE_MS, check_params_cb=_demo_is_built):
        made.window.show()
    rest(made, qtbot)
    yield made
    made.runner.cancel_all()
    made.window.pages.analyse.video.close()
    rest(made, qtbot)
    made.close()
    for thing in (made.window, made.runner):
        thing.deleteLater()


def _demo_is_built(status: JobStatus) -> bool:
    return status.title == "Build the demo case" and status.state is JobState.DONE


def rest(desk: Desk, qtbot: QtBot) -> None:
    """Wait until nothing runs."""
    qtbot.waitUntil(lambda: not desk.runner.active(quiet=True), timeout=PATIENCE_MS)


@pytest.mark.slow
def test_a_face_is_found_searched_and_reported(
    desk: Desk, tmp_path: Path, qtbot: QtBot, screenshot: Screenshot
) -> None:
    window = desk.window
    demo = window.pages.search.search
    assert demo is not None
    assert demo.result.candidates[0].subject == "Eileen Collins"
    screenshot(window, "real-search")

    picture = tmp_path / "небо 1.png"
    Image.fromarray(np.asarray(skimage.data.astronaut())).save(picture)
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    window.open_paths([picture, tmp_path / "broken.jpg"])
    rest(desk, qtbot)
    analyse = window.pages.analyse
    assert analyse.examination.sources.rowCount() == 2
    assert analyse.face is not None
    assert analyse.face.recognizability is not None
    screenshot(window, "real-analyse")

    qtbot.keyClick(analyse.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rest(desk, qtbot)
    found = window.pages.search.search
    assert found is not None
    assert found.search_id != demo.search_id
    assert found.case_id == demo.case_id
    assert found.result.candidates[0].subject == "Eileen Collins"
    assert found.result.candidates[0].similarity == pytest.approx(1.0, abs=1e-4)

    window.show_page("gallery")
    window.grab()
    rest(desk, qtbot)
    screenshot(window, "real-gallery")
    window.show_page("cases")
    rest(desk, qtbot)
    screenshot(window, "real-cases")

    window.pages.search.report_action.trigger()
    rest(desk, qtbot)
    screenshot(window, "real-report")
    window.pages.report.export(tmp_path / "out")
    rest(desk, qtbot)
    files = window.pages.report.files
    assert files is not None
    assert files.pdf.read_bytes().startswith(b"%PDF")
    assert json.loads(files.json.read_text(encoding="utf-8"))
