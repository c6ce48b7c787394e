"""Whether a quality measure knows which comparisons will fail: error versus discard.

The pairs of lowest quality are rejected first, and the false non-match rate (FNMR) of the others is followed.
The quality of a pair is the lower of its two pictures'. Two conventions are in use and give different
numbers, so that every result names its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.evaluation.thresholds import threshold_at
from core.evaluation.verification import Comparisons

STEPS = 200
"""Points of a curve for the whole range of discarded shares, ends included."""
FULL, PARTIAL = 0.95, 0.30
"""The areas reach from 0 to these discarded shares."""


class Convention(StrEnum):
    """Where the threshold on similarity comes from when pairs are discarded."""

    FIXED = "threshold fixed on the whole set (ISO/IEC 29794-1)"
    RECOMPUTED = "threshold recomputed on the retained set (CR-FIQA)"


@dataclass(frozen=True, slots=True)
class ErrorVersusDiscard:
    """An error-versus-discard curve.

    Attributes
    ----------
    convention : Convention
        Where the threshold comes from.
    discarded : tuple of float
        Share of the mated pairs that is rejected, from 0 to 0.95.
    fnmr : tuple of (float or None)
        Share of errors among the others, its expected value when pairs of equal quality are rejected in
        random order. None where the retained non-mated pairs are too few for the threshold.
    auc, pauc : float or None
        Area under the curve from 0 to 0.95 and to 0.30.
    auc_relative, pauc_relative : float or None
        The mean of the curve over that range divided by its value with nothing rejected: 1 is what rejecting
        at random gives, less is better. None where nothing fails with nothing rejected.
    """

    convention: Convention
    discarded: tuple[float, ...]
    fnmr: tuple[float | None, ...]
    auc: float | None
    pauc: float | None
    auc_relative: float | None
    pauc_relative: float | None


def pair_quality(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the lower quality of each pair."""
    return np.asarray(np.minimum(first, second))


def discard_grid() -> NDArray[np.float64]:
    """Return the discarded shares at which curves are given: 0, 0.005 ... 0.95."""
    return np.arange(round(FULL * STEPS) + 1) / STEPS


