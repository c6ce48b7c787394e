"""The refinement network: what it sees, where it puts landmarks, whom it doubts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.detection.cards import read_detector_card
from core.detection.detector import Detector, load_detector
from core.detection.refinement.network import Refinement, RefinementNet
from core.detection.refinement.refiner import FaceRefiner, as_input, averaged
from core.detection.refinement.views import Square, cut_out
from core.detection.retinaface.network import RetinaFaceNet
from core.detection.retinaface.weights import load_retinaface, save_retinaface
from core.detection.tiling import detect_faces
from core.errors import ModelUnavailable
from core.settings import DetectionSettings
from core.types import BoundingBox, FaceDetection
from core.types.detectors import DetectorCard, RefinerConfig, RetinaFaceConfig

CONFIG = RefinerConfig(side=32, reach=1.5)
CPU = torch.device("cpu")


def bump(size: int, x: float, y: float, spread: float) -> NDArray[np.uint8]:
    rows, columns = np.mgrid[:size, :size]
    light = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * spread**2))
    return np.repeat((255 * light).astype(np.uint8)[..., None], 3, axis=2)


def middle_of_light(view: NDArray[np.uint8]) -> NDArray[np.float64]:
    light = view[..., 0].astype(np.float64)
    rows, columns = np.mgrid[: len(view), : len(view)]
    return np.array([(light * columns).sum(), (light * rows).sum()]) / light.sum() + 0.5


@pytest.mark.parametrize("side", [20.0, 64.0, 150.0, 320.0])
def test_a_point_of_the_picture_lies_in_the_view_where_the_square_says(side: float) -> None:
    middle = np.array([203.3, 197.8])
    place = middle + np.array([0.1, -0.15]) * side
    pixels = bump(400, place[0], place[1], side / 20)
    seen = middle_of_light(cut_out(pixels, Square(middle[0], middle[1], side), 64))
    assert (seen / 64 - 0.5) * side + middle == pytest.approx(place, abs=0.01 * side)


@pytest.mark.parametrize(
    "square", [Square(-40, -40, 30), Square(0, 0, 500), Square(8, 8, 0.2), Square(900, 3, 64)]
)
def test_a_square_beyond_the_picture_is_filled_with_its_rim(square: Square) -> None:
    view = cut_out(np.full((16, 20, 3), 77, np.uint8), square, 32)
    assert view.shape == (32, 32, 3)
    assert (view == 77).all()


def test_a_face_is_seen_as_a_square_about_its_middle() -> None:
    square = Square.around(BoundingBox(10, 20, 16, 25), 1.5)
    assert (square.x, square.y, square.side) == (18, 32.5, 30)


def network(seed: int = 3) -> RefinementNet:
    torch.manual_seed(seed)
    return RefinementNet(CONFIG).eval()


def face(x: float, y: float, side: float, confidence: float = 0.9) -> FaceDetection:
    return FaceDetection(BoundingBox(x, y, side, side), np.zeros((5, 2), np.float32), confidence, "test")


def test_what_is_said_of_a_face_does_not_depend_on_the_others() -> None:
    pixels = np.random.default_rng(4).integers(0, 256, (120, 160, 3)).astype(np.uint8)
    faces = [face(5 + 9 * place, 10 + 5 * place, 12 + place) for place in range(11)]
    refiner = FaceRefiner(network(), CONFIG, CPU)
    together = refiner.refine(faces, pixels)
    for one, whole in zip(faces, together, strict=True):
        (alone,) = refiner.refine([one], pixels)
        assert alone.confidence == whole.confidence
        assert np.array_equal(alone.landmarks, whole.landmarks)
        assert alone.box == one.box
    assert refiner.refine([], pixels) == []


def test_a_mirrored_picture_has_mirrored_landmarks_and_equal_confidence() -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (100, 100, 3)).astype(np.uint8)
    refiner = FaceRefiner(network(), CONFIG, CPU)
    (straight,) = refiner.refine([face(20, 30, 32)], pixels)
    # The centre of the first pixel is 0, that of the last one 99.
    (mirrored,) = refiner.refine([face(99 - 20 - 32, 30, 32)], np.ascontiguousarray(pixels[:, ::-1]))
    assert straight.landmarks is not None
    assert mirrored.landmarks is not None
    back = mirrored.landmarks[[1, 0, 2, 4, 3]] * (-1, 1) + (99, 0)
    assert back == pytest.approx(straight.landmarks, abs=0.05)
    assert mirrored.confidence == pytest.approx(straight.confidence, abs=1e-3)


def test_the_mean_of_two_answers_undoes_the_mirror() -> None:
    points = torch.arange(10.0).view(1, 5, 2)
    mirrored = points[:, [1, 0, 2, 4, 3]] * torch.tensor([-1.0, 1.0])
    mean = averaged(Refinement(points, torch.tensor([2.0])), Refinement(mirrored, torch.tensor([4.0])))
    assert torch.equal(mean.landmarks, points)
    assert mean.logits.tolist() == [3.0]


def test_confidence_never_rises() -> None:
    pixels = np.random.default_rng(6).integers(0, 256, (80, 80, 3)).astype(np.uint8)
    faces = [face(10, 10, 40, confidence) for confidence in (0.2, 0.99)]
    for before, after in zip(faces, FaceRefiner(network(), CONFIG, CPU).refine(faces, pixels), strict=True):
        assert before.confidence is not None
        assert after.confidence is not None
        assert 0 < after.confidence < before.confidence


def test_the_input_is_centred() -> None:
    views = np.array([0, 255], np.uint8).reshape(1, 1, 2, 1).repeat(3, 3)
    assert as_input(views)[0, :, 0].tolist() == [[-1.0, 1.0]] * 3


class Doubter:
    """Believes only in what lies left of the middle."""

    def __init__(self, middle: float) -> None:
        self.middle = middle

    def refine(self, faces: list[FaceDetection], pixels: NDArray[np.uint8]) -> list[FaceDetection]:
        points = np.full((5, 2), 7, np.float32)
        return [
            replace(one, landmarks=points, confidence=0.95 if one.box.x < self.middle else 0.05)
            for one in faces
        ]


def test_a_detector_with_a_refiner_reports_what_both_believe(
    squares: Callable[..., Detector], settings: DetectionSettings
) -> None:
    pixels = np.zeros((300, 300, 3), np.uint8)
    pixels[40:80, 30:70] = pixels[40:80, 200:240] = 255
    finder = squares()
    assert len(detect_faces(pixels, finder, settings)) == 2
    finder.refiner = Doubter(150)  # type: ignore[misc]
    (kept,) = detect_faces(pixels, finder, settings)
    assert kept.box.x < 150
    assert kept.landmarks is not None
    assert (kept.landmarks == 7).all()


@pytest.mark.parametrize("values", [{"side": 40}, {"side": 0}, {"reach": 0.5}, {"reach": 9.0}])
def test_a_configuration_that_makes_no_sense_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        RefinerConfig(**values)  # type: ignore[arg-type]


@pytest.fixture
def card() -> DetectorCard:
    config = RetinaFaceConfig(channels=16, steps=(8, 16), min_sizes=((16,), (64,)))
    return DetectorCard("", "pair", "retinaface", config, "none", "made", "none", "none", refiner=CONFIG)


def test_both_networks_come_back_from_one_file(card: DetectorCard, tmp_path: Path) -> None:
    first, second = RetinaFaceNet(card.config), network()
    written = save_retinaface(first.state_dict(), card, tmp_path, second.state_dict())
    assert read_detector_card("pair", tmp_path) == written
    detector, refinement = load_retinaface(written, tmp_path)
    assert refinement is not None
    for made, loaded in ((first, detector), (second, refinement)):
        assert all(torch.equal(value, loaded.state_dict()[name]) for name, value in made.state_dict().items())


def test_a_file_without_the_network_of_its_card_is_refused(card: DetectorCard, tmp_path: Path) -> None:
    written = save_retinaface(RetinaFaceNet(card.config).state_dict(), card, tmp_path)
    with pytest.raises(ModelUnavailable, match="do not fit"):
        load_retinaface(written, tmp_path)


def test_a_detector_is_loaded_with_its_refiner(
    card: DetectorCard, tmp_path: Path, settings: DetectionSettings
) -> None:
    save_retinaface(RetinaFaceNet(card.config).state_dict(), card, tmp_path, network().state_dict())
    assert load_detector("pair", settings, device="cpu", directories=[tmp_path]).refiner is not None
    save_retinaface(RetinaFaceNet(card.config).state_dict(), replace(card, refiner=None), tmp_path)
    assert load_detector("pair", settings, device="cpu", directories=[tmp_path]).refiner is None
