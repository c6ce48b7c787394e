"""Subjects: the persons of a gallery."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.storage.gallery import find_gallery, raise_revision
from core.storage.names import clean_name, fold
from core.storage.schema import GalleryRow, SampleRow, SubjectRow
from core.types import Subject


def subjects(session: Session, gallery: str | None = None, text: str = "") -> tuple[Subject, ...]:
    """Return subjects in the order of gallery and name.

    Parameters
    ----------
    session : Session
        Any session.
    gallery : str, optional
        Only the subjects of this gallery.
    text : str
        Only subjects whose name holds this text; case does not matter.

    Returns
    -------
    tuple of Subject
        With the number of their samples and the best of these.

    Raises
    ------
    NotFound
        If there is no such gallery.
    """
    query = _listing().order_by(GalleryRow.name, SubjectRow.name)
    if gallery is not None:
        query = query.where(SubjectRow.gallery_id == find_gallery(session, gallery))
    if text:
        query = query.where(func.instr(func.fold(SubjectRow.name), fold(text)) > 0)
    return tuple(Subject(*row) for row in session.execute(query))


def subject(session: Session, subject_id: int) -> Subject:
    """Return a subject by its key.

    Raises
    ------
    NotFound
        If there is none.
    """
    row = session.execute(_listing().where(SubjectRow.id == subject_id)).first()
    if row is None:
        raise NotFound(f"There is no subject with the number {subject_id}.")
    return Subject(*row)


def rename_subject(session: Session, subject_id: int, name: str) -> Subject:
    """Give a subject another name; candidate lists of the past keep the old one.

    Parameters
    ----------
    session : Session
        A session that writes.
    subject_id : int
        Key.
    name : str
        New name, unique within the gallery.

    Returns
    -------
    Subject
        The subject under its new name.

    Raises
    ------
    NotFound
        If there is no such subject.
    Conflict
        If another subject of the gallery has the name.
    """
    cleaned = clean_name("subject", name)
    row = subject_row(session, subject_id)
    refuse_taken(session, row.gallery_id, cleaned, but=subject_id)
    row.name = cleaned
    session.flush()
    raise_revision(session)
    return subject(session, subject_id)


def subject_row(session: Session, subject_id: int) -> SubjectRow:
    """Return the row of a subject.

    Raises
    ------
    NotFound
        If there is none.
    """
    row = session.get(SubjectRow, subject_id)
    if row is None:
        raise NotFound(f"There is no subject with the number {subject_id}.")
    return row


def refuse_taken(session: Session, gallery_id: int, name: str, *, but: int | None = None) -> None:
    """Refuse a name that a subject of the gallery has already.

    Parameters
    ----------
    session : Session
        Any session.
    gallery_id : int
        Key of the gallery.
    name : str
        The name, cleaned.
    but : int, optional
        Key of a subject that may have it.

    Raises
    ------
    Conflict
        If another subject of the gallery has the name.
    """
    holder = session.scalar(
        select(SubjectRow.id).where(SubjectRow.gallery_id == gallery_id, SubjectRow.name == name)
    )
    if holder not in (None, but):
        raise Conflict(f"There is already a subject {name!r} in this gallery.")


def remove_subject(session: Session, subject_id: int) -> Subject:
    """Remove a subject with its samples, crops, embeddings and templates.

    What stays is its name, rank and similarity in the candidate lists of searches that were made before.

    Parameters
    ----------
    session : Session
        A session that writes.
    subject_id : int
        Key.

    Returns
    -------
    Subject
        What was removed.

    Raises
    ------
    NotFound
        If there is no such subject.
    """
    removed = subject(session, subject_id)
    session.delete(session.get_one(SubjectRow, subject_id))
    session.flush()
    raise_revision(session)
    return removed


def find_or_add_subject(session: Session, gallery_id: int, name: str) -> int:
    """Return the key of the subject with this name, which is added when there is none."""
    cleaned = clean_name("subject", name)
    row = session.scalar(
        select(SubjectRow).where(SubjectRow.gallery_id == gallery_id, SubjectRow.name == cleaned)
    )
    if row is None:
        row = SubjectRow(gallery_id=gallery_id, name=cleaned)
        session.add(row)
        session.flush()
    return row.id


def _listing() -> Select[Any]:
    samples = select(func.count()).where(SampleRow.subject_id == SubjectRow.id).correlate(SubjectRow)
    best = (
        select(SampleRow.id)
        .where(SampleRow.subject_id == SubjectRow.id)
        .order_by(SampleRow.recognizability.desc(), SampleRow.id)
        .limit(1)
        .correlate(SubjectRow)
    )
    return select(
        SubjectRow.id,
        GalleryRow.name,
        SubjectRow.name,
        samples.scalar_subquery(),
        best.scalar_subquery(),
        SubjectRow.created,
    ).join(GalleryRow, GalleryRow.id == SubjectRow.gallery_id)
