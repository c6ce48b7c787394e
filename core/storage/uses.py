"""Uses of the system, read from the log alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.storage.schema import AuditRow
from core.types import AuditEntry, Use, UsedDatabase, UsedInput, UseEnd

START, END, LOST = "use.start", "use.end", "use.lost"
"""A run of the command line begins, ends, or is found to have stopped without a word."""

SIGN_IN, SIGN_OUT = "session.start", "session.end"
"""An examiner begins and ends to work at the desk."""

_BEGINS, _ENDS = (START, SIGN_IN), (END, SIGN_OUT, LOST)


def unended(session: Session) -> dict[int, AuditRow]:
    """Return the starts that no entry ends.

    Parameters
    ----------
    session : Session
        Any session.

    Returns
    -------
    dict of int to AuditRow
        By place in the log. Starts of versions that did not say what they end are not among them.
    """
    query = select(AuditRow).where(AuditRow.action.in_((*_BEGINS, *_ENDS)), AuditRow.session.is_not(None))
    open_: dict[int, AuditRow] = {}
    for row in session.scalars(query.order_by(AuditRow.sequence)):
        if row.action in _BEGINS:
            open_[row.sequence] = row
        else:
            open_.pop(json.loads(row.details).get("start", 0), None)
    return open_


@dataclass(slots=True)
class _Gathered:
    """A use in the making."""

    start: AuditEntry
    end: AuditEntry | None = None
    concerned: bool = False
    databases: dict[UsedDatabase, None] = field(default_factory=dict)
    inputs: dict[str, UsedInput] = field(default_factory=dict)
    searches: list[int] = field(default_factory=list)

    def note(self, entry: AuditEntry, details: Mapping[str, Any], taken_in: Mapping[int, UsedInput]) -> None:
        """Note what an entry says of this use."""
        if entry.action == "search.run":
            self.searches.append(details["search_id"])
        if entry.action == "search.run" and "probe_sha256" in details:
            self._input(UsedInput(details["probe"], details["probe_sha256"]))
            known = ("gallery_revision", "gallery_size", "gallery_digest")
            database = UsedDatabase(tuple(details["galleries"]), *(details[key] for key in known))
            self.databases[database] = None
        elif entry.action == "evidence.intake":
            self._input(UsedInput(details["path"], details["sha256"]))
        elif entry.action == "picture.analyze" and details.get("evidence_id") in taken_in:
            self._input(taken_in[details["evidence_id"]])
        elif entry.action == "subject.enroll":
            for sample in details["samples"]:
                self._input(UsedInput("", sample["sha256"]))

    def _input(self, one: UsedInput) -> None:
        self.inputs.setdefault(one.sha256, one)


def uses(
    entries: Iterable[AuditEntry], concerns: Callable[[AuditEntry], bool] | None = None
) -> tuple[Use, ...]:
    """Tell of each use what the log says of it.

    Parameters
    ----------
    entries : iterable of AuditEntry
        The whole log, oldest entry first.
    concerns : callable, optional
        Whether an entry is of interest; then only uses with such entries are told of, and of these only what
        such entries say. It is asked of each entry in order.

    Returns
    -------
    tuple of Use
        In the order of their starts.
    """
    found: list[_Gathered] = []
    open_: dict[int, _Gathered] = {}
    taken_in: dict[int, UsedInput] = {}
    judged: dict[int, dict[str, None]] = {}
    for entry in entries:
        wanted = concerns is None or concerns(entry)
        details = json.loads(entry.details)
        if entry.action in _BEGINS:
            open_[entry.sequence] = _Gathered(entry)
            found.append(open_[entry.sequence])
        elif entry.action in _ENDS:
            begun = details.get("start") or _begun(open_.values(), entry)
            if begun in open_:
                open_.pop(begun).end = entry
        elif wanted:
            if entry.action == "evidence.intake":
                taken_in[details["evidence_id"]] = UsedInput(details["path"], details["sha256"])
            if entry.action in ("probe.judge", "comparison.judge"):
                judged.setdefault(details["search_id"], {})[entry.operator] = None
            for use in open_.values():
                if use.start.session == entry.session:
                    use.concerned = True
                    use.note(entry, details, taken_in)
    return tuple(_use(one, judged) for one in found if concerns is None or one.concerned)


def _begun(open_: Iterable[_Gathered], end: AuditEntry) -> int:
    """Return the start that an end without a reference belongs to, as versions before wrote them."""
    mine = [one.start.sequence for one in open_ if one.start.operator == end.operator]
    return mine[-1] if mine else 0


def _use(one: _Gathered, judged: Mapping[int, Mapping[str, None]]) -> Use:
    details = json.loads(one.start.details)
    end = UseEnd.OPEN
    if one.end is not None:
        said = json.loads(one.end.details).get("outcome", UseEnd.DONE.value)
        end = UseEnd.LOST if one.end.action == LOST else UseEnd(said)
    persons = {name: None for key in one.searches for name in judged.get(key, {})}
    return Use(
        first=one.start.sequence,
        last=one.end.sequence if one.end else 0,
        started=one.start.created,
        ended=one.end.created if one.end else "",
        end=end,
        examiner=one.start.operator,
        what=details.get("what", "desk"),
        databases=tuple(one.databases),
        inputs=tuple(one.inputs.values()),
        searches=tuple(one.searches),
        verified_by=tuple(persons),
    )
