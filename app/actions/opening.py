"""Asking for files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

_translate = QCoreApplication.translate
_PICTURES = "*.jpg *.jpeg *.png *.tif *.tiff *.bmp *.webp"
_VIDEOS = "*.mp4 *.m4v *.mov *.mkv *.avi *.ts *.mts *.m2ts *.webm *.mpg *.mpeg"


def ask_files(parent: QWidget) -> list[Path]:
    """Ask for pictures and videos; an empty list when the user gives up."""
    kinds = _translate("opening", "Pictures and videos ({0} {1});;All files (*)").format(_PICTURES, _VIDEOS)
    chosen, _ = QFileDialog.getOpenFileNames(
        parent, _translate("opening", "Open pictures or videos"), "", kinds
    )
    return [Path(name) for name in chosen]


def ask_folder(parent: QWidget, title: str) -> Path | None:
    """Ask for a folder; None when the user gives up."""
    chosen = QFileDialog.getExistingDirectory(parent, title)
    return Path(chosen) if chosen else None
