"""Rows of a case that come from another workspace, stored under new keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.errors import IntegrityFailure
from core.storage.case_rows import CaseTable, Values
from core.storage.record_schema import CandidateVerdictRow, EvidenceFailureRow, SearchProbeRow
from core.storage.schema import Base, CandidateRow, SearchRow

_AT_ONCE = 300
_STRANGERS: dict[str, tuple[InstrumentedAttribute[Any], ...]] = {
    "subjects": (CandidateRow.subject_id, CandidateVerdictRow.subject_id),
    "templates": (CandidateRow.template_id,),
    "samples": (CandidateRow.sample_id,),
    "faces": (SearchRow.face_id, SearchProbeRow.face_id),
    "pictures": (EvidenceFailureRow.picture_id,),
}
"""Where numbers of strangers are kept, by the table that their rows are in elsewhere."""


class IncomingRows:
    """Stores rows, each under a key that is new here, and has all that refer to it follow.

    What stayed in the other workspace gets a number below zero: no subject, sample, template or face of this
    workspace has one, so that a candidate who came along is never taken for somebody who is enrolled here.
    The same stranger has the same number throughout one import.

    Parameters
    ----------
    session : Session
        A session that writes.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._keys: dict[tuple[str, int], int] = {}
        self._strangers: dict[tuple[str, int], int] = {}
        self._lowest = {table: _lowest(session, columns) for table, columns in _STRANGERS.items()}

    def add(self, table: CaseTable, rows: Iterable[Values]) -> int:
        """Store rows of one table.

        Parameters
        ----------
        table : CaseTable
            The table; those that it refers to come before it.
        rows : iterable of dict
            As :func:`core.storage.case_rows.from_json` gives them, under the keys of the other workspace and
            in their order.

        Returns
        -------
        int
            How many there were.

        Raises
        ------
        IntegrityFailure
            If a row comes twice or refers to one that is not there.
        """
        total = 0
        waiting: list[Values] = []
        for values in rows:
            own = [one for one, parent in table.links.items() if parent == table.name]
            if len(waiting) >= _AT_ONCE or any(values[one] is not None for one in own):
                total += self._store(table, waiting)
                waiting = []
            waiting.append(values)
        return total + self._store(table, waiting)

    def key(self, table: str, source: int) -> int:
        """Return the key that a row has here.

        Parameters
        ----------
        table : str
            Name of its table.
        source : int
            Its key in the other workspace.

        Returns
        -------
        int
            The new key.

        Raises
        ------
        IntegrityFailure
            If no such row came.
        """
        try:
            return self._keys[table, source]
        except KeyError:
            raise IntegrityFailure(
                f"The bundle refers to number {source} of table {table}, which is not in it."
            ) from None

    def keys(self, table: str) -> dict[int, int]:
        """Return the new keys of all rows of a table by the keys that they had."""
        return {source: key for (name, source), key in self._keys.items() if name == table}

    def _store(self, table: CaseTable, rows: Sequence[Values]) -> int:
        if not rows:
            return 0
        made: list[Base] = [table.row(**self._here(table, values)) for values in rows]
        self._session.add_all(made)
        self._session.flush()
        if table.numbered:
            for values, row in zip(rows, made, strict=True):
                place = table.name, values["id"]
                if place in self._keys:
                    raise IntegrityFailure(f"The bundle has number {place[1]} of table {place[0]} twice.")
                self._keys[place] = getattr(row, "id")  # noqa: B009 - not every mapped class has it
        self._session.expunge_all()
        return len(rows)

    def _here(self, table: CaseTable, values: Values) -> dict[str, Any]:
        """Return a row with the keys that it has here, its own left to the database."""
        here = {name: value for name, value in values.items() if name != "id" or not table.numbered}
        for column, parent in table.links.items():
            if here.get(column) is not None:
                here[column] = self.key(parent, here[column])
        for column, parent in table.loose.items():
            if here.get(column) is not None:
                known = self._keys.get((parent, here[column]))
                here[column] = self._stranger(parent, here[column]) if known is None else known
        for column, parent in table.strangers.items():
            here[column] = self._stranger(parent, here[column])
        return here

    def _stranger(self, table: str, source: int) -> int:
        place = table, source
        if place not in self._strangers:
            self._lowest[table] -= 1
            self._strangers[place] = self._lowest[table]
        return self._strangers[place]


def _lowest(session: Session, columns: Sequence[InstrumentedAttribute[Any]]) -> int:
    """Return the lowest number that a stranger has so far, 0 when there is none."""
    return min(0, *(session.scalar(select(func.min(column))) or 0 for column in columns))
