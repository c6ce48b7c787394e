"""Adjustments: the arithmetic of each by another route, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from core.errors import UsageError
from core.imaging.adjustments import ADJUSTMENTS, adjust, complete

EXAMPLES: dict[str, Mapping[str, float]] = {
    "rotate": {"degrees": 17.5},
    "crop": {"x": 3, "y": 5, "width": 40, "height": 20},
    "exposure": {"stops": 1.5},
    "gamma": {"gamma": 2.2},
    "contrast": {"factor": 1.4},
    "deinterlace": {"field": 2},
    "denoise": {"strength": 8},
    "median": {"radius": 2},
}


@pytest.fixture(scope="module")
def photograph() -> NDArray[np.uint8]:
    return np.ascontiguousarray(data.astronaut()[:90, 150:271])


def test_there_is_an_example_of_every_adjustment() -> None:
    assert set(EXAMPLES) == {entry.name for entry in ADJUSTMENTS}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_same_picture_and_numbers_give_the_same_pixels_and_leave_the_picture_alone(
    photograph: NDArray[np.uint8], name: str
) -> None:
    before = photograph.copy()
    photograph.flags.writeable = False
    first, second = (adjust(photograph, name, EXAMPLES[name]) for _ in range(2))
    assert first.dtype == np.uint8
    assert first.flags.c_contiguous
    assert np.array_equal(first, second)
    assert np.array_equal(photograph, before)
    assert first.shape != photograph.shape or not np.array_equal(first, photograph)


@pytest.mark.parametrize("name", ["rotate", "exposure", "gamma", "contrast"])
def test_the_defaults_change_nothing(photograph: NDArray[np.uint8], name: str) -> None:
    assert np.array_equal(adjust(photograph, name, {}), photograph)


@pytest.mark.parametrize(("degrees", "turns"), [(90, -1), (180, 2), (-180, 2), (-90, 1)])
def test_quarter_turns_only_rearrange_pixels(
    photograph: NDArray[np.uint8], degrees: float, turns: int
) -> None:
    assert np.array_equal(adjust(photograph, "rotate", {"degrees": degrees}), np.rot90(photograph, turns))


def test_a_rotation_is_clockwise_and_keeps_the_whole_picture() -> None:
    pixels = np.zeros((41, 61, 3), np.uint8)
    pixels[20, 55] = 255
    turned = adjust(pixels, "rotate", {"degrees": 30})
    assert turned.shape[:2] == (
        math.ceil(41 * math.cos(math.pi / 6) + 61 * 0.5),
        math.ceil(61 * math.cos(math.pi / 6) + 41 * 0.5),
    )
    rows, columns = np.nonzero(turned[..., 0])
    weights = turned[rows, columns, 0].astype(float)
    centre = np.array([(turned.shape[1] - 1) / 2, (turned.shape[0] - 1) / 2])
    seen = np.array([np.average(columns, weights=weights), np.average(rows, weights=weights)]) - centre
    # 25 px to the right of the middle before; clockwise is downwards on a picture.
    assert seen == pytest.approx([25 * math.cos(math.pi / 6), 25 * math.sin(math.pi / 6)], abs=0.3)


def test_a_crop_is_the_very_pixels(photograph: NDArray[np.uint8]) -> None:
    cut = adjust(photograph, "crop", EXAMPLES["crop"])
    assert np.array_equal(cut, photograph[5:25, 3:43])
    assert not np.shares_memory(cut, photograph)


@pytest.mark.parametrize("value", [0, 9, 60, 128, 200, 255])
@pytest.mark.parametrize("stops", [-2.0, -0.5, 1.0, 3.0])
def test_exposure_multiplies_the_light_of_srgb(value: int, stops: float) -> None:
    pixels = np.full((1, 1, 3), value, np.uint8)
    v = value / 255
    light = v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
    light = min(1.0, light * 2**stops)
    expected = light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    assert int(adjust(pixels, "exposure", {"stops": stops})[0, 0, 0]) == round(255 * expected)


def test_gamma_and_contrast_follow_their_formulas() -> None:
    pixels = np.full((2, 2, 3), 64, np.uint8)
    assert int(adjust(pixels, "gamma", {"gamma": 2})[0, 0, 0]) == round(255 * math.sqrt(64 / 255))
    assert int(adjust(pixels, "contrast", {"factor": 1.5})[0, 0, 0]) == round(127.5 + 1.5 * (64 - 127.5))
    assert int(adjust(pixels, "contrast", {"factor": 5})[0, 0, 0]) == 0


@pytest.mark.parametrize(("field", "lines"), [(0, [0, 0, 2, 2, 4]), (1, [1, 1, 3, 3, 3])])
def test_one_field_doubles_its_own_lines(field: int, lines: list[int]) -> None:
    pixels = np.arange(5, dtype=np.uint8)[:, None, None] * np.ones((1, 4, 3), np.uint8)
    assert adjust(pixels, "deinterlace", {"field": field})[:, 0, 0].tolist() == lines


def test_both_fields_are_averaged_line_by_line() -> None:
    pixels = np.array([0, 10, 20, 41], np.uint8)[:, None, None] * np.ones((1, 2, 3), np.uint8)
    assert adjust(pixels, "deinterlace", {"field": 2})[:, 0, 0].tolist() == [5, 15, 31, 31]


def test_the_median_is_the_median_of_the_square(photograph: NDArray[np.uint8]) -> None:
    filtered = adjust(photograph, "median", {"radius": 2})
    for row, column, channel in ((10, 12, 0), (50, 70, 1), (80, 33, 2)):
        square = photograph[row - 2 : row + 3, column - 2 : column + 3, channel]
        assert filtered[row, column, channel] == np.median(square)


def test_denoising_brings_a_noisy_picture_nearer_to_the_clean_one() -> None:
    clean = cv2.GaussianBlur(data.astronaut()[:128, :128], (0, 0), 3)
    noise = np.random.default_rng(4).normal(0, 12, clean.shape)
    noisy = np.clip(clean + noise, 0, 255).astype(np.uint8)
    cleaned = adjust(noisy, "denoise", {"strength": 12})
    errors = [float(np.abs(one.astype(float) - clean).mean()) for one in (noisy, cleaned)]
    assert errors[1] < 0.5 * errors[0]


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("sharpen", {}, "no adjustment"),
        ("rotate", {"angle": 3.0}, "no parameter 'angle'"),
        ("rotate", {"degrees": 181.0}, "between -180 and 180"),
        ("rotate", {"degrees": math.nan}, "between"),
        ("gamma", {"gamma": 0.0}, "between 0.2 and 5"),
        ("median", {"radius": 1.5}, "whole number"),
        ("crop", {"x": 1.0, "height": 4.0}, "needs the parameter width"),
        ("crop", {"x": 100.0, "width": 50.0, "height": 4.0}, "must lie in the picture"),
        ("deinterlace", {"field": 3.0}, "between 0 and 2"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(
    photograph: NDArray[np.uint8], name: str, given: dict[str, float], said: str
) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        adjust(photograph, name, given)
    assert str(refused.value).endswith(".")


def test_parameters_that_are_left_out_have_their_defaults_in_the_order_of_the_list() -> None:
    assert list(complete("crop", {"height": 4, "width": 3}).items()) == [
        ("x", 0.0),
        ("y", 0.0),
        ("width", 3.0),
        ("height", 4.0),
    ]


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 1, 3), (3, 5, 3)])
@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - {"crop"}))
def test_the_smallest_pictures_are_no_exception(name: str, shape: tuple[int, ...]) -> None:
    pixels = np.full(shape, 77, np.uint8)
    assert adjust(pixels, name, EXAMPLES[name]).size > 0
