"""How a face looks while it is being drawn or changed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.widgets.pictures.face_sketch import FaceSketch
from app.widgets.theme import colour

_HANDLE_PX = 8
_RING_PX = 4
_CROSS_PX = 14
_SHADOW = QColor(0, 0, 0, 170)


class SketchItem(QGraphicsItem):
    """Box with grips, numbered landmarks and, while they are placed, a cross where the next one would go."""

    def __init__(self) -> None:
        super().__init__()
        self._sketch: FaceSketch | None = None
        self._cursor: QPointF | None = None
        self.setZValue(3.0)

    def show_sketch(self, sketch: FaceSketch | None, cursor: QPointF | None) -> None:
        """Show a face, or none, and the place of the next landmark, or none."""
        self.prepareGeometryChange()
        self._sketch, self._cursor = sketch, cursor
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the whole picture: grips keep their size at any zoom and may lie outside the box."""
        return QRectF() if self._sketch is None else self._sketch.bounds.adjusted(-64, -64, 64, 64)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint in screen px, so that lines and grips are the same at any zoom."""
        sketch = self._sketch
        if sketch is None:
            return
        to_screen = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not sketch.box.isEmpty():
            self._paint_box(painter, to_screen.mapRect(sketch.box), sketch.active < 0)
        for index, point in enumerate(sketch.landmarks):
            self._paint_landmark(painter, to_screen.map(point), index + 1, index == sketch.active)
        if self._cursor is not None:
            self._paint_cross(painter, to_screen.map(self._cursor))
        painter.restore()

    @staticmethod
    def _paint_box(painter: QPainter, box: QRectF, active: bool) -> None:
        accent = colour("accentHover")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for tint, width, style in (
            (_SHADOW, 4.0, Qt.PenStyle.SolidLine),
            (accent, 2.0 if active else 1.2, Qt.PenStyle.DashLine),
        ):
            painter.setPen(QPen(tint, width, style))
            painter.drawRect(box)
        painter.setPen(QPen(_SHADOW, 1))
        painter.setBrush(accent if active else colour("canvas"))
        half = _HANDLE_PX / 2
        middle = box.center()
        for x in (box.left(), middle.x(), box.right()):
            for y in (box.top(), middle.y(), box.bottom()):
                if (x, y) != (middle.x(), middle.y()):
                    painter.drawRect(QRectF(x - half, y - half, _HANDLE_PX, _HANDLE_PX))

    @staticmethod
    def _paint_landmark(painter: QPainter, point: QPointF, number: int, active: bool) -> None:
        accent = colour("accentHover")
        painter.setBrush(accent if active else Qt.BrushStyle.NoBrush)
        radius = _RING_PX + (2 if active else 0)
        for tint, width in ((_SHADOW, 4.0), (accent, 2.0)):
            painter.setPen(QPen(tint, width))
            painter.drawEllipse(point, radius, radius)
        font = painter.font()
        font.setPixelSize(11)
        font.setBold(active)
        painter.setFont(font)
        place = point + QPointF(radius + 3, -radius)
        painter.setPen(_SHADOW)
        painter.drawText(place + QPointF(1, 1), str(number))
        painter.setPen(accent)
        painter.drawText(place, str(number))

    @staticmethod
    def _paint_cross(painter: QPainter, point: QPointF) -> None:
        for tint, width in ((_SHADOW, 4.0), (colour("accentHover"), 1.6)):
            painter.setPen(QPen(tint, width))
            painter.drawLine(point - QPointF(_CROSS_PX, 0), point + QPointF(_CROSS_PX, 0))
            painter.drawLine(point - QPointF(0, _CROSS_PX), point + QPointF(0, _CROSS_PX))
