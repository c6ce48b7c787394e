"""The network of RetinaFace against the packages that published weights for it."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.detection.retinaface.detector import RetinaFace
from core.detection.retinaface.folding import folded
from core.detection.retinaface.foreign import BIUBUG6, TERNAUS, Publisher
from core.detection.retinaface.network import RetinaFaceNet
from core.detection.retinaface.priors import priors
from core.types.detectors import RetinaFaceConfig

DATA = Path(__file__).with_name("data")
SMALL = RetinaFaceConfig()
LARGE = RetinaFaceConfig("resnet50", 256)
FOUR_LEVELS = RetinaFaceConfig(steps=(4, 8, 16, 32), min_sizes=((6, 10, 14), (20,), (40, 80), (160, 320)))


def _recipe() -> ModuleType:
    spec = importlib.util.spec_from_file_location("oracle_recipe", DATA / "make_retinaface_oracle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


recipe = _recipe()


@pytest.fixture(scope="module")
def oracle() -> dict[str, NDArray[np.float64]]:
    with np.load(DATA / "retinaface_oracle.npz") as arrays:
        return dict(arrays)


def _filled(config: RetinaFaceConfig, publisher: Publisher, seed: int, input_scale: float) -> RetinaFaceNet:
    config = replace(config, channel_order=publisher.channel_order, mean=publisher.mean, std=publisher.std)
    network = RetinaFaceNet(config)
    recipe.fill(network, seed, input_scale)
    return network.eval()


ORACLES = {
    "ternaus_resnet50": (LARGE, TERNAUS, recipe.SEED, 1.0),
    "biubug6_resnet50": (LARGE, BIUBUG6, recipe.SEED + 1, 64.0),
    "biubug6_mobilenet": (SMALL, BIUBUG6, recipe.SEED + 1, 64.0),
}


@pytest.mark.parametrize("name", ORACLES)
def test_faces_are_those_of_the_published_package_within_a_ten_thousandth_of_a_px(
    name: str, oracle: dict[str, NDArray[np.float64]]
) -> None:
    detector = RetinaFace(
        _filled(*ORACLES[name]),
        "oracle",
        min_confidence=recipe.MIN_CONFIDENCE,
        nms_iou=recipe.NMS_IOU,
        device=torch.device("cpu"),
    )
    ours = []
    for face in detector.detect(recipe.picture(recipe.SEED)):
        assert face.landmarks is not None
        assert face.confidence is not None
        x, y, width, height = face.box.as_list()
        ours.append([x, y, x + width, y + height, face.confidence, *face.landmarks.ravel()])
    height, width = recipe.SIZE
    theirs = oracle[name]
    # Boxes whose middle lies beside the picture are dropped here and kept there.
    middle = (theirs[:, :2] + theirs[:, 2:4]) / 2
    theirs = theirs[((middle >= 0) & (middle <= (width, height))).all(axis=1)]
    assert len(ours) == len(theirs) >= 40
    # Confidences that are equal but for rounding may come in another order.
    nearest = np.abs(theirs[:, None] - np.array(ours)[None]).max(axis=2).argmin(axis=1)
    assert sorted(nearest) == list(range(len(ours)))
    np.testing.assert_allclose(np.array(ours)[nearest], theirs, rtol=0, atol=1e-4)
    confidences = [row[4] for row in ours]
    assert confidences == sorted(confidences, reverse=True)


@pytest.mark.parametrize("name", ["biubug6_resnet50", "biubug6_mobilenet"])
def test_raw_answers_are_those_of_the_published_network(
    name: str, oracle: dict[str, NDArray[np.float64]]
) -> None:
    network = _filled(*ORACLES[name])
    bgr = recipe.picture(recipe.SEED)[..., ::-1].astype(np.float32) - np.array(BIUBUG6.mean, np.float32)
    with torch.inference_mode():
        raw = network(torch.from_numpy(bgr.transpose(2, 0, 1)[None].copy()))
    probabilities = torch.softmax(raw.logits, dim=-1)
    ours = torch.cat([raw.boxes, probabilities, raw.landmarks], dim=-1)[0].numpy()
    np.testing.assert_allclose(ours[::7], oracle[name + "_raw"], rtol=0, atol=1e-4)


@pytest.mark.parametrize(("config", "count", "megabytes"), [(LARGE, 456, 109.4), (SMALL, 300, 1.73)])
def test_a_state_has_as_many_arrays_and_bytes_as_the_published_ones(
    config: RetinaFaceConfig, count: int, megabytes: float
) -> None:
    state = RetinaFaceNet(config).state_dict()
    assert len(state) == count
    size = sum(value.numel() * value.element_size() for value in state.values())
    assert size / 1e6 == pytest.approx(megabytes, rel=0.01)


@pytest.mark.parametrize(
    ("config", "names"),
    [
        (LARGE, ["body.conv1.weight", "body.layer4.2.bn3.running_var", "body.layer1.0.downsample.0.weight"]),
        (SMALL, ["body.stage1.0.0.weight", "body.stage2.5.3.weight", "body.stage3.1.4.running_mean"]),
        (
            LARGE,
            ["fpn.output3.0.weight", "fpn.merge2.1.bias", "ssh2.conv7x7_3.0.weight", "ssh3.conv3X3.0.weight"],
        ),
        (SMALL, ["ClassHead.0.conv1x1.weight", "BboxHead.1.conv1x1.bias", "LandmarkHead.2.conv1x1.weight"]),
    ],
)
def test_arrays_are_called_what_the_published_ones_are_called(
    config: RetinaFaceConfig, names: list[str]
) -> None:
    assert RetinaFaceNet(config).state_dict().keys() >= set(names)


@pytest.mark.parametrize("size", [(1, 1), (32, 32), (97, 130), (31, 333)])
@pytest.mark.parametrize(
    "config", [SMALL, FOUR_LEVELS, RetinaFaceConfig(steps=(4, 8), min_sizes=((8,), (16,)))]
)
def test_there_is_one_answer_for_each_prior_of_any_picture(
    config: RetinaFaceConfig, size: tuple[int, int]
) -> None:
    with torch.inference_mode():
        raw = RetinaFaceNet(config).eval()(torch.zeros(2, 3, *size))
    count = len(priors(*size, config))
    assert [tuple(values.shape) for values in raw] == [(2, count, 4), (2, count, 2), (2, count, 10)]


def test_an_answer_looks_at_the_picture_around_its_prior() -> None:
    config = replace(FOUR_LEVELS, steps=(8, 16, 32), min_sizes=((8, 12), (20,), (40,)))
    torch.manual_seed(3)
    network = RetinaFaceNet(config).eval()
    x = torch.randn(1, 3, 256, 256, requires_grad=True)
    wanted = priors(256, 256, config)
    # A prior of the finest level in the lower left: its second side, at row 25 and column 6 of 32.
    place = (25 * 32 + 6) * 2 + 1
    assert wanted[place].tolist() == pytest.approx([6.5 / 32, 25.5 / 32, 12 / 256, 12 / 256])
    network(x).logits[0, place].sum().backward()
    assert x.grad is not None
    strength = x.grad.abs().sum(dim=(0, 1))
    rows, columns = torch.arange(256.0), torch.arange(256.0)
    assert float((strength.sum(1) * rows).sum() / strength.sum()) == pytest.approx(25.5 * 8, abs=16)
    assert float((strength.sum(0) * columns).sum() / strength.sum()) == pytest.approx(6.5 * 8, abs=16)


@pytest.mark.parametrize("config", [SMALL, LARGE])
def test_folding_the_batch_normalisation_changes_nothing_but_the_rounding(config: RetinaFaceConfig) -> None:
    network = _filled(config, TERNAUS, 5, 1.0)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    lean = folded(network)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in lean.modules())
    with torch.inference_mode():
        x = torch.randn(1, 3, 64, 96, generator=torch.Generator().manual_seed(1))
        for ours, theirs in zip(lean(x), network(x), strict=True):
            torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"steps": (8, 32), "min_sizes": ((1,), (2,))}, "consecutive"),
        ({"steps": (16, 8)}, "consecutive"),
        ({"min_sizes": ((16, 32), (64, 128))}, "every level"),
        ({"min_sizes": ((16, 32), (), (1,))}, "every level"),
        ({"min_sizes": ((16, -32), (8,), (1,))}, "positive"),
        ({"channels": 30}, "multiple of 4"),
        ({"channel_order": "GRB"}, "RGB or BGR"),
        ({"variances": (0.1,)}, "two variances"),
        ({"std": (0.0, 1.0, 1.0)}, "positive"),
        ({"face_px": (50.0, 20.0)}, "ascend"),
    ],
)
def test_an_impossible_configuration_is_refused(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        replace(SMALL, **changes)  # type: ignore[arg-type]
