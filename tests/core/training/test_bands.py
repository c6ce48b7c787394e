"""Band edges from outcomes, by hand-worked examples and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.training.bands import ProbeOutcomes, area_under_curve, band_edges, isotonic, probe_outcomes


def outcomes(index: list[float], accepted: list[int]) -> ProbeOutcomes:
    return ProbeOutcomes(np.array(index), np.array(accepted, bool), 0.5, 100)


def minimax(values: NDArray[np.float64]) -> list[float]:
    """Fit by the minimax formula: at i, the largest over a <= i of the smallest over b >= i of mean(a..b)."""
    n = len(values)
    return [max(min(values[a : b + 1].mean() for b in range(i, n)) for a in range(i + 1)) for i in range(n)]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 1), min_size=1, max_size=12))
def test_isotonic_regression_agrees_with_the_minimax_formula(bits: list[int]) -> None:
    values = np.array(bits, float)
    np.testing.assert_allclose(isotonic(values), minimax(values), atol=1e-12)


def test_edges_lie_where_the_fitted_rate_first_reaches_each_level() -> None:
    found = band_edges(outcomes([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [0, 0, 1, 0, 1, 1]), (0.4, 0.9))
    assert found == (0.3, 0.5)


def test_a_level_that_is_never_reached_is_an_error() -> None:
    with pytest.raises(ValueError, match="never reaches"):
        band_edges(outcomes([0.1, 0.2], [1, 0]), (0.9,))


def test_the_threshold_lets_the_given_share_of_non_mated_pairs_over_it() -> None:
    rng = np.random.default_rng(4)
    references = rng.normal(size=(40, 16)).astype(np.float32)
    references /= np.linalg.norm(references, axis=1, keepdims=True)
    owners = np.arange(40)
    found = probe_outcomes(references, owners, references, np.zeros(40), fmr=0.01)
    similarities = references @ references.T
    non_mated = similarities[~np.eye(40, dtype=bool)]
    assert found.non_mated == 40 * 39
    assert (non_mated > found.threshold).mean() <= 0.01
    assert (non_mated >= found.threshold).mean() > 0.01
    assert found.accepted.all()


def test_the_area_counts_ordered_pairs_and_half_of_the_ties() -> None:
    index, accepted = np.array([0.1, 0.2, 0.2, 0.4]), np.array([False, False, True, True])
    assert area_under_curve(index, accepted) == pytest.approx((1 + 0.5 + 1 + 1) / 4)


@pytest.mark.parametrize("accepted", [True, False])
def test_the_area_is_undefined_when_all_probes_fare_alike(accepted: bool) -> None:
    assert area_under_curve(np.array([0.1, 0.2]), np.full(2, accepted)) is None
