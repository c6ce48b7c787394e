"""Tiles, enlargement, margins and shrinking, with a detector whose answers are exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.detection.second_look import look_again
from core.detection.tiling import detect_faces
from core.detection.views import View, padded, resized, tiles
from core.settings import DetectionSettings
from core.types import BoundingBox, FaceDetection

Finder = Callable[..., "object"]


def _picture(width: int, height: int, *squares: tuple[int, int, int]) -> NDArray[np.uint8]:
    pixels = np.zeros((height, width, 3), np.uint8)
    for x, y, side in squares:
        pixels[y : y + side, x : x + side] = 255
    return pixels


@examples(deadline=None)
@given(
    width=st.integers(1, 400),
    height=st.integers(1, 400),
    side=st.integers(40, 120),
    overlap=st.integers(1, 39),
)
def test_every_square_no_larger_than_the_overlap_lies_whole_in_a_tile(
    width: int, height: int, side: int, overlap: int
) -> None:
    pixels = np.zeros((height, width, 3), np.uint8)
    spans_x, spans_y = set(), set()
    for tile in tiles(View(pixels), side, overlap):
        assert max(tile.pixels.shape[:2]) <= side
        spans_x.add((int(tile.left), int(tile.left) + tile.pixels.shape[1]))
        spans_y.add((int(tile.top), int(tile.top) + tile.pixels.shape[0]))
    for length, spans in ((width, spans_x), (height, spans_y)):
        extent = min(overlap, length)
        for start in range(length - extent + 1):
            assert any(low <= start and start + extent <= high for low, high in spans)


@examples(deadline=None)
@given(
    scale=st.floats(0.2, 4),
    x=st.floats(-10, 300),
    y=st.floats(-10, 300),
    side=st.floats(2, 80),
    width=st.integers(20, 300),
    height=st.integers(20, 300),
)
def test_a_view_maps_its_faces_back_by_pixel_centres(
    scale: float, x: float, y: float, side: float, width: int, height: int
) -> None:
    view = resized(np.zeros((height, width, 3), np.uint8), scale)
    kx, ky = view.pixels.shape[1] / width, view.pixels.shape[0] / height
    moved = np.array([((x + 0.5) * kx - 0.5, (y + 0.5) * ky - 0.5)] * 5, np.float32)
    box = BoundingBox(float(moved[0, 0]), float(moved[0, 1]), side * kx, side * ky)
    back = view.to_picture(FaceDetection(box, moved, 0.5, "test"))
    np.testing.assert_allclose(back.box.as_list(), [x, y, side, side], rtol=1e-4, atol=1e-2)
    assert back.landmarks is not None
    np.testing.assert_allclose(back.landmarks, [(x, y)] * 5, rtol=1e-4, atol=1e-2)


def test_enlarging_keeps_the_centre_of_a_spot_where_it_is(
    squares: Finder, settings: DetectionSettings
) -> None:
    faces = detect_faces(_picture(160, 120, (31, 40, 12)), squares(smallest=25), settings)
    assert len(faces) == 1
    box = faces[0].box
    assert box.x + box.width / 2 == pytest.approx(36.5, abs=0.1)
    assert box.y + box.height / 2 == pytest.approx(45.5, abs=0.1)
    assert faces[0].landmarks is not None
    np.testing.assert_allclose(faces[0].landmarks[2], (36.5, 45.5), atol=0.1)


@pytest.mark.parametrize("left", [*range(700, 980, 20), 799, 800, 801, 959, 960, 961])
def test_a_face_on_a_seam_is_found_once(left: int, squares: Finder, settings: DetectionSettings) -> None:
    pixels = _picture(2400, 1100, (left, 130, 100), (300, 900, 60))
    faces = detect_faces(pixels, squares(smallest=30), settings)
    assert [face.box.width for face in faces] == pytest.approx([100, 60], abs=3)
    assert faces[0].box.x == pytest.approx(left, abs=2)


@pytest.mark.parametrize("side", [150, 200, 500, 900, 1000])
def test_a_face_larger_than_the_overlap_is_found_in_the_shrunk_picture(
    side: int, squares: Finder, settings: DetectionSettings
) -> None:
    pixels = _picture(3000, 1500, (850, 300, side))
    faces = detect_faces(pixels, squares(smallest=24, largest=700), settings)
    assert len(faces) == 1
    assert faces[0].box.width == pytest.approx(side, abs=8)


def test_a_very_large_picture_is_shrunk_in_steps_that_leave_no_size_out(
    squares: Finder, settings: DetectionSettings
) -> None:
    finder = squares(smallest=24, largest=400)
    for side in (30, 100, 200, 400, 1200, 3000):
        faces = detect_faces(_picture(9000, 3200, (4000, 90, side)), finder, settings)
        assert len(faces) == 1, side


def test_a_face_that_fills_the_picture_is_found_within_a_margin(
    squares: Finder, settings: DetectionSettings
) -> None:
    class NeedsGround:
        detector_id, max_side, face_px, refiner = "needs ground", 960, (24.0, 960.0), None

        def detect_many(self, pictures: Sequence[NDArray[np.uint8]]) -> list[tuple[FaceDetection, ...]]:
            return [self.detect(pixels) for pixels in pictures]

        def detect(self, pixels: NDArray[np.uint8]) -> tuple[FaceDetection, ...]:
            width = pixels.shape[1]
            found = squares().detect((np.abs(pixels.astype(int) - pixels[0, 0]) > 40).astype(np.uint8) * 255)
            return tuple(f for f in found if f.box.x > 0 and f.box.x + f.box.width < width - 1)

    pixels = np.full((112, 112, 3), 230, np.uint8)
    pixels[10:50] = 20
    view = padded(resized(pixels, 1.0), 28)
    assert view.pixels.shape == (168, 168, 3)
    assert (view.left, view.top) == (-28, -28)
    faces = detect_faces(pixels, NeedsGround(), settings)
    assert max(face.box.width for face in faces) == pytest.approx(112, abs=1)
    assert min(face.box.x for face in faces) == pytest.approx(0, abs=1)


def test_faces_come_largest_first(squares: Finder, settings: DetectionSettings) -> None:
    pixels = _picture(900, 700, (10, 10, 50), (400, 300, 200), (700, 50, 90))
    faces = detect_faces(pixels, squares(), settings)
    assert [round(face.box.width) for face in faces] == [200, 90, 50]


@pytest.mark.parametrize(("tile_px", "overlap"), [(4000, 160), (300, 299), (300, 900), (64, 10)])
def test_unusual_settings_neither_overtax_the_detector_nor_loop(
    tile_px: int, overlap: int, squares: Finder, settings: DetectionSettings
) -> None:
    unusual = replace(settings, tile_px=tile_px, tile_overlap_px=overlap)
    faces = detect_faces(_picture(1500, 700, (600, 300, 40)), squares(smallest=10), unusual)
    assert any(face.box.width == pytest.approx(40, abs=3) for face in faces)


@pytest.mark.parametrize("side", [20, 150, 300, 500, 880])
def test_a_face_larger_than_the_detector_finds_is_found_in_the_shrunk_picture(
    side: int, squares: Finder, settings: DetectionSettings
) -> None:
    finder = squares(smallest=8, largest=120, face_px=(10.0, 110.0))
    faces = detect_faces(_picture(900, 900, (10, 10, side)), finder, settings)
    assert len(faces) == 1
    assert faces[0].box.width == pytest.approx(side, rel=0.1)


@pytest.mark.parametrize("face_px", [(6.0, 100.0), (16.0, 512.0), (24.0, 960.0)])
@pytest.mark.parametrize("size", [(500, 400), (960, 960), (2400, 1000)])
def test_no_size_between_the_smallest_and_the_whole_picture_falls_between_the_views(
    size: tuple[int, int], face_px: tuple[float, float], squares: Finder, settings: DetectionSettings
) -> None:
    finder = squares(face_px=face_px)
    side = face_px[0]
    while side < min(size) - 10:
        finder.smallest, finder.largest = face_px[0] * 0.9, face_px[1] * 1.1
        x, y = size[0] // 2 - int(side) // 2, size[1] // 2 - int(side) // 2
        assert len(detect_faces(_picture(*size, (x, y, round(side))), finder, settings)) == 1, side
        side *= 1.6


def test_a_picture_without_pixels_has_no_faces(squares: Finder, settings: DetectionSettings) -> None:
    finder = squares()
    assert detect_faces(np.zeros((0, 0, 3), np.uint8), finder, settings) == ()
    assert detect_faces(np.zeros((0, 9, 3), np.uint8), finder, settings) == ()
    assert finder.seen == []


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 3), (2, 700), (31, 33)])
def test_strange_pictures_have_no_faces(
    size: tuple[int, int], squares: Finder, settings: DetectionSettings
) -> None:
    assert detect_faces(np.zeros((*size, 3), np.uint8), squares(), settings) == ()


def test_a_face_that_is_not_found_again_stays_as_it_was(squares: Finder) -> None:
    face = FaceDetection(BoundingBox(5, 5, 10, 10), None, 0.7, "squares")
    assert look_again([face], _picture(60, 60), squares()) == [face]
    elsewhere = _picture(60, 60, (20, 20, 9))
    assert look_again([face, face], elsewhere, squares()) == [face, face]


def test_a_second_look_finds_landmarks_between_the_pixels(squares: Finder) -> None:
    pixels = resized(_picture(400, 400, (103, 110, 90)), 0.1).pixels
    coarse = squares().detect(pixels)[0]
    (fine,) = look_again([coarse], pixels, squares())
    # The centre of the square is (147.5, 154.5) in the large picture, (14.3, 15) in the small one.
    assert fine.landmarks is not None
    np.testing.assert_allclose(fine.landmarks[2], (14.3, 15.0), atol=0.15)
