"""Alignment: the transform, the crop, and the eye distance."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.imaging.alignment import ARCFACE_TEMPLATE, BOX_LANDMARKS, align, box_landmarks, similarity_transform
from core.types import AlignmentSource, BoundingBox, FaceDetection

Floats = NDArray[np.float64]


def _similarity(scale: float, angle: float, shift: tuple[float, float]) -> Floats:
    c, s = scale * math.cos(angle), scale * math.sin(angle)
    return np.array([[c, -s, shift[0]], [s, c, shift[1]]])


def _moved(points: Floats, transform: Floats) -> Floats:
    return points @ transform[:, :2].T + transform[:, 2]


def _face(landmarks: Floats | None, box: BoundingBox | None = None) -> FaceDetection:
    points = None if landmarks is None else landmarks.astype(np.float32)
    return FaceDetection(box or BoundingBox(0, 0, 50, 70), points, 0.9, "test")


@examples(deadline=None)
@given(
    scale=st.floats(0.01, 100),
    angle=st.floats(-math.pi, math.pi),
    x=st.floats(-1000, 1000),
    y=st.floats(-1000, 1000),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_known_similarity_is_recovered(scale: float, angle: float, x: float, y: float, seed: int) -> None:
    points = np.random.default_rng(seed).normal(0, 30, (5, 2))
    known = _similarity(scale, angle, (x, y))
    np.testing.assert_allclose(
        similarity_transform(points, _moved(points, known)), known, rtol=1e-7, atol=1e-6 * max(1, scale)
    )


@examples(deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_fit_is_the_least_squares_solution(seed: int) -> None:
    rng = np.random.default_rng(seed)
    source, target = rng.normal(0, 30, (5, 2)), rng.normal(0, 30, (5, 2))
    # The same problem as a linear one in (a, b, tx, ty), with x' = a x - b y + tx and y' = b x + a y + ty.
    one, zero = np.ones(5), np.zeros(5)
    x, y = source.T
    design = np.concatenate([np.column_stack([x, -y, one, zero]), np.column_stack([y, x, zero, one])])
    a, b, tx, ty = np.linalg.lstsq(design, target.T.ravel(), rcond=None)[0]
    np.testing.assert_allclose(similarity_transform(source, target), [[a, -b, tx], [b, a, ty]], atol=1e-8)


def test_mirrored_landmarks_are_never_fitted_by_a_reflection() -> None:
    mirrored = ARCFACE_TEMPLATE * (-1, 1)
    assert np.linalg.det(similarity_transform(mirrored, ARCFACE_TEMPLATE)[:, :2]) > 0


@pytest.mark.parametrize("shape", [(5, 3), (4, 2)])
def test_points_that_do_not_pair_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="paired points"):
        similarity_transform(np.zeros(shape), ARCFACE_TEMPLATE)


def test_coinciding_points_are_refused() -> None:
    with pytest.raises(ValueError, match="coincide"):
        similarity_transform(np.ones((5, 2)), ARCFACE_TEMPLATE)


def test_landmarks_on_the_template_leave_the_picture_as_it_is() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (112, 112, 3)).astype(np.uint8)
    aligned = align(pixels, _face(ARCFACE_TEMPLATE))
    # Landmarks are float32, so the transform is the identity to about 1e-6 px.
    assert np.abs(aligned.crop.astype(int) - pixels).max() <= 1
    assert aligned.eye_distance_px == pytest.approx(35.2378, abs=1e-3)
    assert aligned.source is AlignmentSource.LANDMARKS


@pytest.mark.parametrize("scale", [0.2, 0.6, 1.0, 1.9])
@pytest.mark.parametrize("shift", [(0.0, 0.0), (700.4, 300.7), (-30.0, 5.0)])
def test_a_moderate_transform_is_plain_bilinear_warping(scale: float, shift: tuple[float, float]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (600, 1000, 3)).astype(np.uint8)
    points = _moved(ARCFACE_TEMPLATE, _similarity(scale, 0.3, shift))
    aligned = align(pixels, _face(points))
    plain = cv2.warpAffine(pixels, aligned.transform, (112, 112), flags=cv2.INTER_LINEAR)
    np.testing.assert_array_equal(aligned.crop, plain)


@pytest.mark.parametrize("scale", [2.5, 4.0, 9.3])
def test_a_large_face_lands_where_its_landmarks_say_and_does_not_alias(scale: float) -> None:
    transform = _similarity(scale, 0.2, (160.0, 40.0))
    points = _moved(ARCFACE_TEMPLATE, transform)
    size = int(scale * 112 + 400)
    y, x = np.mgrid[0:size, 0:size].astype(np.float64)
    # One broad bell on each landmark, and a checkerboard far finer than a px of the crop.
    width = (4 * scale) ** 2
    bells = sum(np.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * width)) for px, py in points)
    grey = 60 + 120 * bells + 50 * (((x + y) % 2) * 2 - 1)
    pixels = np.repeat(np.clip(np.rint(grey), 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    crop = align(pixels, _face(points)).crop[..., 0].astype(np.float64)
    v, u = np.mgrid[0:112, 0:112].astype(np.float64)
    wanted = 60 + 120 * sum(
        np.exp(-((u - tx) ** 2 + (v - ty) ** 2) / (2 * 16.0)) for tx, ty in ARCFACE_TEMPLATE
    )
    assert np.abs(crop - wanted)[20:105, 20:95].max() < 6


def test_what_lies_outside_the_picture_is_black() -> None:
    white = np.full((40, 40, 3), 255, np.uint8)
    far = align(white, _face(ARCFACE_TEMPLATE + 5000))
    assert not far.crop.any()
    near = align(white, _face(ARCFACE_TEMPLATE))
    assert near.crop[:39, :39].min() >= 254
    assert not near.crop[42:].any()


@pytest.mark.parametrize("spread", [1e4, 1e6])
def test_absurd_landmarks_do_not_exhaust_the_memory(spread: float) -> None:
    pixels = np.full((60, 90, 3), 200, np.uint8)
    assert align(pixels, _face(ARCFACE_TEMPLATE * spread)).crop.shape == (112, 112, 3)


def test_a_picture_wider_than_a_short_integer_is_aligned() -> None:
    pixels = np.zeros((120, 40_000, 3), np.uint8)
    pixels[:, 39_000:] = 90
    assert align(pixels, _face(ARCFACE_TEMPLATE + np.array([39_500, 0]))).crop.max() == 90


def test_a_box_alone_gives_an_upright_crop_and_an_estimate_of_the_eye_distance() -> None:
    box = BoundingBox(100, 50, 90, 160)
    aligned = align(np.zeros((300, 300, 3), np.uint8), _face(None, box))
    assert aligned.source is AlignmentSource.BOX
    assert aligned.transform[0, 1] == pytest.approx(0, abs=5e-3)
    assert aligned.eye_distance_px == pytest.approx(0.386 * 120)
    # By hand: the right eye is 0.193 * 120 px left of the centre and 0.138 * 120 px above it.
    np.testing.assert_allclose(box_landmarks(box)[0], (145 - 23.16, 130 - 16.56))


@pytest.mark.faces
def test_the_mean_relation_of_box_and_landmarks_is_that_of_the_labelled_faces(lfw: Path) -> None:
    rows = np.loadtxt(lfw / "faces.csv", delimiter=",", skiprows=1, usecols=range(2, 16))
    names = np.loadtxt(lfw / "faces.csv", delimiter=",", skiprows=1, usecols=0, dtype=str)
    largest: dict[str, Floats] = {}
    for name, row in zip(names, rows, strict=True):
        if name not in largest or row[2] * row[3] > largest[name][2] * largest[name][3]:
            largest[name] = row
    faces = np.array(list(largest.values()))
    centre = faces[:, :2] + faces[:, 2:4] / 2
    side = np.sqrt(faces[:, 2] * faces[:, 3])
    mean = ((faces[:, 4:].reshape(-1, 5, 2) - centre[:, None]) / side[:, None, None]).mean(axis=0)
    both = (mean + mean[[1, 0, 2, 4, 3]] * (-1, 1)) / 2
    np.testing.assert_allclose(BOX_LANDMARKS, both, atol=6e-4)
