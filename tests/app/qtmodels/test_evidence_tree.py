"""The tree of a case's evidence."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QIcon
from pytestqt.modeltest import ModelTester

from app.qtmodels.cases.evidence_tree import EvidenceFile, EvidenceTree, key_of
from app.widgets.terms import state_name
from core.types import (
    BoundingBox,
    CaseFace,
    CasePicture,
    FaceDetection,
    FaceState,
    FrameReference,
    Outcome,
    ProbeFace,
    Search,
)
from tests.app.fakes import NOW, FakeWorkspace

BOX = BoundingBox(172, 62, 104, 124)


def picture(
    key: int, *, evidence: int = 1, frame: int | None = None, parent: int | None = None, faces: int = 1
) -> CasePicture:
    """Return a picture whose hash is its key."""
    place = None if frame is None else FrameReference(0, 3600 * frame, Fraction(1, 90000), frame)
    path = "/case/clip.mp4" if frame is not None else "/case/still.png"
    operation = "" if parent is None else "gamma"
    return CasePicture(
        key,
        1,
        evidence,
        path,
        f"{key:064x}",
        64,
        48,
        place,
        parent,
        operation,
        (),
        Outcome.OK,
        "",
        faces,
        0.5,
        NOW,
    )


def face(key: int, box: BoundingBox = BOX) -> CaseFace:
    """Return a face that nothing was said of."""
    found = FaceDetection(box, None, 0.9, "fake")
    return CaseFace(key, 1, found, Outcome.OK, "", 10.0, None, None, "", FaceState.UNKNOWN, "", NOW)


def search_in(workspace: FakeWorkspace, picture_id: int, faces: tuple[int, ...] = ()) -> Search:
    """Return a search whose probe comes from a picture."""
    made = workspace.search_record(workspace.build_demo().search_id)
    probe = replace(made.probe, picture_sha256=f"{picture_id:064x}", box=BOX)
    return replace(made, probe=probe, faces=tuple(ProbeFace(key, 1.0) for key in faces))


@pytest.fixture
def tree(qapp: object) -> EvidenceTree:
    """Return an empty tree."""
    return EvidenceTree(state_name, lambda name: QIcon())


def texts(tree: EvidenceTree, parent: QModelIndex | None = None) -> list[object]:
    """Return the tree as nested lists of names."""
    found: list[object] = []
    for row in range(tree.rowCount(parent)):
        index = tree.index(row, 0, parent)
        below = texts(tree, index)
        found += [tree.data(index), below] if below else [tree.data(index)]
    return found


def test_files_frames_and_derived_pictures_stand_below_one_another(
    tree: EvidenceTree, qtmodeltester: ModelTester
) -> None:
    qtmodeltester.check(tree)
    tree.show(
        [
            picture(4, parent=3),
            picture(1, evidence=2, frame=10),
            picture(2, evidence=2, frame=20),
            picture(3),
            picture(5, parent=2),
        ],
        [],
    )
    qtmodeltester.check(tree)
    assert texts(tree) == ["clip.mp4", ["Frame 10", "Frame 20", ["gamma"]], "still.png", ["gamma"]]


def test_faces_are_asked_for_once_when_a_picture_is_unfolded(
    tree: EvidenceTree, qtmodeltester: ModelTester
) -> None:
    wanted: list[int] = []
    tree.faces_wanted.connect(wanted.append)
    tree.show([picture(1), picture(2, parent=1), picture(3, evidence=9, faces=0)], [])
    first = tree.index(0, 0)
    assert tree.hasChildren(first)
    assert tree.canFetchMore(first)
    tree.fetchMore(first)
    tree.fetchMore(first)
    assert wanted == [1]
    assert not tree.canFetchMore(first)
    tree.add_faces(1, [face(7), face(8)])
    tree.add_faces(1, [face(7), face(8)])
    qtmodeltester.check(tree)
    assert texts(tree) == ["still.png", ["Face 7", "Face 8", "gamma"], "still.png"]
    assert not tree.hasChildren(tree.index(1, 0))


def test_a_search_hangs_at_the_face_that_it_was_run_for(
    tree: EvidenceTree, workspace: FakeWorkspace, qtmodeltester: ModelTester
) -> None:
    tree.show([picture(1)], [search_in(workspace, 1), search_in(workspace, 1, faces=(8,))])
    tree.fetchMore(tree.index(0, 0))
    tree.add_faces(1, [face(7), face(8, BoundingBox(1, 2, 3, 4))])
    qtmodeltester.check(tree)
    assert texts(tree) == ["still.png", ["Face 7", ["Search 1"], "Face 8", ["Search 2"]]]


def test_a_search_for_a_face_that_was_moved_hangs_at_the_picture(
    tree: EvidenceTree, workspace: FakeWorkspace
) -> None:
    tree.show([picture(1)], [search_in(workspace, 1)])
    tree.add_faces(1, [face(7, BoundingBox(0, 0, 9, 9))])
    assert texts(tree) == ["still.png", ["Face 7", "Search 1"]]


def test_a_search_for_a_picture_that_the_case_does_not_keep_hangs_at_its_file(
    tree: EvidenceTree, workspace: FakeWorkspace, qtmodeltester: ModelTester
) -> None:
    tree.show([], [search_in(workspace, 99)])
    qtmodeltester.check(tree)
    assert texts(tree) == ["probe.jpg", ["Search 1"]]
    assert isinstance(tree.item(tree.index(0, 0)), EvidenceFile)


def test_faces_of_a_picture_that_is_gone_are_passed_over(tree: EvidenceTree) -> None:
    tree.show([picture(1)], [])
    tree.add_faces(2, [face(7)])
    assert texts(tree) == ["still.png"]


def test_a_row_says_what_there_is_to_say(tree: EvidenceTree) -> None:
    failed = replace(
        picture(2, evidence=2, faces=0), outcome=Outcome.NOT_DETECTED, reason="No face was found."
    )
    tree.show([replace(picture(1, faces=2), best=0.82), failed], [])
    tree.add_faces(1, [face(7)])
    assert tree.data(tree.index(0, 1)) == "2 faces, best RI 0.82"
    assert tree.data(tree.index(1, 1)) == "No face was found."
    first = tree.index(0, 0, tree.index(0, 0))
    assert tree.data(first, Qt.ItemDataRole.AccessibleTextRole) == "Face 7, unknown"
    assert key_of(tree.data(first, Qt.ItemDataRole.UserRole)) == ("face", 7)
