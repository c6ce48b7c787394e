"""The detector around the network: sizes, colours, batches, memory."""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.detection.retinaface.detector import MAX_SIDE, RetinaFace, bucket
from core.detection.retinaface.network import RawDetections, RetinaFaceNet
from core.detection.retinaface.passes import Passes
from core.detection.retinaface.priors import priors
from core.detection.tiling import detect_faces
from core.settings import DetectionSettings
from core.types import FaceDetection
from core.types.detectors import RetinaFaceConfig

CPU = torch.device("cpu")
CONFIG = RetinaFaceConfig(face_px=(10.0, 300.0))


def _detector(network: RetinaFaceNet, least: float = 0.6) -> RetinaFace:
    return RetinaFace(network, "test", min_confidence=least, nms_iou=0.4, device=CPU)


def _random(seed: int, height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(np.uint8)


@pytest.fixture(scope="module")
def eager(lively_network: Callable[[RetinaFaceConfig], RetinaFaceNet]) -> RetinaFace:
    """Finds something in every picture that is not plain."""
    return _detector(lively_network(CONFIG), 0.5)


class RedFinder(RetinaFaceNet):
    """Sees a face of 16 px wherever the first channel is far above the second."""

    def forward(self, x: Tensor) -> RawDetections:
        height, width = x.shape[2:]
        count = len(priors(height, width, self.config))
        logits = torch.zeros(len(x), count, 2)
        logits[..., 0] = 9.0
        cells = nn.functional.avg_pool2d(x[:, 0] - x[:, 1], 8).flatten(1)
        logits[:, : 2 * cells.shape[1] : 2, 1] = 18 * (cells > 1.0)
        zeros = torch.zeros(len(x), count, 14)
        return RawDetections(zeros[..., :4], logits, zeros[..., 4:])


def _same(ours: tuple[FaceDetection, ...], theirs: tuple[FaceDetection, ...]) -> bool:
    return len(ours) == len(theirs) and all(
        one.box == other.box
        and one.confidence == other.confidence
        and np.array_equal(np.asarray(one.landmarks), np.asarray(other.landmarks))
        for one, other in zip(ours, theirs, strict=True)
    )


@pytest.mark.parametrize("side", range(1, 2049, 13))
def test_a_bucket_holds_its_side_with_little_padding_and_whole_cells(side: int) -> None:
    assert 0 <= bucket(side) - side < max(32, side / 4)
    assert bucket(side) % 32 == 0
    assert bucket(bucket(side)) == bucket(side)


@pytest.mark.parametrize(("order", "channel"), [("RGB", 0), ("BGR", 2)])
def test_a_spot_is_found_where_it_is_in_the_colours_of_the_configuration(order: str, channel: int) -> None:
    config = RetinaFaceConfig(channel_order=order)
    pixels = np.full((50, 90, 3), 127, np.uint8)
    pixels[16:24, 40:48, channel] = 255
    pixels[16:24, 40:48, 1] = 0
    (face,) = _detector(RedFinder(config)).detect(pixels)
    np.testing.assert_allclose(face.box.as_list(), [36, 12, 16, 16], atol=1e-3)
    np.testing.assert_allclose(np.asarray(face.landmarks), [(44, 20)] * 5, atol=1e-3)
    assert face.confidence == pytest.approx(1, abs=1e-3)
    assert face.detector == "test"
    # Seen through a stride, and in another memory order, the picture is the same.
    assert _same((face,), _detector(RedFinder(config)).detect(np.asfortranarray(pixels)))


def test_the_landmarks_keep_the_order_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    network = RedFinder(RetinaFaceConfig())
    plain = network.forward

    def with_points(self: RedFinder, x: Tensor) -> RawDetections:
        raw = plain(x)
        raw.landmarks[:] = torch.tensor([-3, -2, 3, -2, 0, 0, -2, 3, 2, 3.0])
        return raw

    monkeypatch.setattr(RedFinder, "forward", with_points)
    pixels = np.full((32, 32, 3), 127, np.uint8)
    pixels[8:16, 8:16] = (255, 0, 127)
    (face,) = _detector(network).detect(pixels)
    # 3 units of 0.1 of a prior of 16 px are 4.8 px; the right eye is on the left of an upright picture.
    expected = np.array([(-4.8, -3.2), (4.8, -3.2), (0, 0), (-3.2, 4.8), (3.2, 4.8)]) + 12
    np.testing.assert_allclose(np.asarray(face.landmarks), expected, atol=1e-3)


def test_nothing_is_found_in_the_padding() -> None:
    # The ground of the padding is the mean, whose first channel is far above the second.
    network = RedFinder(RetinaFaceConfig(mean=(250.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)))
    network.config = RetinaFaceConfig()
    pixels = np.zeros((20, 20, 3), np.uint8)
    for face in _detector(network).detect(pixels):
        assert (face.box.centre <= 20).all()


def test_what_is_found_in_a_picture_depends_to_the_bit_on_it_alone(eager: RetinaFace) -> None:
    sizes = [(60, 70), (64, 96), (33, 33), (64, 90), (61, 65), (200, 40)]
    pictures = [_random(seed, *size) for seed, size in enumerate(sizes)]
    alone = [eager.detect(pixels) for pixels in pictures]
    assert len({faces[0].box for faces in alone}) == len(pictures)
    together = eager.detect_many(pictures)
    backwards = eager.detect_many(pictures[::-1])[::-1]
    for one, two, three in zip(alone, together, backwards, strict=True):
        assert _same(one, two)
        assert _same(one, three)


def test_no_pictures_give_no_answers(eager: RetinaFace) -> None:
    assert eager.detect_many([]) == []


def test_passes_of_several_pictures_give_each_its_own_answers(
    lively_network: Callable[[RetinaFaceConfig], RetinaFaceNet],
) -> None:
    network = lively_network(CONFIG)
    pictures = [_random(seed, 64, 64) for seed in range(7)]
    single = list(Passes(network, CONFIG, CPU).run(pictures, (64, 64)))
    several = list(Passes(network, CONFIG, CPU, pixels=3 * 64 * 64).run(pictures, (64, 64)))
    reversed_ = list(Passes(network, CONFIG, CPU, pixels=3 * 64 * 64).run(pictures[::-1], (64, 64)))[::-1]
    assert len(single) == len(several) == 7
    for one, two, three in zip(single, several, reversed_, strict=True):
        for a, b, c in zip(one, two, three, strict=True):
            torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)
            # Passes of one size: neither place nor company changes a bit.
            assert torch.equal(b, c)


