"""Twenty real photographs in a case: decisions stick through a second analysis, and ten steps are undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.types import FaceState
from core.workspace import Workspace


@pytest.mark.faces
def test_states_and_keys_stick_when_twenty_pictures_are_analysed_again(
    workspace: Workspace, lfw: Path
) -> None:
    paths = sorted((lfw / "images").glob("*/*.jpg"))[:20]
    case_id = workspace.new_case("Twenty pictures").case_id
    first = {
        kept.picture.picture_id: [face.face_id for face in kept.faces]
        for kept in workspace.keep_analyses(case_id, workspace.analyze_paths(paths))
        if kept.picture is not None
    }
    assert len(first) == 20
    keys = [key for faces in first.values() for key in faces]
    states = [FaceState.CONFIRMED, FaceState.IGNORED, FaceState.NOT_A_FACE, FaceState.REJECTED]
    for place in range(10):
        workspace.set_face_states([keys[2 * place]], states[place % 4])
    decided = {face.face_id: face.state for face in workspace.case_faces(case_id)}

    # In another order the faces share other passes of the network.
    again = {
        kept.picture.picture_id: [face.face_id for face in kept.faces]
        for kept in workspace.keep_analyses(case_id, workspace.analyze_paths(paths[::-1]))
        if kept.picture is not None
    }
    assert again == first
    assert {face.face_id: face.state for face in workspace.case_faces(case_id)} == decided

    for _ in range(10):
        workspace.undo(case_id)
    assert {face.state for face in workspace.case_faces(case_id)} == {FaceState.UNKNOWN}
    for _ in range(10):
        workspace.redo(case_id)
    assert {face.face_id: face.state for face in workspace.case_faces(case_id)} == decided
    assert workspace.verify() == ()
