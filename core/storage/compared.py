"""What a search compared its probe with: the embedding of a candidate, and the samples behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.storage.record_schema import FaceCropRow, FaceRow
from core.storage.schema import CropRow, EmbeddingRow, SampleRow, TemplateRow
from core.storage.templates import compared_vector, weighted_template
from core.storage.vectors import from_bytes
from core.types import Candidate, Fusion, Search

SAME = 1e-9
"""Similarities this close come from the same vectors."""

_ROUNDING = 1e-5


@dataclass(frozen=True, slots=True)
class ComparedSample:
    """A sample that the compared embedding comes from.

    Attributes
    ----------
    sample_id : int
        Its key.
    recognizability : float
        Its index under the model of the search, by which samples are weighted.
    crop_png : bytes
        The aligned crop as a PNG file.
    """

    sample_id: int
    recognizability: float
    crop_png: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What a candidate was compared by.

    Attributes
    ----------
    vector : ndarray of float32, shape (dim,), or None
        Unit length; None when it is no longer there.
    samples : tuple of ComparedSample
        The one sample, or all of the subject's samples for a weighted template; empty without a vector.
    why : str
        One sentence that says why there is no vector; empty when there is one.
    """

    vector: NDArray[np.float32] | None
    samples: tuple[ComparedSample, ...]
    why: str


def compared(
    session: Session, probe: NDArray[np.float32], candidate: Candidate, fusion: Fusion, model_id: str
) -> Compared:
    """Return what put a candidate where it is, as far as it is still there.

    Parameters
    ----------
    session : Session
        Any session.
    probe : ndarray of float32, shape (dim,)
        Embedding of the probe.
    candidate : Candidate
        The candidate.
    fusion : Fusion
        How the search put samples of one subject together.
    model_id : str
        SHA-256 of the weights.

    Returns
    -------
    Compared
        Vector and samples.
    """
    vector = compared_vector(session, fusion, candidate.sample_id, candidate.template_id, model_id)
    if vector is None:
        return Compared(None, (), "The embedding that was compared was removed from the gallery since.")
    if abs(float(probe.astype(np.float64) @ vector.astype(np.float64)) - candidate.similarity) > SAME:
        return Compared(None, (), "The template of the subject was changed after the search.")
    return Compared(vector, _samples(session, candidate, fusion, model_id), "")


def probe_crops(session: Session, search: Search) -> dict[int, bytes]:
    """Return the crops of the faces that the template of a search was made of.

    Parameters
    ----------
    session : Session
        Any session.
    search : Search
        A search.

    Returns
    -------
    dict of int to bytes
        PNG files by key of the face; empty where the search stands for one face, or where the faces are no
        longer as they were searched for.
    """
    if len(search.faces) < 2:
        return {}
    keys = [one.face_id for one in search.faces]
    rows = session.execute(
        select(FaceRow.id, FaceRow.embedding, FaceCropRow.png)
        .join(FaceCropRow, FaceCropRow.face_id == FaceRow.id)
        .where(FaceRow.id.in_(keys), FaceRow.model_id == search.result.model_id)
    )
    found = {face_id: (embedding, png) for face_id, embedding, png in rows if embedding is not None}
    if len(found) < len(keys):
        return {}
    vectors = np.stack([from_bytes(found[key][0]) for key in keys])
    template = weighted_template(vectors, [one.weight for one in search.faces])
    if float(np.abs(template - search.probe.embedding).max()) > _ROUNDING:
        return {}
    return {key: found[key][1] for key in keys}


def _samples(
    session: Session, candidate: Candidate, fusion: Fusion, model_id: str
) -> tuple[ComparedSample, ...]:
    query = (
        select(EmbeddingRow.sample_id, EmbeddingRow.recognizability, CropRow.png)
        .join(CropRow, CropRow.sample_id == EmbeddingRow.sample_id)
        .where(EmbeddingRow.model_id == model_id)
        .order_by(EmbeddingRow.sample_id)
    )
    if fusion is Fusion.BEST:
        query = query.where(EmbeddingRow.sample_id == candidate.sample_id)
    else:
        subject = select(TemplateRow.subject_id).where(TemplateRow.id == candidate.template_id)
        query = query.join(SampleRow, SampleRow.id == EmbeddingRow.sample_id).where(
            SampleRow.subject_id == subject.scalar_subquery()
        )
    return tuple(ComparedSample(*row) for row in session.execute(query))
