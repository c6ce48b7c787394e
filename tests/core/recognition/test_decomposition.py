"""The spatial decomposition against brute force."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.recognition.decomposition import LinearHead, contributions, displacement_shares
from core.recognition.passes import FixedPasses
from core.recognition.weights import Network


@pytest.fixture(scope="module")
def head(network: Network) -> LinearHead:
    """Return the head of the shipped network."""
    return LinearHead.of(network.backbone)


@pytest.fixture(scope="module")
def passed(network: Network, crops: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return raw embeddings and feature maps of four crops."""
    passes = FixedPasses(network.backbone, network.card.preprocessing, torch.device("cpu"), 4)
    return next(passes.run(crops[:4]))


def test_contributions_and_bias_add_up_to_the_raw_embedding(
    head: LinearHead, passed: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> None:
    for raw, feature_map in zip(*passed, strict=True):
        rebuilt = contributions(head, feature_map).sum(axis=0) + head.bias
        np.testing.assert_allclose(rebuilt, raw, atol=1e-5 * np.linalg.norm(raw))


def test_a_contribution_is_what_the_network_loses_without_that_position(
    network: Network, head: LinearHead, passed: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> None:
    _, feature_maps = passed
    backbone = network.backbone
    without = np.repeat(feature_maps[:1], 49, axis=0)
    for position in range(49):
        without[position, :, position // 7, position % 7] = 0.0
    with torch.inference_mode():
        stack = torch.from_numpy(np.concatenate([feature_maps[:1], without]))
        raw = backbone.head_project(backbone.head_mix(backbone.head_depthwise(stack))).flatten(1).numpy()
    lost = raw[0] - raw[1:]
    np.testing.assert_allclose(contributions(head, feature_maps[0]), lost, atol=1e-4)


def test_shares_equal_the_definition_written_out(
    network: Network, head: LinearHead, passed: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> None:
    reference = network.unrecognizable.contributions
    for feature_map in passed[1]:
        moved = contributions(head, feature_map) - reference
        displacement = moved.sum(axis=0)
        wanted = [float(c @ displacement) / float(displacement @ displacement) for c in moved]
        shares = displacement_shares(head, feature_map, reference)
        assert shares is not None
        assert shares.shape == (7, 7)
        np.testing.assert_allclose(shares.ravel(), wanted, atol=1e-6)


def test_shares_add_up_to_one(
    network: Network, head: LinearHead, passed: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> None:
    for feature_map in passed[1]:
        shares = displacement_shares(head, feature_map, network.unrecognizable.contributions)
        assert shares is not None
        assert float(shares.astype(np.float64).sum()) == pytest.approx(1.0, abs=1e-6)


def test_a_face_that_is_the_unrecognizable_mean_has_no_map(
    head: LinearHead, passed: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> None:
    feature_map = passed[1][0]
    reference = contributions(head, feature_map).astype(np.float32)
    assert displacement_shares(head, feature_map, reference) is None


def test_an_empty_feature_map_against_an_empty_reference_has_no_map(head: LinearHead) -> None:
    empty = np.zeros((512, 7, 7), np.float32)
    assert displacement_shares(head, empty, np.zeros((49, 192), np.float32)) is None
