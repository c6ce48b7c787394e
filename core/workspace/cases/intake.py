"""Intake: a file becomes evidence, once, with its hash in the log."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.storage import audit, evidence
from core.types import EvidenceKind, EvidenceMode


def take_in(
    session: Session,
    operator: str,
    case_id: int | None,
    kind: EvidenceKind,
    path: str,
    sha256: str,
    byte_size: int,
    *,
    stored: bool,
    copied: bool = False,
) -> int:
    """Take a file in, and log it unless it was taken in before.

    Parameters
    ----------
    session : Session
        A session that writes.
    operator : str
        Who.
    case_id : int or None
        The case it belongs to.
    kind : EvidenceKind
        Still or video.
    path : str
        Path as it was given.
    sha256 : str
        Hash of its bytes.
    byte_size : int
        Their number.
    stored : bool
        Whether the workspace keeps a copy of a still, or of the frames that are used of a video.
    copied : bool
        Whether it keeps a verified copy of the whole file because its case keeps copies.

    Returns
    -------
    int
        Key of the evidence.

    Raises
    ------
    NotFound
        If there is no such case.
    """
    known = evidence.find_evidence(session, case_id, path, sha256)
    piece = evidence.add_evidence(session, case_id, kind, path, sha256, byte_size, stored, copied)
    if known is None:
        details = {
            "evidence_id": piece.evidence_id,
            "case_id": case_id,
            "path": path,
            "sha256": sha256,
            "byte_size": byte_size,
            "kept_as": (EvidenceMode.COPIES if copied else EvidenceMode.REFERENCES).value,
        }
        audit.append(session, operator, "evidence.intake", details)
    return piece.evidence_id
