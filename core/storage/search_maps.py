"""The maps of a search: those of its probe, and the evidence for and against its candidates."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.storage.schema import CandidateRow, SearchMapRow, SearchRow
from core.storage.vectors import from_wide_bytes, to_wide_bytes
from core.types import AttentionKind, AttentionMap, Faithfulness, PairEvidence, SearchMaps

_PROBE = 0
_PAIR = "pair"


def put_search_maps(session: Session, search_id: int, maps: SearchMaps) -> None:
    """Keep the maps of a search; those of the same kind that are there are replaced.

    Parameters
    ----------
    session : Session
        A session that writes.
    search_id : int
        Key of the search.
    maps : SearchMaps
        Its maps; candidates without evidence keep what they have.
    """
    for row in _rows(search_id, maps):
        session.merge(row)
    session.flush()


def search_maps(session: Session, search_id: int) -> SearchMaps:
    """Return the maps of a search.

    Parameters
    ----------
    session : Session
        Any session.
    search_id : int
        Key of the search.

    Returns
    -------
    SearchMaps
        With None for each candidate whose evidence was not worked out, as in searches of older versions.

    Raises
    ------
    NotFound
        If there is no such search.
    """
    if session.get(SearchRow, search_id) is None:
        raise NotFound(f"There is no search with the number {search_id}.")
    listed = select(func.count()).select_from(CandidateRow).where(CandidateRow.search_id == search_id)
    candidates: list[PairEvidence | None] = [None] * session.scalars(listed).one()
    probe: dict[AttentionKind, AttentionMap] = {}
    for row in session.scalars(select(SearchMapRow).where(SearchMapRow.search_id == search_id)):
        test = None if row.faithfulness is None else _test(row.faithfulness)
        values = from_wide_bytes(row.cells).reshape(row.rows, -1)
        if row.rank == _PROBE:
            kind = AttentionKind(row.kind)
            probe[kind] = AttentionMap(values.astype("float32"), kind, test)
        else:
            assert row.constant is not None
            candidates[row.rank - 1] = PairEvidence(values, row.constant, test)
    return SearchMaps(tuple(probe[kind] for kind in AttentionKind if kind in probe), tuple(candidates))


def _rows(search_id: int, maps: SearchMaps) -> Iterator[SearchMapRow]:
    for one in maps.probe:
        yield _row(search_id, _PROBE, one.kind.value, one, None)
    for rank, evidence in enumerate(maps.candidates, start=1):
        if evidence is not None:
            yield _row(search_id, rank, _PAIR, evidence, evidence.constant)


def _row(
    search_id: int, rank: int, kind: str, one: AttentionMap | PairEvidence, constant: float | None
) -> SearchMapRow:
    test = one.faithfulness
    return SearchMapRow(
        search_id=search_id,
        rank=rank,
        kind=kind,
        rows=one.values.shape[0],
        cells=to_wide_bytes(one.values),
        constant=constant,
        faithfulness=None if test is None else json.dumps(dataclasses.asdict(test)),
    )


def _test(stored: str) -> Faithfulness:
    curves: dict[str, Any] = json.loads(stored)
    return Faithfulness(**{name: tuple(values) for name, values in curves.items()})
