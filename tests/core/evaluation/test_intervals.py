"""Rates, exact intervals, and the bootstrap over people."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evaluation.intervals import (
    Interval,
    Rate,
    clopper_pearson,
    percentile_interval,
    person_weights,
    rate_over_people,
    wilson,
)

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [(0, 10, 0.0, 0.3085), (1, 10, 0.0025, 0.4450), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0)],
)
def test_clopper_pearson_gives_the_values_of_printed_tables(
    numerator: int, denominator: int, low: float, high: float
) -> None:
    found = clopper_pearson(numerator, denominator)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(counts)
def test_clopper_pearson_is_made_of_beta_quantiles(count: tuple[int, int]) -> None:
    stats = pytest.importorskip("scipy.stats")
    k, n = count
    found = clopper_pearson(k, n)
    assert found.low == pytest.approx(stats.beta.ppf(0.025, k, n - k + 1) if k else 0.0, abs=1e-9)
    assert found.high == pytest.approx(stats.beta.ppf(0.975, k + 1, n - k) if k < n else 1.0, abs=1e-9)


def test_wilson_gives_a_hand_worked_value() -> None:
    # z² = 3.8415: centre (0.5 + 0.19207) / 1.38415 = 0.5; half 1.96/1.38415 * sqrt(0.025 + 0.0096) = 0.2634
    found = wilson(5, 10)
    assert (found.low, found.high) == pytest.approx((0.2366, 0.7634), abs=1e-4)


@given(counts)
def test_the_ends_of_wilson_are_where_the_score_test_turns(count: tuple[int, int]) -> None:
    k, n = count
    found = wilson(k, n)
    for end in (found.low, found.high):
        if 0.0 < end < 1.0:
            assert abs(k / n - end) == pytest.approx(1.959964 * np.sqrt(end * (1 - end) / n), rel=1e-5)
    assert 0.0 <= found.low <= k / n <= found.high <= 1.0


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 3), (4, 3)])
def test_a_rate_is_a_share(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        Rate(numerator, denominator)


def test_a_rate_of_nothing_has_no_value() -> None:
    assert Rate(0, 0).value is None
    assert rate_over_people(0, 0, 0, np.array([np.nan])) == Rate(0, 0)


def test_every_bootstrap_sample_draws_as_many_people_as_there_are() -> None:
    weights = person_weights(37, 500, seed=1)
    assert weights.shape == (500, 37)
    assert (weights.sum(axis=1) == 37).all()
    assert weights.mean(axis=0) == pytest.approx(np.ones(37), abs=0.2)


def test_the_same_seed_draws_the_same_people_and_another_seed_others() -> None:
    assert np.array_equal(person_weights(9, 50, 3), person_weights(9, 50, 3))
    assert not np.array_equal(person_weights(9, 50, 3), person_weights(9, 50, 4))


def test_no_interval_is_given_when_most_samples_do_not_define_the_rate() -> None:
    values = np.array([0.5, np.nan, 0.5])
    assert percentile_interval(values, "bootstrap") is None
    assert percentile_interval(np.empty(0), "bootstrap") is None


@pytest.mark.parametrize(("numerator", "low", "high"), [(50, 0.6915, 1.0), (0, 0.0, 0.3085)])
def test_a_rate_of_all_or_nothing_is_no_certainty_but_as_exact_as_its_people_allow(
    numerator: int, low: float, high: float
) -> None:
    found = rate_over_people(numerator, 50, 10, np.full(100, numerator / 50)).interval
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert found.method == "Clopper-Pearson over people"


def test_an_interval_excludes_what_lies_outside() -> None:
    interval = Interval(-0.2, -0.1, "bootstrap")
    assert interval.excludes(0.0)
    assert not interval.excludes(-0.15)
