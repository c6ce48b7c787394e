"""Whole galleries: exported, imported, embedded anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.actions.opening import ask_folder
from app.jobs import JobRunner, Lane
from app.state import AppState
from core.progress import Progress

if TYPE_CHECKING:
    from core.workspace import GalleryExport, GalleryImport, ReembeddingProgress, Workspace


class GalleryTransfer(QObject):
    """Exports, imports and re-embeds as jobs that can be watched and cancelled.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    state : AppState
        Hears that the gallery has changed.
    page : QWidget
        Owner, and parent of the dialogs.

    Attributes
    ----------
    told : Signal(str, str)
        A sentence about what became of it, and its tone.
    """

    told = Signal(str, str)

    def __init__(self, workspace: Workspace, runner: JobRunner, state: AppState, page: QWidget) -> None:
        super().__init__(page)
        self._workspace, self._runner, self._state, self._page = workspace, runner, state, page
        self._reembedding = False

    def ask_bundle(self, gallery: str) -> None:
        """Ask for a file and export a gallery as a bundle."""
        chosen, _ = QFileDialog.getSaveFileName(
            self._page, self.tr("Export a bundle"), f"{gallery}.zip", self.tr("Bundles (*.zip)")
        )
        if chosen:
            self.export(gallery, Path(chosen))

    def ask_folder(self, gallery: str) -> None:
        """Ask for an empty folder and export a gallery as a folder with a list."""
        chosen = ask_folder(self._page, self.tr("Empty folder to export to"))
        if chosen is not None:
            self.export(gallery, chosen)

    def ask_import(self, gallery: str | None) -> None:
        """Ask for a bundle and import it, into a gallery or that of the bundle."""
        chosen, _ = QFileDialog.getOpenFileName(
            self._page, self.tr("Import a bundle"), "", self.tr("Bundles (*.zip)")
        )
        if chosen:
            self.import_bundle(Path(chosen), gallery)

    def export(self, gallery: str, target: Path) -> None:
        """Export a gallery: as a bundle to a zip, otherwise to a folder."""
        bundle = target.suffix.lower() == ".zip"
        write = self._workspace.export_gallery_bundle if bundle else self._workspace.export_gallery
        self._runner.run(
            Lane.IO,
            self.tr("Export {0} to {1}").format(gallery, target.name),
            lambda progress: write(gallery, target, progress),
            owner=self,
            then=self._exported,
            failed=self._complain,
        )

    def import_bundle(self, file: Path, gallery: str | None = None) -> None:
        """Import a bundle; crops without an embedding of the model are embedded, so it is work for it."""
        self._runner.run(
            Lane.MODEL,
            self.tr("Import {0}").format(file.name),
            lambda progress: self._workspace.import_gallery_bundle(file, gallery=gallery, progress=progress),
            owner=self,
            then=self._imported,
            failed=self._complain,
            ended=self._state.gallery_changed.emit,
        )

    def reembed(self) -> None:
        """Embed all stored crops with the active model, unless that is under way."""
        if self._reembedding:
            return
        self._reembedding = True

        def _ended() -> None:
            self._reembedding = False
            self._state.gallery_changed.emit()

        self._runner.stream(
            Lane.MODEL,
            self.tr("Re-embed the galleries"),
            self._reembed,
            owner=self,
            each=self._reembedded,
            failed=self._complain,
            ended=_ended,
        )

    def _reembed(self, progress: Progress) -> Iterator[ReembeddingProgress]:
        return self._workspace.reembed(progress=progress)

    def _reembedded(self, step: ReembeddingProgress) -> None:
        text = self.tr("{0} of {1} samples have an embedding of {2} …")
        if step.complete:
            text = self.tr("All {1} samples have an embedding of {2}, which serves from now on.")
        self.told.emit(text.format(step.done, step.total, step.model), "note")

    def _exported(self, made: GalleryExport) -> None:
        text = self.tr("{0} samples of {1} subjects were written to {2}.")
        self.told.emit(text.format(made.samples, made.subjects, made.path), "note")

    def _imported(self, result: GalleryImport) -> None:
        text = self.tr("{0} samples imported into {1}, {2} already there, {3} refused by the gate.")
        told = text.format(result.imported, result.gallery, result.already, result.refused)
        self.told.emit(told, "warning" if result.refused else "note")

    def _complain(self, sentence: str) -> None:
        self.told.emit(sentence, "error")
