"""How a camera looks is read from its pictures, and imitated on good photographs."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.imaging.degradation import add_noise, gaussian_blur
from core.training.tuning.camera_look import CameraLook, measure_look
from tests.core.made_people import photograph


@pytest.fixture(scope="module")
def photographs() -> NDArray[np.uint8]:
    """Sixty people without noise."""
    return np.stack([photograph(person, 0, sigma=0.0) for person in range(60)])


def taken(crop: NDArray[np.uint8], size: int, blur: float, noise: float, seed: int) -> NDArray[np.uint8]:
    """Return what a grey camera of one's own choice makes of a photograph."""
    small = np.asarray(cv2.resize(crop, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
    lit = np.clip(60 + 0.5 * gaussian_blur(small, blur), 0, 255).astype(np.uint8)
    grey = add_noise(lit[..., :1], np.random.default_rng(seed), noise)
    large = cv2.resize(np.dstack([grey] * 3), (112, 112), interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, np.uint8)


@pytest.mark.parametrize(("blur", "noise"), [(0.0, 2.0), (0.6, 6.0), (1.2, 3.0)])
def test_blur_and_noise_are_told_apart(photographs: NDArray[np.uint8], blur: float, noise: float) -> None:
    sizes = [12 + number % 9 for number in range(60)]
    crops = [
        taken(crop, size, blur, noise, number)
        for number, (crop, size) in enumerate(zip(photographs[::-1], sizes, strict=True))
    ]
    look = measure_look(np.stack(crops), sizes, photographs)
    assert look is not None
    assert look.blur == pytest.approx(blur, abs=0.3)
    assert look.noise == pytest.approx(noise, abs=1.5)
    assert look.sizes.tolist() == sizes


def test_an_imitation_has_size_light_and_contrast_of_the_camera(photographs: NDArray[np.uint8]) -> None:
    look = CameraLook(np.array([14]), np.array([[120.0, 100.0, 80.0]]), np.full((1, 3), 20.0), 0.5, 2.0)
    found, size = look.imitate(photographs[3], np.random.default_rng(1))
    again, _ = look.imitate(photographs[3], np.random.default_rng(1))
    assert size == 14
    assert np.array_equal(found, again)
    assert found.mean(axis=(0, 1)) == pytest.approx([120, 100, 80], abs=5)
    assert found.std(axis=(0, 1)) == pytest.approx([20, 20, 20], abs=6)


def test_nothing_is_made_up_where_sizes_or_photographs_are_missing(photographs: NDArray[np.uint8]) -> None:
    assert measure_look(photographs, [None] * 60, photographs) is None
    assert measure_look(photographs, [112.0] * 60, photographs) is None
    assert measure_look(photographs[:19], [14.0] * 19, photographs) is None
    assert measure_look(photographs, [14.0] * 60, photographs[:0]) is None
