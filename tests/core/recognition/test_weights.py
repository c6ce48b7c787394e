"""Weight files: equal bytes for equal weights, and no other file is taken for them."""

from __future__ import annotations

import dataclasses
import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import torch
from numpy.typing import NDArray

from core.errors import ModelUnavailable
from core.recognition.backbones import build_backbone
from core.recognition.cards import weights_path
from core.recognition.unrecognizable import UnrecognizableReference
from core.recognition.weights import Network, backbone_arrays, load_network, read_notes, serialize_network
from core.types import ModelCard

Tensors = dict[str, NDArray[np.float32]]


def serialized(network: Network) -> bytes:
    arrays = {name: value.numpy() for name, value in network.backbone.state_dict().items()}
    return serialize_network(arrays, network.unrecognizable, {"seed": 1, "command": "c", "n": 2})


def test_loading_and_serializing_again_changes_no_tensor(network: Network) -> None:
    again = safetensors.numpy.load(serialized(network))
    shipped = safetensors.numpy.load(weights_path(network.card).read_bytes())
    assert again.keys() == shipped.keys()
    for name, value in shipped.items():
        np.testing.assert_array_equal(again[name], value)


def test_the_bytes_do_not_depend_on_the_process() -> None:
    code = (
        "import hashlib, numpy as np\n"
        "from core.recognition.unrecognizable import UnrecognizableReference\n"
        "from core.recognition.weights import serialize_network\n"
        "arrays = {name: np.full(3, i, np.float32) for i, name in enumerate('dacb')}\n"
        "reference = UnrecognizableReference(np.ones(2, np.float32), np.ones((4, 2), np.float32))\n"
        "data = serialize_network(arrays, reference, {'b': 1, 'a': 2, 'd': 3, 'c': 4})\n"
        "print(hashlib.sha256(data).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, cwd=Path(__file__).parents[3]
        ).stdout
        for _ in range(2)
    }
    assert len(digests) == 1


def test_absent_weights_are_refused(card: ModelCard, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        load_network(card, tmp_path)


def test_weights_that_differ_in_one_bit_are_refused(card: ModelCard, tmp_path: Path) -> None:
    data = bytearray(weights_path(card).read_bytes())
    data[-1] ^= 1
    weights_path(card, tmp_path).write_bytes(data)
    with pytest.raises(ModelUnavailable, match="not the ones that the card"):
        load_network(card, tmp_path)


def _without_a_layer(tensors: Tensors) -> None:
    del tensors["backbone.head_mix.bias"]


def _with_a_layer_too_many(tensors: Tensors) -> None:
    tensors["backbone.extra"] = np.zeros(1, np.float32)


def _with_another_shape(tensors: Tensors) -> None:
    tensors["backbone.head_mix.bias"] = np.zeros(3, np.float32)


def _without_a_reference(tensors: Tensors) -> None:
    del tensors["ui.centre"]


def _with_a_centre_that_is_not_finite(tensors: Tensors) -> None:
    tensors["ui.centre"] = np.full(192, np.nan, np.float32)


@pytest.mark.parametrize(
    "damage",
    [
        _without_a_layer,
        _with_a_layer_too_many,
        _with_another_shape,
        _without_a_reference,
        _with_a_centre_that_is_not_finite,
    ],
)
def test_weights_that_do_not_fit_are_refused_even_with_the_right_hash(
    card: ModelCard, tmp_path: Path, damage: Callable[[Tensors], None]
) -> None:
    tensors = safetensors.numpy.load(weights_path(card).read_bytes())
    damage(tensors)
    data = safetensors.numpy.save(tensors)
    weights_path(card, tmp_path).write_bytes(data)
    with pytest.raises(ModelUnavailable, match="do not fit"):
        load_network(dataclasses.replace(card, model_id=hashlib.sha256(data).hexdigest()), tmp_path)


def test_a_file_that_is_no_safetensors_is_refused_even_with_the_right_hash(
    card: ModelCard, tmp_path: Path
) -> None:
    data = b"a pickle, perhaps"
    weights_path(card, tmp_path).write_bytes(data)
    with pytest.raises(ModelUnavailable, match="do not fit"):
        load_network(dataclasses.replace(card, model_id=hashlib.sha256(data).hexdigest()), tmp_path)


def test_a_network_with_batch_normalisation_survives_its_file(card: ModelCard, tmp_path: Path) -> None:
    torch.manual_seed(2)
    backbone = build_backbone("ir-18", 32)
    for module in backbone.modules():
        if isinstance(module, torch.nn.BatchNorm2d) and module.running_mean is not None:
            module.running_mean.normal_()
    arrays = backbone_arrays(backbone)
    assert not [name for name in arrays if "num_batches" in name]
    reference = UnrecognizableReference(np.ones(32, np.float32), np.ones((49, 32), np.float32))
    data = serialize_network(arrays, reference, {"source": "here"})
    ours = dataclasses.replace(
        card, architecture="ir-18", embedding_dim=32, model_id=hashlib.sha256(data).hexdigest()
    )
    weights_path(ours, tmp_path).write_bytes(data)
    loaded = load_network(ours, tmp_path).backbone
    for name, value in backbone.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], value)
    assert read_notes(weights_path(ours, tmp_path)) == {"source": "here"}


@pytest.mark.parametrize("content", [None, b"", b"no weights at all"], ids=["absent", "empty", "text"])
def test_a_file_that_is_no_weight_file_has_no_notes(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "file.safetensors"
    if content is not None:
        path.write_bytes(content)
    assert read_notes(path) == {}