class Hungry(nn.Module):
    """Has memory for so many pictures, and for none on an accelerator that is called meta."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.seen: list[int] = []

    def forward(self, x: Tensor) -> RawDetections:
        self.seen.append(len(x))
        if len(x) > self.most or x.device.type == "meta":
            raise torch.cuda.OutOfMemoryError("no memory left")
        mean = x.mean(dim=(1, 2, 3))[:, None, None]
        return RawDetections(mean, mean, mean)


def test_passes_are_halved_until_the_memory_suffices(caplog: pytest.LogCaptureFixture) -> None:
    network = Hungry(2)
    passes = Passes(network, CONFIG, CPU, pixels=9 * 32 * 32)
    pictures = [np.full((32, 32, 3), 10 * grey, np.uint8) for grey in range(5)]
    with caplog.at_level(logging.WARNING):
        means = [float(raw.boxes) for raw in passes.run(pictures, (32, 32))]
    np.testing.assert_allclose(means, [(10 * grey - 127.5) / 127.5 for grey in range(5)], atol=1e-6)
    assert network.seen == [9, 4, 2, 2, 2]
    assert "does not suffice" in caplog.text


def test_a_network_that_is_too_large_for_the_accelerator_moves_to_the_processor(
    caplog: pytest.LogCaptureFixture,
) -> None:
    network = Hungry(8)
    passes = Passes(network, CONFIG, torch.device("meta"), pixels=2 * 32 * 32)
    with caplog.at_level(logging.WARNING):
        answers = list(passes.run([np.zeros((32, 32, 3), np.uint8)] * 3, (32, 32)))
    assert len(answers) == 3
    assert passes.device.type == "cpu"
    assert network.seen == [2, 1, 1, 1, 1]
    assert "runs on the processor" in caplog.text


def test_memory_that_suffices_for_nothing_is_an_error() -> None:
    with pytest.raises(MemoryError):
        list(Passes(Hungry(0), CONFIG, CPU).run([np.zeros((32, 32, 3), np.uint8)], (32, 32)))


def test_a_picture_that_is_too_large_is_refused(eager: RetinaFace) -> None:
    with pytest.raises(ValueError, match=str(MAX_SIDE)):
        eager.detect(np.zeros((3, MAX_SIDE + 1, 3), np.uint8))


def test_weights_that_are_no_numbers_find_nothing() -> None:
    network = RetinaFaceNet(CONFIG)
    nn.init.constant_(network.body.stage1[0][0].weight, float("nan"))
    assert _detector(network).detect(_random(0, 64, 64)) == ()


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (3, 5000), (5000, 3), (17, 33), (300, 200)])
@pytest.mark.parametrize("kind", ["black", "white", "grey", "noise"])
def test_no_picture_crashes_the_whole_path(
    size: tuple[int, int], kind: str, eager: RetinaFace, settings: DetectionSettings
) -> None:
    flat = {"black": 0, "white": 255, "grey": 128}
    pixels = np.full((*size, 3), flat[kind], np.uint8) if kind in flat else _random(1, *size)
    for face in detect_faces(pixels, eager, settings):
        assert face.landmarks is not None
        assert np.isfinite(face.landmarks).all()


def test_the_detector_tells_what_it_runs_on_and_what_it_was_made_for(eager: RetinaFace) -> None:
    assert eager.device == "cpu"
    assert eager.face_px == (10.0, 300.0)
    assert eager.max_side == MAX_SIDE
