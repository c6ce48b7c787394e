"""A face as a cell of the grid."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.widgets.faces.state_mark import paint_state
from app.widgets.painting import (
    item_of,
    paint_background,
    paint_band,
    paint_picture,
    paint_text,
    picture_of,
)
from app.widgets.terms import face_size
from core.types import CaseFace, FaceState

Index = QModelIndex | QPersistentModelIndex

FACE_CELL = QSize(152, 212)
_CROP = 112


class FaceDelegate(QStyledItemDelegate):
    """Crop at native px, recognizability as colour, number and word, size in px, state and picture."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size that all cells share."""
        return FACE_CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the cell; the crop of a face that is ignored or none is fainter."""
        face = item_of(index)
        if not isinstance(face, CaseFace):
            return
        painter.save()
        paint_background(painter, option)
        cell: QRect = option.rect
        left = cell.left() + (cell.width() - _CROP) // 2
        painter.setOpacity(0.4 if face.state in (FaceState.IGNORED, FaceState.NOT_A_FACE) else 1.0)
        paint_picture(painter, QRect(left, cell.top() + 10, _CROP, _CROP), picture_of(index))
        painter.setOpacity(1.0)
        line = QRect(cell.left() + 12, cell.top() + 126, cell.width() - 20, 18)
        value = face.recognizability
        if value is None:
            paint_text(painter, line, self.tr("not assessed"), tint="muted", size=12)
        else:
            paint_band(painter, line, value.index, value.band)
        paint_text(painter, line.translated(0, 19), face_size(face), tint="muted", size=12)
        paint_state(painter, line.translated(0, 38), face.state, face.subject)
        name = str(index.data(Qt.ItemDataRole.UserRole + 1) or "")
        paint_text(painter, line.translated(0, 57), name, tint="muted", size=11, middle=True)
        painter.restore()
