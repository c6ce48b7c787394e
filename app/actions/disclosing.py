"""A disclosure pack: asked for, written as a job, and its proof shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.jobs import JobRunner, Lane
from app.widgets.dialogs import opened
from app.widgets.reports.disclosure_dialogs import DisclosureDialog, ManifestDialog
from core.workspace import Originals

if TYPE_CHECKING:
    from core.workspace import Workspace, WrittenPack


class Disclosing(QObject):
    """Writes disclosure packs and shows the hash that must be kept apart from them.

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
    """

    told = Signal(str, str)

    def __init__(self, workspace: Workspace, runner: JobRunner, page: QWidget) -> None:
        super().__init__(page)
        self._workspace, self._runner, self._page = workspace, runner, page

    def ask(self, search_id: int) -> None:
        """Ask what goes into the pack of a search and where it is saved, and write it."""
        dialog = DisclosureDialog(search_id, self._page)
        dialog.accepted.connect(lambda: self._ask_file(search_id, dialog.copies))
        opened(dialog)

    def disclose(self, file: Path, search_id: int, *, copies: bool) -> None:
        """Write the pack of a search.

        Parameters
        ----------
        file : Path
            The zip file.
        search_id : int
            The search to report on.
        copies : bool
            Whether the files that were taken in are copied, not only their hashes.
        """
        originals = Originals.COPIES if copies else Originals.HASHES
        self._runner.run(
            Lane.IO,
            self.tr("Write the disclosure pack of search {0}").format(search_id),
            lambda progress: self._workspace.disclose(file, search_id=search_id, originals=originals),
            owner=self,
            then=self._written,
            failed=lambda sentence: self.told.emit(sentence, "error"),
        )

    def _ask_file(self, search_id: int, copies: bool) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self._page,
            self.tr("Save the disclosure pack"),
            f"disclosure-search-{search_id}.zip",
            self.tr("Disclosure packs (*.zip)"),
        )
        if chosen:
            file = Path(chosen)
            named = file if file.suffix.lower() == ".zip" else file.with_name(f"{file.name}.zip")
            self.disclose(named, search_id, copies=copies)

    def _written(self, pack: WrittenPack) -> None:
        text = self.tr("The disclosure pack was written: {0}. SHA-256 of its manifest: {1}")
        self.told.emit(text.format(pack.path, pack.manifest_sha256), "note")
        opened(ManifestDialog(pack.path, pack.files, pack.manifest_sha256, self._page))
