"""The perceptibility map: the gates of the attention module, worked out another way."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.recognition.attention import PerceptibilityAttention
from core.recognition.perceptibility import PerceptibilityGates


@pytest.fixture
def attention() -> PerceptibilityAttention:
    """Return a module with weights of its own."""
    torch.manual_seed(3)
    made = PerceptibilityAttention(64)
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter, 0, 0.3)
    return made


def test_gates_worked_out_alone_are_those_of_the_module(attention: PerceptibilityAttention) -> None:
    feature_maps = torch.rand(5, 64, 7, 7) * 3
    with torch.inference_mode():
        wanted = attention(feature_maps).weights.numpy()
    alone = PerceptibilityGates.of(attention)
    for feature_map, gates in zip(feature_maps.numpy(), wanted, strict=True):
        np.testing.assert_allclose(alone.gates(feature_map), gates, rtol=1e-4, atol=1e-6)


def test_a_map_is_the_deviation_of_the_gates_from_their_mean(attention: PerceptibilityAttention) -> None:
    feature_map = torch.rand(64, 7, 7).numpy()
    alone = PerceptibilityGates.of(attention)
    gates, values = alone.gates(feature_map), alone.map(feature_map)
    assert values is not None
    assert float(values.mean()) == pytest.approx(0.0, abs=1e-7)
    np.testing.assert_allclose((1 + values) * gates.mean(), gates, rtol=1e-6)


def test_before_training_there_is_no_map() -> None:
    feature_map = torch.rand(64, 7, 7).numpy()
    assert PerceptibilityGates.of(PerceptibilityAttention(64)).map(feature_map) is None


def test_gates_of_an_empty_feature_map_are_finite(attention: PerceptibilityAttention) -> None:
    gates = PerceptibilityGates.of(attention).gates(np.zeros((64, 7, 7), np.float32))
    assert np.isfinite(gates).all()
    assert ((gates > 0) & (gates < 2)).all()
