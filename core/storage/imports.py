"""Which cases came from another workspace, as the audit log tells of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.storage.schema import AuditRow, CaseRow

EXPORT, IMPORT = "case.export", "case.import"
"""What the log calls the two halves of a journey."""


@dataclass(frozen=True, slots=True)
class ImportedCase:
    """An import as the log tells of it.

    Attributes
    ----------
    case_id : int
        The case here.
    manifest_sha256 : str
        Hash of the manifest of its bundle, which the file store keeps.
    source_case_id : int
        The case in the workspace that it comes from.
    log_head : str
        Hash of the last entry of that workspace's log that came along.
    created : str
        When it was imported, ISO 8601 in UTC.
    """

    case_id: int
    manifest_sha256: str
    source_case_id: int
    log_head: str
    created: str


def imported_cases(session: Session) -> tuple[ImportedCase, ...]:
    """Return all imports, the oldest first."""
    query = select(AuditRow).where(AuditRow.action == IMPORT).order_by(AuditRow.sequence)
    return tuple(_import(row.created, json.loads(row.details)) for row in session.scalars(query))


def import_of(session: Session, case_id: int) -> ImportedCase | None:
    """Return where a case comes from, None for one that was opened here."""
    return next((one for one in imported_cases(session) if one.case_id == case_id), None)


def holds_entry(session: Session, entry_hash: str) -> bool:
    """Tell whether the log of this workspace has an entry with a hash."""
    return session.scalar(select(AuditRow.sequence).where(AuditRow.entry_hash == entry_hash)) is not None


def free_reference(session: Session, wanted: str) -> str:
    """Return the reference for a case that comes from elsewhere, with a mark where another case has it.

    Parameters
    ----------
    session : Session
        Any session.
    wanted : str
        The reference that it had; empty stays empty.

    Returns
    -------
    str
        One that no case here has.
    """
    reference, number = wanted, 1
    while reference and session.scalar(select(CaseRow.id).where(CaseRow.reference == reference)) is not None:
        mark = "imported" if number == 1 else f"imported {number}"
        reference, number = f"{wanted} ({mark})", number + 1
    return reference


def _import(created: str, details: dict[str, Any]) -> ImportedCase:
    source = details["source"]
    return ImportedCase(
        case_id=details["case_id"],
        manifest_sha256=details["manifest_sha256"],
        source_case_id=source["case_id"],
        log_head=source["log_head"],
        created=created,
    )
