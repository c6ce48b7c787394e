"""The log of a case, to be read."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from app.widgets.lists import plain_table
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING
from core.types import Case


class LogDialog(QDialog):
    """A table of entries, the latest first; nothing in it can be changed.

    Parameters
    ----------
    case : Case
        Whose log it is.
    entries : QAbstractItemModel
        The entries.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, case: Case, entries: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Log of the case {0}").format(case.title))
        self.resize(1040, 560)
        hint = self.tr(
            "What was done in this case, the latest first. The log can only grow. What is hidden from you "
            "while you examine blind is withheld here too."
        )
        self.table = plain_table(entries, self.tr("Log of the case"), (64, 180, 120, 160, 160, 0))
        self.table.setTextElideMode(Qt.TextElideMode.ElideRight)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(TextLabel(hint, "muted", wrap=True))
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)
        self.table.setFocus()
