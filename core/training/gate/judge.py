"""The verdict on a new model, with one sentence for each reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.evaluation.intervals import person_weights
from core.evaluation.systems import FaceSystem
from core.progress import Progress
from core.training.gate.changes import (
    LEAST_PEOPLE,
    RANK_ONE,
    TAR,
    Answers,
    Change,
    ErrorOrder,
    changes,
    error_order,
)
from core.training.gate.trials import ALL, LABELLED, Trial

REPLICATES = 1000
SEED = 20261124
_BATCH = 256


class GateVerdict(StrEnum):
    """Whether a new model may take its parent's place."""

    PROMOTE = "promote"
    REFUSE = "refuse"
    NOT_ENOUGH_DATA = "not_enough_data"


@dataclass(frozen=True, slots=True)
class GateResult:
    """What the gate says of a model.

    Attributes
    ----------
    verdict : GateVerdict
        Whether it may be promoted.
    reasons : tuple of str
        One sentence each.
    model, model_id, parent, parent_id : str
        Which models were compared.
    changes : tuple of Change
        Every rate of both.
    orders : tuple of ErrorOrder
        How well recognizability orders errors, on each trial.
    """

    verdict: GateVerdict
    reasons: tuple[str, ...]
    model: str
    model_id: str
    parent: str
    parent_id: str
    changes: tuple[Change, ...]
    orders: tuple[ErrorOrder, ...]


def judge(
    parent: FaceSystem,
    model: FaceSystem,
    trials: Sequence[Trial],
    progress: Progress,
    replicates: int = REPLICATES,
) -> GateResult:
    """Judge a new model against its parent.

    Parameters
    ----------
    parent, model : FaceSystem
        Both.
    trials : sequence of Trial
        Faces of people that the model was not tuned on.
    progress : Progress
        Told after each batch.
    replicates : int
        Bootstrap samples.

    Returns
    -------
    GateResult
        The model may be promoted if the laboratory's trial is large enough, no rate is worse than the
        parent's beyond its 95 % interval, and recognizability still orders errors on every trial. Intervals
        are not widened for their number: the gate rather refuses a good model than lets a bad one through.

    Raises
    ------
    Cancelled
        If a stop was asked for.
    """
    found: list[Change] = []
    orders: list[ErrorOrder] = []
    for trial in trials:
        before, after = (_answers(system, trial, progress) for system in (parent, model))
        weights = person_weights(len(trial.references), replicates, SEED)
        found += changes(trial, before, after, weights)
        progress.check()
        orders.append(error_order(trial, before, after, weights))
    verdict, reasons = verdict_of(found, orders)
    return GateResult(
        verdict,
        reasons,
        model.name,
        model.system_id,
        parent.name,
        parent.system_id,
        tuple(found),
        tuple(orders),
    )


def verdict_of(found: Sequence[Change], orders: Sequence[ErrorOrder]) -> tuple[GateVerdict, tuple[str, ...]]:
    """Draw the conclusion from what was measured.

    Parameters
    ----------
    found : sequence of Change
        Every rate of both models.
    orders : sequence of ErrorOrder
        How well recognizability orders errors.

    Returns
    -------
    verdict : GateVerdict
        What is worse weighs before what is missing.
    reasons : tuple of str
        One sentence each; those of a promotion say what became better.
    """
    against = [_sentence(change, "worse") for change in found if change.worse]
    against += [
        f"Recognizability no longer orders the errors on {order.trial} as it did: relative pAUC "
        f"{_n(order.before)} before and {_n(order.after)} now, where less is better and 1 is no order."
        for order in orders
        if order.lost
    ]
    if against:
        return GateVerdict.REFUSE, tuple(against)
    whole = [one for one in found if one.laboratory and one.group == ALL and one.measure in (TAR, RANK_ONE)]
    if not whole or any(one.interval is None for one in whole):
        people = max((one.people for one in whole), default=0)
        return GateVerdict.NOT_ENOUGH_DATA, (
            f"The laboratory's hold-out has {people} people with two pictures, and {LEAST_PEOPLE} are "
            "needed: the model cannot be judged.",
        )
    better = [_sentence(change, "better") for change in found if change.better]
    judged = sum(change.interval is not None for change in found)
    calm = f"None of {judged} rates is worse beyond its interval, and recognizability still orders errors."
    return GateVerdict.PROMOTE, (
        calm,
        *(better or ["No rate is better beyond its interval either."]),
        *_not_judged(found),
    )


def _not_judged(found: Sequence[Change]) -> Iterator[str]:
    """Name what a promotion says nothing about: groups of people one by one, other groups together."""
    few = {(one.trial, one.group): one.people for one in found if one.people < LEAST_PEOPLE}
    for (trial, group), people in few.items():
        if group.startswith(LABELLED):
            yield (
                f"Not enough data to judge {group} on {trial}: {people} people, and {LEAST_PEOPLE} are "
                "needed."
            )
    others = [group for _, group in few if not group.startswith(LABELLED) and group != ALL]
    if others:
        yield f"Not enough data to judge {', '.join(others)}: fewer than {LEAST_PEOPLE} people each."


def _answers(system: FaceSystem, trial: Trial, progress: Progress) -> Answers:
    references = system.describe(trial.references).vectors
    similarities, index = [], []
    for start in range(0, len(trial.probes), _BATCH):
        progress.step(start, len(trial.probes), f"{system.name} on {trial.name}")
        described = system.describe(trial.probes[start : start + _BATCH])
        similarities.append(system.similarities(described.vectors, references))
        index.append(next(iter(described.qualities.values())))
    return Answers(np.concatenate(similarities), np.concatenate(index))


def _sentence(change: Change, how: str) -> str:
    assert change.interval is not None
    return (
        f"{change.measure} on {change.trial}, {change.group}, is {how}: {_n(change.before)} before and "
        f"{_n(change.after)} now, a difference of {change.interval.low:+.3f} to {change.interval.high:+.3f} "
        f"({change.probes} probes of {change.people} people)."
    )


def _n(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
