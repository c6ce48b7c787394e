"""The one path from pixels to embeddings, on real pixels."""

from __future__ import annotations

import dataclasses
import hashlib
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage.data import astronaut

from core.analysis import FaceAnalyzer, load_analyzer
from core.errors import Cancelled
from core.imaging.still import read_still
from core.progress import Progress, Step
from core.recognition.cards import read_card
from core.recognition.embedder import Embedder
from core.settings import Settings, load_settings
from core.types import AttentionKind, BoundingBox, FaceDetection, ImageAnalysis, Outcome, SourceImage

EYES_NOSE_MOUTH = np.array([(204, 101), (247, 103), (222, 126), (205, 142), (242, 142)], np.float32)
"""The astronaut's landmarks, read off the picture; within a few px."""


@pytest.fixture(scope="module")
def app_settings() -> Settings:
    """Return the default settings on the processor, with small passes."""
    return load_settings().replace("recognition", device="cpu", batch_size=4)


@pytest.fixture(scope="module")
def embedder(app_settings: Settings) -> Embedder:
    """Return the shipped model."""
    return Embedder(read_card(app_settings.recognition.model), app_settings.recognition)


@pytest.fixture(scope="module")
def by_hand(embedder: Embedder, app_settings: Settings) -> FaceAnalyzer:
    """Return an analyzer on a machine without a detector."""
    return FaceAnalyzer(None, embedder, app_settings)


@pytest.fixture(scope="module")
def analyzer(app_settings: Settings) -> FaceAnalyzer:
    """Return an analyzer as the application loads it."""
    return load_analyzer(app_settings)


@pytest.fixture
def photograph(tmp_path: Path) -> SourceImage:
    """Return the astronaut as read from a file."""
    return read_still(saved(tmp_path / "astronaut.png", astronaut()), load_settings().imaging)


@pytest.fixture(autouse=True)
def no_thread_is_left_behind() -> Iterator[None]:
    """Fail the test that leaves its reading thread running."""
    before = set(threading.enumerate())
    yield
    assert [thread.name for thread in threading.enumerate() if thread not in before] == []


def saved(path: Path, pixels: NDArray[np.uint8]) -> Path:
    Image.fromarray(pixels).save(path)
    return path


def drawn(landmarks: NDArray[np.float32] | None = EYES_NOSE_MOUTH, scale: float = 1.0) -> FaceDetection:
    box = BoundingBox(170 * scale, 60 * scale, 110 * scale, 130 * scale)
    points = None if landmarks is None else (landmarks * scale).astype(np.float32)
    return FaceDetection(box, points, None, FaceDetection.MANUAL)


def test_a_face_gets_everything_that_the_network_says(by_hand: FaceAnalyzer, photograph: SourceImage) -> None:
    result = by_hand.analyze(photograph, [drawn()], detect=False)
    assert (result.outcome, result.reason, result.sha256) == (Outcome.OK, "", photograph.sha256)
    (face,) = result.faces
    assert face.outcome is Outcome.OK
    assert face.model_id == by_hand.card.model_id
    assert face.embedding is not None
    assert np.linalg.norm(face.embedding) == pytest.approx(1.0, abs=1e-6)
    assert face.recognizability is not None
    assert (face.recognizability.kind, face.recognizability.provisional) == ("RI", False)
    decomposition = face.attention_maps[0]
    assert decomposition.kind is AttentionKind.DECOMPOSITION
    assert decomposition.faithfulness is None
    assert float(decomposition.values.sum()) == pytest.approx(1.0, abs=1e-5)


def test_the_detector_finds_the_face_that_a_person_would_draw(
    analyzer: FaceAnalyzer, photograph: SourceImage
) -> None:
    found = analyzer.analyze(photograph).faces[0]
    marked = analyzer.analyze(photograph, [drawn()], detect=False).faces[0]
    assert found.embedding is not None
    assert marked.embedding is not None
    assert float(found.embedding @ marked.embedding) > 0.7


def test_faces_drawn_by_hand_stand_beside_those_found_largest_first(
    analyzer: FaceAnalyzer, photograph: SourceImage
) -> None:
    large = FaceDetection(BoundingBox(0, 0, 500, 500), None, None, FaceDetection.MANUAL)
    faces = analyzer.analyze(photograph, [drawn(), large]).faces
    areas = [face.detection.box.area for face in faces]
    assert areas == sorted(areas, reverse=True)
    assert [face.detection.manual for face in faces].count(True) == 2
    assert len(faces) >= 3


