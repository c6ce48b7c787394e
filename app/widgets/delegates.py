"""How sources, samples and candidates look in their lists."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
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
from app.widgets.theme import colour
from core.types import Candidate, Sample

Index = QModelIndex | QPersistentModelIndex

SAMPLE_CELL = QSize(152, 200)


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


class SampleDelegate(QStyledItemDelegate):
    """A sample as a cell of the gallery's grid."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size that all cells share."""
        return SAMPLE_CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint picture, subject and recognizability."""
        sample = item_of(index)
        if not isinstance(sample, Sample):
            return
        painter.save()
        paint_background(painter, option)
        cell: QRect = option.rect
        paint_picture(painter, QRect(cell.left() + 12, cell.top() + 12, 128, 128), picture_of(index))
        text = QRect(cell.left() + 12, cell.top() + 146, 136, 18)
        paint_text(painter, text, sample.subject)
        paint_band(painter, text.translated(0, 20), sample.recognizability, sample.band, short=True)
        painter.restore()


class CandidateDelegate(QStyledItemDelegate):
    """A candidate as a row: rank, picture, subject and gallery, recognizability, similarity."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return a row of 80 px."""
        return QSize(320, 80)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the row."""
        candidate = item_of(index)
        if not isinstance(candidate, Candidate):
            return
        painter.save()
        paint_background(painter, option)
        row: QRect = option.rect
        rank = QRect(row.left() + 8, row.top(), 36, row.height())
        paint_text(painter, rank, str(candidate.rank), size=18, bold=True, right=True)
        paint_picture(painter, QRect(row.left() + 60, row.top() + 8, 64, 64), picture_of(index))
        figures = 108
        lines = QRect(row.left() + 140, row.top() + 10, row.width() - 140 - figures - 16, 20)
        paint_text(painter, lines, candidate.subject, size=14, bold=True)
        paint_text(painter, lines.translated(0, 20), candidate.gallery, tint="muted", size=12)
        paint_band(painter, lines.translated(0, 40), candidate.recognizability, candidate.band)
        number = QRect(row.right() - figures - 8, row.top() + 16, figures, 24)
        paint_text(painter, number, f"{candidate.similarity:.3f}", size=18, bold=True, right=True)
        track = QRect(number.left() + 20, row.top() + 50, figures - 20, 4)
        painter.fillRect(track, colour("line"))
        share = max(0.0, min(candidate.similarity, 1.0))
        painter.fillRect(QRect(track.left(), track.top(), round(track.width() * share), 4), colour("accent"))
        painter.restore()
