"""Places in the audit log."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.storage.schema import AuditRow


def last_sequence(session: Session, without: Collection[str]) -> int:
    """Return the place of the last entry that tells of something that counts.

    Parameters
    ----------
    session : Session
        Any session.
    without : collection of str
        Verbs that do not count: an action is "noun.verb".

    Returns
    -------
    int
        From 1; 0 where there is no such entry.
    """
    counts = [AuditRow.action.not_like(f"%.{verb}") for verb in sorted(without)]
    query = select(func.max(AuditRow.sequence)).where(*counts)
    return session.scalar(query) or 0
