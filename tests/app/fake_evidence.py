"""Evidence and the log of a case, in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.progress import Progress
from core.types import AuditEntry, Case, Evidence, EvidenceKind, EvidenceMode
from core.workspace import CopiesTaken, EvidenceProblem

GONE = "The file /e/gone.png can no longer be read."


class FakeEvidence:
    """The part of a :class:`tests.app.fakes.FakeWorkspace` that keeps files and shows the log."""

    settings: Any
    _cases: list[Case]
    evidence_fails: bool = False

    def take_copies(self, case_id: int, progress: Progress | None = None) -> CopiesTaken:
        """Switch to copies; one file of two cannot be read where that is asked for."""
        case = replace(self._cases[case_id - 1], evidence_mode=EvidenceMode.COPIES)
        self._cases[case_id - 1] = case
        kept, gone = self._piece(case, 1, "/e/1.png"), self._piece(case, 2, "/e/gone.png")
        if self.evidence_fails:
            return CopiesTaken(case, (kept,), (EvidenceProblem(gone, None, GONE),))
        return CopiesTaken(case, (kept, gone), ())

    def check_evidence(self, case_id: int, progress: Progress | None = None) -> tuple[EvidenceProblem, ...]:
        """Find a problem where that is asked for."""
        piece = self._piece(self._cases[case_id - 1], 2, "/e/gone.png")
        return (EvidenceProblem(piece, None, GONE),) if self.evidence_fails else ()

    def case_log(self, case_id: int) -> tuple[AuditEntry, ...]:
        """Return two entries, one of them with something withheld."""
        first = AuditEntry(
            1,
            "2026-11-24T09:00:00.000001+00:00",
            "Ada",
            "case.status",
            '{"case_id":1,"from":"closed","to":"open"}',
            "0" * 64,
            "1" * 64,
            reason="new footage",
        )
        second = replace(
            first,
            sequence=2,
            action="comparison.judge",
            details='{"search_id":1,"withheld":["answer","rank"]}',
            reason="",
            redacted=True,
        )
        return first, second

    @staticmethod
    def _piece(case: Case, key: int, path: str) -> Evidence:
        return Evidence(key, case.case_id, EvidenceKind.STILL, path, "a" * 64, 9, True, case.created)
