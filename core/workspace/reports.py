"""Reports of searches."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from core.errors import ModelUnavailable, UsageError
from core.reporting.content import ReportContent, build_content
from core.reporting.document import write_json
from core.reporting.pdf import write_pdf
from core.storage import audit, searches
from core.storage.cases import case
from core.storage.evidence import piece_of_evidence
from core.storage.search_maps import search_maps
from core.types import ModelCard, Search
from core.workspace.cases import Cases
from core.workspace.searching import SearchDesk


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where a report was written.

    Attributes
    ----------
    pdf, json : Path
        The same content for people and for machines.
    """

    pdf: Path
    json: Path


class Reports(SearchDesk, Cases):
    """The part of the front door that reports."""

    def report(self, search_id: int, out: Path) -> ReportFiles:
        """Write the report of a search; the same search gives the same bytes.

        Parameters
        ----------
        search_id : int
            The search.
        out : Path
            The folder to write to; it is made when missing.

        Returns
        -------
        ReportFiles
            Where it was written.

        Raises
        ------
        NotFound
            If there is no such search.
        IntegrityFailure
            If the stored picture no longer has its hash.
        UsageError
            If the folder cannot be written.
        """
        content = self._report_content(search_id)
        files = ReportFiles(out / f"search-{search_id}.pdf", out / f"search-{search_id}.json")
        try:
            out.mkdir(parents=True, exist_ok=True)
            write_pdf(content, files.pdf)
            write_json(content, files.json)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise UsageError(f"The report cannot be written to {out}: {reason}.") from error
        with self._database.write() as session:
            details = {"search_id": search_id, "pdf": str(files.pdf), "json": str(files.json)}
            audit.append(session, self.settings.operator, "report.export", details)
        return files

    def _report_content(self, search_id: int) -> ReportContent:
        found = self.search_record(search_id)
        picture = self._files.read(found.probe.picture_sha256)
        with self._database.read() as session:
            crops = [
                searches.candidate_crop(session, search_id, candidate.rank)
                for candidate in found.result.candidates
            ]
            return build_content(
                found,
                maps=search_maps(session, search_id),
                case=None if found.case_id is None else case(session, found.case_id),
                evidence=piece_of_evidence(session, found.probe.evidence_id),
                card=self._card_of(found),
                limits=self.settings.imaging,
                picture=picture,
                probe_crop=searches.probe_crop(session, search_id),
                candidate_crops=crops,
            )

    def _card_of(self, search: Search) -> ModelCard:
        for card in self.models():
            if card.model_id == search.result.model_id:
                return card
        raise ModelUnavailable(
            f"The model {search.result.model_id[:12]} of search {search.search_id} is not here."
        )
