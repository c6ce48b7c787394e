"""The network against the published one and against TensorFlow's padding rule."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import ModelUnavailable
from core.recognition.backbones import SameConv, build_backbone
from core.recognition.weights import Network

REFERENCE = Path(__file__).parent / "data" / "reference.npz"


def test_the_published_embedding_is_reproduced_within_a_hundred_thousandth(network: Network) -> None:
    with np.load(REFERENCE) as reference:
        pixels, wanted = reference["rgb_uint8"], reference["embedding"]
    with torch.inference_mode():
        raw = network.backbone(torch.from_numpy(pixels).permute(0, 3, 1, 2) / 127.5 - 1).embedding[0].numpy()
    assert np.abs(raw / np.linalg.norm(raw) - wanted).max() < 1e-5


def test_features_have_the_documented_shapes(network: Network) -> None:
    with torch.inference_mode():
        features = network.backbone(torch.zeros(3, 3, 112, 112))
    assert features.embedding.shape == (3, 192)
    assert features.feature_map.shape == (3, 512, 7, 7)


def test_stride_two_pads_right_and_bottom_only() -> None:
    torch.manual_seed(0)
    conv = SameConv(1, 1, 3, stride=2)
    picture = np.random.default_rng(0).normal(size=(6, 6)).astype(np.float32)
    padded = np.pad(picture, ((0, 1), (0, 1)))
    kernel, bias = conv.weight[0, 0].detach().numpy(), float(conv.bias[0].detach())
    wanted = [
        [(padded[2 * i : 2 * i + 3, 2 * j : 2 * j + 3] * kernel).sum() + bias for j in range(3)]
        for i in range(3)
    ]
    with torch.inference_mode():
        given = conv(torch.from_numpy(picture)[None, None])[0, 0].numpy()
    np.testing.assert_allclose(given, wanted, atol=1e-6)


def test_stride_one_keeps_the_resolution_and_pads_all_sides_alike() -> None:
    conv = SameConv(1, 1, 3)
    with torch.inference_mode():
        conv.weight.fill_(1.0)
        conv.bias.fill_(0.0)
        sums = conv(torch.ones(1, 1, 4, 4))[0, 0].numpy()
    np.testing.assert_array_equal(sums, [[4, 6, 6, 4], [6, 9, 9, 6], [6, 9, 9, 6], [4, 6, 6, 4]])


def test_an_unknown_architecture_is_refused_by_name() -> None:
    with pytest.raises(ModelUnavailable, match=r"'resnet'.*mobilefacenet"):
        build_backbone("resnet", 192)
