"""Cases that leave and arrive, in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.errors import Conflict, IntegrityFailure
from core.progress import Progress
from core.workspace import CaseExport, CaseImport

MANIFEST = "7a" * 32
LOG_HEAD = "5e" * 32
LEFT_BEHIND = "The undo history (4 steps): a step can be taken back only where it was done."
FILES = 5


class FakeExchange:
    """The bundles of cases of a :class:`tests.app.fakes.FakeWorkspace`."""

    def export_case(self, case_id: int, file: Path, progress: Progress | None = None) -> CaseExport:
        """Write a file of three bytes, file by file; one that is there is not overwritten."""
        if file.exists():
            raise Conflict(f"{file} is there already; an export overwrites nothing.")
        for done in range(1, FILES + 1):
            (progress or Progress()).step(done, FILES, f"files/{done}")
        file.write_bytes(b"zip")
        return CaseExport(file, case_id, FILES, 3, "9b" * 32, MANIFEST, (LEFT_BEHIND,))

    def import_case(
        self, file: Path, *, manifest_sha256: str = "", progress: Progress | None = None
    ) -> CaseImport:
        """Open a case that is called as the file is; a file that is no zip was changed."""
        here: Any = self
        if manifest_sha256 not in ("", MANIFEST):
            raise IntegrityFailure(f"The bundle {file.name} is not the one that was handed over.")
        for done in range(1, FILES + 1):
            (progress or Progress()).step(done, FILES, f"files/{done}")
        if file.read_bytes() != b"zip":
            raise IntegrityFailure(f"The file files/1 of the bundle {file.name} was changed.")
        case = here.new_case(file.stem, "L-17 (imported)")
        notes = (
            "Another case has the reference 'L-17', so this one has 'L-17 (imported)' here.",
            f"Not in the bundle: {LEFT_BEHIND}",
        )
        return CaseImport(case, 3, 2, 1, 2, 2, FILES, MANIFEST, LOG_HEAD, notes)
