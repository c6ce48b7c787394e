"""The network of the paper: before training it changes nothing, and what it says can be recomputed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.errors import ModelUnavailable
from core.recognition.attention import PerceptibilityAttention
from core.recognition.backbones import MobileFaceNet
from core.recognition.decomposition import LinearHead, contributions
from core.recognition.index_head import IndexHead
from core.recognition.network import RecognizabilityNetwork, build_network
from core.recognition.recognizability_head import PooledRecognizabilityHead, RecognizabilityHead


@pytest.fixture
def network() -> RecognizabilityNetwork:
    torch.manual_seed(4)
    made = RecognizabilityNetwork(MobileFaceNet(32), 32, with_norm=True, typical_norm=3.0).eval()
    with torch.no_grad():
        for parameter in made.attention.parameters():
            parameter.normal_(0, 0.2)
    return made


def test_untrained_attention_leaves_the_feature_map_as_it_is() -> None:
    feature_map = torch.rand(2, 64, 7, 7)
    attended = PerceptibilityAttention(64)(feature_map)
    torch.testing.assert_close(attended.feature_map, feature_map)
    torch.testing.assert_close(attended.weights, torch.ones(2, 7, 7))


def test_attention_scales_each_channel_and_each_position_by_a_gate_between_0_and_2() -> None:
    torch.manual_seed(0)
    attention = PerceptibilityAttention(64)
    for parameter in attention.parameters():
        torch.nn.init.normal_(parameter)
    feature_map = torch.rand(3, 64, 7, 7) + 0.1
    attended = attention(feature_map)
    gates = attended.feature_map / feature_map
    by_channel = gates / attended.weights[:, None]
    assert ((attended.weights >= 0) & (attended.weights <= 2)).all()
    torch.testing.assert_close(
        by_channel, by_channel[:, :, :1, :1].expand_as(by_channel), rtol=1e-3, atol=1e-4
    )


def test_the_attended_embedding_is_the_head_on_the_attended_map_over_the_length_of_the_embedding(
    network: RecognizabilityNetwork,
) -> None:
    x = torch.rand(2, 3, 112, 112)
    output = network(x)
    raw = network.backbone.project(network.attention(output.feature_map).feature_map)
    torch.testing.assert_close(output.attended, raw / output.embedding.norm(dim=1, keepdim=True))
    torch.testing.assert_close(output.embedding, network.backbone(x).embedding)


def test_the_attended_embedding_has_an_exact_spatial_decomposition_too(
    network: RecognizabilityNetwork,
) -> None:
    output = network(torch.rand(1, 3, 112, 112))
    head = LinearHead.of(network.backbone)
    attended = network.attention(output.feature_map).feature_map.detach().numpy()[0]
    total = contributions(head, attended).sum(axis=0) + head.bias
    length = float(output.embedding.detach().norm())
    np.testing.assert_allclose(output.attended.detach().numpy()[0], total / length, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("with_norm", [False, True])
def test_the_index_worked_out_alone_is_that_of_the_head(with_norm: bool) -> None:
    torch.manual_seed(2)
    head = RecognizabilityHead(24, with_norm=with_norm, typical_norm=5.0).eval()
    raw = torch.randn(9, 24) * 7
    alone = IndexHead.of(head)
    expected = head(raw).detach().numpy()
    maps = np.zeros((9, 3, 7, 7), np.float32)
    found = [alone.index(v, one) for v, one in zip(raw.numpy(), maps, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_the_pooled_index_worked_out_alone_is_that_of_the_head() -> None:
    torch.manual_seed(5)
    head = PooledRecognizabilityHead(6).eval()
    raw, maps = torch.randn(9, 24) * 7, torch.rand(9, 6, 7, 7)
    alone = IndexHead.of(head)
    found = [alone.index(v, one) for v, one in zip(raw.numpy(), maps.numpy(), strict=True)]
    np.testing.assert_allclose(found, head(raw, maps).detach().numpy(), rtol=1e-4, atol=1e-5)


def test_the_pooled_index_does_not_depend_on_where_in_the_map_something_is() -> None:
    torch.manual_seed(5)
    head = PooledRecognizabilityHead(4).eval()
    raw, maps = torch.randn(3, 8), torch.rand(3, 4, 7, 7)
    torch.testing.assert_close(head(raw, maps), head(raw, maps.flip(3)))


def test_a_network_with_a_pooled_head_is_rebuilt_from_its_state(network: RecognizabilityNetwork) -> None:
    network.head = PooledRecognizabilityHead(network.backbone.channels).eval()
    again = build_network("ril-mobilefacenet", 32, network.state_dict())
    x = torch.rand(1, 3, 112, 112)
    for one, other in zip(network(x), again(x), strict=True):
        assert torch.equal(one, other)


def test_an_embedding_of_length_0_still_has_an_index() -> None:
    head = RecognizabilityHead(8, with_norm=True).eval()
    assert np.isfinite(IndexHead.of(head).index(np.zeros(8, np.float32), np.zeros((1, 7, 7), np.float32)))
    assert head(torch.zeros(1, 8)).isfinite().all()


def test_dropout_acts_in_training_alone() -> None:
    torch.manual_seed(0)
    head = RecognizabilityHead(64, dropout=0.5)
    v = torch.randn(1, 64)
    assert not torch.equal(head.train()(v), head.train()(v))
    assert torch.equal(head.eval()(v), head.eval()(v))


def test_a_network_is_rebuilt_from_its_state(network: RecognizabilityNetwork) -> None:
    again = build_network("ril-mobilefacenet", 32, network.state_dict())
    x = torch.rand(1, 3, 112, 112)
    for one, other in zip(network(x), again(x), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("change", ["missing", "left over", "shape"])
def test_a_state_that_does_not_fit_is_refused(network: RecognizabilityNetwork, change: str) -> None:
    state = dict(network.state_dict())
    if change == "missing":
        del state["head.linear.bias"]
    elif change == "left over":
        state["more"] = torch.zeros(1)
    else:
        state["head.linear.bias"] = torch.zeros(2)
    with pytest.raises(RuntimeError):
        build_network("ril-mobilefacenet", 32, state)


def test_an_unknown_backbone_is_refused(network: RecognizabilityNetwork) -> None:
    with pytest.raises(ModelUnavailable, match="not one this version knows"):
        build_network("ril-nothing", 32, network.state_dict())
