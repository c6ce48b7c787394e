"""Galleries: the named sets of subjects, and the revision that rises when any of them changes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.storage.counters import raise_counter, read_counter
from core.storage.names import clean_name
from core.storage.schema import EmbeddingRow, GalleryRow, SampleRow, SubjectRow
from core.types import Band, Gallery, GalleryStats

_REVISION = "gallery"


def galleries(session: Session) -> tuple[Gallery, ...]:
    """Return all galleries, in the order of their names."""
    return tuple(Gallery(*row) for row in session.execute(_listing().order_by(GalleryRow.name)))


def gallery(session: Session, name: str) -> Gallery:
    """Return a gallery by its name.

    Raises
    ------
    NotFound
        If there is none.
    """
    return _gallery(session, find_gallery(session, name))


def find_gallery(session: Session, name: str) -> int:
    """Return the key of a gallery, without counting what it holds.

    Raises
    ------
    NotFound
        If there is none of this name.
    """
    cleaned = clean_name("gallery", name)
    key = session.scalar(select(GalleryRow.id).where(GalleryRow.name == cleaned))
    if key is None:
        raise NotFound(f"There is no gallery {cleaned!r}.")
    return key


def find_or_add_gallery(session: Session, name: str) -> int:
    """Return the key of the gallery with this name, which is added when there is none."""
    try:
        return find_gallery(session, name)
    except NotFound:
        row = GalleryRow(name=clean_name("gallery", name))
        session.add(row)
        session.flush()
        raise_revision(session)
        return row.id


def create_gallery(session: Session, name: str) -> Gallery:
    """Make an empty gallery.

    Parameters
    ----------
    session : Session
        A session that writes.
    name : str
        Unique name.

    Returns
    -------
    Gallery
        The new gallery.

    Raises
    ------
    Conflict
        If the name is taken.
    UsageError
        If it is no name, see :func:`core.storage.names.clean_name`.
    """
    cleaned = clean_name("gallery", name)
    if session.scalar(select(GalleryRow.id).where(GalleryRow.name == cleaned)) is not None:
        raise Conflict(f"There is already a gallery {cleaned!r}.")
    return ensure_gallery(session, cleaned)


def ensure_gallery(session: Session, name: str) -> Gallery:
    """Return a gallery by its name, which is made when there is none.

    Parameters
    ----------
    session : Session
        A session that writes.
    name : str
        Unique name.

    Returns
    -------
    Gallery
        The gallery.
    """
    return _gallery(session, find_or_add_gallery(session, name))


def remove_gallery(session: Session, name: str) -> Gallery:
    """Remove a gallery with its subjects and everything of them.

    Parameters
    ----------
    session : Session
        A session that writes.
    name : str
        Its name.

    Returns
    -------
    Gallery
        What was removed.

    Raises
    ------
    NotFound
        If there is none.
    """
    removed = gallery(session, name)
    row = session.get_one(GalleryRow, removed.gallery_id)
    session.delete(row)
    session.flush()
    raise_revision(session)
    return removed


def revision(session: Session) -> int:
    """Return the revision of the galleries: 0 in a new workspace, one more after each change."""
    return read_counter(session, _REVISION)


def raise_revision(session: Session) -> int:
    """Note that a gallery changed and return the new revision."""
    return raise_counter(session, _REVISION)


def stats(session: Session) -> GalleryStats:
    """Count what the galleries hold."""
    by_model = session.execute(
        select(EmbeddingRow.model_id, func.count())
        .group_by(EmbeddingRow.model_id)
        .order_by(EmbeddingRow.model_id)
    )
    counted = session.execute(select(SampleRow.band, func.count()).group_by(SampleRow.band)).all()
    by_band = {row[0]: row[1] for row in counted}
    found = galleries(session)
    return GalleryStats(
        revision=revision(session),
        galleries=found,
        subjects=sum(one.subjects for one in found),
        samples=sum(one.samples for one in found),
        samples_by_model=tuple((model_id, count) for model_id, count in by_model),
        samples_by_band=tuple((band, by_band.get(band.value, 0)) for band in Band),
    )


def _gallery(session: Session, key: int) -> Gallery:
    return Gallery(*session.execute(_listing().where(GalleryRow.id == key)).one())


def _listing() -> Select[Any]:
    subjects = (
        select(func.count()).where(SubjectRow.gallery_id == GalleryRow.id).correlate(GalleryRow)
    ).scalar_subquery()
    samples = (
        select(func.count())
        .select_from(SampleRow)
        .join(SubjectRow, SubjectRow.id == SampleRow.subject_id)
        .where(SubjectRow.gallery_id == GalleryRow.id)
        .correlate(GalleryRow)
    ).scalar_subquery()
    return select(GalleryRow.id, GalleryRow.name, subjects, samples, GalleryRow.created)
