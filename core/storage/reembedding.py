"""Samples that have no embedding of a model yet, and what is stored when they get one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, case, exists, func, insert, select, update
from sqlalchemy.orm import Session

from core.storage import journal
from core.storage.gallery import raise_revision
from core.storage.schema import CropRow, EmbeddingRow, GalleryRow, SampleRow, SubjectRow, TemplateRow
from core.storage.templates import recompute_template
from core.storage.vectors import normalized, to_bytes
from core.types import Band, ModelCard


@dataclass(frozen=True, slots=True, eq=False)
class NewEmbedding:
    """The embedding of a sample under another model than those it has.

    Attributes
    ----------
    sample_id : int
        The sample.
    embedding : ndarray of float32, shape (dim,)
        Stored at unit length.
    norm : float
        Its length before it was normalised.
    recognizability : float
        The index under the model.
    """

    sample_id: int
    embedding: NDArray[np.float32]
    norm: float
    recognizability: float


def embedded(session: Session, model_id: str, galleries: Sequence[str] | None = None) -> tuple[int, int]:
    """Return how many samples have an embedding of a model, and how many there are.

    Parameters
    ----------
    session : Session
        Any session.
    model_id : str
        SHA-256 of the weights.
    galleries : sequence of str, optional
        Only in these galleries.

    Returns
    -------
    tuple of (int, int)
        Never more than there are.
    """
    have = select(func.count()).select_from(EmbeddingRow).where(EmbeddingRow.model_id == model_id)
    there = select(func.count()).select_from(SampleRow)
    if galleries is not None:
        within = (
            select(SubjectRow.id)
            .join(GalleryRow, GalleryRow.id == SubjectRow.gallery_id)
            .where(GalleryRow.name.in_(galleries))
        )
        there = there.where(SampleRow.subject_id.in_(within))
        have = have.join(SampleRow, SampleRow.id == EmbeddingRow.sample_id)
        have = have.where(SampleRow.subject_id.in_(within))
    return session.scalar(have) or 0, session.scalar(there) or 0


def crops_to_embed(
    session: Session, model_id: str, limit: int, passing_over: Sequence[int] = ()
) -> list[tuple[int, bytes]]:
    """Return samples without an embedding of a model, in the order of their keys.

    Parameters
    ----------
    session : Session
        Any session.
    model_id : str
        SHA-256 of the weights.
    limit : int
        At most so many.
    passing_over : sequence of int
        Samples that are left out.

    Returns
    -------
    list of (int, bytes)
        Key and aligned crop as a PNG file.
    """
    query = (
        select(SampleRow.id, CropRow.png)
        .join(CropRow, CropRow.sample_id == SampleRow.id)
        .where(~_has_embedding(model_id), SampleRow.id.not_in(passing_over))
        .order_by(SampleRow.id)
        .limit(limit)
    )
    return [(key, png) for key, png in session.execute(query)]


def add_embeddings(session: Session, model_id: str, new: Sequence[NewEmbedding]) -> int:
    """Store embeddings of samples that are still there and still have none of the model.

    Parameters
    ----------
    session : Session
        A session that writes.
    model_id : str
        SHA-256 of the weights.
    new : sequence of NewEmbedding
        The embeddings.

    Returns
    -------
    int
        How many were stored.
    """
    wanted = [one.sample_id for one in new]
    free = set(
        session.scalars(select(SampleRow.id).where(SampleRow.id.in_(wanted), ~_has_embedding(model_id)))
    )
    rows = [
        {
            "sample_id": one.sample_id,
            "model_id": model_id,
            "recognizability": one.recognizability,
            "norm": one.norm,
            "dim": one.embedding.size,
            "vector": to_bytes(normalized(one.embedding)),
        }
        for one in new
        if one.sample_id in free
    ]
    if rows:
        session.execute(insert(EmbeddingRow), rows)
    return len(rows)


def subjects_to_template(session: Session, model_id: str, after: int, limit: int) -> list[int]:
    """Return keys of subjects greater than one of them, in ascending order.

    Parameters
    ----------
    session : Session
        Any session.
    model_id : str
        Only subjects with an embedding of this model.
    after : int
        Key to begin behind.
    limit : int
        At most so many.

    Returns
    -------
    list of int
        Keys.
    """
    held = (
        exists()
        .where(SampleRow.subject_id == SubjectRow.id)
        .where(EmbeddingRow.sample_id == SampleRow.id, EmbeddingRow.model_id == model_id)
    )
    query = select(SubjectRow.id).where(SubjectRow.id > after, held).order_by(SubjectRow.id).limit(limit)
    return list(session.scalars(query))


def make_templates(session: Session, model_id: str, subject_ids: Sequence[int]) -> None:
    """Make the templates of subjects under a model anew."""
    for subject_id in subject_ids:
        recompute_template(session, subject_id, model_id)


def adopt(session: Session, card: ModelCard) -> None:
    """Let every sample bear the index that a model gives it, once each has an embedding of that model.

    What was done in the galleries before can no longer be undone: the steps know nothing of the templates
    of this model.

    Parameters
    ----------
    session : Session
        A session that writes.
    card : ModelCard
        The model.
    """
    index = (
        select(EmbeddingRow.recognizability)
        .where(EmbeddingRow.sample_id == SampleRow.id, EmbeddingRow.model_id == card.model_id)
        .scalar_subquery()
    )
    session.execute(
        update(SampleRow)
        .where(_has_embedding(card.model_id))
        .values(
            recognizability=index,
            recognizability_kind=card.recognizability,
            provisional=card.provisional,
            model_id=card.model_id,
        )
        .execution_options(synchronize_session=False)
    )
    _grade(session, card)
    journal.forget_galleries(session)
    raise_revision(session)


def complete(session: Session, model_id: str) -> bool:
    """Return whether every sample has an embedding of a model and every subject a template."""
    have, there = embedded(session, model_id)
    subjects = select(func.count(SampleRow.subject_id.distinct()))
    templates = select(func.count()).select_from(TemplateRow).where(TemplateRow.model_id == model_id)
    return have == there and session.scalar(subjects) == session.scalar(templates)


def _grade(session: Session, card: ModelCard) -> None:
    """Put the indices of all samples of a model into words, as :meth:`BandEdges.band` does."""
    edges, index = card.bands, SampleRow.recognizability
    band = case(
        (index >= edges.good, Band.GOOD.value),
        (index >= edges.fair, Band.FAIR.value),
        (index >= edges.low, Band.LOW.value),
        else_=Band.UNRECOGNIZABLE.value,
    )
    session.execute(
        update(SampleRow)
        .where(SampleRow.model_id == card.model_id)
        .values(band=band)
        .execution_options(synchronize_session=False)
    )


def _has_embedding(model_id: str) -> ColumnElement[bool]:
    return exists().where(EmbeddingRow.sample_id == SampleRow.id, EmbeddingRow.model_id == model_id)
