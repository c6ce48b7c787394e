"""Whether one quality measure orders errors better than another: the same bootstrap samples for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluation.intervals import Interval, percentile_interval
from core.evaluation.quality import PARTIAL, discard_grid, expected_fnmr, trapezoid
from core.evaluation.thresholds import resampled_thresholds
from core.evaluation.verification import Comparisons


@dataclass(frozen=True, slots=True)
class PaucDifference:
    """How much better one measure orders errors than another, on the same pairs.

    Attributes
    ----------
    measure, other : str
        Names of the measures.
    difference : float
        Relative pAUC of `measure` minus that of `other`, threshold fixed; below 0 `measure` is better.
    interval : Interval or None
        Both measures are evaluated in each bootstrap sample.
    """

    measure: str
    other: str
    difference: float
    interval: Interval | None


def resampled_pauc(
    comparisons: Comparisons,
    qualities: Mapping[str, NDArray[np.floating]],
    fmr: float,
    weights: NDArray[np.int32],
) -> dict[str, NDArray[np.float64]]:
    """Find the relative pAUC of several measures in the same bootstrap samples of people.

    Parameters
    ----------
    comparisons : Comparisons
        The scores.
    qualities : mapping of str to ndarray, shape (m,)
        Quality of each mated pair by each measure.
    fmr : float
        False match rate that fixes the threshold, anew in each sample and over all its non-mated pairs.
    weights : ndarray of int32, shape (replicates, people)
        Bootstrap weights of the people.

    Returns
    -------
    dict of str to ndarray of float64, shape (replicates,)
        Relative pAUC, threshold fixed on the whole sample; NaN in a sample in which nothing fails.
    """
    thresholds = resampled_thresholds(comparisons.non_mated, comparisons.non_mated_people, weights, [fmr])
    grid = discard_grid()
    grid = grid[grid <= PARTIAL]
    errors = comparisons.mated <= thresholds
    pair_weights = weights[:, comparisons.mated_people[:, 0]]
    results = {}
    for name, quality in qualities.items():
        curves = expected_fnmr(quality, errors, pair_weights, grid)
        start = np.where(curves[:, 0] > 0, curves[:, 0], np.nan)
        results[name] = trapezoid(curves, grid) / PARTIAL / start
    return results


def compare_measures(
    measure: str, point: Mapping[str, float], replicated: Mapping[str, NDArray[np.float64]]
) -> tuple[PaucDifference, ...]:
    """Set one measure against all others on the same bootstrap samples.

    Parameters
    ----------
    measure : str
        Name of the measure.
    point : mapping of str to float
        Relative pAUC of every measure.
    replicated : mapping of str to ndarray of float64, shape (replicates,)
        The same in each sample, from :func:`resampled_pauc`.

    Returns
    -------
    tuple of PaucDifference
        One for each other measure.
    """
    return tuple(
        PaucDifference(
            measure,
            other,
            point[measure] - point[other],
            percentile_interval(replicated[measure] - replicated[other], "paired bootstrap over people"),
        )
        for other in point
        if other != measure
    )
