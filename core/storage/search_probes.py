"""The faces of a case that a search stands for, and their weights in its template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.storage.record_schema import FaceRow, PictureRow, SearchProbeRow
from core.storage.schema import SearchRow
from core.storage.vectors import from_bytes
from core.types import FaceState, ProbeFace


@dataclass(frozen=True, slots=True, eq=False)
class StoredFace:
    """What a template needs of a face of a case.

    Attributes
    ----------
    face_id, case_id, picture_id : int
        The face, its case and its picture.
    state : FaceState
        What the examiner says of it.
    embedding : ndarray of float32, shape (dim,), or None
        Unit length; None when it could not be assessed.
    recognizability : float or None
        Its index.
    model_id : str
        SHA-256 of the weights, empty when none assessed it.
    """

    face_id: int
    case_id: int
    picture_id: int
    state: FaceState
    embedding: NDArray[np.float32] | None
    recognizability: float | None
    model_id: str


def stored_face(session: Session, face_id: int) -> StoredFace:
    """Return what a template needs of a face.

    Raises
    ------
    NotFound
        If there is no such face.
    """
    found = session.execute(
        select(FaceRow, PictureRow.case_id)
        .join(PictureRow, PictureRow.id == FaceRow.picture_id)
        .where(FaceRow.id == face_id)
    ).first()
    if found is None:
        raise NotFound(f"There is no face with the number {face_id}.")
    row, case_id = found
    return StoredFace(
        face_id=row.id,
        case_id=case_id,
        picture_id=row.picture_id,
        state=FaceState(row.state),
        embedding=None if row.embedding is None else from_bytes(row.embedding),
        recognizability=row.recognizability,
        model_id=row.model_id,
    )


def add_search_probes(session: Session, search_id: int, faces: Sequence[ProbeFace]) -> None:
    """Keep the faces of a search and their weights.

    Parameters
    ----------
    session : Session
        A session that writes.
    search_id : int
        The search.
    faces : sequence of ProbeFace
        The face that is shown comes first.
    """
    for one in faces:
        session.add(SearchProbeRow(search_id=search_id, face_id=one.face_id, weight=one.weight))
    session.flush()


def search_probes(session: Session, search_ids: Iterable[int]) -> dict[int, tuple[ProbeFace, ...]]:
    """Return the faces of some searches.

    Parameters
    ----------
    session : Session
        Any session.
    search_ids : iterable of int
        The searches.

    Returns
    -------
    dict of int to tuple of ProbeFace
        By search, the face that is shown first, the others in the order of their keys; a search that no face
        of a case was given for is not in it.
    """
    found: defaultdict[int, list[ProbeFace]] = defaultdict(list)
    rows = session.execute(
        select(SearchProbeRow)
        .join(SearchRow, SearchRow.id == SearchProbeRow.search_id)
        .where(SearchProbeRow.search_id.in_(list(search_ids)))
        .order_by(SearchProbeRow.face_id != SearchRow.face_id, SearchProbeRow.face_id)
    ).scalars()
    for row in rows:
        found[row.search_id].append(ProbeFace(row.face_id, row.weight))
    return {search_id: tuple(faces) for search_id, faces in found.items()}
