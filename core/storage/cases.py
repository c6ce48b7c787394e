"""Cases: the examinations that evidence and searches belong to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.storage.names import clean_name, storable
from core.storage.schema import CaseRow, SearchRow
from core.types import Case, CaseStatus


def new_case(session: Session, title: str, reference: str = "", authority: str = "", notes: str = "") -> Case:
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
    title = clean_name("case", title)
    reference = clean_name("case", reference) if reference.strip() else ""
    if reference and session.scalar(select(CaseRow.id).where(CaseRow.reference == reference)) is not None:
        raise Conflict(f"There is already a case with the reference {reference!r}.")
    row = CaseRow(
        title=title,
        reference=reference,
        authority=storable(authority.strip()),
        notes=storable(notes),
        status=CaseStatus.OPEN.value,
    )
    session.add(row)
    session.flush()
    return case(session, row.id)


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


def _listing() -> Select[Any]:
    searches = select(func.count()).where(SearchRow.case_id == CaseRow.id).correlate(CaseRow)
    return select(
        CaseRow.id,
        CaseRow.title,
        CaseRow.reference,
        CaseRow.authority,
        CaseRow.notes,
        CaseRow.status,
        searches.scalar_subquery(),
        CaseRow.created,
    )


def _case(row: Any) -> Case:
    case_id, title, reference, authority, notes, status, searches, created = row
    return Case(case_id, title, reference, authority, notes, CaseStatus(status), searches, created)
