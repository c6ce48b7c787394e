"""Making a labelled set: of cases, of folders and of tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QListView, QPushButton, QSpinBox, QVBoxLayout, QWidget

from app.widgets.dialogs import FormDialog
from app.widgets.fields import whole_number
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING, icon
from core.types import Case
from core.workspace.tuning.desk import HOLDOUT_SHARE

_KEY = int(Qt.ItemDataRole.UserRole) + 1


@dataclass(frozen=True, slots=True)
class SetRequest:
    """A labelled set that is to be made.

    Attributes
    ----------
    name : str
        What to call it.
    case_ids : tuple of int
        Cases whose confirmed faces are taken.
    sources : tuple of Path
        Folders and CSV files.
    holdout_share : float
        Share of the people who are kept for judging.
    """

    name: str
    case_ids: tuple[int, ...]
    sources: tuple[Path, ...]
    holdout_share: float


class SetDialog(FormDialog):
    """Name, sources with a tick each, and how many people are held out.

    Parameters
    ----------
    cases : sequence of Case
        What to offer.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, cases: Sequence[Case], parent: QWidget | None = None) -> None:
        super().__init__("", "", "", parent=parent)
        tr = self.tr
        self.setWindowTitle(tr("New labelled set"))
        self.accept_button.setText(tr("Make the set"))
        self.hint.setText(
            tr(
                "A set says who is on which picture. Tick cases, whose confirmed faces are taken under the "
                "names they were confirmed with, or add folders with a folder for each person and CSV files "
                "with the columns subject and path. Nothing is tuned yet."
            )
        )
        self.hint.show()
        self.resize(640, 520)
        self._sources = QStandardItemModel(self)
        self.name = self.add_line(
            tr("Name"), required=True, hint=tr("Letters, digits, dots, hyphens and underscores")
        )
        self.sources = QListView()
        self.sources.setModel(self._sources)
        self.sources.setAccessibleName(tr("Sources; the space bar ticks one"))
        self.sources.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.sources.setMinimumHeight(160)
        for case in cases:
            named = " ".join(filter(None, [case.reference, case.title]))
            self._add_source(tr("Case {0}: {1}").format(case.case_id, named), case.case_id, ticked=False)
        self.folder_button = QPushButton(icon("folder"), tr("Add a &folder…"))
        self.folder_button.clicked.connect(self._choose_folder)
        self.table_button = QPushButton(icon("report"), tr("Add a &CSV file…"))
        self.table_button.clicked.connect(self._choose_table)
        for button in (self.folder_button, self.table_button):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING)
        buttons.addWidget(self.folder_button)
        buttons.addWidget(self.table_button)
        buttons.addStretch(1)
        beside = QVBoxLayout()
        beside.setSpacing(SPACING)
        beside.addWidget(self.sources, 1)
        beside.addLayout(buttons)
        label = TextLabel(tr("Sources *"))
        label.setBuddy(self.sources)
        self.form.addRow(label, beside)
        self.holdout: QSpinBox = whole_number(tr("Held out for judging"), 0, 50, round(100 * HOLDOUT_SHARE))
        self.holdout.setSuffix(tr(" % of the people"))
        self.holdout.setToolTip(tr("The gate needs 20 people or more who are held out, to judge at all."))
        held = TextLabel(tr("Held out"))
        held.setBuddy(self.holdout)
        self.form.addRow(held, self.holdout)
        self._sources.itemChanged.connect(self._check)
        self._check()

    @property
    def request(self) -> SetRequest:
        """What was asked for."""
        keys = [self._sources.item(row).data(_KEY) for row in self._ticked()]
        return SetRequest(
            self.name.text().strip(),
            tuple(key for key in keys if isinstance(key, int)),
            tuple(Path(key) for key in keys if isinstance(key, str)),
            self.holdout.value() / 100,
        )

    def add_source(self, path: Path) -> None:
        """Add a folder or a CSV file, ticked."""
        self._add_source(str(path), str(path), ticked=True)
        self._check()

    def tick(self, row: int) -> None:
        """Tick the source of a row."""
        self._sources.item(row).setCheckState(Qt.CheckState.Checked)

    def _add_source(self, text: str, key: int | str, *, ticked: bool) -> None:
        item = QStandardItem(text)
        item.setCheckable(True)
        item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        item.setData(key, _KEY)
        self._sources.appendRow(item)

    def _ticked(self) -> list[int]:
        rows = range(self._sources.rowCount())
        return [row for row in rows if self._sources.item(row).checkState() is Qt.CheckState.Checked]

    @Slot()
    def _check(self) -> None:
        super()._check()
        if not self._ticked():
            self.accept_button.setEnabled(False)

    @Slot()
    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Folder with a folder for each person"))
        if chosen:
            self.add_source(Path(chosen))

    @Slot()
    def _choose_table(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("CSV file"), "", self.tr("CSV files (*.csv)"))
        if chosen:
            self.add_source(Path(chosen))
