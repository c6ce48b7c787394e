"""What is measured of a network that was trained elsewhere, on a toy network whose answers are known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.errors import Cancelled, UsageError
from core.imaging.degradation import resample_through
from core.progress import Progress
from core.recognition.features import Backbone, Features, HeadMap
from core.recognition.recognizability import embedding_recognizability_score
from core.training.folder_bands import folder_bands, unknown_bands
from core.training.unrecognizable_centre import degrade_beyond_recognition, measure_reference
from core.types import Band, Preprocessing


class FineDetail(Backbone):
    """Sees only detail finer than 16 px of the crop; without any it gives the same embedding for all."""

    channels = 48
    grid = 7

    def __init__(self, detail: float = 1.0) -> None:
        super().__init__()
        random = torch.Generator().manual_seed(1)
        self.detail = detail
        self.matrix = torch.randn(32, self.channels * 49, generator=random) / 40
        self.bias = torch.full((32,), 0.04)

    def forward(self, x: Tensor) -> Features:
        blocks = functional.pixel_unshuffle(functional.avg_pool2d(x, 4), 4)
        colours = blocks.reshape(len(x), 3, 16, 7, 7)
        feature_map = self.detail * (colours - colours.mean(2, keepdim=True)).flatten(1, 2)
        return Features(self.project(feature_map), feature_map)

    def project(self, feature_map: Tensor) -> Tensor:
        return functional.linear(feature_map.flatten(1), self.matrix, self.bias)

    def head_map(self) -> HeadMap:
        matrices = self.matrix.double().reshape(32, self.channels, 49).permute(2, 0, 1)
        ones = torch.ones(self.channels, 7, 7, dtype=torch.float64)
        return HeadMap(ones, matrices, self.bias.double())


@pytest.fixture(scope="module")
def people() -> NDArray[np.uint8]:
    """Sixty patterns with as much fine detail as coarse."""
    random = np.random.default_rng(2)
    small = random.integers(0, 256, (60, 28, 28, 3)).astype(np.uint8)
    return np.stack([cv2.resize(pattern, (112, 112), interpolation=cv2.INTER_CUBIC) for pattern in small])


@pytest.fixture(scope="module")
def seconds(people: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Other pictures of the same patterns."""
    noise = np.random.default_rng(3).normal(0, 8, people.shape)
    return np.clip(people + noise, 0, 255).astype(np.uint8)


def raw_embeddings(network: Backbone, crops: NDArray[np.uint8]) -> NDArray[np.float64]:
    pixels = torch.from_numpy(crops.astype(np.float32)).permute(0, 3, 1, 2)
    features: Features = network(pixels / 127.5 - 1)
    return np.asarray(features.embedding.double())


def unit(raw: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(raw / np.linalg.norm(raw, axis=1, keepdims=True))


def test_the_reference_is_that_of_a_loop_over_every_face_and_every_repeat(people: NDArray[np.uint8]) -> None:
    network = FineDetail()
    measured = measure_reference(network, Preprocessing(), people[:9], seed=4, repeats=3)
    random = np.random.default_rng(4)
    clean = unit(raw_embeddings(network, people[:9]))
    kept, contributed = [], []
    for _ in range(3):
        for face, own in zip(people[:9], clean, strict=True):
            degraded = degrade_beyond_recognition(face, random)[None]
            raw = raw_embeddings(network, degraded)
            if float(unit(raw)[0] @ own) < 0.25:
                kept.append(unit(raw)[0])
                contributed.append(raw[0] - network.bias.double().numpy())
    assert (measured.tried, measured.kept) == (27, len(kept))
    assert len(kept) > 5
    np.testing.assert_allclose(measured.reference.centre, np.mean(kept, axis=0), atol=1e-5)
    total = measured.reference.contributions.sum(axis=0)
    np.testing.assert_allclose(total, np.mean(contributed, axis=0), atol=1e-5)


def test_a_network_that_recognizes_every_degraded_face_has_no_reference(people: NDArray[np.uint8]) -> None:
    with pytest.raises(UsageError, match="still recognizes every face"):
        measure_reference(FineDetail(detail=0.0), Preprocessing(), people[:3], seed=4)


def test_measuring_stops_when_it_is_asked_to(people: NDArray[np.uint8]) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        measure_reference(FineDetail(), Preprocessing(), people[:3], seed=4, progress=progress)


def test_edges_put_sharp_faces_into_a_better_band_than_coarse_ones(
    people: NDArray[np.uint8], seconds: NDArray[np.uint8]
) -> None:
    network = FineDetail()
    centre = measure_reference(network, Preprocessing(), people, seed=4).reference.centre
    edges = folder_bands(network, Preprocessing(), centre, people, seconds, seed=5)
    assert 0.0 < edges.low <= edges.fair <= edges.good <= 1.0
    assert "60 people of the folder" in edges.derivation
    assert f"{60 * 3 * 59:,} non-mated pairs" in edges.derivation
    coarse = np.stack([resample_through(face, 8) for face in seconds])
    bands = [
        [edges.band(embedding_recognizability_score(raw, centre)) for raw in raw_embeddings(network, crops)]
        for crops in (seconds, coarse)
    ]
    assert bands[0].count(Band.GOOD) > 30
    assert Band.UNRECOGNIZABLE not in bands[0]
    assert 3 * bands[1].count(Band.GOOD) < bands[0].count(Band.GOOD)


def test_too_few_people_leave_the_edges_unknown(
    people: NDArray[np.uint8], seconds: NDArray[np.uint8]
) -> None:
    centre = np.ones(32, np.float32)
    edges = folder_bands(FineDetail(), Preprocessing(), centre, people[:49], seconds[:49], seed=5)
    assert "there were 49" in edges.derivation
    assert edges == unknown_bands(edges.derivation.partition(" The edges are")[0])


def test_a_network_that_tells_nobody_apart_leaves_the_edges_unknown(people: NDArray[np.uint8]) -> None:
    centre = np.ones(32, np.float32)
    strangers = np.roll(people, 1, axis=0)
    edges = folder_bands(FineDetail(), Preprocessing(), centre, people, strangers, seed=5)
    assert "too few at every ERS" in edges.derivation


def test_unknown_edges_call_every_face_low() -> None:
    edges = unknown_bands("Nobody knows.")
    assert {edges.band(index) for index in (0.0, 0.3, 1.0)} == {Band.LOW}
    assert edges.derivation.startswith("Nobody knows. The edges are therefore not known")
