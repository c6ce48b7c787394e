"""Pictures of a case: stills, frames of videos, and what was derived from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.storage.audit import canonical_json
from core.storage.evidence import failures_of_pictures
from core.storage.names import storable
from core.storage.record_schema import FaceRow, PictureRow
from core.storage.schema import EvidenceRow
from core.types import CasePicture, FaceState, FrameReference, Outcome


@dataclass(frozen=True, slots=True)
class NewPicture:
    """A still or a frame as its analysis found it.

    Attributes
    ----------
    case_id, evidence_id : int
        The case, and the file that was taken in.
    sha256 : str
        Of the file for a still, of the kept PNG for a frame.
    width, height : int
        Extent in px, 0 when it could not be read.
    frame : FrameReference or None
        The place in the video.
    outcome : Outcome
        How the analysis ended.
    reason : str
        One sentence when it did not end well.
    pixel_sha256 : str
        Of the decoded RGB bytes of a frame, empty for a still.
    """

    case_id: int
    evidence_id: int
    sha256: str
    width: int
    height: int
    frame: FrameReference | None
    outcome: Outcome
    reason: str
    pixel_sha256: str = ""


def put_original(session: Session, new: NewPicture) -> PictureRow:
    """Keep a still or a frame; one that is there keeps its key and takes over the outcome.

    Parameters
    ----------
    session : Session
        A session that writes.
    new : NewPicture
        The picture.

    Returns
    -------
    PictureRow
        Its row, with a key.
    """
    row = find_original(session, new.evidence_id, new.frame)
    if row is None:
        row = PictureRow(case_id=new.case_id, evidence_id=new.evidence_id)
        _write_frame(row, new.frame)
        session.add(row)
    row.sha256, row.pixel_sha256 = new.sha256, new.pixel_sha256
    row.width, row.height = new.width, new.height
    row.outcome, row.reason = new.outcome.value, storable(new.reason)
    session.flush()
    return row


def find_original(session: Session, evidence_id: int, frame: FrameReference | None) -> PictureRow | None:
    """Return the row of a still or a frame that was kept before, or None.

    Parameters
    ----------
    session : Session
        Any session.
    evidence_id : int
        The file.
    frame : FrameReference or None
        The place in the video, None for a still.

    Returns
    -------
    PictureRow or None
        The row.
    """
    return session.scalar(
        select(PictureRow).where(
            PictureRow.evidence_id == evidence_id,
            PictureRow.parent_id.is_(None),
            PictureRow.frame_stream.is_not_distinct_from(frame and frame.stream),
            PictureRow.frame_pts.is_not_distinct_from(frame and frame.pts),
        )
    )


def add_derived(
    session: Session,
    parent: PictureRow,
    operation: str,
    parameters: Mapping[str, float],
    sha256: str,
    size: tuple[int, int],
) -> PictureRow:
    """Keep a picture that was made from another one.

    Parameters
    ----------
    session : Session
        A session that writes.
    parent : PictureRow
        What it was made from.
    operation : str
        Name of the adjustment.
    parameters : mapping of str to float
        All its parameters.
    sha256 : str
        Of the kept PNG.
    size : tuple of int
        Width and height in px.

    Returns
    -------
    PictureRow
        Its row, with a key.
    """
    row = PictureRow(
        case_id=parent.case_id,
        evidence_id=parent.evidence_id,
        parent_id=parent.id,
        operation=operation,
        parameters=canonical_json(parameters),
        sha256=sha256,
        width=size[0],
        height=size[1],
        frame_stream=parent.frame_stream,
        frame_pts=parent.frame_pts,
        frame_time_base=parent.frame_time_base,
        frame_ordinal=parent.frame_ordinal,
        outcome=Outcome.NOT_ASSESSED.value,
        reason="It was not searched for faces.",
    )
    session.add(row)
    session.flush()
    return row


def find_derived(
    session: Session, parent_id: int, operation: str, parameters: Mapping[str, float]
) -> int | None:
    """Return the key of the picture that was made in this way before, or None.

    Parameters
    ----------
    session : Session
        Any session.
    parent_id : int
        What it was made from.
    operation : str
        Name of the adjustment.
    parameters : mapping of str to float
        All its parameters.

    Returns
    -------
    int or None
        The key.
    """
    return session.scalar(
        select(PictureRow.id).where(
            PictureRow.parent_id == parent_id,
            PictureRow.operation == operation,
            PictureRow.parameters == canonical_json(parameters),
        )
    )


def kept_picture(session: Session, evidence_id: int, sha256: str) -> int | None:
    """Return the key of the first picture of a file whose bytes have a hash, None where there is none.

    The bytes are those of the still itself, or of the PNG that is kept of a frame or a derived picture.
    """
    query = select(PictureRow.id).where(PictureRow.evidence_id == evidence_id, PictureRow.sha256 == sha256)
    return session.scalar(query.order_by(PictureRow.id).limit(1))


def picture_row(session: Session, picture_id: int) -> PictureRow:
    """Return the row of a picture.

    Raises
    ------
    NotFound
        If there is none.
    """
    row = session.get(PictureRow, picture_id)
    if row is None:
        raise NotFound(f"There is no picture with the number {picture_id}.")
    return row


def picture(session: Session, picture_id: int) -> CasePicture:
    """Return a picture by its key.

    Raises
    ------
    NotFound
        If there is none.
    """
    row = session.execute(_listing().where(PictureRow.id == picture_id)).first()
    if row is None:
        raise NotFound(f"There is no picture with the number {picture_id}.")
    return _picture(failures_of_pictures(session, row[0].case_id), *row)


def pictures(session: Session, case_id: int) -> tuple[CasePicture, ...]:
    """Return the pictures of a case in the order in which they were taken in."""
    listing = _listing().where(PictureRow.case_id == case_id).order_by(PictureRow.id)
    failures = failures_of_pictures(session, case_id)
    return tuple(_picture(failures, *row) for row in session.execute(listing))


def frame_of(row: PictureRow) -> FrameReference | None:
    """Return the place in the video that a picture shows, None for a still."""
    if row.frame_time_base is None:
        return None
    assert row.frame_stream is not None
    assert row.frame_pts is not None
    assert row.frame_ordinal is not None
    return FrameReference(row.frame_stream, row.frame_pts, Fraction(row.frame_time_base), row.frame_ordinal)


def _write_frame(row: PictureRow, frame: FrameReference | None) -> None:
    if frame is not None:
        row.frame_stream, row.frame_pts = frame.stream, frame.pts
        row.frame_time_base, row.frame_ordinal = str(frame.time_base), frame.ordinal


def _listing() -> Select[Any]:
    kept = (FaceRow.picture_id == PictureRow.id, FaceRow.state != FaceState.NOT_A_FACE.value)
    faces = select(func.count()).where(*kept).correlate(PictureRow)
    best = select(func.max(FaceRow.recognizability)).where(*kept).correlate(PictureRow)
    return select(PictureRow, EvidenceRow.path, faces.scalar_subquery(), best.scalar_subquery()).join(
        EvidenceRow, EvidenceRow.id == PictureRow.evidence_id
    )


def _picture(
    failures: Mapping[int, tuple[str, datetime]],
    row: PictureRow,
    path: str,
    faces: int,
    best: float | None,
) -> CasePicture:
    failure, failed = failures.get(row.id, ("", None))
    drawn = faces > 0 and row.outcome in (Outcome.NOT_DETECTED.value, Outcome.NOT_ASSESSED.value)
    return CasePicture(
        picture_id=row.id,
        case_id=row.case_id,
        evidence_id=row.evidence_id,
        path=path,
        sha256=row.sha256,
        width=row.width,
        height=row.height,
        frame=frame_of(row),
        parent_id=row.parent_id,
        operation=row.operation,
        parameters=tuple(json.loads(row.parameters).items()),
        outcome=Outcome.OK if drawn else Outcome(row.outcome),
        reason="" if drawn else row.reason,
        faces=faces,
        best=best,
        created=row.created,
        pixel_sha256=row.pixel_sha256,
        failure=failure,
        failed=failed,
    )
