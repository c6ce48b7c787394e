"""Thresholds, true accept rates and their intervals, against loops over every pair."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from core.evaluation.intervals import person_weights
from core.evaluation.thresholds import resampled_share_above, resampled_thresholds, threshold_at
from core.evaluation.verification import Comparisons, det_points, verify

few_values = st.sampled_from([0.0, 0.25, 0.5, 0.75])
scores = arrays(np.float64, st.integers(2, 60), elements=few_values | st.floats(-1, 1, width=32))
shares = st.sampled_from([0.01, 0.1, 0.25, 0.5])


def simulated(
    rng: np.random.Generator, people: int, pictures: int, shift: float, spread: float = 0.6
) -> Comparisons:
    """Scores with a part that belongs to the person, so that pairs of one person are not independent."""
    own = rng.normal(0.0, spread, people)
    mated_people = np.repeat(np.arange(people), pictures)
    mated = own[mated_people] + rng.normal(shift, 0.8, people * pictures)
    first, second = np.triu_indices(people, 1)
    non_mated = (own[first] + own[second]) / 2 + rng.normal(0.0, 0.8, len(first))
    return Comparisons(mated, mated_people[:, None], non_mated, np.column_stack([first, second]))


def test_the_threshold_of_a_hand_worked_example_is_the_second_largest_score_at_one_in_ten() -> None:
    assert threshold_at(np.arange(10.0), 0.1) == 8.0
    assert threshold_at(np.arange(10.0), 0.2) == 7.0
    assert threshold_at(np.arange(10.0), 0.29) == 7.0


@pytest.mark.parametrize(("count", "target"), [(9, 0.1), (999, 1e-3), (9_999, 1e-4)])
def test_too_few_scores_cannot_say_where_a_threshold_lies_and_one_more_can(count: int, target: float) -> None:
    assert threshold_at(np.arange(float(count)), target) is None
    assert threshold_at(np.arange(float(count + 1)), target) is not None


@pytest.mark.parametrize(("count", "target", "allowed"), [(2_900, 0.01, 29), (30, 0.1, 3), (700, 0.07, 49)])
def test_the_number_of_false_matches_allowed_is_not_lost_to_rounding(
    count: int, target: float, allowed: int
) -> None:
    threshold = threshold_at(np.arange(float(count)), target)
    assert threshold is not None
    assert (np.arange(count) > threshold).sum() == allowed


@given(scores, shares)
def test_the_threshold_is_the_smallest_that_keeps_the_false_match_rate(
    non_mated: NDArray[np.float64], target: float
) -> None:
    threshold = threshold_at(non_mated, target)
    if threshold is None:
        assert Fraction(str(target)) * len(non_mated) < 1
        return
    assert Fraction(int((non_mated > threshold).sum()), len(non_mated)) <= Fraction(str(target))
    for lower in non_mated[non_mated < threshold]:
        assert Fraction(int((non_mated > lower).sum()), len(non_mated)) > Fraction(str(target))
    just_below = np.nextafter(threshold, -np.inf)
    assert Fraction(int((non_mated > just_below).sum()), len(non_mated)) > Fraction(str(target))


@given(scores, scores)
def test_along_the_trade_off_false_matches_fall_and_false_non_matches_rise(
    mated: NDArray[np.float64], non_mated: NDArray[np.float64]
) -> None:
    points = det_points(mated, non_mated)
    for before, after in itertools.pairwise(points):
        assert before.threshold < after.threshold
        assert before.fmr > after.fmr
        assert before.fnmr <= after.fnmr
    for point in points:
        assert point.fmr == np.mean([score > point.threshold for score in non_mated])
        assert point.fnmr == np.mean([score <= point.threshold for score in mated])


def test_rates_are_what_a_loop_over_all_pairs_counts() -> None:
    comparisons = simulated(np.random.default_rng(1), people=60, pictures=3, shift=1.5)
    result = verify(comparisons, person_weights(60, 50, 0), targets=(1e-2, 1e-3, 1e-4))
    assert (result.mated_pairs, result.non_mated_pairs, result.mated_people) == (180, 1770, 60)
    for point, allowed in zip(result.points[:2], (17, 1), strict=True):
        highest = sorted(comparisons.non_mated, reverse=True)
        assert point.threshold == highest[allowed]
        assert point.fmr is not None
        assert point.tar is not None
        assert (point.fmr.numerator, point.fmr.denominator) == (allowed, 1770)
        accepted = sum(1 for score in comparisons.mated if score > highest[allowed])
        assert (point.tar.numerator, point.tar.denominator) == (accepted, 180)
    assert result.points[2] == type(result.points[2])(1e-4, None, None, None)


def test_bootstrap_rates_are_those_of_a_sample_written_out_person_by_person() -> None:
    rng = np.random.default_rng(2)
    comparisons = simulated(rng, people=12, pictures=2, shift=1.0)
    comparisons.non_mated[:] = comparisons.non_mated.round(1)
    weights = person_weights(12, 40, 5)
    targets = (0.05, 0.2)
    thresholds = resampled_thresholds(comparisons.non_mated, comparisons.non_mated_people, weights, targets)
    tar = resampled_share_above(comparisons.mated, comparisons.mated_people, weights, thresholds)
    for row, drawn in enumerate(weights):
        copies = np.repeat(np.arange(12), drawn)
        of_pair = {tuple(pair): k for k, pair in enumerate(comparisons.non_mated_people)}
        non_mated = [
            comparisons.non_mated[of_pair[min(a, b), max(a, b)]]
            for a, b in itertools.combinations(copies, 2)
            if a != b
        ]
        mated = [
            score
            for person in copies
            for score, owner in zip(comparisons.mated, comparisons.mated_people[:, 0], strict=True)
            if owner == person
        ]
        for column, target in enumerate(targets):
            allowed = int(target * len(non_mated) + 1e-9)
            expected = sorted(non_mated, reverse=True)[allowed]
            assert thresholds[row, column] == expected
            assert tar[row, column] == pytest.approx(np.mean([score > expected for score in mated]))


def test_a_bootstrap_threshold_deep_in_the_scores_is_found_all_the_same() -> None:
    # One person owns the whole tail: in samples without that person the threshold lies far below it.
    people = np.array(
        [(0, 1 + k % 19) for k in range(400)] + [(1 + k % 19, 1 + (k + 1) % 19) for k in range(1600)]
    )
    non_mated = np.concatenate([np.linspace(5, 6, 400), np.linspace(0, 1, 1600)])
    weights = np.ones((2, 20), np.int32)
    weights[1, 0] = 0
    found = resampled_thresholds(non_mated, people, weights, [0.01])
    assert found[0, 0] == threshold_at(non_mated, 0.01)
    assert found[1, 0] == threshold_at(non_mated[400:], 0.01)


def test_a_bootstrap_sample_without_any_pair_defines_nothing() -> None:
    weights = np.array([[2, 0, 0], [1, 1, 1]], np.int32)
    non_mated, people = np.array([0.1, 0.2]), np.array([[0, 1], [1, 2]])
    thresholds = resampled_thresholds(non_mated, people, weights, [0.5])
    assert np.isnan(thresholds[0, 0])
    assert thresholds[1, 0] == 0.1
    shares_above = resampled_share_above(np.array([0.3]), np.array([[0]]), weights, thresholds)
    assert np.isnan(shares_above[0, 0])
    assert shares_above[1, 0] == 1.0


def test_the_interval_of_the_true_accept_rate_covers_the_truth_about_as_often_as_it_says() -> None:
    target = 0.01
    truth = _true_accept_rate(target)
    covered = pairs_covered = 0
    runs = 200
    for run in range(runs):
        comparisons = simulated(np.random.default_rng(run), people=80, pictures=8, shift=2.2, spread=0.9)
        point = verify(comparisons, person_weights(80, 200, run), [target]).points[0]
        assert point.tar is not None
        assert point.tar.interval is not None
        assert point.tar.value is not None
        covered += not point.tar.interval.excludes(truth)
        half = 1.96 * np.sqrt(point.tar.value * (1 - point.tar.value) / point.tar.denominator)
        pairs_covered += abs(point.tar.value - truth) <= half
    assert 0.90 <= covered / runs <= 0.99
    # What treating pairs as independent would have given: far less than it says.
    assert pairs_covered / runs < 0.75


def _true_accept_rate(target: float) -> float:
    rng = np.random.default_rng(99)
    n = 2_000_000
    non_mated = (rng.normal(0, 0.9, n) + rng.normal(0, 0.9, n)) / 2 + rng.normal(0, 0.8, n)
    mated = rng.normal(0, 0.9, n) + rng.normal(2.2, 0.8, n)
    return float((mated > np.quantile(non_mated, 1 - target)).mean())


@pytest.mark.parametrize(("mated_shape", "non_mated_shape"), [((2, 1), (4, 2)), ((3, 1), (4, 1))])
def test_scores_without_their_people_are_refused(
    mated_shape: tuple[int, int], non_mated_shape: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match="needed"):
        Comparisons(
            np.zeros(3), np.zeros(mated_shape, np.int64), np.zeros(4), np.zeros(non_mated_shape, np.int64)
        )
