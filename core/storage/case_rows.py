"""The rows of one case, table by table, in a form that JSON can hold and that another database can take in.

What a case is made of is stated here once: which tables hold its rows, and which columns are keys. Columns
that name rows of the case itself are links; columns that name what stays in the workspace, such as the
subjects of its galleries, are strangers.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ColumnElement, Float, Integer, LargeBinary, Table, select
from sqlalchemy.orm import Session

from core.storage.names import storable
from core.storage.record_schema import (
    CandidateVerdictRow,
    EvidenceFailureRow,
    FaceCropRow,
    FaceRow,
    JudgementRow,
    PictureRow,
    PictureThumbnailRow,
    SearchProbeRow,
)
from core.storage.schema import (
    Base,
    CandidateRow,
    CaseRow,
    EvidenceRow,
    ProbeCropRow,
    SearchMapRow,
    SearchRow,
    UtcDateTime,
)

LARGEST_NUMBER = (1 << 63) - 1
"""The largest whole number that the database can hold."""

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CaseTable:
    """A table that holds rows of a case.

    Attributes
    ----------
    row : type of Base
        Its mapped class.
    links : mapping of str to str
        Columns that hold keys of other rows of the case, with the name of the table of these. The first one
        leads to the case.
    loose : mapping of str to str
        The same for columns whose row may be gone.
    strangers : mapping of str to str
        Columns that hold keys of what stays in the workspace, with the name of its table.
    stays : frozenset of str
        Columns that belong to the workspace and not to the case; they are not carried.
    """

    row: type[Base]
    links: Mapping[str, str] = field(default_factory=dict)
    loose: Mapping[str, str] = field(default_factory=dict)
    strangers: Mapping[str, str] = field(default_factory=dict)
    stays: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Name of the table."""
        return str(self.row.__tablename__)

    @property
    def columns(self) -> tuple[Column[Any], ...]:
        """The columns that are carried."""
        return tuple(one for one in _table(self.name).columns if one.name not in self.stays)

    @property
    def numbered(self) -> bool:
        """Whether its rows have keys of their own."""
        return "id" in _table(self.name).columns


_OF_SEARCH = {"search_id": "searches"}
TABLES = (
    CaseTable(CaseRow, stays=frozenset({"place", "opened"})),
    CaseTable(EvidenceRow, {"case_id": "cases"}),
    CaseTable(PictureRow, {"case_id": "cases", "evidence_id": "evidence", "parent_id": "pictures"}),
    CaseTable(EvidenceFailureRow, {"evidence_id": "evidence"}, loose={"picture_id": "pictures"}),
    CaseTable(PictureThumbnailRow, {"picture_id": "pictures"}),
    CaseTable(FaceRow, {"picture_id": "pictures"}),
    CaseTable(FaceCropRow, {"face_id": "faces"}),
    CaseTable(SearchRow, {"case_id": "cases", "evidence_id": "evidence"}, loose={"face_id": "faces"}),
    CaseTable(ProbeCropRow, _OF_SEARCH),
    CaseTable(SearchMapRow, _OF_SEARCH),
    CaseTable(SearchProbeRow, _OF_SEARCH, loose={"face_id": "faces"}),
    CaseTable(
        CandidateRow,
        _OF_SEARCH,
        strangers={"subject_id": "subjects", "template_id": "templates", "sample_id": "samples"},
    ),
    CaseTable(JudgementRow, _OF_SEARCH),
    CaseTable(CandidateVerdictRow, _OF_SEARCH, strangers={"subject_id": "subjects"}),
)
"""The tables of a case, each after those that it refers to."""

LEFT_BEHIND = frozenset(
    {
        "counters",
        "galleries",
        "subjects",
        "samples",
        "crops",
        "embeddings",
        "templates",
        "audit_log",
        "journal",
    }
)
"""The other tables: those of the whole workspace, and steps, which are undone only where they were done."""


def case_rows(session: Session, table: CaseTable, case_id: int) -> Iterator[Values]:
    """Give the rows that a case has in a table.

    Parameters
    ----------
    session : Session
        Any session; it must stay open until the iteration ends.
    table : CaseTable
        One of `TABLES`.
    case_id : int
        The case.

    Yields
    ------
    dict
        Values by column, in the order of the primary key.
    """
    query = (
        select(*table.columns)
        .where(_within(table, case_id))
        .order_by(*_table(table.name).primary_key)
        .execution_options(yield_per=500)
    )
    for row in session.connection().execute(query).mappings():
        yield dict(row)


def to_json(table: CaseTable, values: Mapping[str, Any]) -> Values:
    """Return a row as JSON can hold it: bytes in base 64, times as ISO 8601 text."""
    return {one.name: _written(values[one.name]) for one in table.columns}


def from_json(table: CaseTable, record: object) -> Values:
    """Return the row that somebody's JSON holds.

    Parameters
    ----------
    table : CaseTable
        The table.
    record : object
        What :func:`to_json` made, or anything else. Columns that an older version did not know may lack where
        the database has a value for them.

    Returns
    -------
    dict
        Values by column, each of the kind of its column.

    Raises
    ------
    ValueError
        If it is no row of the table.
    """
    if not isinstance(record, dict):
        raise ValueError("it is no JSON object")
    columns = {one.name: one for one in table.columns}
    for name in record:
        if name not in columns:
            raise ValueError(f"it has a column {name!r}")
    values = {}
    for name, column in columns.items():
        if name in record:
            values[name] = _read(column, record[name])
        elif not column.nullable and column.default is None:
            raise ValueError(f"it has no column {name!r}")
    return values


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _within(table: CaseTable, case_id: int) -> ColumnElement[bool]:
    """Follow the first link of a table, and that of the table it leads to, up to the case."""
    columns = _table(table.name).columns
    if not table.links:
        return columns["id"] == case_id
    column, parent = next(iter(table.links.items()))
    above = next(one for one in TABLES if one.name == parent)
    return columns[column].in_(select(_table(parent).columns["id"]).where(_within(above, case_id)))


def _written(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value.isoformat() if isinstance(value, datetime) else value


def _read(column: Column[Any], value: Any) -> Any:
    if value is None:
        if not column.nullable:
            raise ValueError(f"its column {column.name!r} is empty")
        return None
    read = _of_kind(column, value)
    if read is None:
        raise ValueError(f"its column {column.name!r} holds something else")
    return read


def _of_kind(column: Column[Any], value: Any) -> Any:
    """Return a value as its column takes it, None when it is of another kind."""
    kind = column.type
    if isinstance(kind, Boolean):
        return value if isinstance(value, bool) else None
    if isinstance(kind, Integer):
        whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER
        return value if whole else None
    if isinstance(kind, Float):
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        return float(value) if number else None
    if not isinstance(value, str):
        return None
    if isinstance(kind, LargeBinary):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            return None
    if isinstance(kind, UtcDateTime):
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo is not None else None
    return storable(value)
