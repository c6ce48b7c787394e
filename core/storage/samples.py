"""Samples: the enrolled faces of subjects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, func, insert, or_, select
from sqlalchemy.orm import Session

from core.errors import ModelMismatch, NotFound
from core.storage.gallery import find_gallery, find_or_add_gallery, raise_revision
from core.storage.names import clean_name, fold, storable
from core.storage.schema import CropRow, EmbeddingRow, GalleryRow, SampleRow, SubjectRow
from core.storage.subjects import find_or_add_subject
from core.storage.templates import recompute_template
from core.storage.vectors import normalized, to_bytes
from core.types import AlignmentSource, Band, BoundingBox, Recognizability, Sample


@dataclass(frozen=True, slots=True, eq=False)
class NewSample:
    """A face that is to be enrolled.

    Attributes
    ----------
    source : str
        Path of the picture as it was given.
    source_sha256 : str
        Hash of its bytes.
    box : BoundingBox
        Face box in px of the source.
    landmarks : ndarray of float32, shape (5, 2), or None
        Landmarks in px of the source.
    detector : str
        Id of the detector, or "manual".
    confidence : float or None
        The detector's confidence.
    eye_distance_px : float
        Native eye distance in px of the source.
    alignment : AlignmentSource
        What the crop was aligned to.
    recognizability : Recognizability
        Index and band under `model_id`.
    crop_png : bytes
        The aligned crop as a PNG file.
    embedding : ndarray of float32, shape (dim,)
        Embedding; stored at unit length.
    embedding_norm : float
        Its length before it was normalised.
    model_id : str
        SHA-256 of the weights.
    overridden : bool
        Whether it is enrolled below the recognizability gate.
    authority : str
        On whose authority it is enrolled.
    """

    source: str
    source_sha256: str
    box: BoundingBox
    landmarks: NDArray[np.float32] | None
    detector: str
    confidence: float | None
    eye_distance_px: float
    alignment: AlignmentSource
    recognizability: Recognizability
    crop_png: bytes
    embedding: NDArray[np.float32]
    embedding_norm: float
    model_id: str
    overridden: bool = False
    authority: str = ""


def add_samples(session: Session, gallery: str, subject: str, new: Sequence[NewSample]) -> list[int]:
    """Enrol faces as one subject: the samples, and the templates that follow from them.

    Parameters
    ----------
    session : Session
        A session that writes.
    gallery, subject : str
        Names; both are made when they are not there.
    new : sequence of NewSample
        The faces; nothing happens when there are none.

    Returns
    -------
    list of int
        Keys of the samples, in the order given.

    Raises
    ------
    ModelMismatch
        If an embedding has another length than those of its model that are there.
    UsageError
        If a name is no name.
    """
    if not new:
        return []
    gallery_id = find_or_add_gallery(session, gallery)
    subject_id = find_or_add_subject(session, gallery_id, subject)
    for sample in new:
        _check_length(session, sample)
    keys = [_add(session, subject_id, sample) for sample in new]
    for model_id in sorted({sample.model_id for sample in new}):
        recompute_template(session, subject_id, model_id)
    raise_revision(session)
    return keys


def find_sample(session: Session, gallery: str, subject: str, sha256: str) -> int | None:
    """Return the key of a subject's sample from a file with this hash, None when there is none."""
    return session.scalar(
        select(SampleRow.id)
        .join(SubjectRow, SubjectRow.id == SampleRow.subject_id)
        .join(GalleryRow, GalleryRow.id == SubjectRow.gallery_id)
        .where(
            GalleryRow.name == clean_name("gallery", gallery),
            SubjectRow.name == clean_name("subject", subject),
            SampleRow.source_sha256 == sha256,
        )
        .order_by(SampleRow.id)
        .limit(1)
    )


def samples(
    session: Session, *, subject_id: int | None = None, gallery: str | None = None, text: str = ""
) -> tuple[Sample, ...]:
    """Return samples in the order of gallery, subject and key.

    Parameters
    ----------
    session : Session
        Any session.
    subject_id : int, optional
        Only the samples of this subject.
    gallery : str, optional
        Only the samples of this gallery.
    text : str
        Only samples whose subject's name or source path holds this text; case does not matter.

    Returns
    -------
    tuple of Sample
        Without their pixels.

    Raises
    ------
    NotFound
        If there is no such gallery.
    """
    query = _listing().order_by(GalleryRow.name, SubjectRow.name, SampleRow.id)
    if subject_id is not None:
        query = query.where(SampleRow.subject_id == subject_id)
    if gallery is not None:
        query = query.where(SubjectRow.gallery_id == find_gallery(session, gallery))
    if text:
        wanted = fold(text)
        query = query.where(
            or_(
                func.instr(func.fold(SubjectRow.name), wanted) > 0,
                func.instr(func.fold(SampleRow.source), wanted) > 0,
            )
        )
    return tuple(_sample(row) for row in session.execute(query))


