"""Cases: the examinations that evidence and searches belong to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.storage.names import clean_name, storable
from core.storage.record_schema import FaceRow, PictureRow
from core.storage.schema import CaseRow, SearchRow
from core.types import Case, CaseStatus, EvidenceMode, FaceState

CHANGEABLE = (CaseStatus.OPEN, CaseStatus.IN_VERIFICATION)
"""In every other status a case is kept as it is."""


def new_case(
    session: Session,
    title: str,
    reference: str = "",
    authority: str = "",
    notes: str = "",
    evidence_mode: EvidenceMode = EvidenceMode.REFERENCES,
) -> Case:
    """Open a case.

    Parameters
    ----------
    session : Session
        A session that writes.
    title : str
        Short title.
    reference : str
        The laboratory's own reference; unique unless it is empty.
    authority : str
        Who asked for the examination, and on what ground.
    notes : str
        Free text.
    evidence_mode : EvidenceMode
        What is kept of the files that are taken in.

    Returns
    -------
    Case
        The new case, open.

    Raises
    ------
    Conflict
        If another case has the reference.
    UsageError
        If the title or the reference is no name, see :func:`core.storage.names.clean_name`.
    """
    row = CaseRow(status=CaseStatus.OPEN.value, evidence_mode=evidence_mode.value)
    _write(session, row, title, reference, authority, notes)
    session.add(row)
    session.flush()
    return case(session, row.id)


def edit(
    session: Session,
    case_id: int,
    *,
    title: str | None = None,
    reference: str | None = None,
    authority: str | None = None,
    notes: str | None = None,
) -> None:
    """Change what is written of a case; None leaves a text as it is.

    Parameters
    ----------
    session : Session
        A session that writes.
    case_id : int
        The case.
    title, reference, authority, notes : str, optional
        As in :func:`new_case`.

    Raises
    ------
    NotFound
        If there is no such case.
    Conflict
        If it is closed or archived, or another case has the reference.
    UsageError
        If the title or the reference is no name.
    """
    row = changeable(session, case_id)
    _write(
        session,
        row,
        row.title if title is None else title,
        row.reference if reference is None else reference,
        row.authority if authority is None else authority,
        row.notes if notes is None else notes,
    )


def changeable(session: Session, case_id: int) -> CaseRow:
    """Return the row of a case that may be changed.

    Parameters
    ----------
    session : Session
        Any session.
    case_id : int
        The case.

    Returns
    -------
    CaseRow
        The row.

    Raises
    ------
    NotFound
        If there is no such case.
    Conflict
        If it is closed or archived.
    """
    row = case_row(session, case_id)
    if CaseStatus(row.status) not in CHANGEABLE:
        raise Conflict(f"Case {case_id} is {row.status}: nothing in it changes until it is opened again.")
    return row


def case_row(session: Session, case_id: int) -> CaseRow:
    """Return the row of a case.

    Raises
    ------
    NotFound
        If there is none.
    """
    row = session.get(CaseRow, case_id)
    if row is None:
        raise NotFound(f"There is no case with the number {case_id}.")
    return row


def cases(session: Session) -> tuple[Case, ...]:
    """Return all cases, the newest first."""
    return tuple(_case(row) for row in session.execute(_listing().order_by(CaseRow.id.desc())))


def case(session: Session, case_id: int) -> Case:
    """Return a case by its key.

    Raises
    ------
    NotFound
        If there is none.
    """
    row = session.execute(_listing().where(CaseRow.id == case_id)).first()
    if row is None:
        raise NotFound(f"There is no case with the number {case_id}.")
    return _case(row)


def _write(session: Session, row: CaseRow, title: str, reference: str, authority: str, notes: str) -> None:
    reference = clean_name("case", reference) if reference.strip() else ""
    if reference and reference != row.reference:
        taken = select(CaseRow.id).where(CaseRow.reference == reference)
        if session.scalar(taken) is not None:
            raise Conflict(f"There is already a case with the reference {reference!r}.")
    row.title = clean_name("case", title)
    row.reference = reference
    row.authority = storable(authority.strip())
    row.notes = storable(notes)


def _listing() -> Select[Any]:
    searches = select(func.count()).where(SearchRow.case_id == CaseRow.id).correlate(CaseRow)
    pictures = select(func.count()).where(PictureRow.case_id == CaseRow.id).correlate(CaseRow)
    faces = (
        select(func.count())
        .select_from(FaceRow)
        .join(PictureRow, PictureRow.id == FaceRow.picture_id)
        .where(PictureRow.case_id == CaseRow.id, FaceRow.state != FaceState.NOT_A_FACE.value)
        .correlate(CaseRow)
    )
    return select(
        CaseRow.id.label("case_id"),
        CaseRow.title,
        CaseRow.reference,
        CaseRow.authority,
        CaseRow.notes,
        CaseRow.status,
        searches.scalar_subquery().label("searches"),
        CaseRow.created,
        CaseRow.blind,
        CaseRow.place,
        CaseRow.opened,
        pictures.scalar_subquery().label("pictures"),
        faces.scalar_subquery().label("faces"),
        CaseRow.evidence_mode,
    )


def _case(row: Any) -> Case:
    known = {"status": CaseStatus(row.status), "evidence_mode": EvidenceMode(row.evidence_mode)}
    return Case(**{**row._mapping, **known})
