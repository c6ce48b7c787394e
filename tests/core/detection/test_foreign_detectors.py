"""Weight files of other projects become detectors of ours."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from core.checkpoints import read_checkpoint
from core.detection.cards import list_detector_cards
from core.detection.retinaface import foreign
from core.detection.retinaface.conversion import convert_detector
from core.detection.retinaface.foreign import BIUBUG6, TERNAUS, recognise_detector
from core.detection.retinaface.network import RetinaFaceNet
from core.detection.retinaface.weights import load_retinaface
from core.errors import Conflict, ModelUnavailable, UsageError
from core.types.detectors import RetinaFaceConfig

State = dict[str, Tensor]


def _state(backbone: str = "mobilenet0.25", channels: int = 64) -> State:
    torch.manual_seed(11)
    return RetinaFaceNet(RetinaFaceConfig(backbone, channels)).state_dict()


@pytest.fixture(scope="module")
def small() -> State:
    return _state()


@pytest.fixture(scope="module")
def large() -> State:
    return _state("resnet50", 256)


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[Any], Path]:
    def save(content: Any, name: str = "weights.pth") -> Path:
        torch.save(content, tmp_path / name)
        return tmp_path / name

    return save


@pytest.mark.parametrize(
    "wrap",
    [
        dict,
        lambda state: {"module." + name: value for name, value in state.items()},
        lambda state: {"epoch": 3, "state_dict": {"module." + name: value for name, value in state.items()}},
        lambda state: {"state_dict": {"model." + name: value for name, value in state.items()}},
        lambda state: {name: value for name, value in state.items() if "num_batches" not in name},
        lambda state: {name: value.double() for name, value in state.items()},
    ],
    ids=["bare", "parallel", "training", "lightning", "without counters", "double"],
)
def test_a_state_is_unwrapped_and_loads_strictly(
    wrap: Callable[[State], Any], small: State, saved: Callable[[Any], Path], tmp_path: Path
) -> None:
    path = saved(wrap(small))
    card = convert_detector(read_checkpoint(path), tmp_path)
    assert card.config.backbone == "mobilenet0.25"
    assert hashlib.sha256(path.read_bytes()).hexdigest() in card.origin
    assert card.licence.startswith("Code and weights: MIT")
    assert list_detector_cards(tmp_path) == (card,)
    loaded = load_retinaface(card, tmp_path)[0].state_dict()
    for name, value in small.items():
        assert torch.equal(loaded[name], value), name


def test_a_zip_that_holds_the_file_is_the_file(
    large: State, saved: Callable[[Any], Path], tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "retinaface_resnet50_2020-07-20.zip", "w") as archive:
        archive.write(saved(large), "retinaface_resnet50_2020-07-20.pth")
    found = recognise_detector(read_checkpoint(tmp_path / "retinaface_resnet50_2020-07-20.zip"))
    assert found is not None
    assert found.publisher is TERNAUS
    assert len(found.state) == 456
    config = found.config
    assert (config.backbone, config.channels, config.channel_order) == ("resnet50", 256, "RGB")
    assert config.mean == pytest.approx((123.675, 116.28, 103.53))
    assert config.std == pytest.approx((58.395, 57.12, 57.375))


def test_the_published_file_is_known_by_its_hash(
    large: State, saved: Callable[[Any], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = read_checkpoint(saved({"module." + name: value for name, value in large.items()}))
    monkeypatch.setitem(foreign.KNOWN_FILES, checkpoint.sha256, BIUBUG6)
    found = recognise_detector(checkpoint)
    assert found is not None
    assert found.published
    assert found.publisher is BIUBUG6
    assert (found.config.channel_order, found.config.mean) == ("BGR", (104.0, 117.0, 123.0))
    assert found.config.std == (1.0, 1.0, 1.0)
    card = convert_detector(checkpoint, tmp_path)
    assert card.name == f"retinaface-resnet50-biubug6-{checkpoint.sha256[:8]}"
    assert len(card.limitations) == 1


def test_whoever_knows_better_names_the_publisher(
    small: State, saved: Callable[[Any], Path], tmp_path: Path
) -> None:
    checkpoint = read_checkpoint(saved(small))
    found = recognise_detector(checkpoint)
    assert found is not None
    assert (found.publisher, found.published) == (BIUBUG6, False)
    card = convert_detector(checkpoint, tmp_path, publisher="ternaus", name="mine", licence="CC0")
    assert (card.name, card.licence, card.config.channel_order) == ("mine", "CC0", "RGB")
    assert "RGB, less 123.675, 116.28, 103.53 and divided by 58.395" in card.limitations[1]
    with pytest.raises(UsageError, match="known are: ternaus, biubug6"):
        recognise_detector(checkpoint, "somebody")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda state: state.pop("ssh2.conv5X5_1.0.weight"), r"lacks ssh2\.conv5X5_1\.0\.weight\."),
        (lambda state: [state.pop(name) for name in list(state) if "ssh3" in name], "lacks .* and .* more"),
        (lambda state: state.update({"fc.weight": torch.zeros(2)}), r"also holds fc\.weight"),
        (lambda state: state.update({"fpn.merge1.1.bias": torch.zeros(2)}), r"another shape for fpn\.merge1"),
        (lambda state: state["BboxHead.0.conv1x1.bias"].fill_(float("nan")), r"damaged in BboxHead\.0"),
    ],
)
def test_an_incomplete_or_damaged_state_is_refused(
    change: Callable[[State], Any], sentence: str, small: State, saved: Callable[[Any], Path]
) -> None:
    state = {name: value.clone() for name, value in small.items()}
    change(state)
    with pytest.raises(ModelUnavailable, match=f"looks like RetinaFace.*{sentence}"):
        recognise_detector(read_checkpoint(saved(state)))


def test_another_network_is_not_mistaken_for_a_detector(
    small: State, saved: Callable[[Any], Path], tmp_path: Path
) -> None:
    body = {name.removeprefix("body."): value for name, value in small.items() if name.startswith("body.")}
    checkpoint = read_checkpoint(saved({"state_dict": body | {"fc.weight": torch.zeros(1000, 256)}}))
    assert recognise_detector(checkpoint) is None
    with pytest.raises(ModelUnavailable, match=r"weights\.pth holds no RetinaFace"):
        convert_detector(checkpoint, tmp_path)


def test_a_file_is_converted_twice_to_the_same_detector_and_never_over_another(
    small: State, saved: Callable[..., Path], tmp_path: Path
) -> None:
    first = convert_detector(read_checkpoint(saved(small)), tmp_path, name="one")
    assert convert_detector(read_checkpoint(saved(small)), tmp_path, name="one") == first
    other = read_checkpoint(saved({name: value * 2 for name, value in small.items()}, "other.pth"))
    with pytest.raises(Conflict, match="'one'"):
        convert_detector(other, tmp_path, name="one")
    (tmp_path / "recogniser.json").write_text("{}")
    with pytest.raises(Conflict, match="'recogniser'"):
        convert_detector(other, tmp_path, name="recogniser")
    assert list_detector_cards(tmp_path) == (first,)


@pytest.mark.parametrize("name", ["../escaped", "a/b", ".hidden", "/absolute"])
def test_a_name_that_is_none_for_a_file_is_refused(
    name: str, small: State, saved: Callable[[Any], Path], tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="cannot be named"):
        convert_detector(read_checkpoint(saved(small)), tmp_path, name=name)
