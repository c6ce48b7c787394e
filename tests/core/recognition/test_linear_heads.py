"""Every backbone ends in a linear head, and the exact decomposition holds for all of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.recognition.backbones import MobileFaceNet
from core.recognition.decomposition import LinearHead, contributions, displacement_shares
from core.recognition.features import Backbone, affine
from core.recognition.iresnet import IResNet
from core.recognition.mbf import InsightMobileFaceNet
from core.recognition.network import RecognizabilityNetwork, build_network

TINY = (1, 1, 1, 1)
BACKBONES: dict[str, Callable[[], Backbone]] = {
    "mobilefacenet": lambda: MobileFaceNet(24),
    "mbf": lambda: InsightMobileFaceNet(24),
    "iresnet": lambda: IResNet(TINY, 24),
    "ir": lambda: IResNet(TINY, 24, ir=True),
}


def with_statistics(network: Backbone) -> Backbone:
    """Give every normalisation statistics and, where it has any, parameters that are no identity."""
    torch.manual_seed(3)
    for module in network.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.normal_(0, 0.3)
            module.running_var.uniform_(0.5, 2)
            if module.affine:
                nn.init.uniform_(module.weight, 0.5, 2)
                nn.init.normal_(module.bias, 0, 0.3)
    return network.eval()


@pytest.fixture(params=BACKBONES)
def backbone(request: pytest.FixtureRequest) -> Backbone:
    torch.manual_seed(1)
    return with_statistics(BACKBONES[request.param]())


@pytest.fixture
def feature_map(backbone: Backbone) -> Tensor:
    return torch.randn(1, backbone.channels, 7, 7, generator=torch.Generator().manual_seed(5))


@torch.inference_mode()
def test_contributions_and_bias_add_up_to_the_raw_embedding(backbone: Backbone, feature_map: Tensor) -> None:
    head = LinearHead.of(backbone)
    raw = backbone.project(feature_map)[0].numpy()
    total = contributions(head, feature_map[0].numpy()).sum(axis=0) + head.bias
    np.testing.assert_allclose(total, raw, atol=1e-5 * np.abs(raw).max())


@torch.inference_mode()
def test_a_contribution_is_what_the_head_loses_without_that_position(
    backbone: Backbone, feature_map: Tensor
) -> None:
    stack = feature_map.repeat(50, 1, 1, 1)
    for position in range(49):
        stack[position + 1, :, position // 7, position % 7] = 0.0
    raw = backbone.project(stack).double().numpy()
    lost = raw[0] - raw[1:]
    found = contributions(LinearHead.of(backbone), feature_map[0].numpy())
    np.testing.assert_allclose(found, lost, atol=1e-5 * np.abs(raw).max())


@torch.inference_mode()
def test_the_embedding_of_a_crop_is_the_head_on_its_own_feature_map(backbone: Backbone) -> None:
    features = backbone(torch.rand(2, 3, 112, 112))
    torch.testing.assert_close(backbone.project(features.feature_map), features.embedding)
    torch.testing.assert_close(backbone.project(features.feature_map), features.embedding)


@torch.inference_mode()
def test_shares_are_the_definition_written_out_and_add_up_to_one(
    backbone: Backbone, feature_map: Tensor
) -> None:
    head = LinearHead.of(backbone)
    reference = np.random.default_rng(0).normal(size=(49, 24))
    moved = contributions(head, feature_map[0].numpy()) - reference
    displacement = moved.sum(axis=0)
    shares = displacement_shares(head, feature_map[0].numpy(), reference)
    assert shares is not None
    wanted = [float(c @ displacement) / float(displacement @ displacement) for c in moved]
    np.testing.assert_allclose(shares.ravel(), wanted, atol=1e-6)
    assert float(shares.astype(np.float64).sum()) == pytest.approx(1.0, abs=1e-6)


def test_a_network_with_attention_can_stand_on_any_backbone(backbone: Backbone) -> None:
    network = RecognizabilityNetwork(backbone, 24)
    assert network.attention.channel.squeeze.in_features == backbone.channels
    output = network.train()(torch.rand(2, 3, 112, 112))
    assert output.embedding.shape == output.attended.shape == (2, 24)
    # Untrained attention changes nothing, in training either: the head is the same linear map.
    length = output.embedding.norm(dim=1, keepdim=True)
    torch.testing.assert_close(output.attended, output.embedding / length, rtol=1e-4, atol=1e-5)
    output.attended.sum().backward()
    weights = [parameter for parameter in network.attention.parameters() if parameter.ndim > 1]
    assert any(weight.grad is not None and weight.grad.abs().sum() > 0 for weight in weights)


def test_a_trained_network_on_a_foreign_backbone_is_rebuilt_from_its_state() -> None:
    network = RecognizabilityNetwork(with_statistics(InsightMobileFaceNet(24)), 24).eval()
    again = build_network("ril-mbf", 24, network.state_dict())
    x = torch.rand(1, 3, 112, 112)
    for one, other in zip(network(x), again(x), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("parameters", [True, False])
def test_a_normalisation_is_written_as_scale_and_shift(parameters: bool) -> None:
    norm = nn.BatchNorm1d(2, affine=parameters).eval()
    norm.running_mean, norm.running_var = torch.tensor([1.0, -2.0]), torch.tensor([4.0, 0.25])
    if parameters:
        norm.weight.data, norm.bias.data = torch.tensor([3.0, 0.5]), torch.tensor([0.0, 7.0])
    scale, shift = affine(norm)
    # By hand: (x - mean) / sqrt(variance), then times weight plus bias.
    wanted = ([1.5, 1.0], [-1.5, 9.0]) if parameters else ([0.5, 2.0], [-0.5, 4.0])
    np.testing.assert_allclose(scale, wanted[0], rtol=1e-4)
    np.testing.assert_allclose(shift, wanted[1], rtol=1e-4)


def test_a_normalisation_without_running_statistics_is_no_linear_map() -> None:
    with pytest.raises(ValueError, match="no fixed linear map"):
        affine(nn.BatchNorm1d(2, track_running_stats=False))
