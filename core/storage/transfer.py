"""Samples with everything that is stored of them, for an export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.storage.gallery import find_gallery
from core.storage.samples import read_samples
from core.storage.schema import CropRow, EmbeddingRow, SampleRow, SubjectRow
from core.storage.vectors import from_bytes
from core.types import AlignmentSource, Sample

_SUBJECTS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class KeptEmbedding:
    """An embedding as it is stored.

    Attributes
    ----------
    model_id : str
        SHA-256 of the weights.
    recognizability, norm : float
        Index under the model, and length before it was normalised.
    vector : bytes
        Little-endian float32, unit length.
    """

    model_id: str
    recognizability: float
    norm: float
    vector: bytes


@dataclass(frozen=True, slots=True, eq=False)
class KeptSample:
    """A sample with everything that is stored of it.

    Attributes
    ----------
    sample : Sample
        Names and provenance.
    landmarks : ndarray of float32, shape (5, 2), or None
        Landmarks in px of the source.
    detector : str
        Id of the detector, or "manual".
    confidence : float or None
        The detector's confidence.
    alignment : AlignmentSource
        What the crop was aligned to.
    crop_png : bytes
        The aligned crop.
    embeddings : tuple of KeptEmbedding
        Under each model.
    """

    sample: Sample
    landmarks: NDArray[np.float32] | None
    detector: str
    confidence: float | None
    alignment: AlignmentSource
    crop_png: bytes
    embeddings: tuple[KeptEmbedding, ...]


def kept_samples(session: Session, gallery: str) -> Iterator[KeptSample]:
    """Give all samples of a gallery, subject by subject, without holding them all.

    Parameters
    ----------
    session : Session
        Any session; it must stay open until the iteration ends.
    gallery : str
        Name of the gallery.

    Yields
    ------
    KeptSample
        In the order of name and key.

    Raises
    ------
    NotFound
        If there is no such gallery.
    """
    within = SubjectRow.gallery_id == find_gallery(session, gallery)
    subjects = session.scalars(select(SubjectRow.id).where(within).order_by(SubjectRow.name)).all()
    for start in range(0, len(subjects), _SUBJECTS_AT_ONCE):
        yield from _of_subjects(session, subjects[start : start + _SUBJECTS_AT_ONCE])


def _of_subjects(session: Session, subject_ids: Sequence[int]) -> Iterator[KeptSample]:
    held = select(SampleRow.id).where(SampleRow.subject_id.in_(subject_ids))
    rows = {row.id: row for row in session.scalars(select(SampleRow).where(SampleRow.id.in_(held)))}
    crops = dict(
        session.execute(select(CropRow.sample_id, CropRow.png).where(CropRow.sample_id.in_(held))).all()
    )
    embeddings: dict[int, list[KeptEmbedding]] = {}
    query = (
        select(EmbeddingRow)
        .where(EmbeddingRow.sample_id.in_(held))
        .order_by(EmbeddingRow.sample_id, EmbeddingRow.model_id)
    )
    for one in session.scalars(query):
        kept = KeptEmbedding(one.model_id, one.recognizability, one.norm, one.vector)
        embeddings.setdefault(one.sample_id, []).append(kept)
    for sample in read_samples(session, subject_ids):
        row = rows[sample.sample_id]
        yield KeptSample(
            sample=sample,
            landmarks=None if row.landmarks is None else from_bytes(row.landmarks, 2),
            detector=row.detector,
            confidence=row.confidence,
            alignment=AlignmentSource(row.alignment),
            crop_png=crops[sample.sample_id],
            embeddings=tuple(embeddings.get(sample.sample_id, ())),
        )
    session.expunge_all()
