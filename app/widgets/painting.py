"""Pieces that several delegates paint."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from app.widgets.terms import band_name
from app.widgets.theme import band_colour, colour
from core.types import Band

Index = QModelIndex | QPersistentModelIndex

_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def paint_background(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Fill a row by whether it is selected or under the pointer, and mark the keyboard focus."""
    state = option.state
    area = QRectF(option.rect).adjusted(2.5, 1.5, -2.5, -1.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if state & QStyle.StateFlag.State_Selected:
        painter.setBrush(colour("selection"))
        painter.drawRoundedRect(area, 4, 4)
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(colour("raised"))
        painter.drawRoundedRect(area, 4, 4)
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("accent"), 1))
        painter.drawRoundedRect(area, 4, 4)


def paint_picture(painter: QPainter, area: QRect, picture: object) -> None:
    """Paint a pixmap or image into a square without interpolation, or an empty square."""
    painter.fillRect(area, colour("canvas"))
    if isinstance(picture, (QPixmap, QImage)) and not picture.isNull():
        size = picture.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(0, 0, size.width(), size.height())
        target.moveCenter(area.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, picture.width() > size.width())
        if isinstance(picture, QPixmap):
            painter.drawPixmap(target, picture)
        else:
            painter.drawImage(target, picture)


def paint_text(
    painter: QPainter,
    area: QRect,
    text: str,
    *,
    tint: str = "text",
    size: int = 13,
    bold: bool = False,
    right: bool = False,
    middle: bool = False,
) -> None:
    """Paint one line of text, elided to the area."""
    font = QFont(painter.font())
    font.setPixelSize(size)
    font.setBold(bold)
    painter.save()
    painter.setFont(font)
    painter.setPen(colour(tint))
    elide = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
    flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter) if right else _LEFT
    painter.drawText(area, flags, painter.fontMetrics().elidedText(text, elide, area.width()))
    painter.restore()


def paint_band(painter: QPainter, area: QRect, index: float, band: Band, *, short: bool = False) -> None:
    """Paint a recognizability index as colour, number and word; `short` leaves "RI" out."""
    swatch = QRect(area.left(), area.center().y() - 4, 9, 9)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(band_colour(band))
    painter.drawRoundedRect(swatch, 2, 2)
    number = f"{index:.2f}" if short else f"RI {index:.2f}"
    text = area.adjusted(14, 0, 0, 0)
    paint_text(painter, text, f"{number}  {band_name(band)}", tint="muted", size=11 if short else 12)


def item_of(index: Index) -> object:
    """Return the data object behind an index."""
    return index.data(Qt.ItemDataRole.UserRole)


def picture_of(index: Index) -> object:
    """Return the picture behind an index, if it has been decoded."""
    return index.data(Qt.ItemDataRole.DecorationRole)
