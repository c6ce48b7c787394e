"""Erasing a person from the tables, and asking all tables afterwards what they still hold."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    String,
    Table,
    and_,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from core.storage import journal
from core.storage.gallery import raise_revision
from core.storage.record_schema import FaceRow
from core.storage.schema import (
    Base,
    CandidateRow,
    CropRow,
    EmbeddingRow,
    SampleRow,
    SubjectRow,
    TemplateRow,
)
from core.storage.traces import PersonTraces, listed_rows
from core.types import ErasurePlace

_WHY = {
    "audit_log": "The audit log is append-only: entries of the past may name the person.",
    "cases": "An examiner wrote this in a case.",
    "evidence": "A path of the evidence of a case.",
    "judgements": "An examiner wrote this in a judgement, which nothing may change.",
    "journal": "A step of a case that can be undone.",
    "pictures": "A sentence about a picture of a case.",
    "searches": "The record of a search.",
    "subjects": "Another subject has this name, or a longer one that holds it.",
    "samples": "Another subject's picture has this in its path or authority.",
    "candidates": "Another subject on a candidate list has this name, or a path that holds it.",
    "faces": "A face of a case that bears the name of another subject, or a longer one.",
}
_SAME_PICTURE = "Another subject was enrolled from the same picture; erase that one too."
_PROBE = "A probe or face of a case was made from the same picture and is evidence of that case."
_OF_GALLERIES = frozenset({"embeddings", "templates", "crops"})


@dataclass(frozen=True, slots=True)
class ErasedRows:
    """How many rows an erasure concerned.

    Attributes
    ----------
    samples, crops, embeddings, templates : int
        Rows that are gone.
    candidates, faces : int
        Rows that bear the pseudonym now.
    steps : int
        Steps that are gone from the journal.
    """

    samples: int
    crops: int
    embeddings: int
    templates: int
    candidates: int
    faces: int
    steps: int


def pseudonym(subject_id: int) -> str:
    """Return what stands for the name of an erased subject."""
    return f"erased subject {subject_id}"


def forget_subject(session: Session, person: PersonTraces) -> int:
    """Remove every step from the journal that holds a subject, its samples or its templates.

    Parameters
    ----------
    session : Session
        A session that writes.
    person : PersonTraces
        What the subject holds.

    Returns
    -------
    int
        Number of steps removed.
    """
    rows: list[tuple[str, dict[str, int]]] = [("samples", {"id": key}) for key in person.sample_ids]
    for key in (person.subject.subject_id, *person.former):
        rows += [
            ("subjects", {"id": key}),
            ("samples", {"subject_id": key}),
            ("templates", {"subject_id": key}),
        ]
    return journal.forget(session, rows)


def erase(session: Session, person: PersonTraces) -> ErasedRows:
    """Remove a subject and everything that tells of it outside the audit log and the evidence of cases.

    Parameters
    ----------
    session : Session
        A session that writes.
    person : PersonTraces
        What the subject holds, read in the same session.

    Returns
    -------
    ErasedRows
        What was changed.
    """
    key = person.subject.subject_id
    instead = pseudonym(key)
    held = SampleRow.id.in_(person.sample_ids)
    embeddings = _count(session, EmbeddingRow, EmbeddingRow.sample_id.in_(person.sample_ids))
    templates = _count(session, TemplateRow, TemplateRow.subject_id == key)
    samples = _count(session, SampleRow, held)
    steps = forget_subject(session, person)
    listed = _listed(person)
    candidates = _count(session, CandidateRow, listed)
    session.execute(update(CandidateRow).where(listed).values(subject=instead, sample_source=""))
    faces = 0
    for name in own_names(session, person):
        steps += journal.forget(session, [("faces", {"subject": name})])
        faces += _count(session, FaceRow, FaceRow.subject == name)
        session.execute(update(FaceRow).where(FaceRow.subject == name).values(subject=instead))
    session.execute(delete(SubjectRow).where(SubjectRow.id == key))
    session.expire_all()
    raise_revision(session)
    return ErasedRows(samples, len(person.crops), embeddings, templates, candidates, faces, steps)


def own_names(session: Session, person: PersonTraces) -> tuple[str, ...]:
    """Return the names of a person that no other subject has.

    Parameters
    ----------
    session : Session
        Any session.
    person : PersonTraces
        What the subject holds.

    Returns
    -------
    tuple of str
        What stands under these names elsewhere is theirs.
    """
    key = person.subject.subject_id
    return tuple(name for name in person.names if not _has_namesake(session, name, key))


def rows_left(session: Session, person: PersonTraces) -> tuple[ErasurePlace, ...]:
    """Ask by key for rows that must be gone.

    Parameters
    ----------
    session : Session
        Any session.
    person : PersonTraces
        What the subject held.

    Returns
    -------
    tuple of ErasurePlace
        One for each table; none may have found anything.
    """
    key = person.subject.subject_id
    by_key = (
        ("subjects", SubjectRow, SubjectRow.id == key),
        ("samples", SampleRow, or_(SampleRow.subject_id == key, SampleRow.id.in_(person.sample_ids))),
        ("embeddings", EmbeddingRow, EmbeddingRow.sample_id.in_(person.sample_ids)),
        ("crops", CropRow, CropRow.sample_id.in_(person.sample_ids)),
        ("templates", TemplateRow, TemplateRow.subject_id == key),
        (
            "candidates",
            CandidateRow,
            and_(
                _listed(person),
                or_(CandidateRow.subject != pseudonym(key), CandidateRow.sample_source != ""),
            ),
        ),
    )
    return tuple(
        ErasurePlace(f"table {table}", "rows of the subject, by key", _count(session, row, criterion))
        for table, row, criterion in by_key
    )


def texts_left(session: Session, person: PersonTraces) -> tuple[ErasurePlace, ...]:
    """Look for the name in every column of text of every table.

    Parameters
    ----------
    session : Session
        Any session.
    person : PersonTraces
        What the subject held.

    Returns
    -------
    tuple of ErasurePlace
        One for each table.
    """
    return tuple(
        ErasurePlace(
            f"table {table.name}",
            "the names, in all columns of text",
            found := _rows_holding(session, table, person.names),
            table.name in _WHY,
            _WHY.get(table.name, "") if found else "",
        )
        for table in Base.metadata.sorted_tables
    )


def vectors_left(session: Session, person: PersonTraces) -> tuple[ErasurePlace, ...]:
    """Look for the vectors and crops in every column of bytes of every table.

    Parameters
    ----------
    session : Session
        Any session.
    person : PersonTraces
        What the subject held.

    Returns
    -------
    tuple of ErasurePlace
        One for each column.
    """
    wanted = (*person.vectors, *person.crops)
    places = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, LargeBinary):
                query = select(func.count()).select_from(table).where(column.in_(wanted))
                found = session.scalar(query) or 0
                ours = table.name in _OF_GALLERIES
                why = (_SAME_PICTURE if ours else _PROBE) if found else ""
                place = f"column {table.name}.{column.name}"
                places.append(ErasurePlace(place, "vectors and crops", found, not ours, why))
    return tuple(places)


def _listed(person: PersonTraces) -> ColumnElement[bool]:
    return listed_rows((person.subject.subject_id, *person.former), person.sample_ids)


def _has_namesake(session: Session, name: str, subject_id: int) -> bool:
    other = select(SubjectRow.id).where(SubjectRow.name == name, SubjectRow.id != subject_id)
    return session.scalar(other.limit(1)) is not None


def _rows_holding(session: Session, table: Table, texts: tuple[str, ...]) -> int:
    columns = [
        func.instr(column, literal(text)) > 0
        for column in table.columns
        if isinstance(column.type, String)
        for text in texts
    ]
    if not columns:
        return 0
    return session.scalar(select(func.count()).select_from(table).where(or_(*columns))) or 0


def _count(session: Session, row: type[Base], criterion: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(row).where(criterion)) or 0
