"""What the clocks of the log say: where the clock of the machine was set back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.storage.schema import AuditRow


def clock_notices(session: Session) -> tuple[str, ...]:
    """Name each place where the log goes back in time, which is no damage.

    Entries stand in the order in which they were written, whatever the clock said. Within one session the
    monotonic clock proves that order, and how much time really passed.

    Parameters
    ----------
    session : Session
        Any session.

    Returns
    -------
    tuple of str
        One sentence a place, in the order of the log; empty where no entry is dated before the one before it.
    """
    columns = (AuditRow.sequence, AuditRow.created, AuditRow.session, AuditRow.monotonic_ns)
    notices: list[str] = []
    before: tuple[int, str, str | None, int | None] | None = None
    for row in session.execute(select(*columns).order_by(AuditRow.sequence)).yield_per(1000):
        entry = (row.sequence, row.created, row.session, row.monotonic_ns)
        if before is not None:
            notices += _between(before, entry)
        before = entry
    return tuple(notices)


def _between(
    before: tuple[int, str, str | None, int | None], entry: tuple[int, str, str | None, int | None]
) -> list[str]:
    sequence, created, session, monotonic = entry
    try:
        back = (datetime.fromisoformat(before[1]) - datetime.fromisoformat(created)).total_seconds()
    except (ValueError, TypeError):
        return []  # An entry that was tampered with is named by the walk along the chain.
    told: list[str] = []
    same = session is not None and session == before[2] and None not in (monotonic, before[3])
    passed = ((monotonic or 0) - (before[3] or 0)) / 1e9 if same else None
    if back > 0:
        place = f"The clock of the machine went back by {back:.3f} s before entry {sequence} of the audit log"
        if passed is None:
            told.append(f"{place}; the chain still gives the order of the entries.")
        elif passed >= 0:
            told.append(f"{place}; by the monotonic clock {passed:.3f} s had passed since the entry before.")
    if passed is not None and passed < 0:
        told.append(
            f"The monotonic clock of the session went back by {-passed:.3f} s before entry {sequence} of the "
            "audit log; the chain still gives the order of the entries."
        )
    return told
