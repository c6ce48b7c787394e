"""Error versus discard: hand-worked curves, ties, both conventions, paired differences."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.evaluation.intervals import person_weights
from core.evaluation.quality import (
    Convention,
    ErrorVersusDiscard,
    discard_grid,
    error_versus_discard,
    error_versus_discard_recomputed,
    expected_fnmr,
    pair_quality,
    spearman,
)
from core.evaluation.quality_differences import compare_measures, resampled_pauc
from core.evaluation.verification import Comparisons


def comparisons_of(
    mated: NDArray[np.float64], non_mated: NDArray[np.float64], people: int = 40
) -> Comparisons:
    """Scores of people who take turns."""
    first = np.arange(len(non_mated)) % people
    second = (first + 1 + np.arange(len(non_mated)) // people % (people - 1)) % people
    return Comparisons(
        mated, (np.arange(len(mated)) % people)[:, None], non_mated, np.column_stack([first, second])
    )


def some_comparisons(seed: int, mated: int = 200, non_mated: int = 2000) -> Comparisons:
    rng = np.random.default_rng(seed)
    return comparisons_of(rng.normal(2.0, 1.0, mated), rng.normal(0.0, 1.0, non_mated))


def traced(curve: ErrorVersusDiscard | None) -> ErrorVersusDiscard:
    assert curve is not None
    return curve


def fnmr_at(quality: list[float], errors: list[int], discarded: list[float]) -> list[float]:
    failed = np.array([errors], bool)
    ones = np.ones(failed.shape, np.int64)
    found = expected_fnmr(np.array(quality), failed, ones, np.array(discarded))
    return [float(value) for value in found[0]]


def test_the_quality_of_a_pair_is_that_of_its_worse_picture() -> None:
    assert pair_quality(np.array([1.0, 5.0]), np.array([3.0, 2.0])).tolist() == [1.0, 2.0]


def test_a_hand_worked_curve() -> None:
    # Worst first: error, fine, error, fine.
    found = fnmr_at([1, 2, 3, 4], [1, 0, 1, 0], [0.0, 0.25, 0.5, 0.75])
    assert found == pytest.approx([2 / 4, 1 / 3, 1 / 2, 0.0])


def test_among_equal_qualities_the_curve_is_the_mean_over_all_orders_of_rejection() -> None:
    quality, errors = [1.0, 2.0, 2.0, 2.0, 3.0], [0, 1, 1, 0, 1]
    found = fnmr_at(quality, errors, [k / 5 for k in range(5)])
    for rejected in range(5):
        rates = []
        for order in itertools.permutations(range(1, 4)):
            worst_first = [0, *order, 4]
            kept = worst_first[rejected:]
            rates.append(sum(errors[pair] for pair in kept) / len(kept))
        assert found[rejected] == pytest.approx(np.mean(rates))


def test_a_constant_quality_is_no_better_than_chance() -> None:
    comparisons = some_comparisons(1)
    curve = traced(error_versus_discard(comparisons, np.zeros(200), 0.01))
    assert curve.fnmr == pytest.approx([curve.fnmr[0]] * len(curve.fnmr))
    assert curve.pauc_relative == pytest.approx(1.0)
    assert curve.auc_relative == pytest.approx(1.0)


def test_a_random_quality_is_flat_in_expectation() -> None:
    comparisons = some_comparisons(2)
    rng = np.random.default_rng(3)
    curves = [
        traced(error_versus_discard(comparisons, rng.normal(size=200), 0.01)).pauc_relative
        for _ in range(200)
    ]
    assert np.mean([curve for curve in curves if curve is not None]) == pytest.approx(1.0, abs=0.02)


def test_a_perfect_quality_reaches_zero_as_soon_as_the_errors_are_rejected() -> None:
    comparisons = some_comparisons(4)
    curve = traced(error_versus_discard(comparisons, comparisons.mated, 0.01))
    start = curve.fnmr[0]
    assert start is not None
    for share, fnmr in zip(curve.discarded, curve.fnmr, strict=True):
        # Of n pairs start * n fail; k = share * n of them are gone.
        assert fnmr == pytest.approx(max(start - share, 0.0) / (1.0 - share), abs=1e-9)
    assert curve.convention is Convention.FIXED


@given(st.integers(0, 10_000))
def test_no_quality_is_better_than_the_perfect_one(seed: int) -> None:
    comparisons = some_comparisons(seed, mated=60, non_mated=300)
    perfect = traced(error_versus_discard(comparisons, comparisons.mated, 0.01))
    other = traced(error_versus_discard(comparisons, np.random.default_rng(seed).normal(size=60), 0.01))
    assert perfect.pauc is not None
    assert other.pauc is not None
    assert perfect.pauc <= other.pauc + 1e-12


def test_areas_are_trapezoids_over_the_curve() -> None:
    comparisons = some_comparisons(5)
    curve = traced(error_versus_discard(comparisons, comparisons.mated.round(1), 0.01))
    steps = len([share for share in curve.discarded if share <= 0.3]) - 1
    values = np.array(curve.fnmr, np.float64)
    by_hand = sum(0.005 * (values[k] + values[k + 1]) / 2 for k in range(steps))
    assert curve.pauc == pytest.approx(by_hand)
    assert curve.pauc_relative == pytest.approx(by_hand / 0.3 / values[0])
    assert curve.discarded[0] == 0.0
    assert curve.discarded[-1] == 0.95


def test_the_recomputed_threshold_is_that_of_the_retained_pairs_at_every_share() -> None:
    comparisons = some_comparisons(6)
    rng = np.random.default_rng(7)
    mated_quality, non_mated_quality = rng.normal(size=200), rng.normal(size=2000)
    curve = traced(error_versus_discard_recomputed(comparisons, mated_quality, non_mated_quality, 0.01))
    assert curve.convention is Convention.RECOMPUTED
    for share, fnmr in zip(curve.discarded, curve.fnmr, strict=True):
        if (share * 200) % 1 != 0:
            continue
        bound = np.sort(mated_quality)[round(share * 200)]
        retained = sorted(comparisons.non_mated[non_mated_quality > bound], reverse=True)
        # The pairs exactly at the bound are still retained, mated or not.
        allowed = int(0.01 * len(retained) + 1e-9)
        if allowed == 0:
            assert fnmr is None
            continue
        kept = comparisons.mated[mated_quality >= bound]
        assert fnmr == pytest.approx(np.mean([score <= retained[allowed] for score in kept]))


def test_with_nothing_rejected_both_conventions_agree() -> None:
    comparisons = some_comparisons(8)
    rng = np.random.default_rng(9)
    mated_quality, non_mated_quality = rng.integers(0, 5, 200) * 1.0, rng.integers(0, 5, 2000) * 1.0
    fixed = traced(error_versus_discard(comparisons, mated_quality, 0.01))
    moved = traced(error_versus_discard_recomputed(comparisons, mated_quality, non_mated_quality, 0.01))
    assert fixed.fnmr[0] == moved.fnmr[0]


def test_an_area_over_shares_where_the_threshold_cannot_be_said_is_not_given() -> None:
    comparisons = some_comparisons(10, non_mated=300)
    rng = np.random.default_rng(11)
    curve = traced(
        error_versus_discard_recomputed(comparisons, rng.normal(size=200), rng.normal(size=300), 0.01)
    )
    assert curve.fnmr[-1] is None
    assert (curve.auc, curve.auc_relative) == (None, None)


def test_a_false_match_rate_that_cannot_be_resolved_gives_no_curve() -> None:
    comparisons = some_comparisons(12, non_mated=50)
    assert error_versus_discard(comparisons, np.zeros(200), 0.01) is None
    assert error_versus_discard_recomputed(comparisons, np.zeros(200), np.zeros(50), 0.01) is None


def test_where_nothing_fails_there_is_nothing_to_relate_an_area_to() -> None:
    comparisons = comparisons_of(np.full(50, 9.0), np.linspace(0, 1, 400))
    curve = traced(error_versus_discard(comparisons, np.arange(50.0), 0.01))
    assert (curve.pauc, curve.pauc_relative) == (0.0, None)


def test_the_bootstrap_of_unit_weights_repeats_the_curve() -> None:
    comparisons = some_comparisons(13)
    quality = comparisons.mated + np.random.default_rng(0).normal(size=200)
    unit = np.ones((1, 40), np.int32)
    found = resampled_pauc(comparisons, {"quality": quality}, 0.01, unit)["quality"][0]
    assert found == pytest.approx(traced(error_versus_discard(comparisons, quality, 0.01)).pauc_relative)


def test_a_bootstrap_curve_is_that_of_the_pairs_written_out() -> None:
    quality, errors = np.array([1.0, 2.0, 2.0, 3.0]), np.array([[True, False, True, True]])
    weights = np.array([[2, 0, 1, 3]])
    written_out = fnmr_at([1, 1, 2, 3, 3, 3], [1, 1, 1, 1, 1, 1], [0.0, 0.5])
    assert expected_fnmr(quality, errors, weights, np.array([0.0, 0.5]))[0] == pytest.approx(written_out)
    assert np.isnan(expected_fnmr(quality, errors, np.zeros((1, 4), np.int64), np.array([0.0]))).all()


def test_a_better_measure_is_found_better_and_a_copy_is_not() -> None:
    comparisons = some_comparisons(14)
    noise = np.random.default_rng(1).normal(size=200)
    qualities = {"good": comparisons.mated, "same": comparisons.mated * 2, "noise": noise}
    weights = person_weights(40, 300, 2)
    replicated = resampled_pauc(comparisons, qualities, 0.01, weights)
    point = {
        name: value
        for name, quality in qualities.items()
        if (value := traced(error_versus_discard(comparisons, quality, 0.01)).pauc_relative) is not None
    }
    same, worse = compare_measures("good", point, replicated)
    assert (same.other, same.difference) == ("same", 0.0)
    assert same.interval is not None
    assert not same.interval.excludes(0.0)
    assert worse.interval is not None
    assert worse.difference < 0.0
    assert worse.interval.excludes(0.0)


def test_the_rank_correlation_of_a_textbook_example() -> None:
    # Ranks 1 2 3 4 5 and 2 1 4 3 5: 1 - 6 * 4 / (5 * 24) = 0.8.
    assert spearman(np.array([1, 2, 3, 4, 5]), np.array([20, 10, 40, 30, 50])) == pytest.approx(0.8)
    assert spearman(np.array([1, 2, 3]), np.array([1, 1, 1])) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=40))
def test_the_rank_correlation_agrees_with_scipy_on_ties(pairs: list[tuple[int, int]]) -> None:
    stats = pytest.importorskip("scipy.stats")
    first, second = np.array(pairs).T
    if len(set(first)) > 1 and len(set(second)) > 1:
        assert spearman(first, second) == pytest.approx(stats.spearmanr(first, second).statistic)


def test_the_grid_of_shares_holds_both_ends_of_the_areas() -> None:
    assert {0.0, 0.3, 0.95} <= set(discard_grid().tolist())
