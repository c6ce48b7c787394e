"""Judgements of examiners: appended, read, and never changed; triggers of the database forbid it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.storage.names import storable
from core.storage.record_schema import FaceRow, JudgementRow, PictureRow
from core.storage.schema import SearchRow
from core.types import Component, Conclusion, FeatureNote, Finding, Judgement, Suitability


@dataclass(frozen=True, slots=True)
class NewJudgement:
    """A judgement that is to be kept; its fields are those of :class:`core.types.Judgement`.

    Attributes
    ----------
    search_id, rank : int
        The place, rank 0 for the probe alone.
    examiner : str
        Who.
    second : bool
        Whether the examiner verified another one's work.
    suitability : Suitability or None
        Of the probe.
    conclusion : Conclusion or None
        Of the comparison.
    features : tuple of FeatureNote
        The checklist.
    note : str
        Free text.
    on_original : bool
        Whether the original picture was on show.
    """

    search_id: int
    rank: int
    examiner: str
    second: bool
    suitability: Suitability | None
    conclusion: Conclusion | None
    features: tuple[FeatureNote, ...]
    note: str
    on_original: bool


def add_judgement(session: Session, new: NewJudgement) -> Judgement:
    """Append a judgement.

    Parameters
    ----------
    session : Session
        A session that writes.
    new : NewJudgement
        The judgement.

    Returns
    -------
    Judgement
        As it is kept.
    """
    row = JudgementRow(
        search_id=new.search_id,
        rank=new.rank,
        examiner=storable(new.examiner),
        second=new.second,
        suitability=new.suitability and new.suitability.value,
        conclusion=new.conclusion and new.conclusion.value,
        features=features_text(new.features),
        note=storable(new.note),
        on_original=new.on_original,
    )
    session.add(row)
    session.flush()
    return _judgement(row)


def judgements(session: Session, search_ids: Iterable[int]) -> tuple[Judgement, ...]:
    """Return every judgement of some searches in the order in which they were stored.

    Parameters
    ----------
    session : Session
        Any session.
    search_ids : iterable of int
        The searches.

    Returns
    -------
    tuple of Judgement
        Oldest first; those that a later one replaced are there too.
    """
    query = select(JudgementRow).where(JudgementRow.search_id.in_(list(search_ids))).order_by(JudgementRow.id)
    return tuple(_judgement(row) for row in session.scalars(query))


def features_text(features: Sequence[FeatureNote]) -> str:
    """Return the JSON text that keeps a checklist: a list of {component, visible, finding, note}."""
    lines = [
        {
            "component": one.component.value,
            "visible": one.visible,
            "finding": one.finding and one.finding.value,
            "note": storable(one.note),
        }
        for one in features
    ]
    return json.dumps(lines, ensure_ascii=False)


def probe_is_original(session: Session, search_id: int) -> bool:
    """Say whether the probe of a search lies in an original picture, not in one derived from it."""
    parent = session.scalar(
        select(PictureRow.parent_id)
        .join(FaceRow, FaceRow.picture_id == PictureRow.id)
        .join(SearchRow, SearchRow.face_id == FaceRow.id)
        .where(SearchRow.id == search_id)
    )
    return parent is None


def _judgement(row: JudgementRow) -> Judgement:
    return Judgement(
        judgement_id=row.id,
        search_id=row.search_id,
        rank=row.rank,
        examiner=row.examiner,
        second=row.second,
        suitability=None if row.suitability is None else Suitability(row.suitability),
        conclusion=None if row.conclusion is None else Conclusion(row.conclusion),
        features=tuple(
            FeatureNote(
                Component(line["component"]),
                line["visible"],
                None if line["finding"] is None else Finding(line["finding"]),
                line["note"],
            )
            for line in json.loads(row.features)
        ),
        note=row.note,
        on_original=row.on_original,
        created=row.created,
    )
