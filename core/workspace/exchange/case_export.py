"""Taking a case out of a workspace: one file with all that it needs elsewhere."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core import __version__
from core.errors import Conflict, IntegrityFailure, NotFound, UsageError, WorkspaceUnusable
from core.progress import Progress
from core.reporting.disclosure.archive import PackFile, write_pack
from core.storage import audit, cases, journal, searches
from core.storage.case_rows import TABLES
from core.storage.evidence import evidence
from core.storage.imports import EXPORT
from core.storage.pictures import pictures
from core.storage.upgrade import HEAD
from core.types import Search
from core.workspace.anchor import Anchoring
from core.workspace.exchange.content import CaseContent
from core.workspace.exchange.layout import LOG, README, SCHEMA, rows_file
from core.workspace.exchange.readme import readme
from core.workspace.exchange.source_log import earlier_files, log_of_case
from core.workspace.judgement.blind import sights


@dataclass(frozen=True, slots=True)
class CaseExport:
    """A case that was written to a file.

    Attributes
    ----------
    path : Path
        The zip file.
    case_id : int
        The case.
    files, byte_size : int
        How many files the bundle holds, and its size.
    sha256, manifest_sha256 : str
        Hashes of the bundle and of its manifest, which stands for everything in it and should be handed over
        by another way.
    left_behind : tuple of str
        What did not go along, one sentence each.
    """

    path: Path
    case_id: int
    files: int
    byte_size: int
    sha256: str
    manifest_sha256: str
    left_behind: tuple[str, ...]


class CaseExports(Anchoring):
    """The part of the front door that exports cases; each export is in the audit log."""

    def export_case(self, case_id: int, file: Path, progress: Progress | None = None) -> CaseExport:
        """Write a case with all that it needs into one file; the same state gives the same bytes.

        Parameters
        ----------
        case_id : int
            The case.
        file : Path
            A new zip file. Its folder is made when missing.
        progress : Progress, optional
            Hears of each file and may cancel; nothing is left then.

        Returns
        -------
        CaseExport
            What was written.

        Raises
        ------
        NotFound
            If there is no such case.
        UsageError
            While candidates of the case are hidden from the examiner at work.
        Conflict
            If the file is there.
        IntegrityFailure
            If a file of the case no longer has its hash; this is logged.
        WorkspaceUnusable
            If it cannot be written.
        Cancelled
            If a stop was asked for.
        """
        progress = progress or Progress()
        file = file.expanduser().absolute()
        if file.exists():
            raise Conflict(f"{file} is there already; an export overwrites nothing.")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=file.parent, prefix=".discern-") as scratch:
                content, about = self._collect_case(case_id, Path(scratch), progress)
                pack = write_pack(file, _watched(content.files, progress), about, schema=SCHEMA)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise WorkspaceUnusable(f"The case cannot be written to {file}: {reason}.") from error
        except IntegrityFailure as error:
            with self._database.write() as session:
                details = {"case_id": case_id, "reason": str(error)}
                audit.append(session, self.settings.operator, "evidence.failure", details)
            raise
        made = CaseExport(
            path=file,
            case_id=case_id,
            files=pack.files,
            byte_size=pack.byte_size,
            sha256=pack.sha256,
            manifest_sha256=pack.manifest_sha256,
            left_behind=tuple(content.left_behind),
        )
        details = {
            "case_id": case_id,
            "file": str(file),
            "sha256": made.sha256,
            "manifest_sha256": made.manifest_sha256,
            "files": made.files,
            "left_behind": list(made.left_behind),
        }
        with self._database.write() as session:
            audit.append(session, self.settings.operator, EXPORT, details)
        self._anchor_head()
        return made

    def _collect_case(
        self, case_id: int, scratch: Path, progress: Progress
    ) -> tuple[CaseContent, Mapping[str, Any]]:
        """Collect everything from one state of the workspace."""
        with self._database.read() as session:
            found = self._shown_searches(session, case_id)
            content = CaseContent(session, self._files, scratch, progress)
            try:
                content.add_rows(case_id)
                content.add_evidence(evidence(session, case_id))
                content.add_pictures(pictures(session, case_id))
                for done, search in enumerate(found, start=1):
                    content.add_search(search)
                    progress.step(done, len(found), f"search {search.search_id}")
                for name, sha256 in earlier_files(session, self._files, case_id).items():
                    content.add_kept(sha256, name)
            except NotFound as error:
                raise IntegrityFailure(str(error)) from error
            used = {one.result.model_id for one in found}
            cards = [card for card in self.models() if card.model_id in used]
            content.add_models(cards)
            _tell_what_stays(session, content, case_id, used - {card.model_id for card in cards})
            log = log_of_case(session, case_id, [one.search_id for one in found])
        content.files[LOG] = PackFile.of(log.data)
        content.files[README] = PackFile.of(readme(__version__, log, content.left_behind))
        about = {
            "program": {"name": "Discern", "version": __version__},
            "database": HEAD,
            "case": {"case_id": case_id},
            "rows": [rows_file(table.name) for table in TABLES],
            "log": {"entries": log.entries, "in_full": log.in_full, "head": log.head},
            "left_behind": content.left_behind,
        }
        return content, about

    def _shown_searches(self, session: Session, case_id: int) -> list[Search]:
        """Return the searches of a case, the oldest first; refuse while one of them is hidden."""
        case = cases.case(session, case_id)
        found = sorted(searches.searches(session, case_id), key=lambda one: one.search_id)
        for search, sight in zip(found, sights(session, self.settings.operator, found), strict=True):
            if sight.hidden:
                raise UsageError(
                    f"The case {case.title!r} cannot be exported yet, because anybody can read a bundle: "
                    f"search {search.search_id} is hidden from you. {sight.why}"
                )
        return found


def _tell_what_stays(session: Session, content: CaseContent, case_id: int, unknown: set[str]) -> None:
    steps = len(journal.steps(session, case_id))
    if steps:
        content.left_behind.append(
            f"The undo history ({steps} steps): a step can be taken back only in the workspace that it was "
            "done in. The log tells of each of them."
        )
    content.left_behind.append(
        "The galleries: of the people on candidate lists only the faces and embeddings that were compared go "
        "along."
    )
    content.left_behind.append(
        "The weights of models: computing anew takes the model of the same number; results that are there "
        "stay bound to it."
    )
    content.left_behind += [f"The card of the model {one}, which is not here." for one in sorted(unknown)]


def _watched(files: Mapping[str, PackFile], progress: Progress) -> dict[str, PackFile]:
    """Return files whose bytes stop coming when a stop was asked for."""

    def _chunks(file: PackFile) -> Iterator[bytes]:
        for chunk in file.chunks():
            progress.check()
            yield chunk

    return {name: PackFile(file.size, file.sha256, partial(_chunks, file)) for name, file in files.items()}
