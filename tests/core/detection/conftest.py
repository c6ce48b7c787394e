"""A detector that can be told what it sees, and the real one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from core.detection.detector import Detector, Refiner, load_detector
from core.detection.retinaface.network import RetinaFaceNet
from core.errors import ModelUnavailable
from core.settings import DetectionSettings, load_settings
from core.types import BoundingBox, FaceDetection
from core.types.detectors import RetinaFaceConfig


class SquareFinder:
    """Finds bright squares on a dark ground: an exact detector with a smallest and a largest face."""

    detector_id = "squares"

    def __init__(
        self,
        smallest: float = 1.0,
        largest: float = 1e9,
        max_side: int = 960,
        face_px: tuple[float, float] = (24.0, 960.0),
    ) -> None:
        self.smallest, self.largest, self.max_side, self.face_px = smallest, largest, max_side, face_px
        self.refiner: Refiner | None = None
        self.seen: list[tuple[int, ...]] = []

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[FaceDetection, ...]:
        assert max(pixels.shape[:2]) <= self.max_side
        self.seen.append(pixels.shape)
        bright = (pixels[..., 0] > 127).astype(np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(bright)
        faces = []
        for x, y, width, height, _ in stats[1:count]:
            if self.smallest <= max(width, height) <= self.largest:
                corners = [(0, 0), (1, 0), (0.5, 0.5), (0, 1), (1, 1)]
                points = np.array(
                    [(x + u * (width - 1), y + v * (height - 1)) for u, v in corners], np.float32
                )
                box = BoundingBox(x - 0.5, y - 0.5, float(width), float(height))
                faces.append(FaceDetection(box, points, 0.9, self.detector_id))
        return tuple(faces)

    def detect_many(self, pictures: Sequence[NDArray[np.uint8]]) -> list[tuple[FaceDetection, ...]]:
        return [self.detect(pixels) for pixels in pictures]


@pytest.fixture
def settings() -> DetectionSettings:
    return load_settings().detection


@pytest.fixture
def squares() -> Callable[..., SquareFinder]:
    return SquareFinder


@pytest.fixture(scope="session")
def lively_network() -> Callable[[RetinaFaceConfig], RetinaFaceNet]:
    """Make networks whose answers differ from place to place, which torch's own random weights do not."""

    def make(config: RetinaFaceConfig) -> RetinaFaceNet:
        torch.manual_seed(8)
        network = RetinaFaceNet(config).eval()
        for module in network.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)
        for head in (*network.BboxHead, *network.LandmarkHead):
            nn.init.normal_(head.conv1x1.weight, std=0.05)
        return network

    return make


@pytest.fixture(scope="session")
def libfacedetection() -> Detector:
    try:
        return load_detector("libfacedetection", load_settings().detection)
    except ModelUnavailable as error:
        pytest.skip(str(error))