def test_a_face_below_the_least_eye_distance_is_too_small_and_says_how_small(
    by_hand: FaceAnalyzer, app_settings: Settings
) -> None:
    tiny = np.asarray(Image.fromarray(astronaut()).resize((20, 20)))
    image = SourceImage(tiny, "0" * 64, None, "PNG", 0)
    (face,) = by_hand.analyze(image, [drawn(scale=20 / 512)], detect=False).faces
    assert face.outcome is Outcome.TOO_SMALL
    assert face.aligned is not None
    assert face.aligned.eye_distance_px < app_settings.recognition.min_eye_distance_px
    assert face.reason.startswith("The eyes are 1.7 px apart")
    assert (face.embedding, face.recognizability, face.model_id) == (None, None, None)
    assert face.attention_maps == ()


@pytest.mark.parametrize(
    ("landmarks", "reason"),
    [
        (np.full((5, 2), 100, np.float32), "coincide"),
        (EYES_NOSE_MOUTH[[0, 0, 2, 3, 4]], "shape of a face"),
    ],
    ids=["all in one place", "both eyes in one place"],
)
def test_landmarks_that_are_no_face_are_not_assessed(
    by_hand: FaceAnalyzer, photograph: SourceImage, landmarks: NDArray[np.float32], reason: str
) -> None:
    bad, good = by_hand.analyze(photograph, [drawn(landmarks), drawn()], detect=False).faces
    assert bad.outcome is Outcome.NOT_ASSESSED
    assert reason in bad.reason
    assert good.outcome is Outcome.OK


@pytest.mark.parametrize(
    ("detect", "reason"), [(True, "boxes can be drawn by hand"), (False, "No face was marked.")]
)
def test_without_a_detector_a_picture_says_what_to_do(
    by_hand: FaceAnalyzer, photograph: SourceImage, detect: bool, reason: str
) -> None:
    result = by_hand.analyze(photograph, detect=detect)
    assert result.outcome is Outcome.NOT_DETECTED
    assert reason in result.reason


