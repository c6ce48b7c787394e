"""Degradations: seeded, of the right size, and each effect what it says."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.imaging.degradation import resample_through
from core.training.blending import blend_faces
from core.training.block_coding import code_in_blocks, quantize_blocks
from core.training.degradation_model import defocus_kernel, degrade, misalign, motion_kernel, sensor_noise
from core.training.recipe import DegradationRecipe


@pytest.fixture
def crop() -> NDArray[np.uint8]:
    noise = np.random.default_rng(5).integers(0, 256, (14, 14, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(noise, (112, 112), interpolation=cv2.INTER_CUBIC), np.uint8)


def test_the_same_seed_gives_the_same_picture_and_another_one_another(crop: NDArray[np.uint8]) -> None:
    recipe = DegradationRecipe()
    pictures = [degrade(crop, np.random.default_rng(seed), recipe)[0] for seed in (1, 1, 2)]
    np.testing.assert_array_equal(pictures[0], pictures[1])
    assert (pictures[0] != pictures[2]).any()


def test_sizes_are_even_on_a_logarithmic_scale_and_clean_ones_have_their_share(
    crop: NDArray[np.uint8],
) -> None:
    recipe = DegradationRecipe(smallest=6, largest=64, clean=0.2, plain=1.0)
    sizes = np.array([degrade(crop, np.random.default_rng((3, i)), recipe)[1] for i in range(1500)])
    assert (sizes == 112).mean() == pytest.approx(0.2, abs=0.04)
    degraded = sizes[sizes < 112]
    assert degraded.min() >= 6
    assert degraded.max() <= 64
    assert np.median(np.log(degraded)) == pytest.approx((math.log(6) + math.log(64)) / 2, abs=0.1)


def test_a_plain_degradation_is_the_resampling_that_models_are_measured_with(crop: NDArray[np.uint8]) -> None:
    recipe = DegradationRecipe(smallest=16, largest=16, clean=0.0, plain=1.0)
    ours, size = degrade(crop, np.random.default_rng(0), recipe)
    assert size == 16
    assert np.abs(ours.astype(int) - resample_through(crop, 16)).max() <= 2


@pytest.mark.parametrize("size", [1, 6, 64, 112])
def test_every_size_gives_a_crop_of_the_network_size(crop: NDArray[np.uint8], size: int) -> None:
    recipe = DegradationRecipe(smallest=size, largest=size, clean=0.0, plain=0.0)
    for seed in range(40):
        degraded, _ = degrade(crop, np.random.default_rng(seed), recipe)
        assert degraded.shape == (112, 112, 3)
        assert degraded.dtype == np.uint8


def test_no_misalignment_leaves_the_crop_and_the_mean_of_many_shifts_is_none(crop: NDArray[np.uint8]) -> None:
    rng = np.random.default_rng(0)
    assert misalign(crop, rng, 0.0) is crop
    spot = np.zeros((112, 112, 3), np.uint8)
    spot[50:62, 50:62] = 255
    y, x = np.mgrid[:112, :112]
    centres = []
    for _ in range(300):
        weight = misalign(spot, rng, 1.0)[..., 0].astype(float)
        centres.append(((weight * x).sum() / weight.sum(), (weight * y).sum() / weight.sum()))
    assert np.mean(centres, axis=0) == pytest.approx((55.5, 55.5), abs=0.2)
    assert np.std(centres, axis=0) == pytest.approx((1.0, 1.0), abs=0.15)


@pytest.mark.parametrize("radius", [0.5, 1.3, 2.5])
def test_a_defocus_kernel_keeps_the_light_and_is_the_same_from_all_sides(radius: float) -> None:
    kernel = defocus_kernel(radius)
    assert kernel.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(kernel, kernel.T)
    np.testing.assert_allclose(kernel, kernel[::-1])


def test_a_motion_kernel_keeps_the_light_and_lies_along_its_angle() -> None:
    kernel = motion_kernel(7.0, 0.0)
    middle = len(kernel) // 2
    assert kernel.sum() == pytest.approx(1.0)
    assert kernel[middle].sum() == pytest.approx(1.0)
    np.testing.assert_allclose(motion_kernel(7.0, math.pi / 2), kernel.T, atol=1e-6)


def test_sensor_noise_leaves_the_mean_of_a_grey_picture() -> None:
    grey = np.full((64, 64, 3), 128, np.uint8)
    noisy = sensor_noise(grey, np.random.default_rng(1))
    assert noisy.mean() == pytest.approx(128, abs=1)
    assert noisy.std() > 0


def test_blocks_with_a_fine_step_give_the_plane_back_and_with_a_coarse_one_flat_blocks() -> None:
    plane = np.random.default_rng(0).uniform(0, 255, (10, 13)).astype(np.float32)
    np.testing.assert_allclose(quantize_blocks(plane, 1e-3), plane, atol=1e-2)
    flat = quantize_blocks(plane[:8, :8], 1e4)
    assert np.ptp(flat[:4, :4]) == pytest.approx(0, abs=1e-3)


def test_the_error_of_block_coding_is_that_of_rounding_its_coefficients() -> None:
    plane = np.random.default_rng(0).uniform(0, 255, (64, 64)).astype(np.float32)
    error = quantize_blocks(plane, 12.0) - plane
    assert np.sqrt((error**2).mean()) == pytest.approx(12 / math.sqrt(12), rel=0.05)


@pytest.mark.parametrize("shape", [(1, 1, 3), (6, 7, 3), (64, 64, 3)])
def test_a_picture_of_any_size_can_be_coded(shape: tuple[int, int, int]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    assert code_in_blocks(pixels, 10.0).shape == shape


def test_a_blend_of_a_face_with_itself_is_that_face(crop: NDArray[np.uint8]) -> None:
    for seed in range(6):
        np.testing.assert_array_equal(blend_faces(crop, crop, np.random.default_rng(seed)), crop)


def test_a_blend_lies_between_its_two_faces() -> None:
    rng = np.random.default_rng(0)
    one = rng.integers(100, 156, (112, 112, 3), dtype=np.uint8)
    other = rng.integers(100, 156, (112, 112, 3), dtype=np.uint8)
    blend = blend_faces(one, other, rng).astype(int)
    low, high = np.minimum(one, other).astype(int) - 2, np.maximum(one, other).astype(int) + 2
    assert ((blend >= low) & (blend <= high)).all()
