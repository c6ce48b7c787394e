"""What a new analysis of a picture changes of the faces that are known, and what it must not change."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from core.imaging.still import encode_png
from core.storage import case_faces
from core.storage.record_schema import FaceRow
from core.types import FaceAnalysis, FaceDetection, FaceState
from core.workspace.cases.face_assignment import assign


def renew_faces(session: Session, picture_id: int, found: Sequence[FaceAnalysis]) -> None:
    """Bring the faces that are kept of a picture up to a new analysis.

    Parameters
    ----------
    session : Session
        A session that writes.
    picture_id : int
        The picture.
    found : sequence of FaceAnalysis
        What the analysis found. A known face whose box overlaps one of these keeps its key, state and
        subject; one that is not found again stays when it was drawn by hand, has a state or was searched for.
    """
    known = case_faces.rows_of(session, picture_id)
    assigned = assign(
        [case_faces.detection_of(row).box for row in known], [face.detection.box for face in found]
    )
    lost = [row for position, row in enumerate(known) if position not in assigned.values()]
    searched = case_faces.searched(session, [row.id for row in lost])
    for row in lost:
        decided = row.state != FaceState.UNKNOWN.value
        if not decided and row.detector != FaceDetection.MANUAL and row.id not in searched:
            case_faces.remove(session, row)
    for position, face in enumerate(found):
        old = assigned.get(position)
        if old is None:
            case_faces.add(session, picture_id, face, crop_png(face))
        elif not _stands(known[old], face):
            case_faces.write(session, known[old], face, crop_png(face))


def crop_png(face: FaceAnalysis) -> bytes | None:
    """Return the aligned crop of a face as a PNG file, None where it has none."""
    return None if face.aligned is None else encode_png(face.aligned.crop)


def _stands(row: FaceRow, face: FaceAnalysis) -> bool:
    """Return whether a known face stays as it is.

    The same face under the same network comes out alike but for the last digits, which depend on the batch;
    they must not count as a change that stands in the way of an undo.
    """
    if row.state == FaceState.NOT_A_FACE.value:
        return True
    if row.detector == FaceDetection.MANUAL and not face.detection.manual:
        return True
    known = case_faces.detection_of(row)
    same_place = known.box == face.detection.box and known.detector == face.detection.detector
    same_points = case_faces.landmark_bytes(face.detection) == row.landmarks
    return (
        same_place
        and same_points
        and row.outcome == face.outcome.value
        and row.model_id == (face.model_id or "")
    )
