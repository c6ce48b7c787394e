"""Enrolling a folder or a list, after seeing what would come of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractItemModel, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.widgets.galleries.enrolment_form import EnrolmentForm
from app.widgets.text import Notice, TextLabel
from app.widgets.theme import SPACING, icon
from core.settings import GallerySettings
from core.types import Gallery


class EnrolmentDialog(QDialog):
    """Chooses a source and shows a dry run of it; it starts no work itself.

    Parameters
    ----------
    galleries : sequence of Gallery
        What to offer.
    defaults : GallerySettings
        Gallery and gate to begin with.
    preview : QAbstractItemModel
        The outcome of the dry run, one row a picture.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    preview_requested : Signal(Path)
        A dry run of the source is wanted, under the terms of `form`.
    """

    preview_requested = Signal(object)

    def __init__(
        self,
        galleries: Sequence[Gallery],
        defaults: GallerySettings,
        preview: QAbstractItemModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Enrol pictures"))
        self.resize(860, 640)
        self._source = QLineEdit()
        self._source.setPlaceholderText(
            self.tr("A folder that holds a folder for each subject, or a CSV file")
        )
        self._source.setAccessibleName(self.tr("Folder or CSV file"))
        self._source.textChanged.connect(self._outdate)
        self.form = EnrolmentForm(galleries, defaults)
        self.form.changed.connect(self._outdate)
        self._summary = Notice()
        self._table = QTableView()
        self._table.setModel(preview)
        self._table.setAccessibleName(self.tr("What would be enrolled"))
        self._table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self._table.setShowGrid(False)
        self._table.setAlternatingRowColors(True)
        self._table.verticalHeader().hide()
        header = self._table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate((160, 180, 140, 56)):
            header.resizeSection(column, width)
        self._preview = QPushButton(self.tr("Preview"))
        self._preview.clicked.connect(self._request_preview)
        self._enrol = QPushButton(self.tr("Enrol"))
        self._enrol.setProperty("primary", True)
        self._enrol.setMinimumWidth(112)
        self._enrol.clicked.connect(self.accept)
        self._lay_out()
        self._outdate()

    @property
    def source(self) -> Path:
        """The folder or file as entered."""
        return Path(self._source.text().strip())

    def set_source(self, source: Path) -> None:
        """Enter a folder or file."""
        self._source.setText(str(source))

    def show_running(self) -> None:
        """Say that the dry run is under way."""
        self._preview.setEnabled(False)
        self._summary.say(self.tr("Looking at the pictures; nothing is enrolled yet …"))

    def show_failure(self, sentence: str) -> None:
        """Say why there is no preview."""
        self._preview.setEnabled(True)
        self._summary.say(sentence, "error")

    def show_summary(self, enrolled: int, refused: int, already: int) -> None:
        """Sum the dry run up and allow the enrolment."""
        text = self.tr(
            "{0} would be enrolled, {1} refused, {2} are enrolled already. Nothing has been changed yet."
        )
        self._summary.say(text.format(enrolled, refused, already), "warning" if refused else "note")
        self._preview.setEnabled(True)
        self._enrol.setEnabled(enrolled > 0)
        self._enrol.setText(self.tr("Enrol {0}").format(enrolled) if enrolled else self.tr("Enrol"))

    def _lay_out(self) -> None:
        folder = QPushButton(icon("folder"), self.tr("Folder…"))
        folder.clicked.connect(self._choose_folder)
        table = QPushButton(icon("report"), self.tr("CSV…"))
        table.clicked.connect(self._choose_file)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        source = QHBoxLayout()
        source.setSpacing(SPACING)
        source.addWidget(self._source, 1)
        source.addWidget(folder)
        source.addWidget(table)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING)
        buttons.addWidget(self._preview)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._enrol)
        hint = TextLabel(
            self.tr(
                "The main face of each picture is enrolled. A CSV file has the columns subject and path."
            ),
            "muted",
            wrap=True,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACING, 3 * SPACING, 3 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING + 4)
        layout.addWidget(hint)
        layout.addLayout(source)
        layout.addWidget(self.form)
        layout.addWidget(self._summary)
        layout.addWidget(self._table, 1)
        layout.addLayout(buttons)

    @Slot()
    def _outdate(self) -> None:
        ready = bool(self._source.text().strip()) and self.form.complete
        self._preview.setEnabled(ready)
        self._enrol.setEnabled(False)

    @Slot()
    def _request_preview(self) -> None:
        self.show_running()
        self.preview_requested.emit(self.source)

    @Slot()
    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Folder with a folder for each subject"))
        if chosen:
            self._source.setText(chosen)

    @Slot()
    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("CSV file"), "", self.tr("CSV files (*.csv)"))
        if chosen:
            self._source.setText(chosen)


class FaceEnrolmentDialog(QDialog):
    """Asks under which name one face is enrolled.

    Parameters
    ----------
    galleries : sequence of Gallery
        What to offer.
    defaults : GallerySettings
        Gallery and gate to begin with.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self, galleries: Sequence[Gallery], defaults: GallerySettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Enrol this face"))
        self.setMinimumWidth(480)
        self._subject = QLineEdit()
        self._subject.setAccessibleName(self.tr("Subject"))
        self._subject.setPlaceholderText(self.tr("Name or reference of the person"))
        self.form = EnrolmentForm(galleries, defaults)
        self._enrol = QPushButton(self.tr("Enrol"))
        self._enrol.setProperty("primary", True)
        self._enrol.setDefault(True)
        self._enrol.clicked.connect(self.accept)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._enrol)
        label = TextLabel(self.tr("Subject *"))
        label.setBuddy(self._subject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACING, 3 * SPACING, 3 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(label)
        layout.addWidget(self._subject)
        layout.addSpacing(SPACING)
        layout.addWidget(self.form)
        layout.addSpacing(SPACING)
        layout.addLayout(buttons)
        self._subject.textChanged.connect(self._check)
        self.form.changed.connect(self._check)
        self._check()
        self._subject.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def subject(self) -> str:
        """The name as entered, without blanks at its ends."""
        return self._subject.text().strip()

    @Slot()
    def _check(self) -> None:
        self._enrol.setEnabled(bool(self.subject) and self.form.complete)
