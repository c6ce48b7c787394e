"""Steps that can be undone: how rows were before a change and after it, kept in its transaction.

A step is recorded by watching the unit of work of SQLAlchemy, so that whatever changes through mapped
objects inside :func:`step` is in it. Undoing writes the earlier values back by key, and only where each row
still is as the step left it: what somebody else changed since is never overwritten.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, event, select
from sqlalchemy.orm import Session, defer
from sqlalchemy.orm.unitofwork import UOWTransaction

from core.errors import NotFound
from core.storage import audit
from core.storage.gallery import raise_revision
from core.storage.record_schema import StepRow
from core.storage.row_changes import GALLERY, JOURNALED, RowChange, Values, apply_changes, stored_rows
from core.storage.schema import Base
from core.types import Step


@contextmanager
def step(
    session: Session,
    operator: str,
    action: str,
    details: Mapping[str, Any],
    *,
    case_id: int | None = None,
    reason: str = "",
) -> Iterator[None]:
    """Record what changes inside the block as one step, with its entry in the audit log.

    Steps that were undone before can no longer be redone afterwards. A block that changes nothing leaves
    no step and no entry.

    Parameters
    ----------
    session : Session
        A session that writes. Only changes through mapped objects are seen.
    operator : str
        Who.
    action : str
        What, as "noun.verb".
    details : mapping
        The particulars for the audit log, see :func:`core.storage.audit.append`.
    case_id : int, optional
        The case whose step this is; None for a step of the galleries.
    reason : str
        Why, where somebody said so; for the audit log.

    Yields
    ------
    None
        While changes are watched.
    """
    session.flush()
    before: dict[int, Values | None] = {}
    seen: dict[int, Base] = {}

    def _note(watched: Session, context: UOWTransaction, instances: object) -> None:
        touched = (*watched.new, *watched.dirty, *watched.deleted)
        fresh = [row for row in touched if isinstance(row, JOURNALED) and id(row) not in seen]
        seen.update((id(row), row) for row in fresh)
        known = [row for row in fresh if row not in watched.new]
        before.update((id(row), None) for row in fresh)
        before.update(zip(map(id, known), stored_rows(watched, known), strict=True))

    event.listen(session, "before_flush", _note)
    try:
        yield
        session.flush()
    finally:
        event.remove(session, "before_flush", _note)
    after = stored_rows(session, list(seen.values()))
    changes = [
        RowChange.between(row.__tablename__, before[key], values)
        for (key, row), values in zip(seen.items(), after, strict=True)
        if before[key] != values
    ]
    if not changes:
        return
    entry = audit.append(session, operator, action, details, reason)
    session.execute(delete(StepRow).where(_stack(case_id), StepRow.undone))
    session.add(
        StepRow(
            case_id=case_id,
            operator=operator,
            action=action,
            details=entry.details,
            changes=json.dumps([dataclasses.astuple(one) for one in changes], ensure_ascii=False),
        )
    )
    session.flush()


def steps(session: Session, case_id: int | None) -> tuple[Step, ...]:
    """Return the steps of a case, or of the galleries for None, oldest first; undone ones come last."""
    query = select(StepRow).options(defer(StepRow.changes)).where(_stack(case_id)).order_by(StepRow.id)
    return tuple(_step(row) for row in session.scalars(query))


def next_undo(session: Session, case_id: int | None) -> Step | None:
    """Return the step that :func:`undo` would take back, None where there is none."""
    row = session.scalar(_to_undo(case_id).options(defer(StepRow.changes)))
    return None if row is None else _step(row)


def next_redo(session: Session, case_id: int | None) -> Step | None:
    """Return the step that :func:`redo` would do again, None where there is none."""
    row = session.scalar(_to_redo(case_id).options(defer(StepRow.changes)))
    return None if row is None else _step(row)


def undo(session: Session, operator: str, case_id: int | None, reason: str = "") -> Step:
    """Take the last step back that is not undone.

    Parameters
    ----------
    session : Session
        A session that writes.
    operator : str
        Who, for the audit log.
    case_id : int or None
        The case, or None for the galleries.
    reason : str
        Why, where somebody said so; for the audit log.

    Returns
    -------
    Step
        The step, undone.

    Raises
    ------
    NotFound
        If there is nothing to undo.
    Conflict
        If something that the step changed was changed since.
    """
    row = session.scalar(_to_undo(case_id))
    if row is None:
        raise NotFound("There is nothing to undo.")
    changes = [one.reversed() for one in _changes(row)]
    return _replay(session, operator, row, changes, reason, undone=True)


def redo(session: Session, operator: str, case_id: int | None, reason: str = "") -> Step:
    """Do the step again that was undone last.

    Parameters
    ----------
    session : Session
        A session that writes.
    operator : str
        Who, for the audit log.
    case_id : int or None
        The case, or None for the galleries.
    reason : str
        Why, where somebody said so; for the audit log.

    Returns
    -------
    Step
        The step, done.

    Raises
    ------
    NotFound
        If there is nothing to redo.
    Conflict
        If something that the step changes was changed since.
    """
    row = session.scalar(_to_redo(case_id))
    if row is None:
        raise NotFound("There is nothing to redo.")
    return _replay(session, operator, row, _changes(row), reason, undone=False)


def forget(session: Session, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
    """Remove every step that holds one of some rows, so that nothing of an erased row is left in the journal.

    Parameters
    ----------
    session : Session
        A session that writes.
    rows : iterable of (str, mapping)
        Name of the table, and columns of the row with their values: the primary key, or a foreign key that
        leads to it. Without any column every row of the table is meant.

    Returns
    -------
    int
        Number of steps that were removed; they can no longer be undone.
    """
    wanted = tuple(rows)
    gone = [
        row
        for row in session.scalars(select(StepRow))
        if any(one.table == table and one.holds(key) for one in _changes(row) for table, key in wanted)
    ]
    for row in gone:
        session.delete(row)
    session.flush()
    return len(gone)


def forget_galleries(session: Session) -> int:
    """Remove every step that changed a gallery, after something that none of them could be taken back past.

    Parameters
    ----------
    session : Session
        A session that writes.

    Returns
    -------
    int
        Number of steps that were removed.
    """
    return forget(session, ((table, {}) for table in ("subjects", "samples", "templates")))


def _stack(case_id: int | None) -> ColumnElement[bool]:
    return StepRow.case_id.is_(None) if case_id is None else StepRow.case_id == case_id


def _to_undo(case_id: int | None) -> Select[StepRow]:
    return select(StepRow).where(_stack(case_id), ~StepRow.undone).order_by(StepRow.id.desc()).limit(1)


def _to_redo(case_id: int | None) -> Select[StepRow]:
    return select(StepRow).where(_stack(case_id), StepRow.undone).order_by(StepRow.id).limit(1)


def _replay(
    session: Session, operator: str, row: StepRow, changes: list[RowChange], reason: str, *, undone: bool
) -> Step:
    apply_changes(session, changes, row.action)
    row.undone = undone
    details = {"step_id": row.id, "action": row.action, "case_id": row.case_id}
    audit.append(session, operator, "step.undo" if undone else "step.redo", details, reason)
    if any(change.table in {one.__tablename__ for one in GALLERY} for change in changes):
        raise_revision(session)
    session.flush()
    return _step(row)


def _changes(row: StepRow) -> list[RowChange]:
    return [RowChange(table, tuple(key), *rest) for table, key, *rest in json.loads(row.changes)]


def _step(row: StepRow) -> Step:
    return Step(
        step_id=row.id,
        case_id=row.case_id,
        action=row.action,
        details=row.details,
        operator=row.operator,
        undone=row.undone,
        created=row.created,
    )
