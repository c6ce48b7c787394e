"""Drawing and changing a face by hand, with the mouse or with keys alone."""

from __future__ import annotations

from enum import Enum, auto

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtWidgets import QGraphicsScene

from app.widgets.pictures.face_item import DrawnFace
from app.widgets.pictures.face_sketch import FaceSketch, Grip
from app.widgets.pictures.sketch_item import SketchItem
from core.types import BoundingBox, CaseFace

_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_FINE = 0.25


class DrawingStep(Enum):
    """What the next click means."""

    IDLE = auto()
    BOX = auto()
    LANDMARKS = auto()
    EDIT = auto()


class FaceDrawing(QObject):
    """The steps of drawing a face, in px of the picture.

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
        A new face is complete.
    face_edited : Signal(DrawnFace)
        A face that was there before has another box or other landmarks.
    """

    hint_changed = Signal(str)
    face_drawn = Signal(object)
    face_edited = Signal(object)

    def __init__(self, scene: QGraphicsScene, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._item = SketchItem()
        scene.addItem(self._item)
        self._step = DrawingStep.IDLE
        self._sketch = FaceSketch(QRectF())
        self._visible = QRectF()
        self._face_id: int | None = None
        self._start: QPointF | None = None
        self._grip: Grip | None = None
        self._before = self._sketch
        self._cursor: QPointF | None = None

    @property
    def step(self) -> DrawingStep:
        """What the next click means."""
        return self._step

    @property
    def face_id(self) -> int | None:
        """The face that is being changed, None for a new one."""
        return self._face_id

    def begin(self, bounds: QRectF, visible: QRectF) -> None:
        """Start a new face inside a picture of these bounds, of which a part is visible."""
        self.abandon()
        self._sketch, self._visible = FaceSketch(bounds), visible
        self._move_to(DrawingStep.BOX)

    def edit(self, face: CaseFace, bounds: QRectF) -> None:
        """Start to change the box and the landmarks of a face."""
        self.abandon()
        box, marks = face.detection.box, face.detection.landmarks
        points = [] if marks is None else [QPointF(float(x), float(y)) for x, y in marks]
        self._sketch = FaceSketch(bounds, QRectF(box.x, box.y, box.width, box.height), points)
        self._face_id = face.face_id
        self._move_to(DrawingStep.EDIT)

    def press(self, point: QPointF, reach: float) -> None:
        """Set a corner of the box or the next landmark, or take hold of what is within reach, in px."""
        if self._step is DrawingStep.BOX:
            self._start = point
        elif self._step is DrawingStep.LANDMARKS:
            self._place(point)
        elif self._step is DrawingStep.EDIT:
            self._grip = self._sketch.grip_at(point, reach)
            self._start, self._before = point, self._sketch.copy()

    def drag(self, point: QPointF) -> None:
        """Move the corner opposite to the first one, or what is held."""
        if self._start is None:
            return
        if self._step is DrawingStep.BOX:
            self._sketch.span(self._start, point)
        elif self._grip is not None:
            self._sketch.pull(self._grip, self._start, point, self._before)
        self._show()

    def release(self, point: QPointF) -> None:
        """Complete the box; one of less than 3 px is taken for a slip and drawn again."""
        self.drag(point)
        pressed, self._start, self._grip = self._start is not None, None, None
        if self._step is DrawingStep.EDIT:
            self._move_to(DrawingStep.EDIT)
        elif self._step is DrawingStep.BOX and pressed:
            if self._sketch.big_enough:
                self._move_to(DrawingStep.LANDMARKS)
            else:
                self._sketch.box = QRectF()
                self._show()

    def take_key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """Follow a key; return whether it meant anything."""
        arrow = _ARROWS.get(Qt.Key(key))
        if self._step is DrawingStep.IDLE:
            return False
        if arrow is not None:
            self._follow_arrow(*arrow, modifiers)
        elif key == Qt.Key.Key_Escape:
            self.skip()
        elif (
            key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not modifiers & ~Qt.KeyboardModifier.KeypadModifier
        ):
            self.accept()
        elif key == Qt.Key.Key_Backspace:
            self.take_back()
        elif key == Qt.Key.Key_Delete and self._step is DrawingStep.EDIT:
            self._sketch.landmarks, self._sketch.active = [], -1
            self._move_to(self._step)
        else:
            return False
        return True

    def cycle(self, forward: bool) -> bool:
        """Go on to the next part of the face that is changed; return whether there is one."""
        if self._step is not DrawingStep.EDIT:
            return self._step is not DrawingStep.IDLE
        if not self._sketch.landmarks:
            self._sketch.place_landmarks()
        self._sketch.cycle(forward)
        self._move_to(self._step)
        return True

    def accept(self) -> None:
        """Take the box, the place of the landmark, or the changed face as it is."""
        if self._step is DrawingStep.BOX and self._sketch.big_enough:
            self._move_to(DrawingStep.LANDMARKS)
        elif self._step is DrawingStep.LANDMARKS and self._cursor is not None:
            self._place(self._cursor)
        elif self._step is DrawingStep.EDIT:
            self._finish()

    def take_back(self) -> None:
        """Remove the last landmark."""
        if self._step is DrawingStep.LANDMARKS and self._sketch.landmarks:
            self._sketch.landmarks.pop()
            self._move_to(self._step)

    def skip(self) -> None:
        """Finish with the box alone; give up a change, and a box that is not complete."""
        if self._step is DrawingStep.LANDMARKS:
            self._sketch.landmarks.clear()
            self._finish()
        else:
            self.abandon()

    def abandon(self) -> None:
        """Forget the unfinished face."""
        self._start, self._grip, self._face_id, self._cursor = None, None, None, None
        self._sketch = FaceSketch(QRectF())
        self._item.show_sketch(None, None)
        if self._step is not DrawingStep.IDLE:
            self._move_to(DrawingStep.IDLE)

    def _follow_arrow(self, x: float, y: float, modifiers: Qt.KeyboardModifier) -> None:
        sketch = self._sketch
        if self._step is DrawingStep.BOX and sketch.box.isEmpty():
            sketch.place_box(self._visible)
            self._move_to(self._step)
            return
        step = sketch.step * (_FINE if modifiers & Qt.KeyboardModifier.ControlModifier else 1.0)
        if self._step is DrawingStep.LANDMARKS and self._cursor is not None:
            self._cursor = sketch.clipped(self._cursor + QPointF(x, y) * step / 2)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            sketch.grow(x * step, y * step)
        else:
            sketch.move(x * step, y * step)
        self._show()

    def _place(self, point: QPointF) -> None:
        self._sketch.landmarks.append(self._sketch.clipped(point))
        if len(self._sketch.landmarks) == 5:
            self._finish()
        else:
            self._move_to(DrawingStep.LANDMARKS)

    def _move_to(self, step: DrawingStep) -> None:
        self._step = step
        placing = step is DrawingStep.LANDMARKS
        self._cursor = self._sketch.template(len(self._sketch.landmarks)) if placing else None
        self._show()
        self.hint_changed.emit(self._hint())

    def _hint(self) -> str:
        if self._step is DrawingStep.IDLE:
            return ""
        if self._step is DrawingStep.BOX and self._sketch.box.isEmpty():
            return self.tr(
                "Drag a box round the face, from forehead to chin, or press an arrow key to start with one "
                "in the middle. Esc gives up."
            )
        if self._step is DrawingStep.BOX:
            return self.tr(
                "Arrows move the box, Shift+arrows resize it, with Ctrl finer. Enter takes it; Esc gives up."
            )
        names = self._landmark_names()
        if self._step is DrawingStep.LANDMARKS:
            done = len(self._sketch.landmarks)
            return self.tr(
                "{0} of 5: click {1}, or move the cross with the arrows and press Enter. Backspace takes a "
                "point back; Esc uses the box alone."
            ).format(done + 1, names[done])
        part = self.tr("the box") if self._sketch.active < 0 else names[self._sketch.active]
        return self.tr(
            "Changing {0}. Arrows move it, Shift+arrows resize the box, Ctrl finer; Tab: next landmark; "
            "Delete: no landmarks. Enter takes it, Esc leaves the face as it was."
        ).format(part)

    def _landmark_names(self) -> tuple[str, ...]:
        return (
            self.tr("the subject's right eye (on the left of an upright picture)"),
            self.tr("the subject's left eye"),
            self.tr("the tip of the nose"),
            self.tr("the subject's right corner of the mouth"),
            self.tr("the subject's left corner of the mouth"),
        )

    def _finish(self) -> None:
        sketch, face_id = self._sketch, self._face_id
        box = BoundingBox(sketch.box.x(), sketch.box.y(), sketch.box.width(), sketch.box.height())
        points = [(point.x(), point.y()) for point in sketch.landmarks]
        landmarks = np.array(points, dtype=np.float32) if points else None
        self.abandon()
        drawn = DrawnFace(box, landmarks, face_id)
        (self.face_drawn if face_id is None else self.face_edited).emit(drawn)

    def _show(self) -> None:
        idle = self._step is DrawingStep.IDLE
        self._item.show_sketch(None if idle else self._sketch, self._cursor)
