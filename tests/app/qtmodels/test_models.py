"""Every Qt model under Qt's own model tester, and what its rows say."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QObject, Qt
from PySide6.QtGui import QImage
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner, Lane
from app.qtmodels.pictures.sources import SourcesModel
from app.qtmodels.searches.searches import SearchesModel
from app.qtmodels.tables import CasesModel, EnrolmentsModel
from app.qtmodels.thumbnails import Thumbnails
from app.widgets.terms import case_status, enrolment_status
from core.errors import NotFound
from core.progress import Progress
from core.types import BoundingBox, Enrolment, EnrolmentStatus, ImageAnalysis, Outcome
from tests.app.fakes import FakeWorkspace


def text(model: QAbstractItemModel, row: int, column: int = 0) -> str:
    """Return what a cell says."""
    return str(model.index(row, column).data(Qt.ItemDataRole.DisplayRole))


def settled(workspace: FakeWorkspace, path: Path) -> ImageAnalysis:
    """Return the analysis of a picture as the desk keeps it."""
    (analysis,) = workspace.analyze_paths([path])
    return replace(analysis, image=None)


def test_the_search_model_is_sound_and_names_file_and_size(
    workspace: FakeWorkspace, qtmodeltester: ModelTester
) -> None:
    search = workspace.search_record(workspace.build_demo().search_id)
    model = SearchesModel()
    model.replace([search])
    qtmodeltester.check(model)
    assert "probe.jpg" in text(model, 0)
    assert "N = 12" in text(model, 0)


def test_the_case_table_is_sound_and_names_its_columns(
    workspace: FakeWorkspace, qtmodeltester: ModelTester
) -> None:
    workspace.new_case("Till robbery", "L-17")
    model = CasesModel(case_status)
    model.replace(workspace.cases())
    qtmodeltester.check(model)
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    assert heads[:2] == ["Title", "Reference"]
    assert [text(model, 0, column) for column in range(5)] == ["Till robbery", "L-17", "open", "0", "0"]


def test_the_enrolment_table_says_what_would_be_refused_and_why(qtmodeltester: ModelTester) -> None:
    model = EnrolmentsModel(lambda status: enrolment_status(status, dry_run=True))
    qtmodeltester.check(model)
    model.append(Enrolment(Path("a.jpg"), "Ada", EnrolmentStatus.ENROLLED, recognizability=0.61))
    model.append(Enrolment(Path("b.jpg"), "Ada", EnrolmentStatus.REFUSED, "No face was found."))
    qtmodeltester.check(model)
    assert [text(model, 0, column) for column in range(4)] == ["Ada", "a.jpg", "would be enrolled", "0.61"]
    assert text(model, 1, 2) == "refused"
    assert text(model, 1, 4) == "No face was found."


def test_the_sources_model_is_sound_while_rows_come_change_and_go(
    workspace: FakeWorkspace, pictures: Path, qtmodeltester: ModelTester
) -> None:
    model = SourcesModel()
    qtmodeltester.check(model)
    awaited = [model.add(pictures / name) for name in ("astronaut.png", "empty.png", "bad.jpg", "late.png")]
    model.add(pictures / "clip.mp4", video=True)
    assert "waiting" in text(model, 0)
    for name in ("astronaut.png", "empty.png", "bad.jpg"):
        model.settle(settled(workspace, pictures / name), QImage())
    model.stop_awaiting(awaited)
    qtmodeltester.check(model)
    assert [text(model, row).splitlines()[1] for row in range(4)] == [
        "2 faces, best RI 0.82",
        "No face was found.",
        "The file bad.jpg is no picture.",
        "video, take a frame of it",
    ]


def test_a_file_that_is_analysed_again_keeps_its_row_and_the_faces_drawn_by_hand(
    workspace: FakeWorkspace, pictures: Path
) -> None:
    model, path = SourcesModel(), pictures / "empty.png"
    source_id = model.settle(settled(workspace, path), None)
    image = workspace.read_still(path)
    drawn = workspace.manual_face(image, BoundingBox(10, 10, 40, 50))
    model.add_faces(source_id, workspace.analyze(image, [drawn], detect=False).faces)
    assert "1 face" in text(model, 0)
    assert model.add(path) == source_id
    assert model.settle(settled(workspace, path), None) == source_id
    source = model.source(source_id)
    assert source is not None
    assert [face.detection.manual for face in source.faces] == [True]
    assert model.rowCount() == 1


def test_a_frame_is_a_row_of_its_own_beside_its_video(workspace: FakeWorkspace, pictures: Path) -> None:
    model = SourcesModel()
    model.add(pictures / "clip.mp4", video=True)
    video = workspace.open_video(pictures / "clip.mp4")
    for ordinal in (3, 7):
        model.settle(workspace.analyze(video.frame(ordinal)), None)
    assert [text(model, row).splitlines()[0] for row in range(3)] == [
        "clip.mp4",
        "clip.mp4, frame 3",
        "clip.mp4, frame 7",
    ]


@pytest.mark.parametrize("outcome", [Outcome.UNREADABLE, Outcome.NOT_DETECTED])
def test_an_outcome_without_faces_shows_its_reason_in_a_colour_of_its_own(outcome: Outcome) -> None:
    model = SourcesModel()
    model.settle(ImageAnalysis(Path("a.jpg"), outcome, "One sentence."), None)
    assert text(model, 0) == "a.jpg\nOne sentence."
    assert model.index(0).data(Qt.ItemDataRole.UserRole + 1) != "muted"


def test_thumbnails_keep_no_more_than_their_capacity_and_the_last_used_longest(
    runner: JobRunner, qtbot: QtBot
) -> None:
    loads: list[int] = []

    def _load(key: int) -> QImage:
        loads.append(key)
        return QImage(4, 4, QImage.Format.Format_RGB32)

    thumbnails = Thumbnails(runner, _load, capacity=3)
    for key in (1, 2, 3):
        thumbnails.get(key)
        qtbot.waitUntil(lambda key=key: thumbnails.get(key) is not None)
    thumbnails.get(1)
    thumbnails.get(4)
    qtbot.waitUntil(lambda: thumbnails.get(4) is not None)
    assert thumbnails.get(1) is not None
    assert thumbnails.get(2) is None
    qtbot.waitUntil(lambda: not runner.active(quiet=True))
    assert loads == [1, 2, 3, 4, 2]


def test_a_picture_that_is_gone_is_an_empty_one_and_is_not_asked_for_again(
    runner: JobRunner, qtbot: QtBot
) -> None:
    asked: list[int] = []

    def _load(key: int) -> QImage:
        asked.append(key)
        raise NotFound("There is no such sample.")

    thumbnails = Thumbnails(runner, _load)
    with qtbot.waitSignal(thumbnails.loaded):
        assert thumbnails.get(1) is None
    picture = thumbnails.get(1)
    assert picture is not None
    assert picture.isNull()
    assert asked == [1]


class _HeldRunner:
    """Takes jobs as the runner does and does them one by one when told, so that their order is certain."""

    def __init__(self) -> None:
        self.held: deque[tuple[Callable, Callable, Callable]] = deque()

    def run(
        self,
        lane: Lane,
        title: str,
        work: Callable,
        *,
        owner: QObject,
        then: Callable,
        ended: Callable,
        quiet: bool,
    ) -> None:
        self.held.append((work, then, ended))

    def do_all(self) -> None:
        while self.held:
            work, then, ended = self.held.popleft()
            then(work(Progress()))
            ended()


def test_of_many_pictures_the_last_ones_asked_for_come_first(qtbot: QtBot) -> None:
    order: list[int] = []

    def _load(key: int) -> QImage:
        order.append(key)
        return QImage(4, 4, QImage.Format.Format_RGB32)

    runner = _HeldRunner()
    thumbnails = Thumbnails(runner, _load)
    for key in range(400):
        thumbnails.get(key)
    runner.do_all()
    assert set(order) == set(range(400))
    assert max(order.index(key) for key in range(380, 400)) < order.index(200)
