"""Degradation: seeded, repeatable, and what it says it is."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.imaging.degradation import add_noise, gaussian_blur, jpeg, resample_through

Pixels = NDArray[np.uint8]


@pytest.fixture
def crop() -> Pixels:
    return np.random.default_rng(4).integers(0, 256, (112, 112, 3)).astype(np.uint8)


def test_resampling_goes_through_the_means_of_blocks(crop: Pixels) -> None:
    blocks = crop.reshape(16, 7, 16, 7, 3).mean(axis=(1, 3))
    small = np.floor(blocks + 0.5).astype(np.uint8)
    enlarged = Image.fromarray(small).resize((112, 112), Image.Resampling.BICUBIC)
    # Pillow rounds once for each axis, and the bicubic filter enlarges that difference a little.
    assert np.abs(resample_through(crop, 16).astype(int) - np.asarray(enlarged)).max() <= 2


def test_resampling_through_its_own_size_changes_nothing(crop: Pixels) -> None:
    np.testing.assert_array_equal(resample_through(crop, 112), crop)


def test_one_pixel_is_the_mean(crop: Pixels) -> None:
    through = resample_through(crop, 1)
    assert np.abs(through - crop.mean(axis=(0, 1))).max() <= 1


def test_blur_keeps_the_mean_and_takes_the_variance(crop: Pixels) -> None:
    blurred = gaussian_blur(crop, 2.0)
    assert blurred.mean() == pytest.approx(crop.mean(), abs=1)
    # White noise through a Gaussian of 2 px keeps 1 / (4 pi 2^2) of its variance.
    assert blurred[20:-20, 20:-20].var() == pytest.approx(crop.var() / (16 * np.pi), rel=0.15)
    np.testing.assert_array_equal(gaussian_blur(crop, 0), crop)


def test_noise_has_its_deviation_and_repeats_with_its_seed() -> None:
    grey = np.full((200, 200, 3), 128, np.uint8)
    noisy = add_noise(grey, np.random.default_rng(9), 10.0)
    assert noisy.std() == pytest.approx(10.0, rel=0.03)
    np.testing.assert_array_equal(noisy, add_noise(grey, np.random.default_rng(9), 10.0))


def test_noise_is_clipped_and_never_wraps() -> None:
    black = np.zeros((50, 50, 3), np.uint8)
    assert add_noise(black, np.random.default_rng(0), 20.0).max() < 128


def test_jpeg_gets_worse_with_lower_quality() -> None:
    y, x = np.mgrid[0:64, 0:64]
    smooth = np.stack([4 * x, 4 * y, 2 * (x + y)], axis=2).astype(np.uint8)
    errors = [np.abs(jpeg(smooth, quality).astype(int) - smooth).mean() for quality in (95, 50, 5)]
    assert errors == sorted(errors)
    assert errors[0] < 3
