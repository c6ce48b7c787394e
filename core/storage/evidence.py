"""Evidence: the files that examinations used, as they were at intake."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.storage.cases import case_row
from core.storage.names import storable
from core.storage.record_schema import EvidenceFailureRow, PictureRow
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
    copied: bool = False,
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
        Whether the workspace keeps a copy of a still, or of the frames that are used of a video.
    copied : bool
        Whether the workspace keeps a copy of the whole file, as it does of every still that is stored.

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
            case_id=case_id,
            kind=kind.value,
            path=text,
            sha256=sha256,
            byte_size=byte_size,
            stored=stored,
            copied=copied,
        )
        session.add(row)
    row.stored = row.stored or stored or copied
    row.copied = row.copied or copied or (stored and kind is EvidenceKind.STILL)
    session.flush()
    return _evidence(session, row)


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
    return None if row is None else _evidence(session, row)


def note_copy(session: Session, evidence_id: int) -> None:
    """Note that the workspace keeps all bytes of a piece from now on.

    Raises
    ------
    NotFound
        If there is none with this key.
    """
    row = session.get(EvidenceRow, evidence_id)
    if row is None:
        raise NotFound(f"There is no evidence with the number {evidence_id}.")
    row.stored = row.copied = True
    session.flush()


def note_failure(session: Session, evidence_id: int, picture_id: int | None, reason: str) -> None:
    """Note for good that a file, or a picture that is kept of it, is not what was taken in.

    Parameters
    ----------
    session : Session
        A session that writes.
    evidence_id : int
        The file.
    picture_id : int or None
        The frame or derived picture whose kept bytes are meant; None for the file itself.
    reason : str
        One sentence. Of one file or picture the first one stays.
    """
    known = select(EvidenceFailureRow.id).where(
        EvidenceFailureRow.evidence_id == evidence_id,
        EvidenceFailureRow.picture_id.is_not_distinct_from(picture_id),
    )
    if session.scalar(known.limit(1)) is None:
        session.add(
            EvidenceFailureRow(evidence_id=evidence_id, picture_id=picture_id, reason=storable(reason))
        )
        session.flush()


def failures_of_pictures(session: Session, case_id: int) -> dict[int, tuple[str, datetime]]:
    """Return what was found of pictures of a case whose bytes are not those of intake.

    Parameters
    ----------
    session : Session
        Any session.
    case_id : int
        The case.

    Returns
    -------
    dict of int to (str, datetime)
        Sentence and instant by key of the picture: the failure of a still is that of its file.
    """
    still = and_(PictureRow.parent_id.is_(None), PictureRow.frame_ordinal.is_(None))
    rows = session.execute(
        select(PictureRow.id, EvidenceFailureRow.reason, EvidenceFailureRow.created)
        .join(EvidenceFailureRow, EvidenceFailureRow.evidence_id == PictureRow.evidence_id)
        .where(
            PictureRow.case_id == case_id,
            or_(
                EvidenceFailureRow.picture_id == PictureRow.id,
                and_(EvidenceFailureRow.picture_id.is_(None), still),
            ),
        )
        .order_by(EvidenceFailureRow.id.desc())
    )
    return {key: (reason, created) for key, reason, created in rows}


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
    return _evidence(session, row)


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
    return tuple(_evidence(session, row) for row in session.scalars(query).all())


def copied_file(session: Session, path: Path | str) -> Evidence | None:
    """Return the piece that was taken in last under a path and that the workspace keeps a copy of, or None.

    Parameters
    ----------
    session : Session
        Any session.
    path : Path or str
        Path as it was given.

    Returns
    -------
    Evidence or None
        The piece.
    """
    query = select(EvidenceRow).where(EvidenceRow.path == storable(str(path)), EvidenceRow.copied)
    row = session.scalar(query.order_by(EvidenceRow.id.desc()).limit(1))
    return None if row is None else _evidence(session, row)


def path_of_copy(session: Session, case_id: int, sha256: str) -> str | None:
    """Return the path at intake of a file that a case keeps a copy of, None where it keeps none.

    Parameters
    ----------
    session : Session
        Any session.
    case_id : int
        The case.
    sha256 : str
        Hash of the bytes.

    Returns
    -------
    str or None
        The path of the first such file.
    """
    query = select(EvidenceRow.path).where(
        EvidenceRow.case_id == case_id, EvidenceRow.sha256 == sha256, EvidenceRow.copied
    )
    return session.scalar(query.order_by(EvidenceRow.id).limit(1))


def _row(session: Session, case_id: int | None, path: str, sha256: str) -> EvidenceRow | None:
    return session.scalar(
        select(EvidenceRow).where(
            EvidenceRow.sha256 == sha256,
            EvidenceRow.case_id.is_not_distinct_from(case_id),
            EvidenceRow.path == path,
        )
    )


def _evidence(session: Session, row: EvidenceRow) -> Evidence:
    failed = session.execute(
        select(EvidenceFailureRow.reason, EvidenceFailureRow.created)
        .where(EvidenceFailureRow.evidence_id == row.id, EvidenceFailureRow.picture_id.is_(None))
        .limit(1)
    ).first()
    return Evidence(
        evidence_id=row.id,
        case_id=row.case_id,
        kind=EvidenceKind(row.kind),
        path=row.path,
        sha256=row.sha256,
        byte_size=row.byte_size,
        stored=row.stored,
        created=row.created,
        copied=row.copied,
        failure=failed.reason if failed else "",
        failed=failed.created if failed else None,
    )
