"""What of a person can be recognised in a file: the bytes to look for after an erasure, and the search."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from core.storage.schema import (
    AuditRow,
    CandidateRow,
    CropRow,
    EmbeddingRow,
    SampleRow,
    SubjectRow,
    TemplateRow,
)
from core.storage.subjects import subject
from core.types import Subject

MERGED = "subject.merge"
"""Action of the audit log whose details name `into` and `others`."""

_PIECE = 48
_CHUNK = 8 << 20


@dataclass(frozen=True, slots=True)
class PersonTraces:
    """Everything that a subject holds, read before it is erased.

    Attributes
    ----------
    subject : Subject
        The subject.
    former : tuple of int
        Keys of subjects that were merged into it and are gone.
    names : tuple of str
        Its name, and those it has on candidate lists of the past.
    sample_ids : tuple of int
        Its samples.
    sources, sha256 : tuple of str
        Paths and hashes of the pictures that they were enrolled from.
    vectors : tuple of bytes
        Embeddings and templates as they are stored.
    crops : tuple of bytes
        PNG files.
    model_ids : tuple of str
        Models of the embeddings.
    """

    subject: Subject
    former: tuple[int, ...]
    names: tuple[str, ...]
    sample_ids: tuple[int, ...]
    sources: tuple[str, ...]
    sha256: tuple[str, ...]
    vectors: tuple[bytes, ...]
    crops: tuple[bytes, ...]
    model_ids: tuple[str, ...]

    def patterns(self) -> tuple[bytes, ...]:
        """Return pieces of the vectors and crops that tell them from anything else.

        Pieces, because SQLite continues a long value on another page. Vectors in the journal are written in
        base 64.
        """
        pieces: dict[bytes, None] = {}
        for vector in self.vectors:
            text = base64.b64encode(vector)
            for value in (vector, text):
                for start in (0, len(value) // 2):
                    pieces[value[start : start + _PIECE]] = None
        for crop in self.crops:
            for start in (len(crop) // 3, 2 * len(crop) // 3):
                pieces[crop[start : start + _PIECE]] = None
        return tuple(pieces)


def traces_of(session: Session, subject_id: int) -> PersonTraces:
    """Read what a subject holds.

    Parameters
    ----------
    session : Session
        Any session.
    subject_id : int
        Key of the subject.

    Returns
    -------
    PersonTraces
        Its traces.

    Raises
    ------
    NotFound
        If there is no such subject.
    """
    person = subject(session, subject_id)
    held = select(SampleRow.id).where(SampleRow.subject_id == subject_id)
    rows = session.execute(
        select(SampleRow.id, SampleRow.source, SampleRow.source_sha256)
        .where(SampleRow.subject_id == subject_id)
        .order_by(SampleRow.id)
    ).all()
    embeddings = session.execute(
        select(EmbeddingRow.vector, EmbeddingRow.model_id).where(EmbeddingRow.sample_id.in_(held))
    ).all()
    sample_ids = tuple(row[0] for row in rows)
    former = _merged_into(session, subject_id)
    listed = session.scalars(
        select(CandidateRow.subject).where(listed_rows((subject_id, *former), sample_ids)).distinct()
    )
    templates = session.scalars(select(TemplateRow.vector).where(TemplateRow.subject_id == subject_id)).all()
    return PersonTraces(
        subject=person,
        former=former,
        names=tuple(dict.fromkeys([person.name, *sorted(listed)])),
        sample_ids=sample_ids,
        sources=tuple(row[1] for row in rows),
        sha256=tuple(row[2] for row in rows),
        vectors=tuple(dict.fromkeys([*(row[0] for row in embeddings), *templates])),
        crops=tuple(session.scalars(select(CropRow.png).where(CropRow.sample_id.in_(held)))),
        model_ids=tuple(sorted({row[1] for row in embeddings})),
    )


def listed_rows(subject_ids: Sequence[int], sample_ids: Sequence[int]) -> ColumnElement[bool]:
    """Return which places on candidate lists are those of a person.

    Parameters
    ----------
    subject_ids : sequence of int
        The subject first, then those that were merged into it.
    sample_ids : sequence of int
        Its samples.

    Returns
    -------
    ColumnElement
        A criterion on candidates. The places of a merged subject whose sample was split off again belong to
        whom that sample belongs now.
    """
    gone = ~exists().where(SampleRow.id == CandidateRow.sample_id)
    return or_(
        CandidateRow.subject_id == subject_ids[0],
        CandidateRow.sample_id.in_(sample_ids),
        and_(CandidateRow.subject_id.in_(subject_ids[1:]), gone),
    )


def _merged_into(session: Session, subject_id: int) -> tuple[int, ...]:
    """Return the subjects that became part of one, as the log tells, and are not there any more."""
    parts: dict[int, list[int]] = {}
    for text in session.scalars(select(AuditRow.details).where(AuditRow.action == MERGED)):
        details = json.loads(text)
        parts.setdefault(details["into"], []).extend(details["others"])
    found: list[int] = []
    waiting = [subject_id]
    while waiting:
        fresh = [key for key in parts.get(waiting.pop(), ()) if key not in found]
        found += fresh
        waiting += fresh
    there = set(session.scalars(select(SubjectRow.id).where(SubjectRow.id.in_(found))))
    return tuple(key for key in found if key not in there)


def found_in(content: Iterable[bytes], patterns: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the patterns that occur in a file, wherever in it.

    Parameters
    ----------
    content : iterable of bytes
        The file piece by piece, see :meth:`core.storage.protection.place.Place.content`.
    patterns : sequence of bytes
        What to look for.

    Returns
    -------
    tuple of bytes
        Those that were found.
    """
    left = dict.fromkeys(pattern for pattern in patterns if pattern)
    found: list[bytes] = []
    for window in _windows(content, max((len(pattern) for pattern in left), default=1) - 1):
        here = [pattern for pattern in left if pattern in window]
        found += here
        for pattern in here:
            del left[pattern]
        if not left:
            break
    return tuple(found)


def _windows(content: Iterable[bytes], overlap: int) -> Iterator[bytes]:
    """Give a file in pieces of some size, each beginning with the end of the one before."""
    window, fresh = bytearray(), 0
    for piece in content:
        window += piece
        fresh += len(piece)
        if fresh >= _CHUNK:
            yield bytes(window)
            del window[: max(len(window) - overlap, 0)]
            fresh = 0
    if fresh:
        yield bytes(window)
