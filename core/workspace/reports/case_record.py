"""What a report takes from the case beside its own search, as the examiner at work may see it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.reporting.case_record import CaseRecord, CaseSearch, LogPosition
from core.reporting.examination import Examination
from core.storage import audit, searches
from core.storage.judgements import judgements
from core.storage.log_positions import last_sequence
from core.storage.pictures import pictures
from core.storage.verdicts import nobody_suitable, verdicts
from core.types import CasePicture, Search
from core.workspace.judgement.blind import seen_search, sights

EXPORT = "report.export"
"""What the log calls the writing of a report."""

_WITHOUT_TRACE = frozenset({"view", "export", "bundle", "open", "start", "end", "lost", "check", "verify"})
"""Verbs of the log that change nothing that a report tells, so that it stays the same after them."""


def case_record(session: Session, found: Search, examiner: str) -> CaseRecord:
    """Collect what a report tells of the case of a search.

    Parameters
    ----------
    session : Session
        Any session.
    found : Search
        The search that the report is on.
    examiner : str
        Who is at work.

    Returns
    -------
    CaseRecord
        Without what is hidden from the examiner.
    """
    last = last_sequence(session, _WITHOUT_TRACE)
    log = LogPosition(last, audit.entry_hashes(session, [last])[last]) if last else None
    if found.case_id is None:
        return CaseRecord(log=log)
    kept = sorted(searches.searches(session, found.case_id), key=lambda one: one.search_id)
    return CaseRecord(
        searches=tuple(
            CaseSearch(
                seen_search(one, sight),
                Examination() if sight.hidden else examination(session, one.search_id),
            )
            for one, sight in zip(kept, sights(session, examiner, kept), strict=True)
        ),
        pictures=_descent(pictures(session, found.case_id), found),
        log=log,
    )


def examination(session: Session, search_id: int) -> Examination:
    """Return everything that examiners said of a search."""
    return Examination(
        judgements(session, [search_id]), verdicts(session, [search_id]), nobody_suitable(session, search_id)
    )


def _descent(known: tuple[CasePicture, ...], found: Search) -> tuple[CasePicture, ...]:
    """Return the picture of a search and those that it was derived from, the original last."""
    by_key = {one.picture_id: one for one in known}
    probe = found.probe
    step = next(
        (one for one in known if (one.evidence_id, one.sha256) == (probe.evidence_id, probe.picture_sha256)),
        None,
    )
    descent: list[CasePicture] = []
    while step is not None:
        descent.append(step)
        step = None if step.parent_id is None else by_key.get(step.parent_id)
    return tuple(descent)
