"""Reports of searches."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from core.errors import ModelUnavailable, UsageError
from core.reporting.content import ReportContent, build_content
from core.reporting.document import report_json
from core.reporting.examiners import ExaminersPart, examiners_part
from core.reporting.files import replace_file
from core.reporting.html import report_html
from core.reporting.pdf import report_pdf
from core.reporting.table import report_csv
from core.storage import audit, searches
from core.storage.carried import crop_of_candidate
from core.storage.cases import case
from core.storage.evidence import piece_of_evidence
from core.storage.search_maps import search_maps
from core.types import ModelCard, Search
from core.workspace.cases.cases import Cases
from core.workspace.exchange.imported_record import carried_card
from core.workspace.reports.case_record import EXPORT, case_record, examination
from core.workspace.searches.searching import SearchDesk

FORMATS = {"pdf": report_pdf, "json": report_json, "html": report_html, "csv": report_csv}
"""What a report is written as, by the ending of the file."""


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where a report was written.

    Attributes
    ----------
    pdf, html : Path
        The same content on pages and as one HTML file, for people.
    json, csv : Path
        All of it for machines, and the candidates for spreadsheets.
    """

    pdf: Path
    json: Path
    html: Path
    csv: Path

    @classmethod
    def of(cls, folder: Path, search_id: int) -> ReportFiles:
        """Return where the report of a search lies in a folder."""
        return cls(**{ending: folder / f"search-{search_id}.{ending}" for ending in FORMATS})


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
            If the folder cannot be written, or the candidates are hidden from the examiner at work.
        """
        found = self._revealed_search(search_id)
        self._notice_original(found.probe.evidence_id, "report.export")
        picture = self._read_probe(found, "report.export")
        with self._database.read() as session:
            content = self._report_content(session, found, picture)
        files = ReportFiles.of(out, search_id)
        try:
            out.mkdir(parents=True, exist_ok=True, mode=0o700)
            for ending, write in FORMATS.items():
                replace_file(getattr(files, ending), write(content))
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise UsageError(f"The report cannot be written to {out}: {reason}.") from error
        with self._database.write() as session:
            details = {"search_id": search_id} | {one: str(getattr(files, one)) for one in FORMATS}
            audit.append(session, self.settings.operator, EXPORT, details)
        self._anchor_head()
        return files

    def examiners_part(self, search_id: int) -> ExaminersPart:
        """Return what the report of a search will say of the work of examiners.

        Parameters
        ----------
        search_id : int
            The search.

        Returns
        -------
        ExaminersPart
            In the words of the report.

        Raises
        ------
        NotFound
            If there is no such search.
        UsageError
            While the candidates are hidden from the examiner at work.
        """
        found = self._revealed_search(search_id)
        with self._database.read() as session:
            return examiners_part(found, examination(session, search_id))

    def _report_content(self, session: Session, found: Search, picture: bytes) -> ReportContent:
        crops = [
            crop_of_candidate(session, self._files, found.search_id, candidate)
            for candidate in found.result.candidates
        ]
        return build_content(
            found,
            maps=search_maps(session, found.search_id),
            case=None if found.case_id is None else case(session, found.case_id),
            evidence=piece_of_evidence(session, found.probe.evidence_id),
            card=self._card_of(found),
            limits=self.settings.imaging,
            picture=picture,
            probe_crop=searches.probe_crop(session, found.search_id),
            candidate_crops=crops,
            examination=examination(session, found.search_id),
            record=case_record(session, found, self.settings.operator),
            decode=self._stills.decode,
        )

    def _card_of(self, search: Search) -> ModelCard:
        for card in self.models():
            if card.model_id == search.result.model_id:
                return card
        carried = carried_card(self._files, search)
        if carried is not None:
            return carried
        raise ModelUnavailable(
            f"The model {search.result.model_id[:12]} of search {search.search_id} is not here."
        )
