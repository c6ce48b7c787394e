"""What leaves the workspace, in memory: the examiners' part of a report, and disclosure packs."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from core.errors import UsageError
from core.reporting.examination import Examination
from core.reporting.examiners import ExaminersPart, examiners_part
from core.types import CandidateVerdict
from core.workspace import Originals, WrittenPack
from tests.app.fake_judging import STARTED


class FakeDisclosure:
    """The examiners' part and the packs of a :class:`tests.app.fakes.FakeWorkspace`."""

    @property
    def disclosed(self) -> list[tuple[Path, int | None, Originals]]:
        """Every pack that was written: where, of which search, with which originals."""
        found: list[tuple[Path, int | None, Originals]] = self.__dict__.setdefault("_disclosed", [])
        return found

    def examiners_part(self, search_id: int) -> ExaminersPart:
        """Return what the report says of the examiners, in its own words."""
        here: Any = self
        search = here.search_record(search_id)
        verdicts = tuple(
            CandidateVerdict(
                search_id,
                rank,
                search.result.candidates[rank - 1].subject_id,
                said,
                here.settings.operator,
                STARTED,
            )
            for (key, rank), said in sorted(here.verdicts.items())
            if key == search_id
        )
        seen = here.search_view(search_id)
        said = Examination(seen.judgements, verdicts, seen.nobody_suitable)
        return examiners_part(search, said)

    def disclose(
        self,
        file: Path,
        *,
        search_id: int | None = None,
        case_id: int | None = None,
        originals: Originals = Originals.COPIES,
    ) -> WrittenPack:
        """Write a file of three bytes; a folder named *full* cannot be written to."""
        if "full" in file.parent.name:
            raise UsageError(f"The disclosure pack cannot be written to {file}: No space left on device.")
        file.write_bytes(b"zip")
        self.disclosed.append((file, search_id, originals))
        return WrittenPack(file, sha256(b"zip").hexdigest(), "7a" * 32, 3, 12)
