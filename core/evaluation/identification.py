"""One-to-many search: ranks among the enrolled, and detection and identification when not all are.

Terms follow ISO/IEC 19795-1 and the reports of NIST's FRVT/FRTE 1:N: a search of an enrolled person counts
only if the mate comes first *and* its similarity is over the threshold; a search of a person who is not
enrolled is a false positive if any candidate is over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluation.intervals import Rate, rate_over_people
from core.evaluation.thresholds import resampled_share_above, resampled_thresholds, threshold_at

FPIR_TARGETS = (0.01, 0.1)
RANKS = (1, 5)
CMC_LENGTH = 20


@dataclass(frozen=True, slots=True)
class ClosedSet:
    """Ranks of the mates when every probe's person is enrolled.

    Attributes
    ----------
    gallery, probes : int
        Templates enrolled, and searches.
    people : int
        Different people among the probes.
    ranks : tuple of (int, Rate)
        Share of probes whose mate has this rank or a better one. The intervals hold the gallery and resample
        the people of the probes.
    cmc : tuple of float
        The same share for the ranks 1, 2, 3 ...
    """

    gallery: int
    probes: int
    people: int
    ranks: tuple[tuple[int, Rate], ...]
    cmc: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class OpenSetPoint:
    """Detection and identification at the threshold that a false positive identification rate fixes.

    Attributes
    ----------
    target_fpir : float
        The rate asked for.
    threshold : float or None
        Over it is what is greater; None when the non-mated probes are too few to resolve the target.
    fpir, dir : Rate or None
        False positive identification rate of the probes that are not enrolled; share of the enrolled probes
        whose mate comes first (or at the rank asked for) and is over the threshold: 1 - FNIR.
    """

    target_fpir: float
    threshold: float | None
    fpir: Rate | None
    dir: Rate | None


@dataclass(frozen=True, slots=True)
class OpenSet:
    """Search when some of the people are not enrolled.

    Attributes
    ----------
    gallery, mated_probes, non_mated_probes : int
        Templates enrolled; searches of enrolled people, and of others.
    points : tuple of OpenSetPoint
        One for each target.
    """

    gallery: int
    mated_probes: int
    non_mated_probes: int
    points: tuple[OpenSetPoint, ...]


def mate_ranks(
    similarities: NDArray[np.floating], probe_people: NDArray[np.integer], gallery_people: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.floating]]:
    """Find the rank and the similarity of each probe's mate.

    Parameters
    ----------
    similarities : ndarray, shape (probes, gallery)
        Higher is more alike.
    probe_people, gallery_people : ndarray of int
        Who is who; each person is in the gallery once at most.

    Returns
    -------
    ranks : ndarray of int64, shape (probes,)
        From 1. Others who are just as similar come before the mate, so that a system that gives everybody the
        same similarity does not look good.
    mates : ndarray, shape (probes,)
        Similarity of the mate.

    Raises
    ------
    ValueError
        If a probe's person is not in the gallery exactly once.
    """
    is_mate = probe_people[:, None] == gallery_people
    if not (is_mate.sum(axis=1) == 1).all():
        raise ValueError("every probe needs exactly one mate in the gallery")
    mates = similarities[is_mate]
    return (similarities >= mates[:, None]).sum(axis=1).astype(np.int64), mates


def closed_set(
    similarities: NDArray[np.floating],
    probe_people: NDArray[np.integer],
    gallery_people: NDArray[np.integer],
    weights: NDArray[np.int32],
    ranks: Sequence[int] = RANKS,
) -> ClosedSet:
    """Evaluate search with every probe's person enrolled.

    Parameters
    ----------
    similarities : ndarray, shape (probes, gallery)
        Higher is more alike.
    probe_people, gallery_people : ndarray of int
        Who is who, as columns of `weights`.
    weights : ndarray of int32, shape (replicates, people)
        Bootstrap weights of the people.
    ranks : sequence of int
        Ranks to report.

    Returns
    -------
    ClosedSet
        Rates with counts and intervals.
    """
    found, _ = mate_ranks(similarities, probe_people, gallery_people)
    people = len(np.unique(probe_people))
    limits = np.broadcast_to(-np.array(ranks, np.float64) - 0.5, (len(weights), len(ranks)))
    replicated = resampled_share_above(-found.astype(np.float64), probe_people[:, None], weights, limits)
    rates = [
        rate_over_people(int((found <= rank).sum()), len(found), people, replicated[:, column])
        for column, rank in enumerate(ranks)
    ]
    length = min(CMC_LENGTH, len(gallery_people))
    return ClosedSet(
        gallery=len(gallery_people),
        probes=len(found),
        people=people,
        ranks=tuple(zip(ranks, rates, strict=True)),
        cmc=cumulative_match_characteristic(found, length),
    )


def cumulative_match_characteristic(ranks: NDArray[np.int64], length: int) -> tuple[float, ...]:
    """Return the share of ranks that are 1, at most 2, at most 3 ... up to `length`; empty without ranks."""
    if not len(ranks):
        return ()
    counts = np.bincount(np.minimum(ranks, length + 1), minlength=length + 2)[1 : length + 1]
    return tuple(float(share) for share in np.cumsum(counts) / len(ranks))


def open_set(
    mated: NDArray[np.floating],
    mated_people: NDArray[np.integer],
    non_mated: NDArray[np.floating],
    non_mated_people: NDArray[np.integer],
    gallery_people: NDArray[np.integer],
    weights: NDArray[np.int32],
    targets: Sequence[float] = FPIR_TARGETS,
    rank: int = 1,
) -> OpenSet:
    """Evaluate search with some people not enrolled.

    Parameters
    ----------
    mated, non_mated : ndarray, shape (probes, gallery)
        Similarities of probes of enrolled people and of people who are not enrolled.
    mated_people, non_mated_people : ndarray of int, shape (probes,)
        Who the probes are, as columns of `weights`.
    gallery_people : ndarray of int
        Who is enrolled.
    weights : ndarray of int32, shape (replicates, people)
        Bootstrap weights of the people; the gallery is held.
    targets : sequence of float
        False positive identification rates.
    rank : int
        Worst rank of the mate that counts; its own similarity must be over the threshold at any rank.

    Returns
    -------
    OpenSet
        Rates with counts and intervals.
    """
    ranks, mates = mate_ranks(mated, mated_people, gallery_people)
    detected = np.where(ranks <= rank, mates.astype(np.float64), -np.inf)
    best = non_mated.max(axis=1, initial=-np.inf).astype(np.float64)
    points = []
    for target in targets:
        threshold = threshold_at(best, target)
        if threshold is None:
            points.append(OpenSetPoint(target, None, None, None))
            continue
        moved = resampled_thresholds(best, non_mated_people[:, None], weights, [target])
        held = np.full_like(moved, threshold)
        hits = resampled_share_above(detected, mated_people[:, None], weights, moved)[:, 0]
        alarms = resampled_share_above(best, non_mated_people[:, None], weights, held)[:, 0]
        points.append(
            OpenSetPoint(
                target_fpir=target,
                threshold=threshold,
                fpir=_rate(best > threshold, non_mated_people, alarms),
                dir=_rate(detected > threshold, mated_people, hits),
            )
        )
    return OpenSet(len(gallery_people), len(mated), len(non_mated), tuple(points))


def _rate(events: NDArray[np.bool_], people: NDArray[np.integer], replicated: NDArray[np.float64]) -> Rate:
    return rate_over_people(int(events.sum()), len(events), len(np.unique(people)), replicated)
