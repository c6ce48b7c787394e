"""Rows of two lines without a picture."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.widgets.painting import paint_background, paint_text

Index = QModelIndex | QPersistentModelIndex


class PlainRowDelegate(QStyledItemDelegate):
    """The two lines of `DisplayRole`, the second one smaller."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return a row of 52 px."""
        return QSize(160, 52)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the row."""
        painter.save()
        paint_background(painter, option)
        row: QRect = option.rect
        first, _, second = str(index.data(Qt.ItemDataRole.DisplayRole) or "").partition("\n")
        lines = row.adjusted(12, 6, -8, -6)
        paint_text(painter, QRect(lines.left(), lines.top(), lines.width(), 20), first, middle=True)
        below = QRect(lines.left(), lines.top() + 21, lines.width(), 18)
        paint_text(painter, below, second, tint="muted", size=12)
        painter.restore()
