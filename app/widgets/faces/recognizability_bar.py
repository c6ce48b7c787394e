"""The recognizability index as a number, a word and a place on a scale."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.terms import band_name, definition
from app.widgets.theme import band_colour, colour
from core.types import Band, BandEdges, Recognizability

_HEIGHT = 84
_TRACK_TOP, _TRACK_HEIGHT = 50.0, 8.0


class RecognizabilityBar(QWidget):
    """Four bands on a scale from 0, and a marker where a face lies.

    Parameters
    ----------
    edges : BandEdges
        Where the bands begin, from the model's card.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, edges: BandEdges, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edges = edges
        self._value: Recognizability | None = None
        self._size = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_value(None)

    def show_value(self, value: Recognizability | None, size: str = "") -> None:
        """Show the index of a face, or an empty scale, and the native size of the face where it is known."""
        self._value, self._size = value, size
        self.setAccessibleName(self.text() or self.tr("Recognizability index: none"))
        tip = definition("recognizability")
        if value is not None and value.provisional:
            tip += "\n\n" + definition("provisional")
        self.setToolTip(tip)
        self.update()

    def text(self) -> str:
        """Return what the bar says, in words."""
        if self._value is None:
            return ""
        text = self.tr("RI {0:.2f}, {1}").format(self._value.index, band_name(self._value.band))
        text += f", {self._size}" if self._size else ""
        return text + self.tr(" (provisional)") if self._value.provisional else text

    def sizeHint(self) -> QSize:
        """Return a height that holds the number, the scale and its words."""
        return QSize(260, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint number and word, the scale, and the marker."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_headline(painter)
        top = max(1.0, 1.25 * self._edges.good, self._value.index if self._value else 0.0)
        bounds = [0.0, self._edges.low, self._edges.fair, self._edges.good, top]
        small = painter.font()
        small.setPixelSize(11)
        painter.setFont(small)
        for band, start, end in zip(Band, bounds, bounds[1:], strict=False):
            left, right = self._x(start, top), self._x(end, top)
            current = self._value is not None and self._value.band is band
            segment = QRectF(left, _TRACK_TOP, max(right - left - 2, 1), _TRACK_HEIGHT)
            shade = QColor(band_colour(band))
            shade.setAlphaF(1.0 if current else 0.30)
            painter.fillRect(segment, shade)
            words = QRectF(left, _TRACK_TOP + _TRACK_HEIGHT + 6, max(right - left - 4, 1), 16)
            if painter.fontMetrics().horizontalAdvance(band_name(band)) <= words.width():
                painter.setPen(colour("text" if current else "muted"))
                painter.drawText(words, int(Qt.AlignmentFlag.AlignLeft), band_name(band))
        if self._value is not None:
            self._paint_marker(painter, self._x(self._value.index, top))

    def _x(self, index: float, top: float) -> float:
        return max(0.0, min(index / top, 1.0)) * (self.width() - 1)

    def _paint_headline(self, painter: QPainter) -> None:
        left, middle = int(Qt.AlignmentFlag.AlignLeft), int(Qt.AlignmentFlag.AlignVCenter)
        area = QRectF(0, 0, self.width(), 26)
        value = self._value
        if value is None:
            painter.setPen(colour("muted"))
            painter.drawText(area, left | middle, self.tr("RI: not assessed"))
            return
        strong = painter.font()
        usual = painter.font()
        strong.setPixelSize(18)
        strong.setBold(True)
        painter.setFont(strong)
        painter.setPen(colour("text"))
        number = self.tr("RI {0:.2f}").format(value.index)
        painter.drawText(area, left | middle, number)
        offset = painter.fontMetrics().horizontalAdvance(number) + 12
        painter.setBrush(band_colour(value.band))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(offset, 8, 10, 10), 2, 2)
        strong.setPixelSize(14)
        painter.setFont(strong)
        painter.setPen(colour("text"))
        painter.drawText(area.adjusted(offset + 16, 0, 0, 0), left | middle, band_name(value.band))
        usual.setPixelSize(11)
        painter.setFont(usual)
        painter.setPen(colour("muted"))
        painter.drawText(QRectF(0, 24, self.width(), 16), left | middle, self._small_print(value))

    def _small_print(self, value: Recognizability) -> str:
        """Return the size, and the kind of the index where the headline does not name it."""
        provisional = self.tr("{0}, provisional").format(value.kind) if value.provisional else ""
        kind = provisional or ("" if value.kind == "RI" else value.kind)
        return " · ".join(filter(None, (self._size, kind)))

    def _paint_marker(self, painter: QPainter, x: float) -> None:
        x = max(5.0, min(x, self.width() - 6.0))
        tip = _TRACK_TOP + 1
        marker = QPolygonF([QPointF(x, tip), QPointF(x - 5, tip - 8), QPointF(x + 5, tip - 8)])
        painter.setBrush(colour("text"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(marker)
        painter.fillRect(QRectF(x - 1, _TRACK_TOP - 1, 2, _TRACK_HEIGHT + 2), colour("text"))
