"""Where the bands of recognizability begin, from how often mated pairs are told apart from non-mated ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVELS = (0.1, 0.5, 0.8)
"""Shares of mated pairs over the threshold at which "low", "fair" and "good" begin."""


@dataclass(frozen=True, slots=True, eq=False)
class ProbeOutcomes:
    """Probes, how recognizable they are, and whether they reach their mated reference.

    Attributes
    ----------
    index : ndarray of float64, shape (n,)
        Recognizability of each probe.
    accepted : ndarray of bool, shape (n,)
        Whether the mated similarity is over the threshold.
    threshold : float
        The similarity that non-mated pairs of all probes together exceed at the given FMR.
    non_mated : int
        Number of non-mated pairs behind the threshold.
    """

    index: NDArray[np.float64]
    accepted: NDArray[np.bool_]
    threshold: float
    non_mated: int


def probe_outcomes(
    probes: NDArray[np.float32],
    owners: NDArray[np.int64],
    references: NDArray[np.float32],
    index: NDArray[np.float64],
    fmr: float,
) -> ProbeOutcomes:
    """Compare every probe with every reference at one threshold.

    Parameters
    ----------
    probes : ndarray of float32, shape (n, dim)
        Unit-length embeddings.
    owners : ndarray of int64, shape (n,)
        Row of `references` that is mated with each probe.
    references : ndarray of float32, shape (m, dim)
        Unit-length embeddings of m people.
    index : ndarray of float64, shape (n,)
        Recognizability of each probe.
    fmr : float
        False match rate that fixes the threshold, over all probes.

    Returns
    -------
    ProbeOutcomes
        Which probes are accepted.
    """
    similarities = probes @ references.T
    mated = np.zeros(similarities.shape, bool)
    mated[np.arange(len(probes)), owners] = True
    non_mated = similarities[~mated]
    threshold = float(np.quantile(non_mated, 1.0 - fmr, method="higher"))
    return ProbeOutcomes(index, similarities[mated] > threshold, threshold, non_mated.size)


def band_edges(outcomes: ProbeOutcomes, levels: Sequence[float] = LEVELS) -> tuple[float, ...]:
    """Find the index at which the true accept rate first reaches each level.

    The rate as a function of the index is fitted by isotonic regression, so it is assumed never to fall; how
    far that holds must be judged from the rates of the bands that result.

    Parameters
    ----------
    outcomes : ProbeOutcomes
        Probes and whether they were accepted.
    levels : sequence of float
        Rates, ascending.

    Returns
    -------
    tuple of float
        One edge for each level, ascending, rounded to two decimals.

    Raises
    ------
    ValueError
        If a level is never reached.
    """
    order = np.argsort(outcomes.index, kind="stable")
    index = outcomes.index[order]
    rate = isotonic(outcomes.accepted[order].astype(np.float64))
    if rate[-1] < max(levels):
        raise ValueError(f"the true accept rate never reaches {max(levels)}")
    return tuple(round(float(index[np.argmax(rate >= level)]), 2) for level in levels)


def isotonic(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fit the non-falling sequence nearest to `values` in the least-squares sense.

    Pool adjacent violators: neighbours in the wrong order are replaced by their mean.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        In order of the predictor.

    Returns
    -------
    ndarray of float64, shape (n,)
        The fit.
    """
    pools: list[tuple[float, int]] = []
    for value in values:
        total, count = float(value), 1
        while pools and pools[-1][0] * count >= total * pools[-1][1]:
            before, size = pools.pop()
            total, count = total + before, count + size
        pools.append((total, count))
    means = [total / count for total, count in pools]
    return np.repeat(means, [count for _, count in pools])


def area_under_curve(index: NDArray[np.float64], accepted: NDArray[np.bool_]) -> float | None:
    """Say how well an index orders accepted before rejected probes.

    Parameters
    ----------
    index : ndarray of float64, shape (n,)
        Recognizability.
    accepted : ndarray of bool, shape (n,)
        Whether each probe reached its mated reference.

    Returns
    -------
    float or None
        Chance that an accepted probe has the higher index of the two, ties counted half: 1 is perfect order,
        0.5 none. None when all probes had the same outcome.
    """
    yes, no = index[accepted], index[~accepted]
    if not len(yes) or not len(no):
        return None
    higher = (yes[:, None] > no).mean()
    return float(higher + (yes[:, None] == no).mean() / 2)
