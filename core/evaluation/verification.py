"""One-to-one comparison: true accept rate at a false match rate, and the detection error trade-off.

Terms follow ISO/IEC 19795-1; the true accept rate is 1 - FNMR.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluation.intervals import Rate, rate_over_people
from core.evaluation.thresholds import resampled_share_above, resampled_thresholds, threshold_at

FMR_TARGETS = (1e-2, 1e-3, 1e-4)


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """Similarities of picture pairs and the people in them.

    Attributes
    ----------
    mated : ndarray, shape (m,)
        Similarities of two pictures of one person.
    mated_people : ndarray of int, shape (m, 1)
        That person.
    non_mated : ndarray, shape (n,)
        Similarities of pictures of two people.
    non_mated_people : ndarray of int, shape (n, 2)
        The two, always different.
    """

    mated: NDArray[np.floating]
    mated_people: NDArray[np.integer]
    non_mated: NDArray[np.floating]
    non_mated_people: NDArray[np.integer]

    def __post_init__(self) -> None:
        if self.mated_people.shape != (len(self.mated), 1):
            raise ValueError(f"a person for each mated score is needed, not {self.mated_people.shape}")
        if self.non_mated_people.shape != (len(self.non_mated), 2):
            raise ValueError(
                f"two people for each non-mated score are needed, not {self.non_mated_people.shape}"
            )


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What is accepted at the threshold that a false match rate fixes.

    Attributes
    ----------
    target_fmr : float
        The false match rate asked for.
    threshold : float or None
        Accepted is what is greater. None when the non-mated pairs are too few to resolve the target, and then
        the rates cannot be given either.
    fmr, tar : Rate or None
        False match rate and true accept rate at the threshold. In the bootstrap of the true accept rate the
        threshold is found anew in each sample; in that of the false match rate it is held.
    """

    target_fmr: float
    threshold: float | None
    fmr: Rate | None
    tar: Rate | None


@dataclass(frozen=True, slots=True)
class DetPoint:
    """One point of the detection error trade-off, both errors at one threshold."""

    threshold: float
    fmr: float
    fnmr: float


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of one-to-one comparison.

    Attributes
    ----------
    mated_pairs, non_mated_pairs : int
        Number of comparisons.
    mated_people : int
        People with at least one mated pair.
    points : tuple of OperatingPoint
        One for each target.
    det : tuple of DetPoint
        From high to low false match rate.
    """

    mated_pairs: int
    non_mated_pairs: int
    mated_people: int
    points: tuple[OperatingPoint, ...]
    det: tuple[DetPoint, ...]


def verify(
    comparisons: Comparisons, weights: NDArray[np.int32], targets: Sequence[float] = FMR_TARGETS
) -> Verification:
    """Evaluate one-to-one comparison.

    Parameters
    ----------
    comparisons : Comparisons
        The scores.
    weights : ndarray of int32, shape (replicates, people)
        Bootstrap weights of the people; no rows, no intervals.
    targets : sequence of float
        False match rates.

    Returns
    -------
    Verification
        Rates with counts and intervals.
    """
    resolved = [t for t in targets if threshold_at(comparisons.non_mated, t) is not None]
    found = np.array([threshold_at(comparisons.non_mated, t) for t in resolved], np.float64)
    if resolved:
        c = comparisons
        moved = resampled_thresholds(c.non_mated, c.non_mated_people, weights, resolved)
        tar = resampled_share_above(c.mated, c.mated_people, weights, moved)
        held = np.broadcast_to(found, moved.shape)
        fmr = resampled_share_above(c.non_mated, c.non_mated_people, weights, held)
    points = []
    for target in targets:
        if target not in resolved:
            points.append(OperatingPoint(target, None, None, None))
            continue
        column = resolved.index(target)
        points.append(_point(comparisons, target, float(found[column]), fmr[:, column], tar[:, column]))
    return Verification(
        mated_pairs=len(comparisons.mated),
        non_mated_pairs=len(comparisons.non_mated),
        mated_people=len(np.unique(comparisons.mated_people)),
        points=tuple(points),
        det=det_points(comparisons.mated, comparisons.non_mated),
    )


def det_points(
    mated: NDArray[np.floating], non_mated: NDArray[np.floating], per_decade: int = 10
) -> tuple[DetPoint, ...]:
    """Trace the detection error trade-off.

    Parameters
    ----------
    mated, non_mated : ndarray, shape (n,)
        Similarities.
    per_decade : int
        Points for each factor of ten of the false match rate.

    Returns
    -------
    tuple of DetPoint
        From a false match rate near 1 down to the smallest that can be resolved; equal points are given once.
    """
    if not len(mated) or len(non_mated) < 2:
        return ()
    ascending, other = np.sort(mated), np.sort(non_mated)
    n = len(other)
    last = int(np.ceil(np.log10(n) * per_decade))
    allowed = np.unique(np.floor(n * 10.0 ** (-np.arange(1, last + 1) / per_decade)).astype(np.int64))
    thresholds = np.unique(other[n - 1 - allowed[(allowed > 0) & (allowed < n)]])
    accepted = n - np.searchsorted(other, thresholds, side="right")
    rejected = np.searchsorted(ascending, thresholds, side="right")
    return tuple(
        DetPoint(float(t), float(a / n), float(r / len(ascending)))
        for t, a, r in zip(thresholds, accepted, rejected, strict=True)
    )


def _point(
    comparisons: Comparisons,
    target: float,
    threshold: float,
    fmr: NDArray[np.float64],
    tar: NDArray[np.float64],
) -> OperatingPoint:
    accepted = int((comparisons.mated > threshold).sum())
    people = len(np.unique(comparisons.mated_people))
    false = int((comparisons.non_mated > threshold).sum())
    everybody = len(np.unique(comparisons.non_mated_people))
    return OperatingPoint(
        target_fmr=target,
        threshold=threshold,
        fmr=rate_over_people(false, len(comparisons.non_mated), everybody, fmr),
        tar=rate_over_people(accepted, len(comparisons.mated), people, tar),
    )
