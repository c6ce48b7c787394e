"""Registration by landmarks: the same facial point under the same place, checked by another route."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage

from app.qtimage import FaceImage
from app.widgets.compare.geometry import PairGeometry, Side, affine, similarity
from core.imaging.alignment import ARCFACE_TEMPLATE, similarity_transform
from core.types import Band, BoundingBox

PANE = QRectF(0, 0, 400, 300)
OTHER_PANE = QRectF(402, 0, 400, 300)


def face(landmarks: NDArray[np.float64]) -> FaceImage:
    """Return a face with these landmarks in a grey picture."""
    image = QImage(200, 200, QImage.Format.Format_RGB888)
    low, high = landmarks.min(axis=0), landmarks.max(axis=0)
    box = BoundingBox(*(low - 5).tolist(), *(high - low + 10).tolist())
    return FaceImage(image, box, landmarks, np.eye(2, 3), False, True, 0.5, Band.FAIR)


def turned(
    points: NDArray[np.float64], degrees: float, scale: float, shift: tuple[float, float]
) -> np.ndarray:
    """Return points after a turn, a scale and a shift, written out with sine and cosine."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return scale * points @ np.array([[c, s], [-s, c]]) + shift


def place(
    geometry: PairGeometry, side: Side, pane: QRectF, point: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return where a point of a picture lies within a pane, from the pane's middle."""
    mapped = geometry.transform(side, pane).map(QPointF(*point.tolist())) - pane.center()
    return np.array([mapped.x(), mapped.y()])


@pytest.fixture
def pair() -> tuple[FaceImage, FaceImage]:
    """Return a small face and the same face 4.5 times as large, turned by 20 degrees."""
    small = ARCFACE_TEMPLATE * 0.2 + (10, 20)
    return face(small), face(turned(small, 20, 4.5, (30, -40)))


def test_a_fit_between_noisy_points_is_the_one_that_the_alignment_of_the_engine_finds() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        source, target = rng.normal(size=(5, 2)) * 30, rng.normal(size=(5, 2)) * 30
        fitted = similarity(source, target)
        # Umeyama excludes reflections as complex numbers do; so both minimise over the same transforms.
        expected = affine(similarity_transform(source, target))
        for x, y in source.tolist():
            assert (fitted.map(QPointF(x, y)) - expected.map(QPointF(x, y))).manhattanLength() < 1e-6


@pytest.mark.parametrize("upright", [False, True])
def test_the_same_facial_point_lies_at_the_same_place_of_both_panes_whatever_is_done(
    pair: tuple[FaceImage, FaceImage], upright: bool
) -> None:
    geometry = PairGeometry()
    geometry.register(*pair)
    geometry.upright = upright
    geometry.fit(PANE)
    geometry.pan(Side.CANDIDATE, QPointF(31, -17))
    geometry.zoom(Side.CANDIDATE, 1.7, QPointF(500, 40), OTHER_PANE)
    geometry.zoom(Side.PROBE, 0.8, QPointF(10, 290), PANE)
    geometry.pan(Side.PROBE, QPointF(-5, 60))
    for ours, theirs in zip(pair[0].landmarks, pair[1].landmarks, strict=True):
        left, right = (
            place(geometry, Side.PROBE, PANE, ours),
            place(geometry, Side.CANDIDATE, OTHER_PANE, theirs),
        )
        assert np.allclose(left, right, atol=1e-6)


def test_a_point_that_is_zoomed_about_stays_under_the_pointer(pair: tuple[FaceImage, FaceImage]) -> None:
    geometry = PairGeometry()
    geometry.register(*pair)
    geometry.upright = True
    geometry.fit(PANE)
    at = QPointF(123, 45)
    before = geometry.transform(Side.PROBE, PANE).inverted()[0].map(at)
    geometry.zoom(Side.PROBE, 2.5, at, PANE)
    after = geometry.transform(Side.PROBE, PANE).inverted()[0].map(at)
    assert (after - before).manhattanLength() < 1e-9


def test_a_drag_moves_the_picture_by_as_many_px_of_the_screen(pair: tuple[FaceImage, FaceImage]) -> None:
    geometry = PairGeometry()
    geometry.register(pair[1], pair[0])
    geometry.upright = True
    geometry.fit(PANE)
    eye = pair[1].landmarks[0]
    before = place(geometry, Side.PROBE, PANE, eye)
    geometry.pan(Side.PROBE, QPointF(12, -34))
    assert np.allclose(place(geometry, Side.PROBE, PANE, eye) - before, (12, -34))


def test_upright_lays_the_eyes_of_each_face_level(pair: tuple[FaceImage, FaceImage]) -> None:
    probe, candidate = pair[1], pair[0]
    geometry = PairGeometry()
    geometry.register(probe, candidate)
    geometry.upright = True
    geometry.linked = False
    geometry.fit(PANE)
    for side, shown in ((Side.PROBE, probe), (Side.CANDIDATE, candidate)):
        right, left = (place(geometry, side, PANE, point) for point in shown.landmarks[:2])
        assert right[1] == pytest.approx(left[1], abs=1e-6)
        assert right[0] < left[0]


def test_unlinked_sides_move_alone_and_come_together_again(pair: tuple[FaceImage, FaceImage]) -> None:
    geometry = PairGeometry()
    geometry.register(*pair)
    geometry.fit(PANE)
    geometry.linked = False
    eye = pair[0].landmarks[0]
    before = place(geometry, Side.PROBE, PANE, eye)
    geometry.pan(Side.CANDIDATE, QPointF(50, 0))
    geometry.zoom(Side.CANDIDATE, 2.0, QPointF(0, 0), PANE)
    assert np.allclose(place(geometry, Side.PROBE, PANE, eye), before)
    assert not np.allclose(place(geometry, Side.CANDIDATE, PANE, pair[1].landmarks[0]), before)
    geometry.linked = True
    assert np.allclose(place(geometry, Side.CANDIDATE, PANE, pair[1].landmarks[0]), before)


def test_the_scale_of_each_side_counts_screen_px_per_px_of_its_own_picture(
    pair: tuple[FaceImage, FaceImage],
) -> None:
    geometry = PairGeometry()
    geometry.register(*pair)
    geometry.enlarge_to(Side.PROBE, 9.0)
    assert geometry.scale(Side.PROBE) == pytest.approx(9.0)
    assert geometry.scale(Side.CANDIDATE) == pytest.approx(2.0)
    there = geometry.transform(Side.CANDIDATE, PANE)
    step = there.map(QPointF(11, 7)) - there.map(QPointF(10, 7))
    assert math.hypot(step.x(), step.y()) == pytest.approx(2.0)


def test_a_fitted_face_is_enlarged_by_a_whole_number_and_stands_in_the_middle(
    pair: tuple[FaceImage, FaceImage],
) -> None:
    geometry = PairGeometry()
    geometry.register(*pair)
    geometry.fit(PANE)
    scale = geometry.scale(Side.PROBE)
    assert scale > 1
    assert scale == int(scale)
    box = pair[0].box
    assert np.allclose(place(geometry, Side.PROBE, PANE, box.centre), 0)
