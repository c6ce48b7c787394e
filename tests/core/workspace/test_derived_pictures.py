"""Derived pictures: kept beside their parent, undone, done again, and never taken for an original."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.errors import IntegrityFailure, UsageError
from core.imaging.adjustments import adjust
from core.settings import load_settings
from core.types import CasePicture, ImageAnalysis, Outcome
from core.workspace import Workspace

MakeAnalysis = Callable[..., ImageAnalysis]


@pytest.fixture
def original(workspace: Workspace, astronaut: Path, analysis_of: MakeAnalysis) -> CasePicture:
    case_id = workspace.new_case("Till robbery").case_id
    return workspace.keep_analysis(case_id, analysis_of(astronaut))[0]


def test_a_derived_picture_says_what_it_comes_from_and_how(
    workspace: Workspace, original: CasePicture
) -> None:
    derived = workspace.derive_picture(original.picture_id, "rotate", {"degrees": 12.5})
    assert derived.derived
    assert not original.derived
    assert (derived.parent_id, derived.operation, derived.parameters) == (
        original.picture_id,
        "rotate",
        (("degrees", 12.5),),
    )
    assert (derived.evidence_id, derived.path) == (original.evidence_id, original.path)
    assert derived.sha256 != original.sha256
    assert derived.outcome is Outcome.NOT_ASSESSED
    read = workspace.read_case_picture(derived.picture_id)
    before = workspace.read_case_picture(original.picture_id)
    assert np.array_equal(read.pixels, adjust(before.pixels, "rotate", {"degrees": 12.5}))
    assert (read.width, read.height) == (derived.width, derived.height)
    assert (read.path, read.sha256) == (None, derived.sha256)
    assert "derived from picture 1" in read.notes[0]
    assert workspace.case_pictures(original.case_id) == (original, derived)
    assert workspace.verify() == ()


def test_the_same_again_is_the_same_picture_and_no_step(workspace: Workspace, original: CasePicture) -> None:
    first = workspace.derive_picture(original.picture_id, "crop", {"width": 40, "height": 30})
    second = workspace.derive_picture(
        original.picture_id, "crop", {"height": 30, "width": 40, "x": 0, "y": 0}
    )
    assert first == second
    (step,) = workspace.steps(original.case_id)
    assert json.loads(step.details)["sha256"] == first.sha256


def test_a_derivation_is_undone_and_done_again_with_its_file_and_small_copy(
    workspace: Workspace, original: CasePicture
) -> None:
    derived = workspace.derive_picture(original.picture_id, "gamma", {"gamma": 2})
    small = workspace.picture_thumbnail(derived.picture_id)
    workspace.undo(original.case_id)
    assert workspace.case_pictures(original.case_id) == (original,)
    assert workspace.verify() == ()
    workspace.redo(original.case_id)
    assert workspace.case_pictures(original.case_id) == (original, derived)
    assert workspace.picture_thumbnail(derived.picture_id) == small
    assert workspace.verify() == ()


def test_a_derived_picture_can_be_searched_for_faces_and_all_of_it_undone(
    workspace: Workspace, original: CasePicture
) -> None:
    derived = workspace.derive_picture(original.picture_id, "exposure", {"stops": 0.5})
    searched, faces = workspace.analyze_picture(derived.picture_id)
    assert (searched.outcome, searched.reason) == (Outcome.OK, "")
    assert faces
    assert {face.picture_id for face in faces} == {derived.picture_id}
    workspace.undo(original.case_id)
    assert workspace.case_picture(derived.picture_id) == derived
    workspace.undo(original.case_id)
    assert workspace.case_faces(original.case_id) == ()
    workspace.redo(original.case_id)
    workspace.redo(original.case_id)
    assert [face.face_id for face in workspace.case_faces(original.case_id)] == [
        face.face_id for face in faces
    ]


def test_a_preview_shows_what_would_be_made_and_keeps_nothing(
    workspace: Workspace, original: CasePicture
) -> None:
    entries = len(workspace.audit_entries())
    shown = workspace.derived_preview(original.picture_id, "contrast", {"factor": 1.5})
    assert len(workspace.audit_entries()) == entries
    assert workspace.case_pictures(original.case_id) == (original,)
    derived = workspace.derive_picture(original.picture_id, "contrast", {"factor": 1.5})
    assert np.array_equal(workspace.read_case_picture(derived.picture_id).pixels, shown.pixels)


@pytest.mark.parametrize(
    ("operation", "given"),
    [
        ("sharpen", {}),
        ("gamma", {"gamma": 9}),
        ("gamma", {"gamma": 1}),
        ("crop", {"x": 500, "width": 40, "height": 30}),
    ],
)
def test_what_makes_no_sense_or_no_difference_is_refused(
    workspace: Workspace, original: CasePicture, operation: str, given: dict[str, float]
) -> None:
    with pytest.raises(UsageError):
        workspace.derive_picture(original.picture_id, operation, given)
    assert workspace.case_pictures(original.case_id) == (original,)
    assert workspace.verify() == ()


def test_a_result_beyond_the_limit_is_refused_because_it_could_not_be_read_again(
    tmp_path: Path, astronaut: Path, analysis_of: MakeAnalysis
) -> None:
    settings = load_settings().replace("imaging", max_pixels=512 * 512)
    with Workspace.open(tmp_path / "w", settings) as workspace:
        case_id = workspace.new_case("Large").case_id
        picture, _ = workspace.keep_analysis(case_id, analysis_of(astronaut))
        with pytest.raises(UsageError, match="limit"):
            workspace.derive_picture(picture.picture_id, "rotate", {"degrees": 45})


def test_a_derived_picture_whose_file_was_edited_is_blocked(
    workspace: Workspace, original: CasePicture
) -> None:
    derived = workspace.derive_picture(original.picture_id, "gamma", {"gamma": 2})
    kept = workspace.directory / "files" / derived.sha256[:2] / derived.sha256
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes()[:-1])
    with pytest.raises(IntegrityFailure):
        workspace.read_case_picture(derived.picture_id)
    assert any(derived.sha256 in problem for problem in workspace.verify())


def test_the_list_of_adjustments_is_what_can_be_derived(workspace: Workspace, original: CasePicture) -> None:
    assert {entry.name for entry in workspace.adjustments()} >= {"rotate", "crop", "exposure", "denoise"}
