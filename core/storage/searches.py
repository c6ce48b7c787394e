"""Searches: what was searched for, with what it was compared, and the candidates that were found."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.storage.schema import CandidateRow, CropRow, EvidenceRow, ProbeCropRow, SearchRow
from core.storage.search_maps import put_search_maps
from core.storage.search_probes import add_search_probes, search_probes
from core.storage.search_rows import candidate_columns, probe_columns, read_search, result_columns
from core.types import CandidateList, Probe, ProbeFace, Search, SearchMaps


@dataclass(frozen=True, slots=True, eq=False)
class NewSearch:
    """A search that is to be kept.

    Attributes
    ----------
    case_id : int or None
        The case it belongs to.
    probe : Probe
        What was searched for; its evidence must have been taken in.
    crop_png : bytes
        The aligned crop of the probe as a PNG file.
    result : CandidateList
        What was found.
    top : int
        How many candidates were asked for.
    operator : str
        Who ran it.
    conditions : tuple of (str, str)
        Versions, device and settings that it was made with, by dotted name.
    maps : SearchMaps
        What regions of the probe contribute, to its embedding and towards each candidate.
    faces : tuple of ProbeFace
        Faces of the case that the probe stands for, the one that is shown first.
    """

    case_id: int | None
    probe: Probe
    crop_png: bytes
    result: CandidateList
    top: int
    operator: str
    conditions: tuple[tuple[str, str], ...] = ()
    maps: SearchMaps = field(default_factory=SearchMaps)
    faces: tuple[ProbeFace, ...] = ()


def add_search(session: Session, new: NewSearch) -> int:
    """Keep a search with its candidates.

    Parameters
    ----------
    session : Session
        A session that writes.
    new : NewSearch
        The search.

    Returns
    -------
    int
        Its key.

    Raises
    ------
    NotFound
        If the probe's evidence was not taken in.
    """
    if session.get(EvidenceRow, new.probe.evidence_id) is None:
        raise NotFound(f"There is no evidence with the number {new.probe.evidence_id}.")
    row = SearchRow(case_id=new.case_id, top=new.top, operator=new.operator, audit_hash="")
    row.conditions = json.dumps(new.conditions, ensure_ascii=False)
    row.face_id = new.faces[0].face_id if new.faces else None
    for values in (probe_columns(new.probe), result_columns(new.result)):
        for column, value in values.items():
            setattr(row, column, value)
    session.add(row)
    session.flush()
    session.execute(insert(ProbeCropRow).values(search_id=row.id, png=new.crop_png))
    if new.result.candidates:
        session.execute(
            insert(CandidateRow), [candidate_columns(row.id, one) for one in new.result.candidates]
        )
    put_search_maps(session, row.id, new.maps)
    add_search_probes(session, row.id, new.faces)
    return row.id


def seal_search(session: Session, search_id: int, audit_hash: str) -> None:
    """Note the hash of the log entry that recorded a search, once, in the transaction that made both."""
    session.execute(
        update(SearchRow)
        .where(SearchRow.id == search_id, SearchRow.audit_hash == "")
        .values(audit_hash=audit_hash)
    )


def picture_hashes(session: Session) -> tuple[str, ...]:
    """Return the keys of all pictures that searches refer to, and of all copies of evidence."""
    copies = select(EvidenceRow.sha256).where(EvidenceRow.copied)
    return tuple(session.scalars(select(SearchRow.picture_sha256).union(copies)))


def search(session: Session, search_id: int) -> Search:
    """Return a search by its key.

    Raises
    ------
    NotFound
        If there is none.
    """
    found = _searches(session, SearchRow.id == search_id)
    if not found:
        raise NotFound(f"There is no search with the number {search_id}.")
    return found[0]


def searches(session: Session, case_id: int | None = None) -> tuple[Search, ...]:
    """Return searches, the newest first.

    Parameters
    ----------
    session : Session
        Any session.
    case_id : int, optional
        Only the searches of this case; None means all there are.

    Returns
    -------
    tuple of Search
        With their candidates.
    """
    return _searches(session) if case_id is None else _searches(session, SearchRow.case_id == case_id)


def probe_crop(session: Session, search_id: int) -> bytes:
    """Return the aligned crop of a search's probe as a PNG file.

    Raises
    ------
    NotFound
        If there is no such search.
    """
    png = session.scalar(select(ProbeCropRow.png).where(ProbeCropRow.search_id == search_id))
    if png is None:
        raise NotFound(f"There is no search with the number {search_id}.")
    return png


def candidate_crop(session: Session, search_id: int, rank: int) -> bytes | None:
    """Return the aligned crop of a candidate's sample as a PNG file.

    Parameters
    ----------
    session : Session
        Any session.
    search_id : int
        Key of the search.
    rank : int
        Place on the list, from 1.

    Returns
    -------
    bytes or None
        None when the sample was removed since.

    Raises
    ------
    NotFound
        If the search has no such candidate.
    """
    row = session.get(CandidateRow, (search_id, rank))
    if row is None:
        raise NotFound(f"Search {search_id} has no candidate of rank {rank}.")
    return session.scalar(select(CropRow.png).where(CropRow.sample_id == row.sample_id))


def _searches(session: Session, *criteria: Any) -> tuple[Search, ...]:
    """Read the searches in one statement and all their candidates in a second one."""
    rows = session.execute(
        select(SearchRow, EvidenceRow)
        .join(EvidenceRow, EvidenceRow.id == SearchRow.evidence_id)
        .where(*criteria)
        .order_by(SearchRow.id.desc())
    ).all()
    found = (
        select(CandidateRow)
        .join(SearchRow, SearchRow.id == CandidateRow.search_id)
        .where(*criteria)
        .order_by(CandidateRow.search_id, CandidateRow.rank)
    )
    candidates: defaultdict[int, list[CandidateRow]] = defaultdict(list)
    for candidate in session.scalars(found):
        candidates[candidate.search_id].append(candidate)
    faces = search_probes(session, [row.id for row, _ in rows])
    return tuple(
        read_search(row, evidence, candidates[row.id], faces.get(row.id, ())) for row, evidence in rows
    )