def test_a_detector_that_cannot_be_loaded_leaves_drawing_by_hand(app_settings: Settings) -> None:
    analyzer = load_analyzer(app_settings.replace("detection", detector="none such"))
    result = analyzer.analyze(SourceImage(astronaut(), "0" * 64, None, "PNG", 0))
    assert result.outcome is Outcome.NOT_DETECTED
    assert "none such" in result.reason


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with faces, an empty picture and files that are no pictures."""
    face = astronaut()[30:220, 130:320]
    saved(tmp_path / "a face.png", face)
    saved(tmp_path / "b blank.png", np.full((64, 64, 3), 127, np.uint8))
    (tmp_path / "c text.jpg").write_text("not a picture")
    saved(tmp_path / "d mirrored.png", np.ascontiguousarray(face[:, ::-1]))
    (tmp_path / "e empty.png").write_bytes(b"")
    saved(tmp_path / "лицо.png", face)
    (tmp_path / "notes.txt").write_text("no picture and not named like one")
    return tmp_path


def outcomes(analyses: list[ImageAnalysis]) -> list[tuple[str, Outcome]]:
    return [(analysis.path.name if analysis.path else "", analysis.outcome) for analysis in analyses]


def test_a_folder_gives_its_pictures_in_order_and_no_bad_file_stops_the_rest(
    analyzer: FaceAnalyzer, folder: Path
) -> None:
    results = list(analyzer.analyze_paths([folder]))
    assert outcomes(results) == [
        ("a face.png", Outcome.OK),
        ("b blank.png", Outcome.NOT_DETECTED),
        ("c text.jpg", Outcome.UNREADABLE),
        ("d mirrored.png", Outcome.OK),
        ("e empty.png", Outcome.UNREADABLE),
        ("лицо.png", Outcome.OK),
    ]
    assert all(result.reason.endswith(".") for result in results if result.outcome is not Outcome.OK)
    assert results[2].sha256 == hashlib.sha256(b"not a picture").hexdigest()


def test_a_path_that_does_not_exist_is_an_outcome_without_a_hash(
    by_hand: FaceAnalyzer, tmp_path: Path
) -> None:
    (result,) = by_hand.analyze_paths([tmp_path / "gone.png"])
    assert (result.outcome, result.sha256) == (Outcome.UNREADABLE, None)
    assert "gone.png does not exist" in result.reason


def test_a_file_that_is_no_video_but_named_like_one_is_an_outcome(
    by_hand: FaceAnalyzer, tmp_path: Path
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"no video")
    (result,) = by_hand.analyze_paths([path])
    assert result.outcome is Outcome.UNREADABLE
    assert result.sha256 == hashlib.sha256(b"no video").hexdigest()


def test_a_picture_of_many_gives_the_bits_that_it_gives_alone(analyzer: FaceAnalyzer, folder: Path) -> None:
    limits = load_settings().imaging
    for result in analyzer.analyze_paths([folder]):
        if result.outcome is Outcome.OK:
            alone = analyzer.analyze(read_still(result.path or Path(), limits))
            assert len(alone.faces) == len(result.faces)
            for one, other in zip(alone.faces, result.faces, strict=True):
                np.testing.assert_array_equal(one.embedding, other.embedding)
                assert one.recognizability == other.recognizability


def test_decoded_pictures_take_the_same_path_as_files(analyzer: FaceAnalyzer, folder: Path) -> None:
    limits = load_settings().imaging
    paths = [folder / "a face.png", folder / "b blank.png"]
    from_files = list(analyzer.analyze_files(paths))
    from_images = list(analyzer.analyze_images(read_still(path, limits) for path in paths))
    assert outcomes(from_images) == outcomes(from_files)
    np.testing.assert_array_equal(from_images[0].faces[0].embedding, from_files[0].faces[0].embedding)


class FailingDetector:
    """A detector with a programming error that one picture brings out."""

    detector_id = "failing"
    max_side = 960
    face_px = (24.0, 960.0)
    refiner = None

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[FaceDetection, ...]:
        if pixels.mean() > 200:
            raise ZeroDivisionError("division by zero")
        return ()

    def detect_many(self, pictures: Sequence[NDArray[np.uint8]]) -> list[tuple[FaceDetection, ...]]:
        return [self.detect(pixels) for pixels in pictures]


def test_an_internal_error_costs_one_picture_of_a_batch_and_is_logged(
    embedder: Embedder, app_settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = [
        saved(tmp_path / f"{i}.png", np.full((40, 40, 3), grey, np.uint8))
        for i, grey in enumerate((9, 250, 9))
    ]
    analyzer = FaceAnalyzer(FailingDetector(), embedder, app_settings)
    results = list(analyzer.analyze_files(paths))
    assert [result.outcome for result in results] == [
        Outcome.NOT_DETECTED,
        Outcome.UNREADABLE,
        Outcome.NOT_DETECTED,
    ]
    assert "internal error (division by zero)" in results[1].reason
    assert results[1].sha256 is not None
    assert "ZeroDivisionError" in caplog.text


def test_progress_hears_of_every_picture(by_hand: FaceAnalyzer, folder: Path) -> None:
    steps: list[Step] = []
    list(by_hand.analyze_paths([folder], Progress(steps.append)))
    assert [(step.done, step.total) for step in steps] == [(i, 6) for i in range(1, 7)]
    assert steps[0].message == "a face.png"


def test_a_request_to_stop_ends_the_work_with_an_error_of_its_own(
    by_hand: FaceAnalyzer, folder: Path
) -> None:
    progress = Progress()
    results = by_hand.analyze_paths([folder] * 20, progress)
    next(results)
    progress.cancel()
    with pytest.raises(Cancelled):
        list(results)


def test_work_that_was_cancelled_before_it_began_reads_nothing(by_hand: FaceAnalyzer, tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        list(by_hand.analyze_paths([tmp_path / "gone.png"], progress))


def test_an_iterator_that_nobody_finishes_can_be_closed(by_hand: FaceAnalyzer, folder: Path) -> None:
    results = by_hand.analyze_paths([folder] * 20)
    assert next(results).path == folder / "a face.png"
    results.close()  # type: ignore[attr-defined]


def test_nothing_to_analyze_gives_nothing(by_hand: FaceAnalyzer) -> None:
    assert list(by_hand.analyze_paths([])) == []


def test_crops_that_are_aligned_already_skip_the_detector(
    by_hand: FaceAnalyzer, photograph: SourceImage
) -> None:
    (face,) = by_hand.analyze(photograph, [drawn()], detect=False).faces
    assert face.aligned is not None
    (again,) = by_hand.embed_aligned(face.aligned.crop[None])
    np.testing.assert_array_equal(again.embedding, face.embedding)


def test_many_faces_of_one_picture_are_assessed_in_their_order(
    by_hand: FaceAnalyzer, photograph: SourceImage
) -> None:
    marks = [
        dataclasses.replace(drawn(None), box=BoundingBox(170 - i, 60 - i, 110 + 2 * i, 130 + 2 * i))
        for i in range(6)
    ]
    together = by_hand.analyze(photograph, marks, detect=False).faces
    for face in together:
        (alone,) = by_hand.analyze(photograph, [face.detection], detect=False).faces
        np.testing.assert_array_equal(face.embedding, alone.embedding)
