"""Evidence: the files that examinations used, as they were at intake."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.storage.cases import case_row
from core.storage.names import storable
from core.storage.schema import EvidenceRow
from core.types import Evidence, EvidenceKind


def add_evidence(
    session: Session,
    case_id: int | None,
    kind: EvidenceKind,
    path: Path | str,
    sha256: str,
    byte_size: int,
    stored: bool,
) -> Evidence:
    """Take a file in, once: the same bytes under the same path in the same case are one piece of evidence.

    Parameters
    ----------
    session : Session
        A session that writes.
    case_id : int or None
        The case it belongs to.
    kind : EvidenceKind
        Still or video.
    path : Path or str
        Path as it was given.
    sha256 : str
        Hash of its bytes.
    byte_size : int
        Their number.
    stored : bool
        Whether the workspace keeps a copy.

    Returns
    -------
    Evidence
        The new piece, or the one that was there.

    Raises
    ------
    NotFound
        If there is no such case.
    """
    if case_id is not None:
        case_row(session, case_id)
    text = storable(str(path))
    row = _row(session, case_id, text, sha256)
    if row is None:
        row = EvidenceRow(
            case_id=case_id, kind=kind.value, path=text, sha256=sha256, byte_size=byte_size, stored=stored
        )
        session.add(row)
    row.stored = row.stored or stored
    session.flush()
    return _evidence(row)


def find_evidence(session: Session, case_id: int | None, path: Path | str, sha256: str) -> Evidence | None:
    """Return the piece that :func:`add_evidence` would not add again, or None.

    Parameters
    ----------
    session : Session
        Any session.
    case_id : int or None
        The case it belongs to.
    path : Path or str
        Path as it was given.
    sha256 : str
        Hash of its bytes.

    Returns
    -------
    Evidence or None
        The piece that is there.
    """
    row = _row(session, case_id, storable(str(path)), sha256)
    return None if row is None else _evidence(row)


def piece_of_evidence(session: Session, evidence_id: int) -> Evidence:
    """Return evidence by its key.

    Raises
    ------
    NotFound
        If there is none.
    """
    row = session.get(EvidenceRow, evidence_id)
    if row is None:
        raise NotFound(f"There is no evidence with the number {evidence_id}.")
    return _evidence(row)


def evidence(session: Session, case_id: int | None = None) -> tuple[Evidence, ...]:
    """Return evidence in the order of intake.

    Parameters
    ----------
    session : Session
        Any session.
    case_id : int, optional
        Only the evidence of this case; None means all there is.

    Returns
    -------
    tuple of Evidence
        Oldest first.
    """
    query = select(EvidenceRow).order_by(EvidenceRow.id)
    if case_id is not None:
        query = query.where(EvidenceRow.case_id == case_id)
    return tuple(_evidence(row) for row in session.scalars(query))


def _row(session: Session, case_id: int | None, path: str, sha256: str) -> EvidenceRow | None:
    return session.scalar(
        select(EvidenceRow).where(
            EvidenceRow.sha256 == sha256,
            EvidenceRow.case_id.is_not_distinct_from(case_id),
            EvidenceRow.path == path,
        )
    )


def _evidence(row: EvidenceRow) -> Evidence:
    return Evidence(
        evidence_id=row.id,
        case_id=row.case_id,
        kind=EvidenceKind(row.kind),
        path=row.path,
        sha256=row.sha256,
        byte_size=row.byte_size,
        stored=row.stored,
        created=row.created,
    )
