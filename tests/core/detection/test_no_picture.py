"""Pictures that are none, before the detector that the application ships: no crash, and no face."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.detection.detector import Detector, load_detector
from core.detection.tiling import detect_faces
from core.settings import load_settings


@pytest.fixture(scope="module")
def detector() -> Detector:
    settings = load_settings().detection
    return load_detector(settings.detector, settings, device="cpu")


def noise(height: int, width: int, seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(np.uint8)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((0, 40, 3), np.uint8),
        np.zeros((1, 1, 3), np.uint8),
        np.full((1, 1, 3), 255, np.uint8),
        noise(1, 1, 0),
        noise(3, 5000, 1),
        noise(5000, 3, 2),
        np.zeros((3, 5000, 3), np.uint8),
        np.zeros((480, 640, 3), np.uint8),
        np.full((480, 640, 3), 255, np.uint8),
        np.full((480, 640, 3), 128, np.uint8),
        np.linspace(0, 255, 640).astype(np.uint8)[None, :, None].repeat(480, 0).repeat(3, 2),
        np.kron(np.indices((15, 20)).sum(0) % 2, np.ones((32, 32)))[..., None].repeat(3, 2).astype(np.uint8)
        * 255,
    ],
    ids=[
        "0x0", "0x40", "1x1 black", "1x1 white", "1x1", "3x5000", "5000x3", "3x5000 black", "black", "white",
        "grey", "ramp", "chessboard",
    ],
)  # fmt: skip
def test_nothing_is_found_where_nothing_is(detector: Detector, pixels: NDArray[np.uint8]) -> None:
    assert detect_faces(pixels, detector, load_settings().detection) == ()


@pytest.mark.parametrize("seed", range(4))
def test_noise_has_one_face_at_most(detector: Detector, seed: int) -> None:
    assert len(detect_faces(noise(480, 640, seed), detector, load_settings().detection)) <= 1
