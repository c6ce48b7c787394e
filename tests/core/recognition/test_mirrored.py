"""A crop and its mirror image as one answer, whose decomposition stays exact."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.recognition.attention import PerceptibilityAttention
from core.recognition.backbones import MobileFaceNet
from core.recognition.decomposition import LinearHead, contributions
from core.recognition.features import Backbone
from core.recognition.iresnet import IResNet
from core.recognition.mirrored import MirroredBackbone, unmirrored
from core.recognition.perceptibility import PerceptibilityGates


@pytest.fixture(params=["one matrix for all positions", "one for each"])
def inner(request: pytest.FixtureRequest) -> Backbone:
    torch.manual_seed(3)
    one = request.param.startswith("one matrix")
    return (MobileFaceNet(24) if one else IResNet((1, 1, 1, 1), 24)).eval()


@torch.inference_mode()
def test_the_embedding_is_the_mean_of_crop_and_mirror_image(inner: Backbone) -> None:
    x = torch.rand(2, 3, 112, 112) * 2 - 1
    found = MirroredBackbone(inner).eval()(x)
    expected = (inner(x).embedding + inner(x.flip(3)).embedding) / 2
    torch.testing.assert_close(found.embedding, expected, rtol=1e-4, atol=1e-5)
    again = MirroredBackbone(inner).eval()(x.flip(3))
    torch.testing.assert_close(again.embedding, found.embedding, rtol=1e-4, atol=1e-5)


@torch.inference_mode()
def test_the_contributions_of_all_places_add_up_to_the_embedding(inner: Backbone) -> None:
    backbone = MirroredBackbone(inner).eval()
    found = backbone(torch.rand(1, 3, 112, 112) * 2 - 1)
    head = LinearHead.of(backbone)
    total = contributions(head, found.feature_map[0].numpy()).sum(axis=0) + head.bias
    np.testing.assert_allclose(total, found.embedding[0].numpy(), rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(backbone.project(found.feature_map), found.embedding)


@torch.inference_mode()
def test_a_place_contributes_what_it_does_in_the_crop_and_mirrored_in_the_mirror_image(
    inner: Backbone,
) -> None:
    x = torch.rand(1, 3, 112, 112) * 2 - 1
    backbone = MirroredBackbone(inner).eval()
    found = contributions(LinearHead.of(backbone), backbone(x).feature_map[0].numpy()).reshape(7, 7, -1)
    direct, mirrored = (
        contributions(LinearHead.of(inner), inner(one).feature_map[0].numpy()).reshape(7, 7, -1)
        for one in (x, x.flip(3))
    )
    np.testing.assert_allclose(found, (direct + mirrored[:, ::-1]) / 2, rtol=1e-3, atol=1e-4)


def test_the_perceptibility_map_is_the_mean_of_both() -> None:
    torch.manual_seed(0)
    attention = PerceptibilityAttention(16)
    for parameter in attention.parameters():
        torch.nn.init.normal_(parameter, 0, 0.3)
    gates = PerceptibilityGates.of(attention)
    one, other = np.random.default_rng(1).random((2, 16, 7, 7)).astype(np.float32)
    found = gates.gates(np.concatenate([one, other[:, :, ::-1]]))
    np.testing.assert_allclose(found, (gates.gates(one) + gates.gates(other)[:, ::-1]) / 2)


def test_the_network_itself_can_be_taken_out(inner: Backbone) -> None:
    assert unmirrored(MirroredBackbone(inner)) is inner
    assert unmirrored(inner) is inner
