"""The subjects and samples of galleries, read into columns."""

from __future__ import annotations

from array import array

import numpy as np
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.storage.gallery import find_gallery
from core.storage.names import fold
from core.storage.schema import GalleryRow, SampleRow, SubjectRow
from core.types import Band, GalleryListing

_ROWS_AT_ONCE = 5000


def listing(session: Session, gallery: str | None = None, text: str = "") -> GalleryListing:
    """Return subjects and samples in the order of gallery, name and key.

    Parameters
    ----------
    session : Session
        Any session.
    gallery : str, optional
        Only the samples of this gallery.
    text : str
        Only samples whose subject's name or source path holds this text; case does not matter.

    Returns
    -------
    GalleryListing
        A subject of which no sample fits is not in it.

    Raises
    ------
    NotFound
        If there is no such gallery.
    """
    query = (
        select(
            SubjectRow.id,
            SubjectRow.name,
            GalleryRow.name,
            SampleRow.id,
            SampleRow.recognizability,
            SampleRow.band,
            SampleRow.overridden,
        )
        .join(SubjectRow, SubjectRow.id == SampleRow.subject_id)
        .join(GalleryRow, GalleryRow.id == SubjectRow.gallery_id)
        .order_by(GalleryRow.name, SubjectRow.name, SubjectRow.id, SampleRow.id)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
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
    place = {band.value: number for number, band in enumerate(Band)}
    subject_ids, starts, sample_ids = array("q"), array("q"), array("q")
    indices, bands, overridden = array("d"), bytearray(), bytearray()
    names: list[str] = []
    galleries: list[str] = []
    last: int | None = None
    shared: dict[str, str] = {}
    for subject_id, name, where, sample_id, index, band, below in session.execute(query):
        if subject_id != last:
            last = subject_id
            subject_ids.append(subject_id)
            starts.append(len(sample_ids))
            names.append(name)
            galleries.append(shared.setdefault(where, where))
        sample_ids.append(sample_id)
        indices.append(index)
        bands.append(place[band])
        overridden.append(below)
    starts.append(len(sample_ids))
    return GalleryListing(
        subject_ids=np.array(subject_ids, np.int64),
        subjects=tuple(names),
        galleries=tuple(galleries),
        starts=np.array(starts, np.int64),
        sample_ids=np.array(sample_ids, np.int64),
        recognizability=np.array(indices, np.float64),
        bands=np.frombuffer(bytes(bands), np.uint8),
        overridden=np.frombuffer(bytes(overridden), np.bool_),
    )
