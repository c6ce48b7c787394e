"""Ranks and open-set rates, hand-worked and against loops."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from core.evaluation.identification import (
    closed_set,
    cumulative_match_characteristic,
    mate_ranks,
    open_set,
)
from core.evaluation.intervals import person_weights

SIMILARITIES = np.array(
    [
        [0.9, 0.1, 0.2, 0.3],  # mate 0: rank 1
        [0.5, 0.4, 0.3, 0.2],  # mate 1: rank 2
        [0.5, 0.5, 0.5, 0.5],  # mate 2: rank 4, for ties count against it
        [0.6, 0.1, 0.7, 0.6],  # mate 3: rank 3, one above and one tie
    ]
)
EVERYBODY = np.arange(4)


def test_ranks_of_a_hand_worked_matrix() -> None:
    ranks, mates = mate_ranks(SIMILARITIES, EVERYBODY, EVERYBODY)
    assert ranks.tolist() == [1, 2, 4, 3]
    assert mates.tolist() == [0.9, 0.4, 0.5, 0.6]


def test_closed_set_rates_of_a_hand_worked_matrix() -> None:
    result = closed_set(SIMILARITIES, EVERYBODY, EVERYBODY, person_weights(4, 20, 0), ranks=(1, 3))
    assert [(rank, rate.numerator, rate.denominator) for rank, rate in result.ranks] == [(1, 1, 4), (3, 3, 4)]
    assert result.cmc == (0.25, 0.5, 0.75, 1.0)
    assert (result.gallery, result.probes, result.people) == (4, 4, 4)


def test_a_probe_without_a_mate_has_no_rank() -> None:
    with pytest.raises(ValueError, match="exactly one mate"):
        mate_ranks(SIMILARITIES, np.array([0, 1, 2, 9]), EVERYBODY)


@given(arrays(np.int64, st.integers(1, 50), elements=st.integers(1, 30)), st.integers(1, 30))
def test_the_cumulative_match_characteristic_never_falls(ranks: NDArray[np.int64], length: int) -> None:
    cmc = cumulative_match_characteristic(ranks, length)
    assert len(cmc) == length
    assert all(before <= after for before, after in itertools.pairwise(cmc))
    assert list(cmc) == [float(np.mean(ranks <= rank)) for rank in range(1, length + 1)]


def test_with_the_whole_gallery_everybody_is_found() -> None:
    similarities = np.random.default_rng(0).normal(size=(30, 15))
    probes = np.arange(30) % 15
    result = closed_set(similarities, probes, np.arange(15), person_weights(15, 10, 0))
    assert result.cmc[-1] == 1.0


def test_closed_set_intervals_are_those_of_samples_written_out_person_by_person() -> None:
    rng = np.random.default_rng(4)
    people = np.repeat(np.arange(10), 3)
    similarities = rng.normal(size=(30, 10)) + 2.0 * (people[:, None] == np.arange(10))
    weights = person_weights(10, 200, 6)
    _, rate = closed_set(similarities, people, np.arange(10), weights, ranks=(1,)).ranks[0]
    first = similarities.argmax(axis=1) == people
    replicated = [
        np.mean(np.concatenate([first[people == p] for p in np.repeat(range(10), w)])) for w in weights
    ]
    assert rate.interval is not None
    assert (rate.interval.low, rate.interval.high) == pytest.approx(np.quantile(replicated, [0.025, 0.975]))


def test_an_open_set_search_counts_only_a_mate_that_comes_first_and_passes_the_threshold() -> None:
    gallery = np.array([0, 1, 2])
    mated = np.array(
        [
            [0.9, 0.1, 0.1],  # first and over 0.5
            [0.4, 0.1, 0.1],  # first, but not over 0.5
            [0.8, 0.7, 0.1],  # over 0.5, but second
            [0.1, 0.1, 0.5],  # exactly at the threshold is not over it
        ]
    )
    non_mated = np.array([[0.6, 0.0, 0.0], [0.0, 0.5, 0.0], [0.1, 0.2, 0.3], [0.2, 0.1, 0.0]])
    result = open_set(
        mated=mated,
        mated_people=np.array([0, 0, 1, 2]),
        non_mated=non_mated,
        non_mated_people=np.array([3, 4, 5, 6]),
        gallery_people=gallery,
        weights=person_weights(7, 20, 0),
        targets=(0.25, 0.1),
    )
    resolved, unresolved = result.points
    assert resolved.threshold == 0.5
    assert resolved.fpir is not None
    assert resolved.dir is not None
    assert (resolved.fpir.numerator, resolved.fpir.denominator) == (1, 4)
    assert (resolved.dir.numerator, resolved.dir.denominator) == (1, 4)
    assert (unresolved.threshold, unresolved.fpir, unresolved.dir) == (None, None, None)
    assert (result.gallery, result.mated_probes, result.non_mated_probes) == (3, 4, 4)


def test_open_set_rates_are_what_a_loop_over_searches_counts() -> None:
    rng = np.random.default_rng(8)
    gallery = np.arange(20)
    people = np.repeat(gallery, 4)
    mated = (rng.normal(size=(80, 20)) + 2.5 * (people[:, None] == gallery)).astype(np.float32)
    strangers = np.repeat(np.arange(20, 60), 3)
    non_mated = rng.normal(size=(120, 20)).astype(np.float32)
    result = open_set(
        mated=mated,
        mated_people=people,
        non_mated=non_mated,
        non_mated_people=strangers,
        gallery_people=gallery,
        weights=person_weights(60, 100, 1),
        targets=(0.01, 0.1),
    )
    for point, allowed in zip(result.points, (1, 12), strict=True):
        best = sorted((max(row) for row in non_mated), reverse=True)
        assert point.threshold == best[allowed]
        hits = sum(
            1
            for row, person in zip(mated, people, strict=True)
            if row[person] > best[allowed] and row[person] == max(row)
        )
        assert point.dir is not None
        assert point.dir.numerator == hits
        assert point.dir.interval is not None
        assert point.dir.value is not None
        assert point.dir.interval.low < point.dir.value < point.dir.interval.high


def test_at_a_worse_rank_a_mate_counts_as_soon_as_its_own_similarity_passes() -> None:
    mated = np.array([[0.6, 0.9, 0.1], [0.4, 0.9, 0.1]])
    non_mated = np.array([[0.6, 0.0, 0.0], [0.0, 0.5, 0.0], [0.1, 0.2, 0.3], [0.2, 0.1, 0.0]])
    counts = []
    for rank in (1, 2):
        (point,) = open_set(
            mated=mated,
            mated_people=np.array([0, 0]),
            non_mated=non_mated,
            non_mated_people=np.array([3, 4, 5, 6]),
            gallery_people=np.array([0, 1, 2]),
            weights=person_weights(7, 20, 0),
            targets=(0.25,),
            rank=rank,
        ).points
        assert point.dir is not None
        counts.append(point.dir.numerator)
    assert counts == [0, 1]
