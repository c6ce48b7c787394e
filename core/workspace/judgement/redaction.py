"""The log as an examiner may see it: without what is hidden of searches that are examined blind."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from core.storage.audit import canonical_json
from core.storage.cases import CHANGEABLE, cases
from core.storage.searches import searches
from core.types import AuditEntry
from core.workspace.judgement.blind import same_examiner, sights

_SHOWN = frozenset(
    {
        "case_id", "csv", "faces", "file", "files", "fusion", "galleries", "gallery_digest", "gallery_size",
        "gallery_revision", "hidden", "html", "json", "judgement_id", "manifest_sha256", "model_id",
        "originals", "pdf", "probe", "probe_sha256", "search_id", "second", "sha256", "top",
    }
)  # fmt: skip
"""Particulars of a hidden search that tell nothing of its candidates and of what others think of them."""


def hidden_searches(session: Session, examiner: str, case_ids: Sequence[int] | None = None) -> set[int]:
    """Return the searches whose candidates an examiner may not see at present.

    Parameters
    ----------
    session : Session
        Any session.
    examiner : str
        Who looks.
    case_ids : sequence of int, optional
        Only those of these cases; all when not given.

    Returns
    -------
    set of int
        Their keys.
    """
    if case_ids is None:
        case_ids = [one.case_id for one in cases(session) if one.status in CHANGEABLE]
    found = [search for key in case_ids for search in searches(session, key)]
    seen = sights(session, examiner, found)
    return {search.search_id for search, sight in zip(found, seen, strict=True) if sight.hidden}


def shown_details(details: str, operator: str, examiner: str, hidden: Collection[int]) -> str:
    """Return the particulars of an entry or a step as an examiner may see them.

    Parameters
    ----------
    details : str
        Canonical JSON.
    operator, examiner : str
        Who did it, and who looks.
    hidden : collection of int
        Searches whose candidates are hidden from who looks.

    Returns
    -------
    str
        The same text where nothing is hidden. Otherwise what may be shown, with the names of what is left out
        under `withheld`. An examiner's own judgements and verdicts are shown, the list of candidates is not.
    """
    told = json.loads(details)
    if not hidden or told.get("search_id") not in hidden:
        return details
    own = same_examiner(operator, examiner) and not {"candidates", "random_maps_beaten"} & set(told)
    left_out = [] if own else sorted(set(told) - _SHOWN)
    if not left_out:
        return details
    shown = {key: value for key, value in told.items() if key in _SHOWN}
    return canonical_json(shown | {"withheld": left_out})


def shown_entries(
    entries: Sequence[AuditEntry], examiner: str, hidden: Collection[int]
) -> tuple[AuditEntry, ...]:
    """Return entries of the log as an examiner may see them.

    Parameters
    ----------
    entries : sequence of AuditEntry
        As they are stored.
    examiner : str
        Who looks.
    hidden : collection of int
        Searches whose candidates are hidden from them.

    Returns
    -------
    tuple of AuditEntry
        Those with something left out are marked as redacted; their hashes are those of the whole entries.
    """
    shown = []
    for entry in entries:
        details = shown_details(entry.details, entry.operator, examiner, hidden)
        if details != entry.details:
            entry = dataclasses.replace(
                entry, details=details, reason=None if entry.reason is None else "", redacted=True
            )
        shown.append(entry)
    return tuple(shown)
