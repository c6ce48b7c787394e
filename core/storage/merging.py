"""Merging and splitting subjects and moving samples between them, through mapped objects only.

Whoever wants to undo these changes wraps them in :func:`core.storage.journal.step`. Each change leaves the
templates of every model as they follow from the samples, and no subject without samples.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, UsageError
from core.storage.gallery import raise_revision
from core.storage.names import clean_name
from core.storage.schema import EmbeddingRow, SampleRow, SubjectRow, TemplateRow
from core.storage.subjects import refuse_taken, subject, subject_row
from core.storage.templates import recompute_template
from core.types import Subject


def merge_subjects(session: Session, into: int, others: Sequence[int]) -> Subject:
    """Give all samples of some subjects to another one; the emptied subjects go.

    Parameters
    ----------
    session : Session
        A session that writes.
    into : int
        Key of the subject that stays, with its name.
    others : sequence of int
        Keys of the subjects that become part of it.

    Returns
    -------
    Subject
        The subject with all samples.

    Raises
    ------
    NotFound
        If a subject is not there.
    UsageError
        If there is nothing to merge, or the subjects are in different galleries.
    """
    apart = [key for key in dict.fromkeys(others) if key != into]
    if not apart:
        raise UsageError("To merge, choose at least two subjects.")
    target = subject_row(session, into)
    if any(subject_row(session, key).gallery_id != target.gallery_id for key in apart):
        raise UsageError("Only subjects of one gallery can be merged.")
    for row in session.scalars(select(SampleRow).where(SampleRow.subject_id.in_(apart))).all():
        row.subject_id = into
    session.flush()
    _settle(session, [into, *apart])
    return subject(session, into)


def split_subject(
    session: Session, subject_id: int, sample_ids: Sequence[int], new_name: str
) -> tuple[Subject, Subject]:
    """Make some samples of a subject a subject of their own.

    Parameters
    ----------
    session : Session
        A session that writes.
    subject_id : int
        Key of the subject.
    sample_ids : sequence of int
        Keys of the samples that go; others must stay.
    new_name : str
        Name of the new subject, unique within the gallery.

    Returns
    -------
    tuple of (Subject, Subject)
        The subject that was there, and the new one.

    Raises
    ------
    NotFound
        If the subject or a sample is not there.
    UsageError
        If no sample is named, none would stay, or a sample is of another subject.
    Conflict
        If the name is taken.
    """
    old = subject_row(session, subject_id)
    rows = _sample_rows(session, sample_ids)
    if any(row.subject_id != subject_id for row in rows):
        raise UsageError(f"Only samples of {old.name} can be split off from it.")
    if len(rows) == subject(session, subject_id).samples:
        raise UsageError(f"At least one sample has to stay with {old.name}; to change its name, rename it.")
    cleaned = clean_name("subject", new_name)
    refuse_taken(session, old.gallery_id, cleaned)
    made = SubjectRow(gallery_id=old.gallery_id, name=cleaned)
    session.add(made)
    session.flush()
    for row in rows:
        row.subject_id = made.id
    session.flush()
    _settle(session, [subject_id, made.id])
    return subject(session, subject_id), subject(session, made.id)


def move_samples(session: Session, sample_ids: Sequence[int], into: int) -> Subject:
    """Give samples to another subject of the same gallery; a subject that is left without any goes.

    Parameters
    ----------
    session : Session
        A session that writes.
    sample_ids : sequence of int
        Keys of the samples; they may be of several subjects.
    into : int
        Key of the subject that gets them.

    Returns
    -------
    Subject
        The subject with its new samples.

    Raises
    ------
    NotFound
        If the subject or a sample is not there.
    UsageError
        If no sample is named, all are of that subject already, or one is of another gallery.
    """
    target = subject_row(session, into)
    rows = [row for row in _sample_rows(session, sample_ids) if row.subject_id != into]
    if not rows:
        raise UsageError(f"All these samples are of {target.name} already.")
    before = {row.subject_id for row in rows}
    if any(subject_row(session, key).gallery_id != target.gallery_id for key in before):
        raise UsageError("Samples can be moved within one gallery only.")
    for row in rows:
        row.subject_id = into
    session.flush()
    _settle(session, [into, *sorted(before)])
    return subject(session, into)


def _sample_rows(session: Session, sample_ids: Iterable[int]) -> list[SampleRow]:
    wanted = list(dict.fromkeys(sample_ids))
    if not wanted:
        raise UsageError("Choose at least one sample.")
    rows = []
    for key in wanted:
        row = session.get(SampleRow, key)
        if row is None:
            raise NotFound(f"There is no sample with the number {key}.")
        rows.append(row)
    return rows


def _settle(session: Session, subject_ids: Iterable[int]) -> None:
    """Make the templates of subjects anew, under each model, and remove the subjects without samples."""
    for subject_id in subject_ids:
        held = select(SampleRow.id).where(SampleRow.subject_id == subject_id)
        models = set(
            session.scalars(select(EmbeddingRow.model_id).where(EmbeddingRow.sample_id.in_(held)).distinct())
        )
        for template in session.scalars(
            select(TemplateRow).where(TemplateRow.subject_id == subject_id)
        ).all():
            if template.model_id not in models:
                session.delete(template)
        session.flush()
        for model_id in sorted(models):
            recompute_template(session, subject_id, model_id)
        if session.scalar(held.limit(1)) is None:
            session.delete(subject_row(session, subject_id))
            session.flush()
    raise_revision(session)
