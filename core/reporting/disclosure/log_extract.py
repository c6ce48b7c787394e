"""What a pack shows of the audit log: the whole chain of hashes, and the text of what concerns one case.

The hash of an entry needs its text, so an entry of which nothing but its place and its hashes is given can be
linked to its neighbours but not recomputed. A pack's README says what follows from that.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from core.types import AuditEntry

PACK = "report.bundle"
"""What the log calls the export of a pack."""

_OF_EVERYBODY = ("session.", "use.")
"""How entries begin that say who was at work, and when; they belong to each case."""

_OF_THE_EXPORT = frozenset({PACK, "use.start", "use.end", "use.lost"})
"""Entries that the export of a pack itself leaves; after the last other one they are not extracted."""


@dataclass(slots=True)
class LogScope:
    """What the entries of one case, or of one search outside a case, speak of.

    Attributes
    ----------
    case_id : int or None
        The case.
    search_id, evidence_id, picture_id, face_id : set of int
        Keys that belong to it. Keys that entries of the case name are added on the way, so that entries on
        what was removed later are recognized as well.
    """

    case_id: int | None
    search_id: set[int]
    evidence_id: set[int]
    picture_id: set[int] = field(default_factory=set)
    face_id: set[int] = field(default_factory=set)

    @staticmethod
    def general(entry: AuditEntry) -> bool:
        """Say whether an entry only tells who was at work, and when."""
        return entry.action.startswith(_OF_EVERYBODY)

    def concerns(self, entry: AuditEntry) -> bool:
        """Say whether an entry is to be given in full; entries must come in the order of the log."""
        if self.general(entry):
            return True
        details = json.loads(entry.details)
        if details.get("case_id") is not None:
            concerned = bool(details["case_id"] == self.case_id)
        else:
            concerned = any(getattr(self, key) & _named(details, key) for key in _KEYS)
        if concerned:
            for key in _KEYS:
                getattr(self, key).update(_named(details, key))
        return concerned


@dataclass(frozen=True, slots=True)
class LogExtract:
    """The log as a pack holds it.

    Attributes
    ----------
    data : bytes
        One JSON object a line, oldest entry first: all of an entry, or only `sequence`, `previous_hash` and
        `entry_hash` of one that does not concern the case.
    entries, in_full : int
        How many entries there are, and how many of them are given in full.
    head : str
        Hash of the last entry.
    """

    data: bytes
    entries: int
    in_full: int
    head: str


def extract_log(entries: Collection[AuditEntry], scope: LogScope) -> LogExtract:
    """Return the log up to its last entry that tells of more than the export of a pack.

    Packs that nothing happened between thus hold the same extract.

    Parameters
    ----------
    entries : collection of AuditEntry
        The whole log, oldest entry first; it is not empty.
    scope : LogScope
        What is given in full.

    Returns
    -------
    LogExtract
        The extract.
    """
    kept = list(entries)
    while len(kept) > 1 and kept[-1].action in _OF_THE_EXPORT:
        kept.pop()
    lines, in_full = [], 0
    for entry in kept:
        line: dict[str, Any] = {
            "sequence": entry.sequence,
            "previous_hash": entry.previous_hash,
            "entry_hash": entry.entry_hash,
        }
        if scope.concerns(entry):
            in_full += 1
            line |= {key: getattr(entry, key) for key in ("created", "operator", "action", "details")}
            later = {key: getattr(entry, key) for key in ("reason", "session", "monotonic_ns")}
            line |= {key: value for key, value in later.items() if value is not None}
        lines.append(json.dumps(line, sort_keys=True) + "\n")
    return LogExtract("".join(lines).encode("ascii"), len(kept), in_full, kept[-1].entry_hash)


_KEYS = {
    "search_id": ("search_id",),
    "evidence_id": ("evidence_id",),
    "picture_id": ("picture_id", "parent_id"),
    "face_id": ("face_id", "face_ids", "faces"),
}
"""Under which names the details of an entry give keys of each kind, alone or as lists."""


def _named(details: dict[str, Any], key: str) -> set[int]:
    found: set[int] = set()
    for name in _KEYS[key]:
        value = details.get(name)
        values: Iterable[Any] = value if isinstance(value, list) else (value,)
        found |= {one for one in values if isinstance(one, int) and not isinstance(one, bool)}
    return found
