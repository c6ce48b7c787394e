"""Changing the keys of commands."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QSortFilterProxyModel, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.widgets.lists import plain_table
from app.widgets.text import Notice, TextLabel
from app.widgets.theme import SPACING


class ShortcutEditor(QDialog):
    """Every command with its keys, and a field that takes another one.

    Parameters
    ----------
    model : QAbstractItemModel
        Name, page and keys of each command; `UserRole` gives the command.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    change_requested : Signal(Command, str)
        A command and the key that it is to have, empty for none.
    reset_requested : Signal(Command or None)
        The command that is to have the keys that it was shipped with; None for all commands.
    """

    change_requested = Signal(object, str)
    reset_requested = Signal(object)

    def __init__(self, model: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Shortcuts"))
        self.resize(760, 640)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(model)
        self._shown.setFilterKeyColumn(-1)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter by name, page or key"))
        self.filter.setAccessibleName(self.tr("Filter"))
        self.filter.textChanged.connect(self._shown.setFilterFixedString)
        self.table: QTableView = plain_table(self._shown, self.tr("Commands and their keys"), (0, 160, 180))
        self.key = QKeySequenceEdit()
        self.key.setMaximumSequenceLength(1)
        self.key.setClearButtonEnabled(True)
        self.key.setAccessibleName(self.tr("New key"))
        self.assign_button = QPushButton(self.tr("&Assign"))
        self.none_button = QPushButton(self.tr("&No key"))
        self.shipped_button = QPushButton(self.tr("As &shipped"))
        self.all_button = QPushButton(self.tr("All as s&hipped"))
        self.notice = Notice()
        self._lay_out()
        self.assign_button.clicked.connect(self._assign)
        self.none_button.clicked.connect(lambda: self._request(""))
        self.shipped_button.clicked.connect(self._reset)
        self.all_button.clicked.connect(lambda: self.reset_requested.emit(None))
        self.key.keySequenceChanged.connect(lambda _: self.notice.say(""))
        self.table.selectionModel().currentChanged.connect(self._show_current)
        self.table.activated.connect(lambda _: self.key.setFocus())
        self.table.selectRow(0)

    def refuse(self, sentence: str) -> None:
        """Say why a key was not given."""
        self.notice.say(sentence, "warning")

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACING)
        label = TextLabel(self.tr("New key"))
        label.setBuddy(self.key)
        row.addWidget(label)
        row.addWidget(self.key, 1)
        for button in (self.assign_button, self.none_button, self.shipped_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.all_button, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.rejected.connect(self.reject)
        self.all_button.setAutoDefault(False)
        hint = self.tr("Choose a command and press the key that it is to have.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACING, 3 * SPACING, 3 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(TextLabel(hint, "muted", wrap=True))
        layout.addWidget(self.filter)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.notice)
        layout.addLayout(row)
        layout.addWidget(buttons)

    @Slot(QModelIndex)
    def _show_current(self, current: QModelIndex) -> None:
        self.notice.say("")
        self.key.clear()
        for button in (self.assign_button, self.none_button, self.shipped_button):
            button.setEnabled(current.isValid())

    @Slot()
    def _assign(self) -> None:
        self._request(self.key.keySequence().toString(QKeySequence.SequenceFormat.PortableText))

    def _request(self, key: str) -> None:
        self.notice.say("")
        self.change_requested.emit(self.table.currentIndex().data(Qt.ItemDataRole.UserRole), key)

    @Slot()
    def _reset(self) -> None:
        self.notice.say("")
        self.reset_requested.emit(self.table.currentIndex().data(Qt.ItemDataRole.UserRole))
