"""Numbers that a whole workspace shares; each only rises."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.storage.schema import CounterRow


def read_counter(session: Session, name: str) -> int:
    """Return the value of a counter, 0 before it was first raised."""
    return session.scalar(select(CounterRow.value).where(CounterRow.name == name)) or 0


def raise_counter(session: Session, name: str) -> int:
    """Add one to a counter and return its new value."""
    raised = update(CounterRow).where(CounterRow.name == name).values(value=CounterRow.value + 1)
    if session.scalar(raised.returning(CounterRow.value)) is None:
        session.add(CounterRow(name=name, value=1))
        session.flush()
    return read_counter(session, name)
