"""What the examiner says of faces, and boxes drawn by hand, with the network that comes with the program."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.errors import Conflict, IntegrityFailure, NotFound, UsageError
from core.types import (
    BoundingBox,
    CaseFace,
    CaseStatus,
    EvidenceMode,
    FaceState,
    ImageAnalysis,
    Outcome,
)
from core.workspace import Workspace

MakeAnalysis = Callable[..., ImageAnalysis]
BOXES = [BoundingBox(40.0 * place, 20, 30, 40) for place in range(6)]
FACE = BoundingBox(180, 60, 90, 120)


@pytest.fixture
def case_id(workspace: Workspace) -> int:
    return workspace.new_case("Till robbery").case_id


@pytest.fixture
def faces(
    workspace: Workspace, case_id: int, astronaut: Path, analysis_of: MakeAnalysis
) -> tuple[CaseFace, ...]:
    """Six places of a photograph that are taken for faces."""
    return workspace.keep_analysis(case_id, analysis_of(astronaut, *BOXES))[1]


def said(workspace: Workspace, case_id: int) -> list[tuple[str, str]]:
    return [(face.state.value, face.subject) for face in workspace.case_faces(case_id)]


def test_a_state_is_written_to_the_faces_that_are_named_and_to_no_other(
    workspace: Workspace, case_id: int, faces: tuple[CaseFace, ...]
) -> None:
    keys = [faces[4].face_id, faces[1].face_id]
    changed = workspace.set_face_states(keys, FaceState.CONFIRMED, " Ann ")
    assert [face.face_id for face in changed] == keys
    assert {(face.state, face.subject) for face in changed} == {(FaceState.CONFIRMED, "Ann")}
    assert said(workspace, case_id) == [
        ("confirmed", "Ann") if place in (1, 4) else ("unknown", "") for place in range(6)
    ]
    (entry,) = [entry for entry in workspace.audit_entries() if entry.action == "face.state"]
    assert json.loads(entry.details) == {"face_ids": keys, "state": "confirmed", "subject": "Ann"}


def test_ten_decisions_are_undone_and_done_again_one_by_one(
    workspace: Workspace, case_id: int, faces: tuple[CaseFace, ...]
) -> None:
    states = [FaceState.SUGGESTED, FaceState.REJECTED, FaceState.IGNORED, FaceState.NOT_A_FACE]
    histories = [said(workspace, case_id)]
    for number in range(10):
        state = states[number % 4]
        name = f"Ann {number}" if state is FaceState.SUGGESTED else ""
        workspace.set_face_states([faces[number % 6].face_id], state, name)
        histories.append(said(workspace, case_id))
    for before in histories[-2::-1]:
        workspace.undo(case_id)
        assert said(workspace, case_id) == before
    with pytest.raises(NotFound):
        workspace.undo(case_id)
    for after in histories[1:]:
        workspace.redo(case_id)
        assert said(workspace, case_id) == after
    assert workspace.verify() == ()


def test_a_confirmation_keeps_the_name_that_was_suggested(
    workspace: Workspace, faces: tuple[CaseFace, ...]
) -> None:
    key = faces[0].face_id
    workspace.set_face_states([key], FaceState.SUGGESTED, "Ann")
    assert workspace.set_face_states([key], FaceState.CONFIRMED)[0].subject == "Ann"
    assert workspace.set_face_states([key], FaceState.CONFIRMED, "Eve")[0].subject == "Eve"
    assert workspace.set_face_states([key], FaceState.REJECTED)[0].subject == ""


def test_the_same_decision_again_is_no_step(
    workspace: Workspace, case_id: int, faces: tuple[CaseFace, ...]
) -> None:
    for _ in range(2):
        workspace.set_face_states([faces[0].face_id], FaceState.IGNORED)
    assert len(workspace.steps(case_id)) == 1


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (FaceState.SUGGESTED, ""),
        (FaceState.SUGGESTED, "  "),
        (FaceState.REJECTED, "Ann"),
        (FaceState.UNKNOWN, "Ann"),
        (FaceState.CONFIRMED, "two\nlines"),
    ],
)
def test_a_name_that_is_missing_unwanted_or_unfit_is_refused(
    workspace: Workspace, case_id: int, faces: tuple[CaseFace, ...], state: FaceState, name: str
) -> None:
    with pytest.raises(UsageError):
        workspace.set_face_states([faces[0].face_id], state, name)
    assert set(said(workspace, case_id)) == {("unknown", "")}


def test_faces_of_several_cases_or_none_or_unknown_ones_change_nothing(
    workspace: Workspace,
    case_id: int,
    faces: tuple[CaseFace, ...],
    astronaut: Path,
    analysis_of: MakeAnalysis,
) -> None:
    other = workspace.new_case("Another").case_id
    (stranger,) = workspace.keep_analysis(other, analysis_of(astronaut, BOXES[0]))[1]
    for keys, failure in (
        ([faces[0].face_id, stranger.face_id], UsageError),
        ([], UsageError),
        ([faces[0].face_id, 999], NotFound),
    ):
        with pytest.raises(failure):
            workspace.set_face_states(keys, FaceState.IGNORED)
    assert set(said(workspace, case_id)) == {("unknown", "")}


def test_a_closed_case_keeps_its_decisions(
    workspace: Workspace, case_id: int, faces: tuple[CaseFace, ...]
) -> None:
    workspace.set_case_status(case_id, CaseStatus.CLOSED)
    picture_id = faces[0].picture_id
    attempts: list[Callable[[], object]] = [
        lambda: workspace.set_face_states([faces[0].face_id], FaceState.IGNORED),
        lambda: workspace.add_face(picture_id, FACE),
        lambda: workspace.change_face(faces[0].face_id, FACE),
        lambda: workspace.derive_picture(picture_id, "gamma", {"gamma": 2}),
        lambda: workspace.analyze_picture(picture_id),
    ]
    for attempt in attempts:
        with pytest.raises(Conflict, match="closed"):
            attempt()
    assert set(said(workspace, case_id)) == {("unknown", "")}


def test_a_face_is_drawn_moved_and_given_landmarks_and_each_is_one_step(
    workspace: Workspace, case_id: int, astronaut: Path
) -> None:
    (kept,) = workspace.keep_analyses(case_id, workspace.analyze_paths([astronaut]))
    assert kept.picture is not None
    (found,) = [
        face
        for face in kept.faces
        if face.detection.box.area == max(one.detection.box.area for one in kept.faces)
    ]
    points = found.detection.landmarks
    assert points is not None
    drawn = workspace.add_face(kept.picture.picture_id, BoundingBox(0, 300, 50, 60))
    assert drawn.detection.manual
    assert drawn.detection.confidence is None
    assert drawn.outcome in (Outcome.OK, Outcome.TOO_SMALL, Outcome.NOT_ASSESSED)
    workspace.set_face_states([drawn.face_id], FaceState.CONFIRMED, "Eileen Collins")
    moved = workspace.change_face(drawn.face_id, found.detection.box, points)
    assert (moved.face_id, moved.state, moved.subject) == (
        drawn.face_id,
        FaceState.CONFIRMED,
        "Eileen Collins",
    )
    assert moved.recognizability is not None
    assert found.recognizability is not None
    assert moved.recognizability.index == pytest.approx(found.recognizability.index, abs=1e-5)
    image, face = workspace.assess_face(moved.face_id)
    assert image.path == astronaut
    assert face.attention_maps
    assert face.recognizability is not None
    assert face.recognizability.index == pytest.approx(moved.recognizability.index, abs=1e-5)
    assert [step.action for step in workspace.steps(case_id)] == ["face.draw", "face.state", "face.change"]
    workspace.undo(case_id)
    assert workspace.case_face(drawn.face_id).detection.box == drawn.detection.box
    workspace.undo(case_id)
    workspace.undo(case_id)
    assert [one.face_id for one in workspace.case_faces(case_id)] == [one.face_id for one in kept.faces]
    for _ in range(3):
        workspace.redo(case_id)
    back = workspace.case_face(drawn.face_id)
    assert back.detection.box == moved.detection.box
    assert np.array_equal(back.detection.landmarks, points)
    assert workspace.verify() == ()


def test_a_box_beside_the_picture_or_on_an_edited_one_is_refused(
    workspace: Workspace, tmp_path: Path, astronaut: Path, analysis_of: MakeAnalysis
) -> None:
    copy = tmp_path / "copy.png"
    copy.write_bytes(astronaut.read_bytes())
    case_id = workspace.new_case("Another", evidence_mode=EvidenceMode.REFERENCES).case_id
    picture, _ = workspace.keep_analysis(case_id, analysis_of(copy))
    with pytest.raises(UsageError):
        workspace.add_face(picture.picture_id, BoundingBox(600, 600, 20, 20))
    copy.write_bytes(copy.read_bytes() + b" ")
    with pytest.raises(IntegrityFailure):
        workspace.add_face(picture.picture_id, FACE)
    assert workspace.case_faces(case_id) == ()
