"""Copies and references: what a case keeps of its files, and what becomes of files that change."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import Conflict, EvidenceChanged, IntegrityFailure, UsageError
from core.imaging.digest import hash_bytes
from core.settings import load_settings
from core.types import (
    BoundingBox,
    CaseStatus,
    EvidenceMode,
    FrameReference,
    ImageAnalysis,
    Outcome,
    SourceImage,
)
from core.workspace import Workspace

MakeAnalysis = Callable[..., ImageAnalysis]
FACE = BoundingBox(10, 10, 30, 36)


@pytest.fixture
def still(tmp_path: Path) -> Path:
    path = tmp_path / "drive" / "still.png"
    path.parent.mkdir()
    Image.fromarray(np.random.default_rng(3).integers(0, 256, (60, 90, 3), np.uint8)).save(path)
    return path


@pytest.fixture
def copies(workspace: Workspace) -> int:
    return workspace.new_case("Copies", evidence_mode=EvidenceMode.COPIES).case_id


@pytest.fixture
def references(workspace: Workspace) -> int:
    return workspace.new_case("References", evidence_mode=EvidenceMode.REFERENCES).case_id


def frame_of(path: Path, ordinal: int) -> ImageAnalysis:
    """A frame of a file that is taken for a video, so that nothing has to be decoded."""
    pixels = np.full((40, 50, 3), 30 + ordinal, np.uint8)
    place = FrameReference(0, 40 * ordinal, Fraction(1, 1000), ordinal)
    data = path.read_bytes()
    image = SourceImage(
        pixels,
        hash_bytes(data),
        path,
        "h264",
        len(data),
        frame=place,
        pixel_sha256=hash_bytes(pixels.tobytes()),
    )
    return ImageAnalysis(path, Outcome.NOT_DETECTED, "No face was found.", image, (), image.sha256)


def actions(workspace: Workspace, action: str) -> list[dict[str, object]]:
    return [json.loads(one.details) for one in workspace.audit_entries() if one.action == action]


def the_copy(workspace: Workspace, sha256: str) -> Path:
    return workspace.directory / "files" / sha256[:2] / sha256


def test_a_new_case_keeps_copies_unless_the_settings_say_otherwise(tmp_path: Path) -> None:
    settings = load_settings()
    for named, mode in (("", EvidenceMode.COPIES), ("references", EvidenceMode.REFERENCES)):
        chosen = settings.replace("evidence", mode=named) if named else settings
        with Workspace.open(tmp_path / (named or "default"), chosen) as opened:
            assert opened.new_case("One").evidence_mode is mode
    with (
        Workspace.open(tmp_path / "neither", settings.replace("evidence", mode="neither")) as opened,
        pytest.raises(UsageError, match=r"evidence\.mode"),
    ):
        opened.new_case("One")


def test_a_case_with_copies_needs_the_original_no_more_and_does_not_mind_its_change(
    workspace: Workspace, copies: int, still: Path, analysis_of: MakeAnalysis
) -> None:
    picture, _ = workspace.keep_analysis(copies, analysis_of(still, FACE))
    copy = the_copy(workspace, picture.sha256)
    assert copy.read_bytes() == still.read_bytes()
    assert copy.stat().st_mode & 0o777 == 0o600
    before = workspace.read_case_picture(picture.picture_id)
    still.write_bytes(b"something else")
    still.chmod(0o000)
    assert np.array_equal(workspace.read_case_picture(picture.picture_id).pixels, before.pixels)
    still.unlink()
    read = workspace.read_case_picture(picture.picture_id)
    assert (read.path, read.sha256) == (still, picture.sha256), "the original name and path are kept"
    assert workspace.check_evidence(copies) == ()
    assert workspace.case_picture(picture.picture_id).failure == ""
    assert workspace.verify() == ()


def test_a_changed_copy_blocks_is_recorded_and_stays_marked(
    workspace: Workspace, copies: int, still: Path, analysis_of: MakeAnalysis
) -> None:
    picture, _ = workspace.keep_analysis(copies, analysis_of(still, FACE))
    copy = the_copy(workspace, picture.sha256)
    sound = copy.read_bytes()
    copy.write_bytes(sound + b" ")
    for _ in range(2):
        with pytest.raises(EvidenceChanged, match=r"The copy of still\.png that"):
            workspace.read_case_picture(picture.picture_id)
    assert [one["picture_id"] for one in actions(workspace, "evidence.failure")] == [picture.picture_id] * 2
    copy.write_bytes(sound)
    workspace.read_case_picture(picture.picture_id)
    (marked,) = workspace.case_pictures(copies)
    assert "no longer what was kept" in marked.failure
    assert marked.failed is not None
    (piece,) = workspace.case_evidence(copies)
    assert piece.failure == marked.failure


def test_a_changed_original_that_is_referred_to_blocks_and_stays_marked(
    workspace: Workspace, references: int, still: Path, analysis_of: MakeAnalysis
) -> None:
    picture, _ = workspace.keep_analysis(references, analysis_of(still, FACE))
    assert not the_copy(workspace, picture.sha256).exists()
    sound = still.read_bytes()
    still.write_bytes(sound + b" ")
    for use in (
        lambda: workspace.analyze_picture(picture.picture_id),
        lambda: workspace.add_face(picture.picture_id, FACE),
        lambda: workspace.derive_picture(picture.picture_id, "gamma", {"gamma": 2}),
        lambda: workspace.check_picture(picture.picture_id),
    ):
        with pytest.raises(EvidenceChanged, match="has changed since it was taken in"):
            use()
    still.write_bytes(sound)
    assert workspace.check_picture(picture.picture_id).failure.endswith("has changed since it was taken in.")


def test_an_original_on_a_drive_that_is_put_away_is_named_and_not_marked_as_changed(
    workspace: Workspace, references: int, still: Path, analysis_of: MakeAnalysis
) -> None:
    picture, _ = workspace.keep_analysis(references, analysis_of(still, FACE))
    still.rename(still.with_name("away.png"))
    with pytest.raises(IntegrityFailure, match="can no longer be read"):
        workspace.read_case_picture(picture.picture_id)
    (problem,) = workspace.check_evidence(references)
    assert "can no longer be read" in problem.sentence
    assert len(actions(workspace, "evidence.failure")) == 2
    assert workspace.case_picture(picture.picture_id).failure == ""


def test_frames_and_derived_pictures_are_marked_by_their_own_bytes(
    workspace: Workspace, copies: int, still: Path, analysis_of: MakeAnalysis
) -> None:
    picture, _ = workspace.keep_analysis(copies, analysis_of(still, FACE))
    derived = workspace.derive_picture(picture.picture_id, "gamma", {"gamma": 2})
    the_copy(workspace, derived.sha256).write_bytes(b"x")
    (problem,) = workspace.check_evidence(copies)
    assert problem.picture is not None
    assert problem.picture.picture_id == derived.picture_id
    original, marked = workspace.case_pictures(copies)
    assert (original.failure, bool(marked.failure)) == ("", True)
    assert workspace.undo(copies).action == "picture.derive", "a mark does not stand in the way of an undo"


def test_a_frame_carries_its_place_and_the_hash_of_its_pixels(
    workspace: Workspace, copies: int, tmp_path: Path
) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(b"not really a video" * 1000)
    first = frame_of(video, 3)
    picture, _ = workspace.keep_analysis(copies, first)
    workspace.keep_analysis(copies, frame_of(video, 7))
    assert first.image is not None
    assert picture.pixel_sha256 == first.image.pixel_sha256
    assert picture.frame == FrameReference(0, 120, Fraction(1, 1000), 3)
    (piece,) = workspace.case_evidence(copies)
    assert piece.copied
    assert the_copy(workspace, piece.sha256).read_bytes() == video.read_bytes()
    video.unlink()
    assert workspace.read_case_picture(picture.picture_id).pixel_sha256 == picture.pixel_sha256
    assert workspace.verify() == ()


def test_a_file_that_changes_between_analysis_and_intake_is_not_kept_and_stops_no_other(
    workspace: Workspace, copies: int, still: Path, tmp_path: Path, analysis_of: MakeAnalysis
) -> None:
    other = tmp_path / "other.png"
    other.write_bytes(still.read_bytes())
    analyses = [analysis_of(still, FACE), analysis_of(other, FACE)]
    still.write_bytes(b"changed")
    kept = list(workspace.keep_analyses(copies, analyses))
    assert kept[0].picture is None
    assert kept[0].reason == f"The file {still} has changed since its hash was taken."
    assert kept[1].picture is not None


def test_copies_can_be_taken_later_and_say_which_files_cannot_be_read(
    workspace: Workspace, references: int, still: Path, tmp_path: Path, analysis_of: MakeAnalysis
) -> None:
    paths = [still, tmp_path / "gone.png", tmp_path / "changed.png"]
    for number, path in enumerate(paths):
        Image.fromarray(np.full((40, 40, 3), number, np.uint8)).save(path)
        workspace.keep_analysis(references, analysis_of(path, FACE))
    paths[1].unlink()
    paths[2].write_bytes(b"changed")
    taken = workspace.take_copies(references)
    assert taken.case.evidence_mode is EvidenceMode.COPIES
    assert [one.path for one in taken.copied] == [str(still)]
    assert all(one.copied for one in taken.copied)
    assert [one.evidence.path for one in taken.failed] == [str(path) for path in paths[1:]]
    assert [bool(one.failure) for one in workspace.case_evidence(references)] == [False, False, True]
    (logged,) = actions(workspace, "case.copies")
    assert len(logged["copied"]) == 1  # type: ignore[arg-type]
    assert len(logged["failed"]) == 2  # type: ignore[arg-type]
    still.unlink()
    first = workspace.case_pictures(references)[0]
    workspace.read_case_picture(first.picture_id)
    workspace.set_case_status(references, CaseStatus.CLOSED)
    with pytest.raises(Conflict):
        workspace.take_copies(references)
