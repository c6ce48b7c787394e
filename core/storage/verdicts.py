"""Verdicts on the places of a candidate list, "nobody suitable", and rejections that are remembered."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.errors import NotFound
from core.storage.names import storable
from core.storage.record_schema import CandidateVerdictRow, FaceRow, SearchProbeRow
from core.storage.schema import CandidateRow, SearchRow, now
from core.types import CandidateVerdict, Verdict


def put_verdict(session: Session, search_id: int, rank: int, examiner: str, verdict: Verdict | None) -> None:
    """Keep, change or take back an examiner's verdict on a candidate, through mapped objects.

    Parameters
    ----------
    session : Session
        A session that writes.
    search_id, rank : int
        The place.
    examiner : str
        Who.
    verdict : Verdict or None
        What is said; None takes it back.

    Raises
    ------
    NotFound
        If the search has no such candidate.
    """
    candidate = session.get(CandidateRow, (search_id, rank))
    if candidate is None:
        raise NotFound(f"Search {search_id} has no candidate of rank {rank}.")
    row = session.get(CandidateVerdictRow, (search_id, rank, storable(examiner)))
    if verdict is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(
            CandidateVerdictRow(
                search_id=search_id,
                rank=rank,
                examiner=storable(examiner),
                subject_id=candidate.subject_id,
                verdict=verdict.value,
            )
        )
    elif row.verdict != verdict.value:
        row.verdict, row.created = verdict.value, now()
    session.flush()


def verdicts(session: Session, search_ids: Iterable[int]) -> tuple[CandidateVerdict, ...]:
    """Return the verdicts on the candidates of some searches.

    Parameters
    ----------
    session : Session
        Any session.
    search_ids : iterable of int
        The searches.

    Returns
    -------
    tuple of CandidateVerdict
        In the order of search, rank and examiner.
    """
    query = (
        select(CandidateVerdictRow)
        .where(CandidateVerdictRow.search_id.in_(list(search_ids)))
        .order_by(CandidateVerdictRow.search_id, CandidateVerdictRow.rank, CandidateVerdictRow.examiner)
    )
    return tuple(
        CandidateVerdict(
            row.search_id, row.rank, row.subject_id, Verdict(row.verdict), row.examiner, row.created
        )
        for row in session.scalars(query)
    )


def put_nobody_suitable(session: Session, search_id: int, nobody: bool) -> None:
    """Keep or take back "nobody suitable" as the answer of a search, through its mapped object."""
    session.get_one(SearchRow, search_id).nobody_suitable = nobody
    session.flush()


def nobody_suitable(session: Session, search_id: int) -> bool:
    """Return whether "nobody suitable" is the answer of a search."""
    return bool(session.scalar(select(SearchRow.nobody_suitable).where(SearchRow.id == search_id)))


def rejected_before(session: Session, search_id: int) -> dict[int, int]:
    """Return whom earlier searches of the same case rejected for the same face or the same person.

    Two faces are of the same person where the examiner gave them the same name.

    Parameters
    ----------
    session : Session
        Any session.
    search_id : int
        The search.

    Returns
    -------
    dict of int to int
        The latest earlier search that rejected a subject, by key of the subject.
    """
    here, there = aliased(SearchRow), aliased(SearchRow)
    of_here, of_there = aliased(SearchProbeRow), aliased(SearchProbeRow)
    face_here, face_there = aliased(FaceRow), aliased(FaceRow)
    same_person = and_(face_here.subject != "", face_here.subject == face_there.subject)
    query = (
        select(CandidateVerdictRow.subject_id, func.max(there.id))
        .join(there, there.id == CandidateVerdictRow.search_id)
        .join(here, and_(here.case_id == there.case_id, there.id < here.id))
        .join(of_here, of_here.search_id == here.id)
        .join(of_there, of_there.search_id == there.id)
        .outerjoin(face_here, face_here.id == of_here.face_id)
        .outerjoin(face_there, face_there.id == of_there.face_id)
        .where(
            here.id == search_id,
            CandidateVerdictRow.verdict == Verdict.REJECTED.value,
            or_(of_here.face_id == of_there.face_id, same_person),
        )
        .group_by(CandidateVerdictRow.subject_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
