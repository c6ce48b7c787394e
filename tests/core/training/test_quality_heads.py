"""Heads that are fitted to a frozen network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from core.progress import Progress
from core.recognition.cards import read_card
from core.recognition.recognizability_head import PooledRecognizabilityHead
from core.recognition.weights import load_network
from core.settings import load_settings
from core.training.dataset import load_faces
from core.training.frozen_faces import FrozenFaces, describe_faces
from core.training.quality_heads import fit_certainty, fit_index
from core.training.recipe import DataRecipe, DegradationRecipe


def made_up(count: int = 600, dim: int = 12, channels: int = 5) -> FrozenFaces:
    """Faces whose distance to their own person follows from the first channel and the length alone."""
    torch.manual_seed(1)
    raw, pooled = torch.randn(count, dim), torch.rand(count, channels)
    raw = functional.normalize(raw) * (1 + pooled[:, 1:2])
    own = 0.1 + 0.8 * pooled[:, 0]
    return FrozenFaces(raw, pooled, own, torch.full((count,), 0.2))


def index_of(head: PooledRecognizabilityHead, faces: FrozenFaces) -> Tensor:
    return head(faces.raw, faces.pooled[:, :, None, None]).detach()


def test_without_decay_the_index_is_the_least_squares_fit_of_the_target() -> None:
    faces = made_up()
    xi = (1 - faces.nearest) / (1 - faces.own + 1e-3)
    target = (xi / (1 + xi)).numpy()
    inputs = np.column_stack([np.ones(600), faces.raw.norm(dim=1).log().numpy(), faces.pooled.numpy()])
    expected = inputs @ np.linalg.lstsq(inputs, target, rcond=None)[0]
    found = index_of(fit_index(faces, "bounded", None, decay=0.0), faces)
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-4)


def test_decay_takes_the_means_back_and_leaves_the_length() -> None:
    faces = made_up()
    free, held = (
        fit_index(faces, "bounded", None, decay=decay).linear.weight.detach() for decay in (0.0, 1e6)
    )
    assert float(held[0, 1:].abs().max()) < 1e-3 * float(free[0, 1:].abs().max())
    target = index_of(fit_index(faces, "bounded", None, decay=0.0), faces)
    length = faces.raw.norm(dim=1).log()
    slope = torch.cov(torch.stack([length, target]))[0, 1] / length.var()
    assert float(held[0, 0]) == pytest.approx(float(slope), rel=0.05)


def test_the_distance_to_the_unrecognizable_centre_is_a_factor_when_it_is_given() -> None:
    faces = made_up(300)
    on_the_centre = fit_index(faces, "bounded", torch.ones(300))
    assert float(index_of(on_the_centre, faces).abs().max()) < 1e-6


def test_certainty_is_a_linear_function_of_the_embedding() -> None:
    faces = made_up()
    slope = torch.linspace(-0.2, 0.2, faces.raw.shape[1])
    ratio = 2 + faces.raw @ slope
    head = fit_certainty(FrozenFaces(faces.raw, faces.pooled, ratio * faces.nearest, faces.nearest), seed=0)
    found = head(faces.raw).detach()
    assert float(torch.corrcoef(torch.stack([found, ratio]))[0, 1]) > 0.98


def test_frozen_faces_compare_with_the_other_pictures_of_the_person(made_up_faces: Path) -> None:
    data = DataRecipe(str(made_up_faces), layout="folders")
    faces = load_faces(data, load_settings().imaging).train
    card = read_card("mobilefacenet-ms1m")
    backbone = load_network(card).backbone
    degradation = DegradationRecipe(smallest=60.0, largest=64.0, clean=1.0, misalignment=0.0)
    found = describe_faces(backbone, card.preprocessing, faces, degradation, 5, Progress())

    pixels = torch.from_numpy(faces.crops).permute(0, 3, 1, 2)
    with torch.inference_mode():
        clean = functional.normalize(backbone((pixels - 127.5) / 127.5).embedding).numpy()
    copies = functional.normalize(found.raw).numpy()
    assert len(copies) == 2 * len(clean)
    for row in range(len(clean)):
        same = faces.labels == faces.labels[row]
        others = [clean[i] for i in np.flatnonzero(same) if i != row]
        mean = np.sum(others, axis=0)
        assert found.own[row] == pytest.approx(copies[row] @ mean / np.linalg.norm(mean), abs=2e-3)
        means = [clean[faces.labels == label].sum(0) for label in set(faces.labels[~same].tolist())]
        nearest = max(copies[row] @ mean / np.linalg.norm(mean) for mean in means)
        assert found.nearest[row] == pytest.approx(nearest, abs=2e-3)
