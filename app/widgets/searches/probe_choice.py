"""The faces of the open case, of which any number can be chosen to be searched for."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QItemSelectionModel
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QVBoxLayout, QWidget

from app.widgets.delegates import TwoLineDelegate
from app.widgets.empty_state import button_for
from app.widgets.lists import row_list
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING


class ProbeChoice(QWidget):
    """A list with several rows selectable, and a button for each way to search for them.

    Parameters
    ----------
    model : QAbstractItemModel
        The faces.
    each, together : QAction
        What the buttons do.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self, model: QAbstractItemModel, each: QAction, together: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.list = row_list(model, TwoLineDelegate, self.tr("Faces of the case"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._hint = TextLabel("", "muted", wrap=True)
        self._buttons = [button_for(action) for action in (each, together)]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        layout.addWidget(TextLabel(self.tr("Faces of the case"), "sectionTitle"))
        layout.addWidget(self._hint)
        layout.addWidget(self.list, 1)
        for button in self._buttons:
            layout.addWidget(button)

    @property
    def rows(self) -> list[int]:
        """The selected rows, from top to bottom."""
        return sorted(index.row() for index in self.list.selectionModel().selectedIndexes())

    def select(self, row: int) -> None:
        """Add a row to the selection."""
        index = self.list.model().index(row, 0)
        self.list.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)

    def say(self, hint: str) -> None:
        """Show a sentence instead of the list, or the list when it is empty."""
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.list.setVisible(not hint)
        grows = QSizePolicy.Policy.Maximum if hint else QSizePolicy.Policy.Expanding
        self.setSizePolicy(QSizePolicy.Policy.Preferred, grows)
        for button in self._buttons:
            button.setVisible(not hint)