def expected_fnmr(
    quality: NDArray[np.floating],
    errors: NDArray[np.bool_],
    pair_weights: NDArray[np.integer],
    discarded: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Follow the share of errors while pairs of low quality are rejected.

    Parameters
    ----------
    quality : ndarray, shape (m,)
        Quality of each mated pair.
    errors : ndarray of bool, shape (replicates, m)
        Whether each pair fails.
    pair_weights : ndarray of int, shape (replicates, m)
        Weight of each pair; ones for the sample itself.
    discarded : ndarray of float64, shape (d,)
        Shares of the weight to reject, ascending, below 1.

    Returns
    -------
    ndarray of float64, shape (replicates, d)
        Expected value over the orders of pairs with equal quality; NaN in a sample without weight.
    """
    order = np.argsort(quality, kind="stable")
    ordered = quality[order]
    starts = np.concatenate([[0], np.flatnonzero(ordered[1:] > ordered[:-1]) + 1])
    result = np.full((len(pair_weights), len(discarded)), np.nan)
    for row, (weights, failed) in enumerate(zip(pair_weights[:, order], errors[:, order], strict=True)):
        weight = np.concatenate([[0.0], np.cumsum(np.add.reduceat(weights, starts))])
        failing = np.concatenate([[0.0], np.cumsum(np.add.reduceat(weights * failed, starts))])
        total = weight[-1]
        if total > 0:
            rejected = np.interp(discarded, weight / total, failing)
            result[row] = np.maximum(failing[-1] - rejected, 0.0) / ((1.0 - discarded) * total)
    return result


def error_versus_discard(
    comparisons: Comparisons, mated_quality: NDArray[np.floating], fmr: float
) -> ErrorVersusDiscard | None:
    """Trace the curve with the threshold fixed on the whole set.

    Parameters
    ----------
    comparisons : Comparisons
        The scores.
    mated_quality : ndarray, shape (m,)
        Quality of each mated pair.
    fmr : float
        False match rate that fixes the threshold, over all non-mated pairs.

    Returns
    -------
    ErrorVersusDiscard or None
        None when the non-mated pairs cannot resolve the false match rate.
    """
    threshold = threshold_at(comparisons.non_mated, fmr)
    if threshold is None:
        return None
    grid = discard_grid()
    errors = comparisons.mated[None] <= threshold
    curve = expected_fnmr(mated_quality, errors, np.ones(errors.shape, np.int64), grid)[0]
    return _result(Convention.FIXED, grid, curve)


def error_versus_discard_recomputed(
    comparisons: Comparisons,
    mated_quality: NDArray[np.floating],
    non_mated_quality: NDArray[np.floating],
    fmr: float,
) -> ErrorVersusDiscard | None:
    """Trace the curve with the threshold found anew among the retained pairs.

    Parameters
    ----------
    comparisons : Comparisons
        The scores.
    mated_quality, non_mated_quality : ndarray
        Quality of each pair. What rejects a given share of the mated pairs is a bound on quality, and the
        same bound rejects non-mated pairs.
    fmr : float
        False match rate among the retained non-mated pairs.

    Returns
    -------
    ErrorVersusDiscard or None
        None when not even all non-mated pairs can resolve the false match rate. Of pairs exactly at the
        bound, mated or not, the same share counts as rejected.
    """
    if threshold_at(comparisons.non_mated, fmr) is None:
        return None
    grid = discard_grid()
    ordered = np.sort(mated_quality)
    descending = np.argsort(-comparisons.non_mated, kind="stable")
    scores, quality = comparisons.non_mated[descending], non_mated_quality[descending]
    curve = np.full(len(grid), np.nan)
    for place, share in enumerate(grid):
        rejected = share * len(ordered)
        bound = ordered[int(rejected)]
        first = np.searchsorted(ordered, bound, side="left")
        last = np.searchsorted(ordered, bound, side="right")
        kept_at_bound = 1.0 - (rejected - first) / (last - first)
        retained = quality >= bound
        scores, quality = scores[retained], quality[retained]
        weight = np.cumsum(np.where(quality > bound, 1.0, kept_at_bound))
        allowed = fmr * weight[-1] + 1e-9 if len(weight) else 0.0
        if allowed < 1.0:
            break
        threshold = scores[np.searchsorted(weight, allowed, side="right")]
        mated_weight = np.where(
            mated_quality > bound, 1.0, np.where(mated_quality == bound, kept_at_bound, 0)
        )
        curve[place] = mated_weight[comparisons.mated <= threshold].sum() / mated_weight.sum()
    return _result(Convention.RECOMPUTED, grid, curve)


def spearman(first: NDArray[np.number], second: NDArray[np.number]) -> float | None:
    """Return Spearman's rank correlation, ties at their mean rank; None when one side is constant."""
    a, b = _mean_ranks(first), _mean_ranks(second)
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale else None


def trapezoid(y: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Integrate curves along their last axis by the trapezoidal rule."""
    return np.asarray(((y[..., 1:] + y[..., :-1]) / 2.0 * np.diff(x)).sum(axis=-1))


def _mean_ranks(values: NDArray[np.number]) -> NDArray[np.float64]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2.0)[inverse], np.float64)


def _result(
    convention: Convention, grid: NDArray[np.float64], curve: NDArray[np.float64]
) -> ErrorVersusDiscard:
    def area(end: float) -> float | None:
        within = grid <= end
        value = float(trapezoid(curve[within], grid[within]))
        return None if np.isnan(value) else value

    def relative(value: float | None, end: float) -> float | None:
        return None if value is None or not curve[0] > 0 else value / end / float(curve[0])

    auc, pauc = area(FULL), area(PARTIAL)
    return ErrorVersusDiscard(
        convention=convention,
        discarded=tuple(grid.tolist()),
        fnmr=tuple(None if np.isnan(value) else float(value) for value in curve),
        auc=auc,
        pauc=pauc,
        auc_relative=relative(auc, FULL),
        pauc_relative=relative(pauc, PARTIAL),
    )
