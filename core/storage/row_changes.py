"""Rows as the journal keeps them: what changed, in a form that JSON can hold, and how it is written back."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, delete, insert, inspect, select, tuple_, update
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.storage.record_schema import CandidateVerdictRow, FaceCropRow, FaceRow, PictureRow
from core.storage.schema import (
    Base,
    CaseRow,
    CropRow,
    EmbeddingRow,
    SampleRow,
    SearchRow,
    SubjectRow,
    TemplateRow,
)

GALLERY = (SubjectRow, SampleRow, EmbeddingRow, CropRow, TemplateRow)
"""Rows whose change raises the revision of the galleries."""

JOURNALED = (*GALLERY, CaseRow, PictureRow, FaceRow, FaceCropRow, CandidateVerdictRow, SearchRow)
"""Rows whose changes are kept, so that they can be taken back."""

_TABLES: dict[str, Table] = {row.__tablename__: Base.metadata.tables[row.__tablename__] for row in JOURNALED}
_AT_ONCE = 300
"""Rows that are read in one statement."""

_BYTES = "base64:"
_TIME = "time:"
_TEXT = "text:"

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowChange:
    """How a row was before a step and after it.

    Attributes
    ----------
    table : str
        Name of its table.
    key : tuple
        Its primary key, written as the values are.
    before, after : dict or None
        Values by column that JSON can hold: all of them for a row that came or went, otherwise those
        that changed. None where there was no row.
    """

    table: str
    key: tuple[Any, ...]
    before: Values | None
    after: Values | None

    @classmethod
    def between(cls, table: str, before: Values | None, after: Values | None) -> RowChange:
        """Keep the whole of a row that came or went, and of one that changed what changed."""
        whole = after if before is None else before
        assert whole is not None
        key = tuple(whole[column.name] for column in _TABLES[table].primary_key)
        if before is not None and after is not None:
            names = [name for name, value in before.items() if value != after[name]]
            before = {name: before[name] for name in names}
            after = {name: after[name] for name in names}
        return cls(table, key, before, after)

    def reversed(self) -> RowChange:
        """Return what takes this change back."""
        return RowChange(self.table, self.key, self.after, self.before)

    def holds(self, wanted: Mapping[str, Any]) -> bool:
        """Tell whether the row has these values, as far as the change knows them."""
        names = [column.name for column in _TABLES[self.table].primary_key]
        known = [
            dict(zip(names, self.key, strict=True)) | (values or {}) for values in (self.before, self.after)
        ]
        return any(
            all(name in values and _decoded(values[name]) == value for name, value in wanted.items())
            for values in known
        )


def apply_changes(session: Session, changes: Sequence[RowChange], action: str) -> None:
    """Write what rows are after changes, all of them or none.

    Parameters
    ----------
    session : Session
        A session that writes. Objects that it holds are refreshed from the database afterwards.
    changes : sequence of RowChange
        At most one a row.
    action : str
        Name of the step, for the sentence of a refusal.

    Raises
    ------
    Conflict
        If a row is no longer as it was before its change.
    """
    # Objects in the session would hide from it what is written past them.
    session.flush()
    _check(session, changes, action)
    for change in sorted(changes, key=_order):
        _write(session, change)
    session.expire_all()


def stored_rows(session: Session, rows: Sequence[Base]) -> list[Values | None]:
    """Return what the database holds of rows, whatever their objects say by now.

    Parameters
    ----------
    session : Session
        Any session.
    rows : sequence of Base
        Objects of journaled tables that have their keys.

    Returns
    -------
    list of (dict or None)
        Values by column that JSON can hold; None for a row that is gone.
    """
    places = [
        (row.__tablename__, tuple(map(_encoded, inspect(type(row)).primary_key_from_instance(row))))
        for row in rows
    ]
    found = {
        name: _rows(session, table, [key for place, key in places if place == name])
        for name, table in _TABLES.items()
    }
    return [found[name].get(key) for name, key in places]


def _rows(session: Session, table: Table, keys: Sequence[tuple[Any, ...]]) -> dict[tuple[Any, ...], Values]:
    """Return rows by their primary key, both as they are written in the journal."""
    found = {}
    names = table.columns.keys()
    for start in range(0, len(keys), _AT_ONCE):
        some = [tuple(map(_decoded, key)) for key in keys[start : start + _AT_ONCE]]
        query = select(table).where(tuple_(*table.primary_key).in_(some))
        for stored in session.connection().execute(query).mappings():
            values = {name: _encoded(stored[name]) for name in names}
            found[tuple(values[column.name] for column in table.primary_key)] = values
    return found


def _encoded(value: Any) -> Any:
    if isinstance(value, bytes):
        return _BYTES + base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime):
        return _TIME + value.isoformat()
    return _TEXT + value if isinstance(value, str) else value


def _decoded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value.startswith(_BYTES):
        return base64.b64decode(value[len(_BYTES) :])
    if value.startswith(_TIME):
        return datetime.fromisoformat(value[len(_TIME) :])
    return value[len(_TEXT) :]


def _order(change: RowChange) -> tuple[int, int]:
    """Put new rows first, parents before children, and removals last, children before parents.

    What is moved away from a row that goes is moved before a cascade could take it along.
    """
    depth = [table.name for table in Base.metadata.sorted_tables].index(change.table)
    if change.before is None:
        return 0, depth
    return (2, -depth) if change.after is None else (1, depth)


def _check(session: Session, changes: Sequence[RowChange], action: str) -> None:
    """Refuse to write over what is no longer as the step left it."""
    for name, table in _TABLES.items():
        mine = [change for change in changes if change.table == name]
        found = _rows(session, table, [change.key for change in mine])
        for change in mine:
            stored = found.get(change.key)
            if change.before is None:
                sound = stored is None
            else:
                sound = stored is not None and all(
                    stored[key] == value for key, value in change.before.items()
                )
            if not sound:
                raise Conflict(
                    f"The step {action!r} can no longer be undone or redone: what it changed was changed "
                    "again since."
                )


def _write(session: Session, change: RowChange) -> None:
    table = _TABLES[change.table]
    place = and_(
        *(column == _decoded(key) for column, key in zip(table.primary_key, change.key, strict=True))
    )
    if change.after is None:
        session.execute(delete(table).where(place))
        return
    values = {name: _decoded(value) for name, value in change.after.items()}
    if change.before is None:
        session.execute(insert(table).values(values))
    else:
        session.execute(update(table).where(place).values(values))
