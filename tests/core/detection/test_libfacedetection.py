"""The real detector on real faces."""

from __future__ import annotations

import builtins
import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.detection.detector import Detector, available_detectors, load_detector
from core.detection.suppression import overlaps
from core.detection.tiling import detect_faces
from core.errors import ModelUnavailable
from core.settings import DetectionSettings
from core.types import BoundingBox

data = pytest.importorskip("skimage.data", reason="scikit-image is not installed")


@pytest.fixture(scope="module")
def astronaut() -> NDArray[np.uint8]:
    return np.asarray(data.astronaut())


def _spread(landmarks: NDArray[np.float32] | None) -> float:
    assert landmarks is not None
    return float(np.linalg.norm(landmarks[1] - landmarks[0]))


def test_the_landmarks_of_the_astronaut_are_in_the_order_of_the_subject(
    libfacedetection: Detector, settings: DetectionSettings, astronaut: NDArray[np.uint8]
) -> None:
    (face,) = detect_faces(astronaut, libfacedetection, settings)
    assert face.landmarks is not None
    right_eye, left_eye, nose, right_mouth, left_mouth = face.landmarks
    # As read off the picture by eye, in px; she faces the camera, so her right eye is on the left.
    np.testing.assert_allclose(right_eye, (201, 101), atol=5)
    np.testing.assert_allclose(left_eye, (247, 102), atol=5)
    assert right_eye[0] < nose[0] < left_eye[0]
    assert right_mouth[0] < left_mouth[0]
    assert max(right_eye[1], left_eye[1]) < nose[1] < min(right_mouth[1], left_mouth[1])
    assert face.confidence is not None
    assert 0.8 < face.confidence <= 1
    assert face.detector == libfacedetection.detector_id


def test_colour_channels_and_memory_order_reach_the_library_as_they_should(
    libfacedetection: Detector, astronaut: NDArray[np.uint8]
) -> None:
    contiguous = libfacedetection.detect(astronaut)
    views = np.zeros((512, 1024, 3), np.uint8)
    views[:, ::2] = astronaut
    strided = libfacedetection.detect(views[:, ::2])
    assert [face.box for face in strided] == [face.box for face in contiguous]


def test_a_box_may_begin_left_of_the_picture(
    libfacedetection: Detector, astronaut: NDArray[np.uint8]
) -> None:
    (face,) = libfacedetection.detect(astronaut[60:260, 200:300])
    assert -40 < face.box.x < 0
    assert face.box.width < 120


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 3), (5000, 3), (17, 33), (700, 700)])
@pytest.mark.parametrize("kind", ["black", "white", "noise"])
def test_strange_pictures_do_not_crash(
    size: tuple[int, int], kind: str, libfacedetection: Detector, settings: DetectionSettings
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3)).astype(np.uint8)
    pixels = {"black": np.zeros_like(noise), "white": np.full_like(noise, 255), "noise": noise}[kind]
    assert detect_faces(pixels, libfacedetection, settings) == ()


def test_a_picture_too_large_for_the_library_is_refused(libfacedetection: Detector) -> None:
    with pytest.raises(ValueError, match="960"):
        libfacedetection.detect(np.zeros((10, 961, 3), np.uint8))


def test_all_hundred_tight_crops_of_25_px_are_found_and_no_face_elsewhere(
    libfacedetection: Detector, settings: DetectionSettings
) -> None:
    crops = np.rint(data.lfw_subset() * 255).astype(np.uint8)
    found = [
        len(detect_faces(np.repeat(crop[..., None], 3, axis=2), libfacedetection, settings)) for crop in crops
    ]
    assert sum(count == 1 for count in found[:100]) >= 99
    assert sum(count > 0 for count in found[100:]) <= 1


@pytest.mark.parametrize("eye_distance", [6, 8, 12, 24])
def test_a_small_face_in_a_picture_of_a_few_hundred_px_is_found(
    eye_distance: int, libfacedetection: Detector, settings: DetectionSettings, astronaut: NDArray[np.uint8]
) -> None:
    scale = eye_distance / 46.0
    small = cv2.resize(astronaut, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    pixels = np.full((300, 400, 3), 90, np.uint8)
    pixels[150 : 150 + small.shape[0], 100 : 100 + small.shape[1]] = small[:150, :300]
    faces = detect_faces(pixels, libfacedetection, settings)
    assert len(faces) == 1
    assert _spread(faces[0].landmarks) == pytest.approx(eye_distance, rel=0.3)


def test_a_face_on_the_seam_of_tiles_is_found_once(
    libfacedetection: Detector, settings: DetectionSettings, astronaut: NDArray[np.uint8]
) -> None:
    pixels = np.full((700, 1700, 3), 90, np.uint8)
    half = cv2.resize(astronaut, (256, 256), interpolation=cv2.INTER_AREA)
    pixels[200:456, 740:996] = half
    (face,) = detect_faces(pixels, libfacedetection, settings)
    assert face.landmarks is not None
    np.testing.assert_allclose(face.landmarks[0], (740 + 100, 200 + 50), atol=4)


@pytest.mark.faces
def test_the_main_faces_of_labelled_photographs_are_found_where_they_are(
    lfw: Path, libfacedetection: Detector, settings: DetectionSettings
) -> None:
    with (lfw / "faces.csv").open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    main: dict[str, list[float]] = {}
    for name, *values in rows:
        numbers = [float(value) for value in values]
        if name not in main or numbers[3] * numbers[4] > main[name][3] * main[name][4]:
            main[name] = numbers
    chosen = np.random.default_rng(12).choice(sorted(main), 25, replace=False)
    errors = []
    for name in chosen:
        pixels = cv2.cvtColor(cv2.imread(str(lfw / "images" / name)), cv2.COLOR_BGR2RGB)
        face = detect_faces(np.asarray(pixels, np.uint8), libfacedetection, settings)[0]
        truth = np.array(main[name][5:]).reshape(5, 2)
        assert overlaps(BoundingBox(*main[name][1:5]), [face.box])[0] > 0.6
        assert face.landmarks is not None
        gap = np.linalg.norm(face.landmarks - truth, axis=1).mean()
        errors.append(gap / np.linalg.norm(truth[1] - truth[0]))
    assert np.median(errors) < 0.08
    assert max(errors) < 0.25


def test_a_missing_package_is_explained(settings: DetectionSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., Any] = builtins.__import__

    def without_yuface(name: str, *rest: Any, **options: Any) -> Any:
        if name == "yuface":
            raise ImportError(name)
        return real(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without_yuface)
    with pytest.raises(ModelUnavailable, match="boxes can be drawn by hand"):
        load_detector("libfacedetection", settings)


def test_an_unknown_detector_is_named_with_those_that_are_known(settings: DetectionSettings) -> None:
    with pytest.raises(ModelUnavailable, match="'retina'; known are: libfacedetection"):
        load_detector("retina", settings)
    assert "libfacedetection" in available_detectors()
