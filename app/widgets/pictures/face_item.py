"""A face drawn over its picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.widgets.faces.state_mark import state_sign
from app.widgets.terms import state_name
from app.widgets.theme import colour
from core.types import BoundingBox, CaseFace, FaceState

_LABEL_PX = 12
_MARGIN_PX = 24


@dataclass(frozen=True, slots=True, eq=False)
class DrawnFace:
    """A face that a person marked.

    Attributes
    ----------
    box : BoundingBox
        In px of the picture.
    landmarks : ndarray of float32, shape (5, 2), or None
        In the order of :class:`core.types.FaceDetection`; None when only the box was drawn.
    face_id : int or None
        The face that was changed, None for a new one.
    """

    box: BoundingBox
    landmarks: NDArray[np.float32] | None
    face_id: int | None = None


class FaceItem(QGraphicsItem):
    """Box, landmarks, number and state of a face; lines keep their width at any zoom.

    Parameters
    ----------
    face : CaseFace
        The face.
    number : int
        Its number in the picture, from 1.
    """

    def __init__(self, face: CaseFace, number: int) -> None:
        super().__init__()
        box = face.detection.box
        self._box = QRectF(box.x, box.y, box.width, box.height)
        self._face = face
        self._number = number
        self._chosen = False
        self._scale = 1.0
        self.setToolTip(f"{number}: {state_name(face.state)} {face.subject}".strip())

    @property
    def box(self) -> QRectF:
        """The face box, in px of the picture."""
        return self._box

    @property
    def face_id(self) -> int:
        """Key of the face."""
        return self._face.face_id

    def set_chosen(self, chosen: bool) -> None:
        """Draw the face as the one that is looked at."""
        self._chosen = chosen
        self.setZValue(2.0 if chosen else 1.0)
        self.update()

    def set_view_scale(self, scale: float) -> None:
        """Tell the item how many screen px a px of the picture takes, so that its label keeps its size."""
        self.prepareGeometryChange()
        self._scale = scale

    def boundingRect(self) -> QRectF:
        """Return the box, enlarged by what is drawn around it."""
        margin = _MARGIN_PX / self._scale
        extent = self._box.adjusted(-margin, -margin, margin, margin)
        if self._face.detection.landmarks is not None:
            low, high = self._face.detection.landmarks.min(axis=0), self._face.detection.landmarks.max(axis=0)
            points = QRectF(QPointF(*map(float, low)), QPointF(*map(float, high)))
            extent = extent.united(points.adjusted(-margin, -margin, margin, margin))
        return extent

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint a dark line under a light one, so that the box shows on any picture."""
        shade = colour("accentHover") if self._chosen else QColor("#f2f2f0")
        style = Qt.PenStyle.DashLine if self._face.detection.manual else Qt.PenStyle.SolidLine
        if self._face.state is FaceState.NOT_A_FACE:
            painter.setOpacity(1.0 if self._chosen else 0.45)
            style = Qt.PenStyle.DotLine
        for tint, width, line in (
            (QColor(0, 0, 0, 150), 4.0 if self._chosen else 3.0, Qt.PenStyle.SolidLine),
            (shade, 2.0 if self._chosen else 1.2, style),
        ):
            pen = QPen(tint, width, line)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawRect(self._box)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_landmarks(painter, shade)
        self._paint_number(painter, shade)

    def _paint_landmarks(self, painter: QPainter, shade: QColor) -> None:
        if self._face.detection.landmarks is None:
            return
        radius = (3.0 if self._chosen else 2.0) / self._scale
        pen = QPen(QColor(0, 0, 0, 170), 1.0)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(shade)
        for x, y in self._face.detection.landmarks:
            painter.drawEllipse(QPointF(float(x), float(y)), radius, radius)

    def _paint_number(self, painter: QPainter, shade: QColor) -> None:
        painter.save()
        painter.translate(self._box.topLeft())
        painter.scale(1 / self._scale, 1 / self._scale)
        font = painter.font()
        font.setPixelSize(_LABEL_PX)
        font.setBold(True)
        painter.setFont(font)
        text = " ".join(filter(None, (str(self._number), state_sign(self._face.state), self._face.subject)))
        label = QRectF(0, -18, painter.fontMetrics().horizontalAdvance(text) + 10, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        painter.drawRoundedRect(label, 2, 2)
        painter.setPen(QColor("#151617"))
        painter.drawText(label, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.restore()
