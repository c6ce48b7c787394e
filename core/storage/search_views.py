"""Which views of searches the audit log tells of."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.storage import audit
from core.storage.names import storable
from core.storage.schema import AuditRow

ACTION = "search.view"
"""What the log calls the look of an examiner at a search."""


def view_is_logged(session: Session, examiner: str, details: Mapping[str, Any]) -> bool:
    """Say whether the log has a view of an examiner with the same particulars.

    Parameters
    ----------
    session : Session
        Any session.
    examiner : str
        Who looks.
    details : mapping
        The particulars, as :func:`core.storage.audit.append` takes them.

    Returns
    -------
    bool
        Whether it is there.
    """
    query = (
        select(AuditRow.sequence)
        .where(
            AuditRow.action == ACTION,
            AuditRow.operator == storable(unicodedata.normalize("NFC", examiner)),
            AuditRow.details == audit.canonical_json(details),
        )
        .order_by(AuditRow.sequence.desc())
        .limit(1)
    )
    return session.scalar(query) is not None
