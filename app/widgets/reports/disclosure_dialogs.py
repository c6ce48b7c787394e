"""Dialogs of a disclosure pack: what goes into it, and the number that proves it unchanged."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.widgets.dialogs import FormDialog
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING


class DisclosureDialog(FormDialog):
    """Asks whether the files that were taken in go into a disclosure pack.

    Parameters
    ----------
    search_id : int
        The search that is reported on.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, search_id: int, parent: QWidget | None = None) -> None:
        super().__init__("", "", "", parent=parent)
        self.setWindowTitle(self.tr("Disclosure pack"))
        self.accept_button.setText(self.tr("Choose where to save…"))
        self.hint.setText(
            self.tr(
                "One zip file with the report on search {0}, every search of its case, judgements, pictures, "
                "embeddings, the audit log and a program that checks them all without Discern."
            ).format(search_id)
        )
        self.hint.show()
        self._originals = QComboBox()
        self._originals.addItem(self.tr("Copies of the files"), True)
        self._originals.addItem(self.tr("Hashes only"), False)
        self.add_choice(self.tr("Originals"), self._originals)

    @property
    def copies(self) -> bool:
        """Whether the pack holds copies of the files and not only their hashes."""
        return bool(self._originals.currentData())


class ManifestDialog(QDialog):
    """Shows the hash that must be kept apart from a disclosure pack.

    Parameters
    ----------
    path : PurePath
        The pack.
    files : int
        How many files it holds.
    manifest_sha256 : str
        Hash of its manifest.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self, path: PurePath, files: int, manifest_sha256: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Disclosure pack written"))
        self.setMinimumWidth(640)
        self._hash = QLineEdit(manifest_sha256)
        self._hash.setReadOnly(True)
        self._hash.setAccessibleName(self.tr("SHA-256 of the manifest"))
        self._hash.setCursorPosition(0)
        label = TextLabel(self.tr("SHA-256 of the manifest"), "sectionTitle")
        label.setBuddy(self._hash)
        apart = self.tr(
            "Keep this number apart from the pack, for example in the case file. Whoever can change the pack "
            "can change every number in it, but not the one that you kept."
        )
        copy = QPushButton(self.tr("Copy"))
        copy.clicked.connect(self._copy)
        close = QPushButton(self.tr("Close"))
        close.setProperty("primary", True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACING, 3 * SPACING, 3 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING + 4)
        layout.addWidget(TextLabel(self.tr("{0} files were written to {1}.").format(files, path), wrap=True))
        layout.addWidget(label)
        layout.addWidget(self._hash)
        layout.addWidget(TextLabel(apart, "muted", wrap=True))
        layout.addStretch(1)
        layout.addLayout(buttons)
        copy.setAutoDefault(False)
        close.setDefault(True)
        close.setFocus()

    @property
    def manifest_sha256(self) -> str:
        """The hash that is shown."""
        return self._hash.text()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._hash.text())
