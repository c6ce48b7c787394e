"""Templates: what a subject's samples become under one model, and the rows that a search goes through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.storage.schema import EmbeddingRow, SampleRow, SubjectRow, TemplateRow
from core.storage.vectors import from_bytes, normalized, to_bytes
from core.types import Fusion, SubjectEmbeddings


def weighted_template(
    embeddings: NDArray[np.float32], recognizability: Sequence[float]
) -> NDArray[np.float32]:
    """Put the samples of a subject together: normalise(sum of q v / sum of q), q = max(RI, 0).

    Parameters
    ----------
    embeddings : ndarray of float32, shape (n, dim)
        Unit-length embeddings of one model.
    recognizability : sequence of float, length n
        Their recognizability indices. Where none is above 0, all samples weigh the same.

    Returns
    -------
    ndarray of float32, shape (dim,)
        Unit length. Embeddings that cancel out have no mean direction; then it is the most recognizable one.
    """
    weights = template_weights(recognizability)
    mean = weights @ embeddings.astype(np.float64)
    if np.linalg.norm(mean) < np.finfo(np.float32).eps:
        mean = embeddings[np.argmax(weights)]
    return normalized(mean)


def template_weights(recognizability: Sequence[float]) -> NDArray[np.float64]:
    """Return the shares of samples in their template: q / sum of q, q = max(RI, 0).

    Parameters
    ----------
    recognizability : sequence of float, length n
        Their recognizability indices.

    Returns
    -------
    ndarray of float64, shape (n,)
        Adding up to 1; equal where no index is above 0.
    """
    weights = np.maximum(np.asarray(recognizability, dtype=np.float64), 0)
    if not weights.any():
        weights = np.ones_like(weights)
    return np.asarray(weights / weights.sum())


def compared_vector(
    session: Session, fusion: Fusion, sample_id: int, template_id: int, model_id: str
) -> NDArray[np.float32] | None:
    """Return what a search compares its probe with to place a subject.

    Parameters
    ----------
    session : Session
        Any session.
    fusion : Fusion
        `BEST` compares with a sample, `WEIGHTED` with the template.
    sample_id, template_id : int
        Keys of the subject's sample most similar to the probe, and of its template.
    model_id : str
        SHA-256 of the weights.

    Returns
    -------
    ndarray of float32, shape (dim,), or None
        Unit length. None when the subject was removed.
    """
    if fusion is Fusion.BEST:
        query = select(EmbeddingRow.vector).where(
            EmbeddingRow.sample_id == sample_id, EmbeddingRow.model_id == model_id
        )
    else:
        query = select(TemplateRow.vector).where(
            TemplateRow.id == template_id, TemplateRow.model_id == model_id
        )
    stored = session.scalar(query)
    return None if stored is None else from_bytes(stored)


def recompute_template(session: Session, subject_id: int, model_id: str) -> None:
    """Make the template of a subject anew from all its samples that have an embedding of a model.

    Parameters
    ----------
    session : Session
        A session that writes.
    subject_id : int
        Key of the subject.
    model_id : str
        SHA-256 of the weights.
    """
    samples = select(SampleRow.id).where(SampleRow.subject_id == subject_id)
    found = session.execute(
        select(EmbeddingRow.vector, EmbeddingRow.recognizability)
        .where(EmbeddingRow.sample_id.in_(samples), EmbeddingRow.model_id == model_id)
        .order_by(EmbeddingRow.sample_id)
    ).all()
    template = session.scalar(
        select(TemplateRow).where(TemplateRow.subject_id == subject_id, TemplateRow.model_id == model_id)
    )
    vector = weighted_template(np.stack([from_bytes(row[0]) for row in found]), [row[1] for row in found])
    if template is None:
        template = TemplateRow(subject_id=subject_id, model_id=model_id, dim=len(vector))
        session.add(template)
    template.vector = to_bytes(vector)
    session.flush()


def embedding_rows(session: Session, model_id: str) -> Iterator[SubjectEmbeddings]:
    """Give what a search under one model compares with, subject by subject, without holding it all.

    Parameters
    ----------
    session : Session
        Any session; it must stay open until the iteration ends.
    model_id : str
        SHA-256 of the weights.

    Yields
    ------
    SubjectEmbeddings
        In ascending order of gallery, subject and, inside, sample.
    """
    query = (
        select(
            SubjectRow.gallery_id,
            SubjectRow.id,
            TemplateRow.id,
            TemplateRow.vector,
            EmbeddingRow.sample_id,
            EmbeddingRow.vector,
        )
        .join(TemplateRow, TemplateRow.subject_id == SubjectRow.id)
        .join(SampleRow, SampleRow.subject_id == SubjectRow.id)
        .join(EmbeddingRow, EmbeddingRow.sample_id == SampleRow.id)
        .where(TemplateRow.model_id == model_id, EmbeddingRow.model_id == model_id)
        .order_by(SubjectRow.gallery_id, SubjectRow.id, SampleRow.id)
        .execution_options(yield_per=2000)
    )
    for key, group in groupby(session.execute(query), key=lambda row: row[:4]):
        gallery_id, subject_id, template_id, template = key
        members = list(group)
        yield SubjectEmbeddings(
            gallery_id=gallery_id,
            subject_id=subject_id,
            template_id=template_id,
            template=from_bytes(template),
            sample_ids=tuple(row[4] for row in members),
            samples=np.stack([from_bytes(row[5]) for row in members]),
        )
