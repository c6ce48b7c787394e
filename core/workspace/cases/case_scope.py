"""Which entries of the log concern a case."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.reporting.disclosure.log_extract import LogScope
from core.storage.case_faces import faces
from core.storage.evidence import evidence
from core.storage.pictures import pictures
from core.storage.searches import searches


def case_scope(session: Session, case_id: int) -> LogScope:
    """Return what entries on a case may speak of.

    Parameters
    ----------
    session : Session
        Any session.
    case_id : int
        The case.

    Returns
    -------
    LogScope
        To be asked of each entry in the order of the log.
    """
    scope = LogScope(
        case_id,
        {one.search_id for one in searches(session, case_id)},
        {one.evidence_id for one in evidence(session, case_id)},
    )
    scope.picture_id |= {one.picture_id for one in pictures(session, case_id)}
    scope.face_id |= {one.face_id for one in faces(session, case_id)}
    return scope
