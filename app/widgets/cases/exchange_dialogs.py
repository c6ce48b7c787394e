"""Dialogs on a case that travels: the number that proves its bundle, and what to know of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.widgets.dialogs import FormDialog
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING
from core.types import Case


class ImportDialog(FormDialog):
    """Asks for the number that was handed over with a bundle.

    Parameters
    ----------
    file : str
        Name of the bundle.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, file: str, parent: QWidget | None = None) -> None:
        super().__init__("", "", "", parent=parent)
        self.setWindowTitle(self.tr("Import a case"))
        self.accept_button.setText(self.tr("Import"))
        self.hint.setText(
            self.tr(
                "Every hash, the log and every row of {0} are checked before anything is stored. Only the "
                "number that was handed over by another way shows that it is the bundle that was sent."
            ).format(file)
        )
        self.hint.show()
        self.manifest_sha256 = self.add_line(
            self.tr("SHA-256 of the manifest"), hint=self.tr("As the export stated it; may be left empty")
        )

    @property
    def answer(self) -> str:
        """The number as entered, without blanks at its ends; empty when there is none."""
        return self.manifest_sha256.text().strip()


class OutcomeDialog(QDialog):
    """A sentence, a number that can be copied, what it is for, and a list of sentences.

    Parameters
    ----------
    title, told : str
        Window title, and what was done.
    number_name, number, meaning : str
        What the number is, the number, and what it is for.
    heading : str
        What the sentences are about.
    sentences : sequence of str
        What to know.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self,
        title: str,
        told: str,
        number_name: str,
        number: str,
        meaning: str,
        heading: str,
        sentences: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(680)
        self._number = QLineEdit(number)
        self._number.setReadOnly(True)
        self._number.setAccessibleName(number_name)
        self._number.setCursorPosition(0)
        name = TextLabel(number_name, "sectionTitle")
        name.setBuddy(self._number)
        copy = QPushButton(self.tr("Copy"))
        copy.clicked.connect(self._copy)
        copy.setAutoDefault(False)
        close = QPushButton(self.tr("Close"))
        close.setProperty("primary", True)
        close.clicked.connect(self.accept)
        line = QHBoxLayout()
        line.addWidget(self._number, 1)
        line.addWidget(copy)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACING, 3 * SPACING, 3 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING + 4)
        layout.addWidget(TextLabel(told, wrap=True))
        layout.addWidget(name)
        layout.addLayout(line)
        layout.addWidget(TextLabel(meaning, "muted", wrap=True))
        if sentences:
            layout.addWidget(TextLabel(heading, "sectionTitle"))
            layout.addWidget(_scrolled(sentences), 1)
        layout.addLayout(buttons)
        close.setDefault(True)
        close.setFocus()

    @property
    def number(self) -> str:
        """The number that is shown."""
        return self._number.text()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._number.text())


class ExportedDialog(OutcomeDialog):
    """Shows the hash that must be handed over apart from the bundle of a case, and what it does not hold.

    Parameters
    ----------
    path : PurePath
        The bundle.
    files : int
        How many files it holds.
    manifest_sha256 : str
        Hash of its manifest.
    left_behind : sequence of str
        What stays behind.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self,
        path: PurePath,
        files: int,
        manifest_sha256: str,
        left_behind: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            self.tr("Case exported"),
            self.tr("{0} files were written to {1}.").format(files, path),
            self.tr("SHA-256 of the manifest"),
            manifest_sha256,
            self.tr(
                "Hand this number over by another way than the bundle. Whoever can change the bundle can "
                "change every number in it, but not the one that was handed over. "
                "A bundle is not encrypted."
            ),
            self.tr("What stays behind"),
            left_behind,
            parent,
        )


class ImportedDialog(OutcomeDialog):
    """Shows what an import brought, and where the log of the case goes on.

    Parameters
    ----------
    case : Case
        The case as it is here.
    judgements : int
        How many judgements came along.
    log_head : str
        Hash of the last entry of the log that came along.
    notes : sequence of str
        What to know.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self, case: Case, judgements: int, log_head: str, notes: Sequence[str], parent: QWidget | None = None
    ) -> None:
        told = self.tr("{0} is case {1} here: {2} pictures, {3} faces, {4} searches, {5} judgements.")
        super().__init__(
            self.tr("Case imported"),
            told.format(case.title, case.case_id, case.pictures, case.faces, case.searches, judgements),
            self.tr("Head of the log that it comes with"),
            log_head,
            self.tr(
                "Whoever sent the case finds this number in the audit log of their workspace. The log of "
                "this workspace names it, so that it goes on from there."
            ),
            self.tr("What to know"),
            notes,
            parent,
        )


def _scrolled(sentences: Sequence[str]) -> QScrollArea:
    held = QWidget()
    layout = QVBoxLayout(held)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(SPACING)
    for one in sentences:
        layout.addWidget(TextLabel(one, wrap=True))
    layout.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(held)
    area.setMinimumHeight(120)
    return area
