"""Thresholds on similarity from comparisons of different people, and shares above them.

A comparison is accepted when its similarity is *greater* than the threshold. With that rule the smallest
threshold whose false match rate does not exceed a target exists and is one of the similarities themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

_CELLS = 4_000_000
"""Largest array of one step, in elements."""

Scores = NDArray[np.floating]
People = NDArray[np.integer]


def threshold_at(non_mated: Scores, target: float) -> float | None:
    """Find the smallest threshold that no more than a given share of scores exceed.

    Parameters
    ----------
    non_mated : ndarray, shape (n,)
        Similarities of different people (for FMR), or best similarities of probes that are not enrolled (for
        FPIR).
    target : float
        The share, between 0 and 1.

    Returns
    -------
    float or None
        The (k + 1)-th largest score, k = floor(target * n). None when k is 0: with so few scores the target
        cannot be told from zero.
    """
    allowed = int(Fraction(str(target)) * len(non_mated))
    if allowed == 0:
        return None
    if allowed >= len(non_mated):
        raise ValueError(f"a target of {target} puts no threshold on {len(non_mated)} scores")
    place = len(non_mated) - 1 - allowed
    return float(np.partition(non_mated, place)[place])


def resampled_thresholds(
    non_mated: Scores, people: People, weights: NDArray[np.int32], targets: Sequence[float]
) -> NDArray[np.float64]:
    """Find the threshold of each target in each bootstrap sample of people.

    Parameters
    ----------
    non_mated : ndarray, shape (n,)
        The scores.
    people : ndarray of int, shape (n, c)
        The c people behind each score, one or two; a score weighs the product of their weights.
    weights : ndarray of int32, shape (replicates, people)
        From :func:`~core.evaluation.intervals.person_weights`.
    targets : sequence of float
        Shares.

    Returns
    -------
    ndarray of float64, shape (replicates, targets)
        The smallest threshold that scores of no more than the target's share of the total weight exceed; NaN
        in a sample that holds no score.
    """
    totals = _total_weights(people, weights)
    goals = totals[:, None] * np.asarray(targets, np.float64)
    depth = min(len(non_mated), int(3 * max(targets) * len(non_mated)) + 100)
    while True:
        top = np.argpartition(non_mated, len(non_mated) - depth)[len(non_mated) - depth :]
        top = top[np.argsort(-non_mated[top], kind="stable")]
        scores = non_mated[top].astype(np.float64)
        result = np.full(goals.shape, np.nan)
        deep_enough = True
        for row, cumulative in _cumulative_weights(people[top], weights):
            places = np.searchsorted(cumulative, goals[row], side="right")
            found = places < depth
            deep_enough &= bool(found.all()) or depth == len(non_mated) or totals[row] == 0
            result[row, found] = scores[places[found]]
        if deep_enough:
            return result
        depth = min(len(non_mated), depth * 4)


def resampled_share_above(
    scores: Scores, people: People, weights: NDArray[np.int32], thresholds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Find the share of scores above thresholds in each bootstrap sample of people.

    Parameters
    ----------
    scores : ndarray, shape (n,)
        Mated or non-mated similarities.
    people : ndarray of int, shape (n, c)
        The c people behind each score.
    weights : ndarray of int32, shape (replicates, people)
        How often each person was drawn.
    thresholds : ndarray of float64, shape (replicates, t)
        One row for each sample.

    Returns
    -------
    ndarray of float64, shape (replicates, t)
        Weight above the threshold over total weight; NaN where the sample holds no score or no threshold.
    """
    totals = _total_weights(people, weights)
    defined = thresholds[~np.isnan(thresholds)]
    kept = np.flatnonzero(scores > (defined.min() if defined.size else np.inf))
    kept = kept[np.argsort(-scores[kept], kind="stable")]
    descending = -scores[kept].astype(np.float64)
    result = np.full(thresholds.shape, np.nan)
    for row, cumulative in _cumulative_weights(people[kept], weights):
        if totals[row] == 0:
            continue
        places = np.searchsorted(descending, -thresholds[row], side="left")
        above = np.where(places > 0, np.concatenate([[0], cumulative])[places], 0)
        result[row] = np.where(np.isnan(thresholds[row]), np.nan, above / totals[row])
    return result


def _total_weights(people: People, weights: NDArray[np.int32]) -> NDArray[np.float64]:
    count = weights.shape[1]
    as_float = weights.astype(np.float64)
    if people.shape[1] == 1:
        return np.asarray(as_float @ np.bincount(people[:, 0], minlength=count))
    pairs = np.bincount(people[:, 0].astype(np.int64) * count + people[:, 1], minlength=count * count)
    return np.asarray(np.einsum("ri,ri->r", as_float @ pairs.reshape(count, count), as_float))


def _cumulative_weights(
    people: People, weights: NDArray[np.int32]
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    step = max(1, _CELLS // max(1, len(people)))
    for start in range(0, len(weights), step):
        chunk = weights[start : start + step]
        product = chunk[:, people[:, 0]]
        for column in people.T[1:]:
            product = product * chunk[:, column]
        for offset, cumulative in enumerate(np.cumsum(product, axis=1, dtype=np.int64)):
            yield start + offset, cumulative
