"""How subjects and samples look in the lists of the gallery page."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.widgets.painting import (
    item_of,
    paint_background,
    paint_band,
    paint_picture,
    paint_text,
    picture_of,
)
from core.types import ListedSample, ListedSubject

Index = QModelIndex | QPersistentModelIndex

SAMPLE_CELL = QSize(152, 200)
SUBJECT_ROW = QSize(160, 56)


class SampleDelegate(QStyledItemDelegate):
    """A sample as a cell of the grid."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size that all cells share."""
        return SAMPLE_CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint picture, subject and recognizability."""
        sample = item_of(index)
        if not isinstance(sample, ListedSample):
            return
        painter.save()
        paint_background(painter, option)
        cell: QRect = option.rect
        paint_picture(painter, QRect(cell.left() + 12, cell.top() + 12, 128, 128), picture_of(index))
        text = QRect(cell.left() + 12, cell.top() + 146, 128, 18)
        paint_text(painter, text, sample.subject)
        paint_band(painter, text.translated(0, 20), sample.recognizability, sample.band, short=True)
        painter.restore()


class SubjectDelegate(QStyledItemDelegate):
    """A subject as a row: the most recognizable sample, name, gallery and number of samples."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size that all rows share."""
        return SUBJECT_ROW

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the row."""
        subject = item_of(index)
        if not isinstance(subject, ListedSubject):
            return
        painter.save()
        paint_background(painter, option)
        row: QRect = option.rect
        paint_picture(painter, QRect(row.left() + 8, row.top() + 8, 40, 40), picture_of(index))
        count = QRect(row.right() - 48, row.top() + 18, 36, 20)
        paint_text(painter, count, str(subject.samples), tint="muted", right=True)
        lines = QRect(row.left() + 60, row.top() + 8, row.width() - 116, 20)
        paint_text(painter, lines, subject.subject)
        paint_text(painter, lines.translated(0, 20), subject.gallery, tint="muted", size=12)
        painter.restore()
