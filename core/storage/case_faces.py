"""Faces of the pictures of a case: where they are, what the network said, and what the examiner says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, inspect, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.storage.names import storable
from core.storage.record_schema import FaceCropRow, FaceRow, PictureRow, SearchProbeRow
from core.storage.schema import SearchRow
from core.storage.vectors import from_bytes, to_bytes
from core.types import (
    AlignmentSource,
    Band,
    BoundingBox,
    CaseFace,
    FaceAnalysis,
    FaceDetection,
    FaceState,
    Outcome,
    Recognizability,
)

_AT_ONCE = 1000
"""Keys in one statement; SQLite takes a limited number."""

_SHOWN = [column for column in inspect(FaceRow).columns if column.name not in ("embedding", "norm")]
"""What a listing reads; whole objects would take twice the time."""


def add(session: Session, picture_id: int, analysis: FaceAnalysis, crop_png: bytes | None) -> FaceRow:
    """Keep a face that was not known before.

    Parameters
    ----------
    session : Session
        A session that writes.
    picture_id : int
        The picture that holds it.
    analysis : FaceAnalysis
        The face.
    crop_png : bytes or None
        Its aligned crop as a PNG file, where there is one.

    Returns
    -------
    FaceRow
        Its row, with a key and in the state "unknown".
    """
    row = FaceRow(picture_id=picture_id, state=FaceState.UNKNOWN.value)
    write(session, row, analysis, crop_png)
    return row


def write(session: Session, row: FaceRow, analysis: FaceAnalysis, crop_png: bytes | None) -> None:
    """Write where a face is and what the network says of it; key, state and subject stay.

    Parameters
    ----------
    session : Session
        A session that writes.
    row : FaceRow
        The face, new or known.
    analysis : FaceAnalysis
        Where it is now, and its assessment.
    crop_png : bytes or None
        Its aligned crop as a PNG file, where there is one.
    """
    detection, aligned, index = analysis.detection, analysis.aligned, analysis.recognizability
    row.box_x, row.box_y = detection.box.x, detection.box.y
    row.box_width, row.box_height = detection.box.width, detection.box.height
    row.landmarks = landmark_bytes(detection)
    row.detector, row.confidence = detection.detector, detection.confidence
    row.outcome, row.reason = analysis.outcome.value, storable(analysis.reason)
    row.eye_distance_px = aligned.eye_distance_px if aligned else None
    row.alignment = aligned.source.value if aligned else None
    row.recognizability = index.index if index else None
    row.band = index.band.value if index else None
    row.recognizability_kind = index.kind if index else None
    row.provisional = index.provisional if index else None
    row.embedding = None if analysis.embedding is None else to_bytes(analysis.embedding)
    row.norm = analysis.embedding_norm
    row.model_id = analysis.model_id or ""
    session.add(row)
    session.flush()
    _put_crop(session, row.id, crop_png)


def remove(session: Session, row: FaceRow) -> None:
    """Remove a face and its crop."""
    _put_crop(session, row.id, None)
    session.delete(row)
    session.flush()


def rows(session: Session, face_ids: Sequence[int]) -> tuple[FaceRow, ...]:
    """Return the rows of faces in the order of their keys as given.

    Raises
    ------
    NotFound
        If one of them does not exist.
    """
    found: dict[int, FaceRow] = {}
    for start in range(0, len(face_ids), _AT_ONCE):
        part = select(FaceRow).where(FaceRow.id.in_(face_ids[start : start + _AT_ONCE]))
        found |= {row.id: row for row in session.scalars(part)}
    for face_id in face_ids:
        if face_id not in found:
            raise NotFound(f"There is no face with the number {face_id}.")
    return tuple(found[face_id] for face_id in face_ids)


def rows_of(session: Session, picture_id: int) -> tuple[FaceRow, ...]:
    """Return the rows of the faces of a picture in the order of their keys."""
    query = select(FaceRow).where(FaceRow.picture_id == picture_id).order_by(FaceRow.id)
    return tuple(session.scalars(query))


def cases_of(session: Session, face_ids: Iterable[int]) -> frozenset[int]:
    """Return the keys of the cases that faces belong to."""
    keys = tuple(face_ids)
    found: set[int] = set()
    for start in range(0, len(keys), _AT_ONCE):
        part = FaceRow.id.in_(keys[start : start + _AT_ONCE])
        found |= set(
            session.scalars(
                select(PictureRow.case_id).join(FaceRow, FaceRow.picture_id == PictureRow.id).where(part)
            )
        )
    return frozenset(found)


def searched(session: Session, face_ids: Sequence[int]) -> frozenset[int]:
    """Return those of some faces that a search was made with."""
    alone = select(SearchRow.face_id).where(SearchRow.face_id.in_(face_ids))
    together = select(SearchProbeRow.face_id).where(SearchProbeRow.face_id.in_(face_ids))
    return frozenset(key for key in session.scalars(alone.union(together)) if key is not None)


def face(session: Session, face_id: int) -> CaseFace:
    """Return a face by its key.

    Raises
    ------
    NotFound
        If there is none.
    """
    (row,) = rows(session, (face_id,))
    return face_of(row)


def faces(session: Session, case_id: int, picture_id: int | None = None) -> tuple[CaseFace, ...]:
    """Return faces in the order of their pictures and keys.

    Parameters
    ----------
    session : Session
        Any session.
    case_id : int
        The case.
    picture_id : int, optional
        Only the faces of this picture.

    Returns
    -------
    tuple of CaseFace
        Those that are no face included.
    """
    query = (
        select(*_SHOWN)
        .join(PictureRow, PictureRow.id == FaceRow.picture_id)
        .where(PictureRow.case_id == case_id)
        .order_by(FaceRow.picture_id, FaceRow.id)
    )
    if picture_id is not None:
        query = query.where(FaceRow.picture_id == picture_id)
    return tuple(face_of(row) for row in session.execute(query))


def crop(session: Session, face_id: int) -> bytes:
    """Return the aligned crop of a face as a PNG file.

    Raises
    ------
    NotFound
        If there is no such face, or it has no crop.
    """
    png = session.scalar(select(FaceCropRow.png).where(FaceCropRow.face_id == face_id))
    if png is None:
        rows(session, (face_id,))
        raise NotFound(f"Face {face_id} has no crop.")
    return png


def detection_of(row: FaceRow | Row[Any]) -> FaceDetection:
    """Return where a face is."""
    return FaceDetection(
        box=BoundingBox(row.box_x, row.box_y, row.box_width, row.box_height),
        landmarks=None if row.landmarks is None else from_bytes(row.landmarks, columns=2),
        confidence=row.confidence,
        detector=row.detector,
    )


def landmark_bytes(detection: FaceDetection) -> bytes | None:
    """Return the landmarks of a face as they are stored, None where it has none."""
    return None if detection.landmarks is None else to_bytes(detection.landmarks)


def face_of(row: FaceRow | Row[Any]) -> CaseFace:
    """Return the face that a row holds."""
    index = None
    if row.recognizability is not None:
        assert row.band is not None
        assert row.recognizability_kind is not None
        index = Recognizability(
            row.recognizability, Band(row.band), row.recognizability_kind, bool(row.provisional)
        )
    return CaseFace(
        face_id=row.id,
        picture_id=row.picture_id,
        detection=detection_of(row),
        outcome=Outcome(row.outcome),
        reason=row.reason,
        eye_distance_px=row.eye_distance_px,
        alignment=None if row.alignment is None else AlignmentSource(row.alignment),
        recognizability=index,
        model_id=row.model_id,
        state=FaceState(row.state),
        subject=row.subject,
        created=row.created,
    )


def _put_crop(session: Session, face_id: int, png: bytes | None) -> None:
    row = session.get(FaceCropRow, face_id)
    if png is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(FaceCropRow(face_id=face_id, png=png))
    else:
        row.png = png
    session.flush()
