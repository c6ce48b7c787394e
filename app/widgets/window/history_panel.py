"""The list of steps that can be undone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QAction, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from app.widgets.lists import row_list
from app.widgets.page import tool_buttons
from app.widgets.painting import paint_background, paint_text
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING


class StepDelegate(QStyledItemDelegate):
    """A step as a row of two lines; `UserRole + 1` names the colour of the first."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return a row of 48 px."""
        return QSize(160, 48)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the row."""
        painter.save()
        paint_background(painter, option)
        lines = option.rect.adjusted(SPACING + 4, 6, -SPACING, -6)
        first, _, second = str(index.data(Qt.ItemDataRole.DisplayRole) or "").partition("\n")
        tint = str(index.data(Qt.ItemDataRole.UserRole + 1) or "text")
        lines.setHeight(18)
        paint_text(painter, lines, first, tint=tint)
        paint_text(painter, lines.translated(0, 18), second, tint="muted", size=12)
        painter.restore()


class HistoryPanel(QWidget):
    """The steps of the open case, or of the galleries, above buttons that undo and redo.

    Parameters
    ----------
    model : QAbstractItemModel
        The steps, the latest first.
    actions : sequence of QAction
        Undo and redo.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self, model: QAbstractItemModel, actions: Sequence[QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("history")
        self.setMinimumWidth(260)
        self._whose = TextLabel("", "caption", wrap=True)
        self.list = row_list(model, StepDelegate, self.tr("Steps, the latest first"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(self._whose)
        layout.addWidget(self.list, 1)
        layout.addWidget(tool_buttons(actions, words=False), 0, Qt.AlignmentFlag.AlignLeft)

    def say(self, sentence: str) -> None:
        """Say whose steps these are."""
        self._whose.setText(sentence)
