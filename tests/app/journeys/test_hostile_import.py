"""Hostile files are taken into a case on the desk: each has an outcome, and the desk goes on working."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Desk, Options, assemble
from core.types import Outcome
from core.workspace import Workspace
from tests.core.hostile_files import HostileFile, make_corpus, remove_corpus
from tests.core.hostile_run import SETTINGS

Screenshot = Callable[[QWidget, str], QImage]
PATIENCE_MS = 1_800_000
MUTATIONS = 40

pytestmark = [
    pytest.mark.soak,
]


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """Return the desk on the real engine, with an empty workspace."""
    directory = tmp_path / "workspace"
    directory.mkdir(mode=0o700)
    (directory / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    made = assemble(qapp, Workspace.open(directory), Options(directory))
    made.window.resize(1440, 900)
    made.window.show()
    rest(made, qtbot)
    yield made
    made.runner.cancel_all()
    made.window.pages.analyse.video.close()
    rest(made, qtbot)
    made.close()
    for thing in (made.window, made.runner):
        thing.deleteLater()


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[tuple[HostileFile, ...]]:
    """Return the corpus without those that are folders."""
    made = make_corpus(tmp_path / "corpus", MUTATIONS, seed=3, truncations=5)
    yield tuple(one for one in made if not one.path.is_dir())
    remove_corpus(tmp_path / "corpus")


def rest(desk: Desk, qtbot: QtBot) -> None:
    """Wait until nothing runs."""
    qtbot.waitUntil(lambda: not desk.runner.active(quiet=True), timeout=PATIENCE_MS)


def test_every_hostile_file_has_an_outcome_and_the_desk_goes_on(
    desk: Desk, corpus: tuple[HostileFile, ...], qtbot: QtBot, screenshot: Screenshot
) -> None:
    window, workspace = desk.window, desk.workspace
    page = window.pages.analyse
    case = workspace.new_case("<script>alert(1)</script>", "=cmd|' /C calc'!A0", "<b>x</b>\u202e")
    window.pages.cases._state.open_case(case)
    rest(desk, qtbot)
    window.open_paths([one.path for one in corpus])
    rest(desk, qtbot)

    kept = {Path(one.path) for one in workspace.case_pictures(case.case_id)}
    listed = {source.path for source in page.examination.sources.all}
    storable = {Path(str(one.path).encode("utf-8", "backslashreplace").decode()) for one in corpus}
    assert {path for path in storable if path not in listed | kept} <= {
        one.path for one in corpus if one.kind == "no plain file"
    }
    outcomes: Counter[Outcome] = Counter()
    for source in page.examination.sources.all:
        assert not source.awaited
        outcomes[source.outcome] += 1
        assert source.outcome is Outcome.OK or source.reason.endswith((".", ")"))
        if "/name/" in str(source.path):
            assert source.outcome is Outcome.OK, source.path
    print({outcome.value: count for outcome, count in outcomes.items()})
    assert outcomes[Outcome.UNREADABLE] > 10
    assert outcomes[Outcome.OK] > 20

    for row in range(0, page.examination.sources.rowCount(), 4):
        page.list.setCurrentIndex(page.examination.sources.index(row, 0))
        rest(desk, qtbot)
    screenshot(window, "hostile-import")
    assert workspace.verify() == ()
    assert workspace.left_over() == ()
