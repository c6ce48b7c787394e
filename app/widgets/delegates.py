"""How sources look in their lists."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.widgets.painting import (
    paint_background,
    paint_picture,
    paint_text,
    picture_of,
)

Index = QModelIndex | QPersistentModelIndex


class TwoLineDelegate(QStyledItemDelegate):
    """A picture beside the two lines of `DisplayRole`; `UserRole + 1` names the colour of the second."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return a row of 56 px."""
        return QSize(160, 56)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the row."""
        painter.save()
        paint_background(painter, option)
        row: QRect = option.rect
        paint_picture(painter, QRect(row.left() + 8, row.top() + 8, 40, 40), picture_of(index))
        first, _, second = str(index.data(Qt.ItemDataRole.DisplayRole) or "").partition("\n")
        tint = str(index.data(Qt.ItemDataRole.UserRole + 1) or "muted")
        lines = row.adjusted(60, 8, -8, -8)
        paint_text(painter, QRect(lines.left(), lines.top(), lines.width(), 20), first, middle=True)
        paint_text(
            painter, QRect(lines.left(), lines.top() + 21, lines.width(), 18), second, tint=tint, size=12
        )
        painter.restore()
