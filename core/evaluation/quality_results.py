"""All quality measures of a system on the same pairs, and how they compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluation.intervals import Interval, percentile_interval
from core.evaluation.quality import (
    ErrorVersusDiscard,
    error_versus_discard,
    error_versus_discard_recomputed,
)
from core.evaluation.quality_differences import PaucDifference, compare_measures, resampled_pauc
from core.evaluation.verification import Comparisons, Verification, verify

FMR = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class PairQuality:
    """Quality of pairs by one measure.

    Attributes
    ----------
    mated, non_mated : ndarray of float64
        The lower quality of the two pictures of each pair.
    """

    mated: NDArray[np.float64]
    non_mated: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """One quality measure.

    Attributes
    ----------
    name : str
        The measure; higher values are better.
    fixed : ErrorVersusDiscard or None
        Threshold fixed on the whole set; None when the pairs cannot resolve the false match rate.
    recomputed : ErrorVersusDiscard or None
        Threshold recomputed on the retained set; None where it was not asked for.
    pauc_interval : Interval or None
        Of the relative pAUC with fixed threshold.
    """

    name: str
    fixed: ErrorVersusDiscard | None
    recomputed: ErrorVersusDiscard | None
    pauc_interval: Interval | None


@dataclass(frozen=True, slots=True)
class QualityResult:
    """Error versus discard of all measures on the same pairs.

    Attributes
    ----------
    fmr : float
        False match rate that fixes the threshold.
    verification : Verification
        The pairs with nothing rejected; FNMR is 1 - TAR.
    measures : tuple of MeasureResult
        The system's own measure first.
    differences : tuple of PaucDifference
        The system's own measure against each other one.
    """

    fmr: float
    verification: Verification
    measures: tuple[MeasureResult, ...]
    differences: tuple[PaucDifference, ...]


def evaluate_quality(
    comparisons: Comparisons,
    qualities: Mapping[str, PairQuality],
    weights: NDArray[np.int32],
    *,
    recompute: bool = True,
) -> QualityResult:
    """Trace error versus discard for each measure.

    Parameters
    ----------
    comparisons : Comparisons
        Similarities of the pairs.
    qualities : mapping of str to PairQuality
        Quality of the pairs by each measure; the system's own first.
    weights : ndarray of int32, shape (replicates, people)
        Bootstrap weights of the people.
    recompute : bool
        Whether to trace the curves with recomputed threshold as well.

    Returns
    -------
    QualityResult
        Curves, areas and paired differences.
    """
    verification = verify(comparisons, weights, [FMR])
    if verification.points[0].threshold is None or not len(comparisons.mated):
        empty = tuple(MeasureResult(name, None, None, None) for name in qualities)
        return QualityResult(FMR, verification, empty, ())
    of_mated = {name: quality.mated for name, quality in qualities.items()}
    replicated = resampled_pauc(comparisons, of_mated, FMR, weights)
    measures = []
    for name, quality in qualities.items():
        recomputed = None
        if recompute:
            recomputed = error_versus_discard_recomputed(comparisons, quality.mated, quality.non_mated, FMR)
        fixed = error_versus_discard(comparisons, quality.mated, FMR)
        interval = percentile_interval(replicated[name], "bootstrap over people")
        measures.append(MeasureResult(name, fixed, recomputed, interval))
    point = {
        measure.name: measure.fixed.pauc_relative
        for measure in measures
        if measure.fixed is not None and measure.fixed.pauc_relative is not None
    }
    own = next(iter(qualities))
    return QualityResult(
        fmr=FMR,
        verification=verification,
        measures=tuple(measures),
        differences=compare_measures(own, point, replicated) if own in point else (),
    )
