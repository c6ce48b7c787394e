"""Where the face of a sample lies in the picture it was enrolled from."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.errors import NotFound
from core.storage.schema import SampleRow
from core.storage.vectors import from_bytes
from core.types import BoundingBox, FaceDetection


def sample_face(session: Session, sample_id: int) -> FaceDetection:
    """Return the face of a sample as it was found in the picture it was enrolled from.

    Parameters
    ----------
    session : Session
        Any session.
    sample_id : int
        The sample.

    Returns
    -------
    FaceDetection
        Box and landmarks, in px of that picture.

    Raises
    ------
    NotFound
        If there is no such sample.
    """
    row = session.get(SampleRow, sample_id)
    if row is None:
        raise NotFound(f"There is no sample with the number {sample_id}.")
    return FaceDetection(
        BoundingBox(row.box_x, row.box_y, row.box_width, row.box_height),
        None if row.landmarks is None else from_bytes(row.landmarks, 2),
        row.confidence,
        row.detector,
    )
