"""What the gate said of a run, as data objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.errors import UsageError


class Verdict(StrEnum):
    """Whether a new model may take its parent's place."""

    PROMOTE = "promote"
    REFUSE = "refuse"
    NOT_ENOUGH_DATA = "not_enough_data"


class Direction(StrEnum):
    """How the new model's rate lies beside its parent's, given the interval of the difference."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True, slots=True)
class JudgedRate:
    """One rate of both models.

    Attributes
    ----------
    trial, group, measure : str
        Which faces, which of their probes, and what was measured.
    laboratory : bool
        Whether the faces are the laboratory's.
    people, probes : int
        Behind the rates.
    before, after : float or None
        The rate of the parent and of the new model; None where the probes are too few for it.
    low, high : float or None
        95 % interval of the difference, after minus before; None where nothing can be judged.
    """

    trial: str
    group: str
    measure: str
    laboratory: bool
    people: int
    probes: int
    before: float | None
    after: float | None
    low: float | None
    high: float | None

    @property
    def direction(self) -> Direction:
        """Better or worse beyond the interval, or neither."""
        if self.low is None or self.high is None:
            return Direction.NOT_JUDGED
        if self.low > 0:
            return Direction.BETTER
        return Direction.WORSE if self.high < 0 else Direction.SAME


@dataclass(frozen=True, slots=True)
class JudgedOrder:
    """How well recognizability orders errors, as relative pAUC: less is better, and 1 is no order.

    Attributes
    ----------
    trial : str
        On which faces.
    before, after : float or None
        Of the parent and of the new model; None where nothing fails.
    """

    trial: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class GateRecord:
    """What the gate said of the model of a run.

    Attributes
    ----------
    verdict : Verdict
        Whether it may be promoted.
    reasons : tuple of str
        One sentence each.
    model_id, parent : str
        The model that was judged, and the name of the one it was compared with.
    rates : tuple of JudgedRate
        Every rate of both models.
    orders : tuple of JudgedOrder
        How well recognizability orders errors.
    left_out : tuple of str
        One sentence for each picture or person that was not judged.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    model_id: str
    parent: str
    rates: tuple[JudgedRate, ...]
    orders: tuple[JudgedOrder, ...]
    left_out: tuple[str, ...]


def gate_record(record: Mapping[str, Any], origin: str) -> GateRecord:
    """Make data objects of what was kept of a verdict.

    Parameters
    ----------
    record : mapping
        As it lies with the run; keys of later versions are passed over.
    origin : str
        Name of the run.

    Returns
    -------
    GateRecord
        The verdict.

    Raises
    ------
    UsageError
        If it is damaged.
    """
    try:
        return GateRecord(
            verdict=Verdict(record["verdict"]),
            reasons=tuple(record["reasons"]),
            model_id=record["model_id"],
            parent=record["parent"],
            rates=tuple(_rate(one) for one in record["changes"]),
            orders=tuple(JudgedOrder(one["trial"], one["before"], one["after"]) for one in record["orders"]),
            left_out=tuple(record["left_out"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"The verdict on {origin} cannot be read: {error}.") from error


def _rate(one: Mapping[str, Any]) -> JudgedRate:
    interval = one["interval"] or {}
    return JudgedRate(
        trial=one["trial"],
        group=one["group"],
        measure=one["measure"],
        laboratory=one["laboratory"],
        people=one["people"],
        probes=one["probes"],
        before=one["before"],
        after=one["after"],
        low=interval.get("low"),
        high=interval.get("high"),
    )
