"""Which searches of a case were answered with "nobody suitable"."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.storage.schema import SearchRow


def unsuited(session: Session, case_id: int) -> frozenset[int]:
    """Return the keys of the searches of a case whose answer is that nobody on the list is suitable."""
    query = select(SearchRow.id).where(SearchRow.case_id == case_id, SearchRow.nobody_suitable)
    return frozenset(session.scalars(query))
