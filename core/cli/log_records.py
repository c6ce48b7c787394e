"""The JSON of the log, of uses and of evidence; its keys are a contract with scripts and only grow."""

from __future__ import annotations

import json
from typing import Any

from core.types import AuditEntry, Evidence, Use
from core.workspace import EvidenceProblem


def of_entry(entry: AuditEntry) -> dict[str, Any]:
    """Return {sequence, created, operator, action, details, reason, session, monotonic_ns, ...}.

    `details` is an object; where something of it is withheld from the examiner at work, `redacted` is true.
    """
    return {
        "sequence": entry.sequence,
        "created": entry.created,
        "operator": entry.operator,
        "action": entry.action,
        "details": json.loads(entry.details),
        "reason": entry.reason,
        "session": entry.session,
        "monotonic_ns": entry.monotonic_ns,
        "redacted": entry.redacted,
        "entry_hash": entry.entry_hash,
    }


def of_use(use: Use) -> dict[str, Any]:
    """Return {first, last, started, ended, end, examiner, what, databases, inputs, searches, verified_by}."""
    return {
        "first": use.first,
        "last": use.last or None,
        "started": use.started,
        "ended": use.ended or None,
        "end": use.end.value,
        "examiner": use.examiner,
        "what": use.what,
        "databases": [
            {
                "galleries": list(one.galleries),
                "revision": one.revision,
                "size": one.size,
                "digest": one.digest,
            }
            for one in use.databases
        ],
        "inputs": [{"path": one.path, "sha256": one.sha256} for one in use.inputs],
        "searches": list(use.searches),
        "verified_by": list(use.verified_by),
    }


def of_evidence(piece: Evidence) -> dict[str, Any]:
    """Return {evidence_id, case_id, kind, path, sha256, byte_size, copied, failure, failed, created}."""
    return {
        "evidence_id": piece.evidence_id,
        "case_id": piece.case_id,
        "kind": piece.kind.value,
        "path": piece.path,
        "sha256": piece.sha256,
        "byte_size": piece.byte_size,
        "copied": piece.copied,
        "failure": piece.failure,
        "failed": piece.failed.isoformat() if piece.failed else None,
        "created": piece.created.isoformat(),
    }


def of_problem(problem: EvidenceProblem) -> dict[str, Any]:
    """Return {evidence_id, picture_id, path, sentence}."""
    return {
        "evidence_id": problem.evidence.evidence_id,
        "picture_id": problem.picture.picture_id if problem.picture else None,
        "path": problem.evidence.path,
        "sentence": problem.sentence,
    }
