"""Drawing a face by hand: a box, then five landmarks or none."""

from __future__ import annotations

from enum import Enum, auto

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsEllipseItem, QGraphicsRectItem, QGraphicsScene

from app.widgets.face_item import DrawnFace
from app.widgets.theme import colour
from core.types import BoundingBox

_SMALLEST_PX = 3.0


class DrawingStep(Enum):
    """What the next click means."""

    IDLE = auto()
    BOX = auto()
    LANDMARKS = auto()


class FaceDrawing(QObject):
    """The steps of drawing a face, in px of the picture; knows nothing of mouse or view.

    Parameters
    ----------
    scene : QGraphicsScene
        Where the unfinished face is shown; its coordinates are px of the picture.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    hint_changed : Signal(str)
        What to do next; empty when drawing is over.
    face_drawn : Signal(DrawnFace)
        A face is complete.
    """

    hint_changed = Signal(str)
    face_drawn = Signal(object)

    def __init__(self, scene: QGraphicsScene, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scene = scene
        self._bounds = QRectF()
        self._step = DrawingStep.IDLE
        self._start: QPointF | None = None
        self._box = QRectF()
        self._points: list[QPointF] = []
        self._items: list[QGraphicsRectItem | QGraphicsEllipseItem] = []

    @property
    def step(self) -> DrawingStep:
        """What the next click means."""
        return self._step

    def begin(self, bounds: QRectF) -> None:
        """Start a new face inside a picture of these bounds."""
        self.abandon()
        self._bounds = bounds
        self._move_to(DrawingStep.BOX)

    def press(self, point: QPointF) -> None:
        """Set a corner of the box, or the next landmark."""
        if self._step is DrawingStep.BOX:
            self._start = point
        elif self._step is DrawingStep.LANDMARKS:
            self._points.append(point)
            self._show()
            if len(self._points) == 5:
                self._finish()
            else:
                self._move_to(DrawingStep.LANDMARKS)

    def drag(self, point: QPointF) -> None:
        """Move the corner opposite to the first one."""
        if self._step is DrawingStep.BOX and self._start is not None:
            self._box = QRectF(self._start, point).normalized().intersected(self._bounds)
            self._show()

    def release(self, point: QPointF) -> None:
        """Complete the box; one of less than 3 px is taken for a slip and drawn again."""
        if self._step is not DrawingStep.BOX or self._start is None:
            return
        self.drag(point)
        self._start = None
        if min(self._box.width(), self._box.height()) >= _SMALLEST_PX:
            self._move_to(DrawingStep.LANDMARKS)
        else:
            self._clear()

    def take_back(self) -> None:
        """Remove the last landmark."""
        if self._points:
            self._points.pop()
            self._show()
            self._move_to(self._step)

    def skip(self) -> None:
        """Finish with the box alone, or give up when there is no box yet."""
        if self._step is DrawingStep.LANDMARKS:
            self._points.clear()
            self._finish()
        else:
            self.abandon()

    def abandon(self) -> None:
        """Forget the unfinished face."""
        self._clear()
        self._start = None
        if self._step is not DrawingStep.IDLE:
            self._move_to(DrawingStep.IDLE)

    def _move_to(self, step: DrawingStep) -> None:
        self._step = step
        self.hint_changed.emit(self._hint())

    def _hint(self) -> str:
        if self._step is DrawingStep.BOX:
            return self.tr("Drag a box round the face, from forehead to chin. Esc gives up.")
        if self._step is DrawingStep.IDLE:
            return ""
        names = (
            self.tr("the subject's right eye (on the left of an upright picture)"),
            self.tr("the subject's left eye"),
            self.tr("the tip of the nose"),
            self.tr("the subject's right corner of the mouth"),
            self.tr("the subject's left corner of the mouth"),
        )
        done = len(self._points)
        return self.tr("{0} of 5: click {1}. Backspace takes a point back; Esc uses the box alone.").format(
            done + 1, names[done]
        )

    def _finish(self) -> None:
        box = BoundingBox(self._box.x(), self._box.y(), self._box.width(), self._box.height())
        points = [(point.x(), point.y()) for point in self._points]
        landmarks = np.array(points, dtype=np.float32) if points else None
        self.abandon()
        self.face_drawn.emit(DrawnFace(box, landmarks))

    def _show(self) -> None:
        box, points = self._box, list(self._points)
        self._clear()
        self._box, self._points = box, points
        pen = QPen(colour("accentHover"), 2.0, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        self._items = [self._scene.addRect(box, pen)]
        radius = max(box.width() / 40, 0.25)
        dot = QPen(colour("accentHover"), 2.0)
        dot.setCosmetic(True)
        for point in points:
            ring = QRectF(point.x() - radius, point.y() - radius, 2 * radius, 2 * radius)
            self._items.append(self._scene.addEllipse(ring, dot))
        for item in self._items:
            item.setZValue(3.0)

    def _clear(self) -> None:
        for item in self._items:
            self._scene.removeItem(item)
        self._items = []
        self._box = QRectF()
        self._points = []
