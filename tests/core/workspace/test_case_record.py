"""The record of a case: what a later analysis keeps, renews, takes in and lets go."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import IntegrityFailure, NotFound, UnreadableImage, UsageError
from core.imaging.digest import hash_bytes
from core.storage.evidence import evidence
from core.types import (
    BoundingBox,
    CaseFace,
    EvidenceKind,
    EvidenceMode,
    FaceDetection,
    FaceState,
    FrameReference,
    ImageAnalysis,
    Outcome,
    SourceImage,
)
from core.workspace import Workspace

MakeAnalysis = Callable[..., ImageAnalysis]
LEFT, RIGHT = BoundingBox(10, 20, 30, 40), BoundingBox(100, 20, 30, 40)
BESIDE_LEFT = BoundingBox(13, 22, 30, 40)


@pytest.fixture
def case_id(workspace: Workspace) -> int:
    return workspace.new_case("Till robbery", evidence_mode=EvidenceMode.REFERENCES).case_id


@pytest.fixture
def still(tmp_path: Path) -> Path:
    path = tmp_path / "still.png"
    pixels = np.random.default_rng(3).integers(0, 256, (120, 200, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def keep(workspace: Workspace, case_id: int, analysis: ImageAnalysis) -> tuple[CaseFace, ...]:
    return workspace.keep_analysis(case_id, analysis)[1]


def places(faces: tuple[CaseFace, ...]) -> list[BoundingBox]:
    return [face.detection.box for face in faces]


def frame_of(path: Path, ordinal: int) -> ImageAnalysis:
    """A frame of a video that nobody has to decode."""
    pixels = np.full((60, 80, 3), 40 + ordinal, np.uint8)
    image = SourceImage(
        pixels,
        "f" * 64,
        path,
        "h264",
        1234,
        frame=FrameReference(0, 100 * ordinal, Fraction(1, 1000), ordinal),
        pixel_sha256=hash_bytes(pixels.tobytes()),
    )
    return ImageAnalysis(path, Outcome.NOT_DETECTED, "No face was found.", image, (), image.sha256)


def test_a_picture_is_kept_with_its_faces_its_crops_and_a_small_copy(
    workspace: Workspace, case_id: int, still: Path, analysis_of: MakeAnalysis
) -> None:
    picture, faces = workspace.keep_analysis(case_id, analysis_of(still, LEFT, RIGHT))
    assert (picture.path, picture.width, picture.height) == (str(still), 200, 120)
    assert picture.sha256 == hash_bytes(still.read_bytes())
    assert (picture.outcome, picture.faces, picture.best) == (Outcome.OK, 2, 0.3)
    assert places(faces) == [LEFT, RIGHT]
    assert {face.state for face in faces} == {FaceState.UNKNOWN}
    assert workspace.case_pictures(case_id) == (picture,)
    assert [face.face_id for face in workspace.case_faces(case_id)] == [face.face_id for face in faces]
    with Image.open(io.BytesIO(workspace.face_crop(faces[0].face_id))) as crop:
        assert crop.size == (112, 112)
        assert crop.getpixel((5, 5)) == (10, 10, 10)
    small = workspace.picture_thumbnail(picture.picture_id)
    assert small is not None
    with Image.open(io.BytesIO(small)) as opened:
        assert opened.size == (160, 96)
    case = workspace.case(case_id)
    assert (case.pictures, case.faces) == (1, 2)
    actions = [entry.action for entry in workspace.audit_entries()]
    assert actions == ["case.create", "evidence.intake", "picture.analyze"]


def test_a_small_copy_that_is_given_is_the_one_that_is_kept(
    workspace: Workspace, case_id: int, still: Path, analysis_of: MakeAnalysis
) -> None:
    picture, _ = workspace.keep_analysis(case_id, analysis_of(still), thumbnail=b"the desk's own")
    assert workspace.picture_thumbnail(picture.picture_id) == b"the desk's own"


def test_the_same_analysis_again_changes_nothing_and_is_logged_and_no_step(
    workspace: Workspace, case_id: int, still: Path, analysis_of: MakeAnalysis
) -> None:
    first = workspace.keep_analysis(case_id, analysis_of(still, LEFT, RIGHT))
    ids = [face.face_id for face in first[1]]
    workspace.set_face_states([ids[0]], FaceState.CONFIRMED, "Ann")
    picture, faces = workspace.keep_analysis(case_id, analysis_of(still, RIGHT, LEFT))
    assert picture == first[0]
    assert [(face.face_id, face.state, face.subject) for face in faces] == [
        (ids[0], FaceState.CONFIRMED, "Ann"),
        (ids[1], FaceState.UNKNOWN, ""),
    ]
    assert [step.action for step in workspace.steps(case_id)] == ["face.state"]
    actions = [entry.action for entry in workspace.audit_entries()]
    assert actions.count("picture.analyze") == 2
    assert actions.count("evidence.intake") == 1


def test_a_face_that_moved_a_little_is_the_same_face_with_its_new_place_and_assessment(
    workspace: Workspace, case_id: int, still: Path, analysis_of: MakeAnalysis
) -> None:
    (before,) = keep(workspace, case_id, analysis_of(still, LEFT))
    workspace.set_face_states([before.face_id], FaceState.SUGGESTED, "Ann")
    (after,) = keep(workspace, case_id, analysis_of(still, BESIDE_LEFT, model="b"))
    assert (after.face_id, after.state, after.subject) == (before.face_id, FaceState.SUGGESTED, "Ann")
    assert after.created == before.created
    assert after.detection.box == BESIDE_LEFT
    assert after.model_id == "b" * 64


def test_another_model_assesses_a_face_anew_and_all_of_it_can_be_undone(
    workspace: Workspace, case_id: int, still: Path, analysis_of: MakeAnalysis
) -> None:
    (face,) = keep(workspace, case_id, analysis_of(still, LEFT))
    crop = workspace.face_crop(face.face_id)
    workspace.set_face_states([face.face_id], FaceState.IGNORED)
    keep(workspace, case_id, analysis_of(still, BESIDE_LEFT, RIGHT, model="b"))
    assert [step.action for step in workspace.steps(case_id)] == ["face.state", "picture.analyze"]
    workspace.undo(case_id)
    workspace.undo(case_id)
    (back,) = workspace.case_faces(case_id)
    assert (back.state, back.model_id, back.detection.box) == (FaceState.UNKNOWN, "a" * 64, LEFT)
    assert workspace.face_crop(face.face_id) == crop
    workspace.redo(case_id)
    workspace.redo(case_id)
    assert places(workspace.case_faces(case_id)) == [BESIDE_LEFT, RIGHT]
    assert workspace.verify() == ()


@pytest.mark.parametrize("state", list(FaceState))
def test_a_face_that_is_not_found_again_stays_when_something_was_said_of_it(
    workspace: Workspace, case_id: int, still: Path, analysis_of: MakeAnalysis, state: FaceState
) -> None:
    face, other = keep(workspace, case_id, analysis_of(still, LEFT, RIGHT))
    workspace.set_face_states([face.face_id], state, "Ann" if state is FaceState.SUGGESTED else "")
    faces = keep(workspace, case_id, analysis_of(still, RIGHT))
    kept = [] if state is FaceState.UNKNOWN else [face.face_id]
    assert [one.face_id for one in faces] == [*kept, other.face_id]


def test_a_face_drawn_by_hand_stays_where_it_is_and_takes_the_detection_in(
    workspace: Workspace, case_id: int, still: Path, analysis_of: MakeAnalysis
) -> None:
    (drawn,) = keep(workspace, case_id, analysis_of(still, LEFT, detector=FaceDetection.MANUAL))
    for found in ((BESIDE_LEFT,), ()):
        (face,) = keep(workspace, case_id, analysis_of(still, *found))
        assert (face.face_id, face.detection.box, face.detection.manual) == (drawn.face_id, LEFT, True)
    (picture,) = workspace.case_pictures(case_id)
    assert (picture.outcome, picture.reason, picture.faces) == (Outcome.OK, "", 1)


def test_a_place_that_is_no_face_takes_the_detection_in_and_does_not_count(
    workspace: Workspace, case_id: int, still: Path, analysis_of: MakeAnalysis
) -> None:
    poster, _ = keep(workspace, case_id, analysis_of(still, LEFT, RIGHT))
    workspace.set_face_states([poster.face_id], FaceState.NOT_A_FACE)
    picture, faces = workspace.keep_analysis(case_id, analysis_of(still, BESIDE_LEFT, RIGHT, model="b"))
    assert len(faces) == 2
    assert faces[0].face_id == poster.face_id
    assert (faces[0].state, faces[0].detection.box) == (FaceState.NOT_A_FACE, LEFT)
    assert (picture.faces, workspace.case(case_id).faces) == (1, 1)


def test_a_changed_file_under_the_same_path_is_other_evidence(
    workspace: Workspace, case_id: int, still: Path, analysis_of: MakeAnalysis
) -> None:
    first, _ = workspace.keep_analysis(case_id, analysis_of(still, LEFT))
    Image.new("RGB", (90, 90), "grey").save(still)
    second, _ = workspace.keep_analysis(case_id, analysis_of(still))
    assert second.picture_id != first.picture_id
    assert second.evidence_id != first.evidence_id


def test_a_file_that_cannot_be_decoded_is_kept_with_its_reason_and_one_without_bytes_is_told(
    workspace: Workspace, case_id: int, tmp_path: Path, still: Path, analysis_of: MakeAnalysis
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG but no more")
    sha256 = hash_bytes(broken.read_bytes())
    results = list(
        workspace.keep_analyses(
            case_id,
            [
                ImageAnalysis(broken, Outcome.UNREADABLE, "broken.png is damaged.", sha256=sha256),
                ImageAnalysis(tmp_path / "gone.png", Outcome.UNREADABLE, "gone.png does not exist."),
                analysis_of(still, LEFT),
            ],
        )
    )
    assert [result.picture is not None for result in results] == [True, False, True]
    assert [result.reason for result in results] == ["", "gone.png does not exist.", ""]
    unread, _ = workspace.case_pictures(case_id)
    assert (unread.outcome, unread.reason, unread.width) == (
        Outcome.UNREADABLE,
        "broken.png is damaged.",
        0,
    )
    assert workspace.picture_thumbnail(unread.picture_id) is None
    with pytest.raises(UnreadableImage, match="damaged"):
        workspace.read_case_picture(unread.picture_id)


def test_pixels_that_never_were_a_file_are_refused(
    workspace: Workspace, case_id: int, still: Path, analysis_of: MakeAnalysis
) -> None:
    with pytest.raises(UsageError):
        workspace.keep_analysis(case_id, dataclasses.replace(analysis_of(still), path=None))


def test_a_still_is_read_from_its_file_again_and_an_edited_one_is_blocked_and_recorded(
    workspace: Workspace, case_id: int, still: Path, analysis_of: MakeAnalysis
) -> None:
    picture, _ = workspace.keep_analysis(case_id, analysis_of(still, LEFT))
    again = workspace.read_case_picture(picture.picture_id)
    assert np.array_equal(again.pixels, analysis_of(still).image.pixels)
    assert (again.path, again.sha256) == (still, picture.sha256)
    original = still.read_bytes()
    still.write_bytes(original + b" ")
    with pytest.raises(IntegrityFailure, match="changed"):
        workspace.read_case_picture(picture.picture_id)
    still.unlink()
    with pytest.raises(IntegrityFailure, match="no longer"):
        workspace.read_case_picture(picture.picture_id)
    failures = [entry for entry in workspace.audit_entries() if entry.action == "evidence.failure"]
    assert [json.loads(entry.details)["picture_id"] for entry in failures] == [picture.picture_id] * 2
    still.write_bytes(original)
    assert workspace.read_case_picture(picture.picture_id).sha256 == picture.sha256


def test_frames_of_a_video_are_pictures_of_their_own_that_need_the_video_no_more(
    workspace: Workspace, case_id: int, tmp_path: Path
) -> None:
    video = tmp_path / "clip.mp4"
    kept = [workspace.keep_analysis(case_id, frame_of(video, ordinal))[0] for ordinal in (3, 7, 3)]
    assert kept[0] == kept[2]
    assert [picture.frame and picture.frame.ordinal for picture in kept] == [3, 7, 3]
    assert kept[0].evidence_id == kept[1].evidence_id
    again = workspace.read_case_picture(kept[1].picture_id)
    before = frame_of(video, 7).image
    assert before is not None
    assert np.array_equal(again.pixels, before.pixels)
    assert (again.sha256, again.path, again.frame) == (before.sha256, video, before.frame)
    assert again.pixel_sha256 == before.pixel_sha256
    with workspace._database.read() as session:
        (piece,) = evidence(session, case_id)
    assert (piece.kind, piece.stored, piece.byte_size) == (EvidenceKind.VIDEO, True, 1234)
    assert workspace.verify() == ()


def test_a_frame_whose_kept_copy_was_edited_is_blocked_and_recorded(
    workspace: Workspace, case_id: int, tmp_path: Path
) -> None:
    picture, _ = workspace.keep_analysis(case_id, frame_of(tmp_path / "clip.mp4", 1))
    copy = workspace.directory / "files" / picture.sha256[:2] / picture.sha256
    copy.chmod(0o600)
    copy.write_bytes(copy.read_bytes() + b" ")
    with pytest.raises(IntegrityFailure):
        workspace.read_case_picture(picture.picture_id)
    assert any(picture.sha256 in problem for problem in workspace.verify())
    copy.unlink()
    with pytest.raises(IntegrityFailure):
        workspace.read_case_picture(picture.picture_id)


def test_what_does_not_exist_is_told(workspace: Workspace) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: workspace.case_picture(7),
        lambda: workspace.picture_thumbnail(7),
        lambda: workspace.read_case_picture(7),
        lambda: workspace.analyze_picture(7),
        lambda: workspace.case_face(7),
        lambda: workspace.face_crop(7),
        lambda: workspace.assess_face(7),
        lambda: workspace.derive_picture(7, "gamma", {"gamma": 2}),
        lambda: workspace.add_face(7, LEFT),
        lambda: workspace.change_face(7, LEFT),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()
