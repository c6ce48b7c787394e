"""Reports of runs, as PDF, HTML and JSON, written where somebody wants them."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from core.errors import WorkspaceUnusable
from core.reporting.files import replace_file
from core.workspace.tuning.gating import Gating


@dataclass(frozen=True, slots=True)
class RunReportFiles:
    """The files of one report.

    Attributes
    ----------
    pdf, html, json : Path
        The same report three times.
    """

    pdf: Path
    html: Path
    json: Path


class RunReports(Gating):
    """The part of the front door that writes reports of runs."""

    def write_run_report(self, name: str, out: Path | None = None) -> RunReportFiles:
        """Write the report of a run.

        Parameters
        ----------
        name : str
            Of the run.
        out : Path, optional
            Directory for the files, which is made when missing; else they lie with the run.

        Returns
        -------
        RunReportFiles
            What was written.

        Raises
        ------
        NotFound
            If there is no such run, or its set is gone.
        WorkspaceUnusable
            If the files cannot be written.
        """
        record, page = self.run_report(name)
        target = out or record.parent
        files = RunReportFiles(*(target / f"tuning-{name}.{kind}" for kind in ("pdf", "html", "json")))
        try:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(page, files.html)
            shutil.copyfile(record, files.json)
            replace_file(files.pdf, self._pdf_of(record))
        except OSError as error:
            raise WorkspaceUnusable(
                f"The report cannot be written to {target}: {error.strerror or error}."
            ) from error
        return files

    def write_run_pdf(self, name: str, file: Path) -> Path:
        """Write the report of a run as one PDF.

        Parameters
        ----------
        name : str
            Of the run.
        file : Path
            The PDF; its directory must exist.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        NotFound
            If there is no such run, or its set is gone.
        WorkspaceUnusable
            If it cannot be written.
        """
        record, _ = self.run_report(name)
        try:
            replace_file(file, self._pdf_of(record))
        except OSError as error:
            raise WorkspaceUnusable(
                f"The report {file} cannot be written: {error.strerror or error}."
            ) from error
        return file

    def _pdf_of(self, record: Path) -> bytes:
        # Typefaces are read on import, which nothing else of the front door needs.
        from core.workspace.tuning.tuning_pdf import tuning_pdf

        return tuning_pdf(json.loads(record.read_text(encoding="utf-8")))