def read_samples(session: Session, subject_ids: Sequence[int]) -> tuple[Sample, ...]:
    """Return the samples of some subjects in the order of name and key."""
    query = _listing().where(SampleRow.subject_id.in_(subject_ids)).order_by(SubjectRow.name, SampleRow.id)
    return tuple(_sample(row) for row in session.execute(query))


def sample(session: Session, sample_id: int) -> Sample:
    """Return a sample by its key.

    Raises
    ------
    NotFound
        If there is none.
    """
    row = session.execute(_listing().where(SampleRow.id == sample_id)).first()
    if row is None:
        raise NotFound(f"There is no sample with the number {sample_id}.")
    return _sample(row)


def sample_crop(session: Session, sample_id: int) -> bytes:
    """Return the aligned crop of a sample as a PNG file.

    Raises
    ------
    NotFound
        If there is no such sample.
    """
    png = session.scalar(select(CropRow.png).where(CropRow.sample_id == sample_id))
    if png is None:
        raise NotFound(f"There is no sample with the number {sample_id}.")
    return png


def _check_length(session: Session, new: NewSample) -> None:
    known = session.scalar(select(EmbeddingRow.dim).where(EmbeddingRow.model_id == new.model_id).limit(1))
    if known is not None and known != new.embedding.size:
        raise ModelMismatch(
            f"An embedding of model {new.model_id[:12]} has {known} numbers, not {new.embedding.size}."
        )


def _add(session: Session, subject_id: int, new: NewSample) -> int:
    vector = normalized(new.embedding)
    row = SampleRow(
        subject_id=subject_id,
        source=storable(new.source),
        source_sha256=new.source_sha256,
        box_x=new.box.x,
        box_y=new.box.y,
        box_width=new.box.width,
        box_height=new.box.height,
        landmarks=None if new.landmarks is None else to_bytes(new.landmarks),
        detector=new.detector,
        confidence=new.confidence,
        eye_distance_px=new.eye_distance_px,
        alignment=new.alignment.value,
        recognizability=new.recognizability.index,
        band=new.recognizability.band.value,
        recognizability_kind=new.recognizability.kind,
        provisional=new.recognizability.provisional,
        model_id=new.model_id,
        overridden=new.overridden,
        authority=storable(new.authority),
    )
    session.add(row)
    session.flush()
    session.execute(insert(CropRow).values(sample_id=row.id, png=new.crop_png))
    session.execute(
        insert(EmbeddingRow).values(
            sample_id=row.id,
            model_id=new.model_id,
            recognizability=new.recognizability.index,
            norm=new.embedding_norm,
            dim=vector.size,
            vector=to_bytes(vector),
        )
    )
    return row.id


def _listing() -> Select[*tuple[Any, ...]]:
    return (
        select(
            SampleRow.id,
            SampleRow.subject_id,
            SubjectRow.name,
            GalleryRow.name,
            SampleRow.source,
            SampleRow.source_sha256,
            SampleRow.box_x,
            SampleRow.box_y,
            SampleRow.box_width,
            SampleRow.box_height,
            SampleRow.eye_distance_px,
            SampleRow.recognizability,
            SampleRow.band,
            SampleRow.model_id,
            SampleRow.overridden,
            SampleRow.created,
            SampleRow.authority,
        )
        .join(SubjectRow, SubjectRow.id == SampleRow.subject_id)
        .join(GalleryRow, GalleryRow.id == SubjectRow.gallery_id)
    )


def _sample(row: Any) -> Sample:
    (sample_id, subject_id, subject, gallery, source, sha256, x, y, width, height, *rest) = row
    eye_distance, index, band, model_id, overridden, created, authority = rest
    return Sample(
        sample_id=sample_id,
        subject_id=subject_id,
        subject=subject,
        gallery=gallery,
        source=source,
        source_sha256=sha256,
        box=BoundingBox(x, y, width, height),
        eye_distance_px=eye_distance,
        recognizability=index,
        band=Band(band),
        model_id=model_id,
        overridden=overridden,
        created=created,
        authority=authority,
    )
