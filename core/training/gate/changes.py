"""How a new model differs from its parent on the same probes and the same bootstrap samples of people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluation.identification import mate_ranks
from core.evaluation.intervals import Interval, percentile_interval
from core.evaluation.quality_differences import resampled_pauc
from core.evaluation.thresholds import resampled_share_above, resampled_thresholds, threshold_at
from core.evaluation.verification import Comparisons
from core.training.gate.trials import Trial

FMR = 1e-2
FPIR = 0.1
TAR, RANK_ONE, DIR = "TAR at FMR 0.01", "rank 1", "DIR at FPIR 0.1"
LEAST_PEOPLE = 20
"""With fewer people a bootstrap over them says little, and nothing is judged."""

_PAIRED = "paired bootstrap over people"
_ENROLLED_SHARE = 2
"""One of so many people is not enrolled in the open-set search."""


@dataclass(frozen=True, slots=True)
class Change:
    """One rate of both models.

    Attributes
    ----------
    trial, group, measure : str
        What was measured, of which probes of which trial.
    laboratory : bool
        Whether the trial is the laboratory's.
    people, probes : int
        Behind the rates.
    before, after : float or None
        The rate of the parent and of the new model; None where the probes are too few for it.
    interval : Interval or None
        Of the difference, after minus before; None where nothing can be judged.
    """

    trial: str
    group: str
    measure: str
    laboratory: bool
    people: int
    probes: int
    before: float | None
    after: float | None
    interval: Interval | None

    @property
    def worse(self) -> bool:
        """Whether the new model is worse beyond the interval."""
        return self.interval is not None and self.interval.high < 0

    @property
    def better(self) -> bool:
        """Whether the new model is better beyond the interval."""
        return self.interval is not None and self.interval.low > 0


@dataclass(frozen=True, slots=True)
class ErrorOrder:
    """How well recognizability orders errors, as relative pAUC: less is better, and 1 is no order.

    Attributes
    ----------
    trial : str
        On which faces.
    before, after : float or None
        Of the parent and of the new model; None where nothing fails.
    interval : Interval or None
        Of the difference, after minus before.
    """

    trial: str
    before: float | None
    after: float | None
    interval: Interval | None

    @property
    def lost(self) -> bool:
        """Whether the index of the new model orders errors no more, or worse than the parent's."""
        if self.after is None:
            return False
        no_order = self.after >= 1.0 and (self.before is None or self.before < 1.0)
        return no_order or (self.interval is not None and self.interval.low > 0)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What one model says of a trial.

    Attributes
    ----------
    similarities : ndarray, shape (n, p)
        Of each probe with each reference.
    index : ndarray of float64, shape (n,)
        Recognizability of each probe.
    """

    similarities: NDArray[np.floating]
    index: NDArray[np.float64]


def changes(trial: Trial, before: Answers, after: Answers, weights: NDArray[np.int32]) -> tuple[Change, ...]:
    """Measure both models in every group of a trial.

    Parameters
    ----------
    trial : Trial
        Who is who.
    before, after : Answers
        Of the parent and of the new model.
    weights : ndarray of int32, shape (replicates, people)
        Bootstrap weights of the people, the same for both.

    Returns
    -------
    tuple of Change
        Group by group, each measure.
    """
    found = []
    for group, chosen in trial.groups.items():
        people = trial.people[chosen]
        count = len(np.unique(people))
        both = [dict(_rates(one.similarities[chosen], people, weights)) for one in (before, after)]
        for measure in (TAR, RANK_ONE, DIR):
            old, new = (rates.get(measure) for rates in both)
            interval = None
            if old is not None and new is not None and count >= LEAST_PEOPLE:
                interval = percentile_interval(new[1] - old[1], _PAIRED)
            found.append(
                Change(
                    trial=trial.name,
                    group=group,
                    measure=measure,
                    laboratory=trial.laboratory,
                    people=count,
                    probes=len(people),
                    before=None if old is None else old[0],
                    after=None if new is None else new[0],
                    interval=interval,
                )
            )
    return tuple(found)


def error_order(trial: Trial, before: Answers, after: Answers, weights: NDArray[np.int32]) -> ErrorOrder:
    """Measure how well the index of both models orders the errors of its own model.

    Parameters
    ----------
    trial : Trial
        Who is who.
    before, after : Answers
        Of the parent and of the new model.
    weights : ndarray of int32, shape (replicates, people)
        Bootstrap weights of the people.

    Returns
    -------
    ErrorOrder
        Over all probes, threshold at the false match rate fixed.
    """
    points: list[float | None] = []
    replicated = []
    alone = np.ones((1, weights.shape[1]), np.int32)
    for one in (before, after):
        compared = _comparisons(one.similarities, trial.people)
        if threshold_at(compared.non_mated, FMR) is None:
            return ErrorOrder(trial.name, None, None, None)
        quality = {"index": one.index}
        value = float(resampled_pauc(compared, quality, FMR, alone)["index"][0])
        points.append(None if np.isnan(value) else value)
        replicated.append(resampled_pauc(compared, quality, FMR, weights)["index"])
    interval = None
    if None not in points and len(np.unique(trial.people)) >= LEAST_PEOPLE:
        interval = percentile_interval(replicated[1] - replicated[0], _PAIRED)
    return ErrorOrder(trial.name, points[0], points[1], interval)


def _rates(
    similarities: NDArray[np.floating], people: NDArray[np.int64], weights: NDArray[np.int32]
) -> Iterator[tuple[str, tuple[float, NDArray[np.float64]]]]:
    """Yield name, value and bootstrap values of each rate that the probes are enough for."""
    compared = _comparisons(similarities, people)
    threshold = threshold_at(compared.non_mated, FMR)
    if threshold is not None:
        moved = resampled_thresholds(compared.non_mated, compared.non_mated_people, weights, [FMR])
        share = resampled_share_above(compared.mated, compared.mated_people, weights, moved)[:, 0]
        yield TAR, (float((compared.mated > threshold).mean()), share)
    ranks, _ = mate_ranks(similarities, people, np.arange(similarities.shape[1]))
    held = np.full((len(weights), 1), -1.5)
    first = resampled_share_above(-ranks.astype(np.float64), people[:, None], weights, held)[:, 0]
    yield RANK_ONE, (float((ranks == 1).mean()), first)
    enrolled = np.flatnonzero(np.arange(similarities.shape[1]) % _ENROLLED_SHARE == 0)
    mated = people % _ENROLLED_SHARE == 0
    if not mated.any() or mated.all():
        return
    best = similarities[np.ix_(~mated, enrolled)].max(axis=1).astype(np.float64)
    threshold = threshold_at(best, FPIR)
    if threshold is None:
        return
    ranks, mates = mate_ranks(similarities[np.ix_(mated, enrolled)], people[mated], enrolled)
    detected = np.where(ranks == 1, mates.astype(np.float64), -np.inf)
    moved = resampled_thresholds(best, people[~mated][:, None], weights, [FPIR])
    hits = resampled_share_above(detected, people[mated][:, None], weights, moved)[:, 0]
    yield DIR, (float((detected > threshold).mean()), hits)


def _comparisons(similarities: NDArray[np.floating], people: NDArray[np.int64]) -> Comparisons:
    mated = people[:, None] == np.arange(similarities.shape[1])
    probes, references = np.nonzero(~mated)
    return Comparisons(
        mated=similarities[mated],
        mated_people=people[:, None],
        non_mated=similarities[~mated],
        non_mated_people=np.column_stack([people[probes], references]),
    )
