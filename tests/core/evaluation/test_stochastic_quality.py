"""SER-FIQ against its definition, pair by pair."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from core.evaluation.stochastic_quality import StochasticQuality
from core.recognition.backbones import MobileFaceNet


def test_quality_is_the_logistic_function_of_the_mean_distance_of_all_pairs() -> None:
    torch.manual_seed(0)
    backbone = MobileFaceNet(16).eval()
    features = torch.rand(backbone.channels, 7, 7)
    measure = StochasticQuality(backbone, passes=5, seed=9)

    kept = torch.rand((5, backbone.channels, 7, 7), generator=torch.Generator().manual_seed(9)) >= 0.5
    with torch.inference_mode():
        embeddings = [backbone.project((features * mask * 2.0)[None])[0].numpy() for mask in kept]
    unit = [v / np.linalg.norm(v) for v in embeddings]
    distances = [float(np.linalg.norm(a - b)) for a, b in itertools.combinations(unit, 2)]
    expected = 2 / (1 + math.exp(sum(distances) / len(distances)))
    assert measure.quality(features.numpy()) == pytest.approx(expected, rel=1e-4)


def test_the_same_face_always_has_the_same_quality() -> None:
    torch.manual_seed(0)
    backbone = MobileFaceNet(16).eval()
    features = torch.rand(backbone.channels, 7, 7).numpy()
    one, other = (StochasticQuality(backbone, passes=4).quality(features) for _ in range(2))
    assert one == other
