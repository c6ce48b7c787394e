"""A case as one file: written for another workspace, and taken in from one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.jobs import JobRunner, Lane
from app.widgets.cases.exchange_dialogs import ExportedDialog, ImportDialog, ImportedDialog
from app.widgets.dialogs import opened
from core.types import Case

if TYPE_CHECKING:
    from core.workspace import CaseExport, CaseImport, Workspace


class CaseExchange(QObject):
    """Exports and imports cases as jobs that can be watched and cancelled, and shows what became of them.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    page : QWidget
        Owner, and parent of the dialogs.

    Attributes
    ----------
    told : Signal(str, str)
        A sentence about what became of it, and its tone.
    imported : Signal(Case)
        A case that was taken in.
    """

    told = Signal(str, str)
    imported = Signal(object)

    def __init__(self, workspace: Workspace, runner: JobRunner, page: QWidget) -> None:
        super().__init__(page)
        self._workspace, self._runner, self._page = workspace, runner, page

    def ask_export(self, case: Case) -> None:
        """Ask for a file and write a case to it."""
        chosen, _ = QFileDialog.getSaveFileName(
            self._page,
            self.tr("Export the case"),
            f"{_file_name(case)}.zip",
            self.tr("Bundles (*.zip)"),
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if chosen:
            file = Path(chosen)
            named = file if file.suffix.lower() == ".zip" else file.with_name(f"{file.name}.zip")
            self.export(case, named)

    def ask_import(self) -> None:
        """Ask for a bundle, and for the number that was handed over with it, and take its case in."""
        chosen, _ = QFileDialog.getOpenFileName(
            self._page, self.tr("Import a case"), "", self.tr("Bundles (*.zip)")
        )
        if chosen:
            dialog = ImportDialog(Path(chosen).name, self._page)
            dialog.accepted.connect(lambda: self.import_file(Path(chosen), dialog.answer))
            opened(dialog)

    def export(self, case: Case, file: Path) -> None:
        """Write a case to a new file.

        Parameters
        ----------
        case : Case
            The case.
        file : Path
            The zip file.
        """
        self._runner.run(
            Lane.IO,
            self.tr("Export {0} to {1}").format(case.title, file.name),
            lambda progress: self._workspace.export_case(case.case_id, file, progress),
            owner=self,
            then=self._exported,
            failed=self._complain,
        )

    def import_file(self, file: Path, manifest_sha256: str = "") -> None:
        """Take in the case of a bundle.

        Parameters
        ----------
        file : Path
            The zip file.
        manifest_sha256 : str
            The hash of its manifest that was handed over, empty where none was.
        """
        self._runner.run(
            Lane.IO,
            self.tr("Import {0}").format(file.name),
            lambda progress: self._workspace.import_case(
                file, manifest_sha256=manifest_sha256, progress=progress
            ),
            owner=self,
            then=self._imported,
            failed=self._complain,
        )

    def _exported(self, made: CaseExport) -> None:
        text = self.tr("The case was written to {0}. SHA-256 of the manifest: {1}")
        self.told.emit(text.format(made.path, made.manifest_sha256), "note")
        opened(ExportedDialog(made.path, made.files, made.manifest_sha256, made.left_behind, self._page))

    def _imported(self, made: CaseImport) -> None:
        self.told.emit(self.tr("{0} was imported; it is case {1} here.").format(*_named(made.case)), "note")
        self.imported.emit(made.case)
        opened(ImportedDialog(made.case, made.judgements, made.log_head, made.notes, self._page))

    def _complain(self, sentence: str) -> None:
        self.told.emit(sentence, "error")


def _named(case: Case) -> tuple[str, int]:
    return case.title, case.case_id


def _file_name(case: Case) -> str:
    """Return what a file of a case may be called on any system."""
    kept = re.sub(r"[^\w.-]+", "-", case.reference or case.title).strip("-.")
    return f"case-{kept[:60] or case.case_id}"
