"""A picture with its faces: zoom, pan, select, draw."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsPixmapItem, QGraphicsScene, QGraphicsView, QWidget

from app.widgets.pictures.face_drawing import DrawingStep, FaceDrawing
from app.widgets.pictures.face_item import FaceItem
from core.types import CaseFace

_ZOOM_STEP = 1.25
_LARGEST_SCALE = 64.0
_CLICK_PX = 4
_REACH_PX = 8


class ImageView(QGraphicsView):
    """Shows a picture at native pixels; scene coordinates are px of the picture, pixel centres whole.

    The wheel zooms about the pointer, dragging pans, a click or Tab or an arrow key selects a face.

    Attributes
    ----------
    face_selected : Signal(int)
        The index of the face that the user chose.
    scale_changed : Signal(float)
        Screen px per px of the picture.
    """

    face_selected = Signal(int)
    scale_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        scene = QGraphicsScene()
        super().__init__(scene, parent)
        scene.setParent(self)
        self._scene = scene
        self._picture = QGraphicsPixmapItem()
        self._picture.setOffset(-0.5, -0.5)
        scene.addItem(self._picture)
        self._faces: list[FaceItem] = []
        self._chosen = -1
        self._fitted = True
        self._smooth = False
        self._pressed: QPoint | None = None
        self._panned = False
        self.drawing = FaceDrawing(scene, self)
        self.drawing.hint_changed.connect(self._follow_drawing)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Picture"))

    @property
    def scale_factor(self) -> float:
        """Screen px per px of the picture."""
        return self.transform().m11()

    @property
    def chosen(self) -> int:
        """Index of the selected face, -1 for none."""
        return self._chosen

    @property
    def face_count(self) -> int:
        """How many faces are drawn over the picture."""
        return len(self._faces)

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown."""
        return not self._picture.pixmap().isNull()

    @property
    def picture_size(self) -> QSize:
        """Width and height of the picture in px."""
        return self._picture.pixmap().size()

    def show_picture(self, image: QImage | None, *, keep_view: bool = False) -> None:
        """Show another picture without faces; `keep_view` leaves zoom and place as they are."""
        self.drawing.abandon()
        self._picture.setPixmap(QPixmap.fromImage(image) if image is not None else QPixmap())
        self.setSceneRect(self._picture.boundingRect())
        self.show_faces(())
        if not keep_view or self._fitted:
            self.fit()

    def show_faces(self, faces: Sequence[CaseFace]) -> None:
        """Draw faces over the picture, none of them selected."""
        for item in self._faces:
            self._scene.removeItem(item)
        self._faces = [FaceItem(face, number) for number, face in enumerate(faces, start=1)]
        for item in self._faces:
            item.set_view_scale(self.scale_factor)
            self._scene.addItem(item)
        self._chosen = -1

    def choose(self, index: int) -> None:
        """Mark a face as the selected one without telling anybody."""
        self._chosen = index if 0 <= index < len(self._faces) else -1
        for position, item in enumerate(self._faces):
            item.set_chosen(position == self._chosen)

    def set_smooth(self, smooth: bool) -> None:
        """Interpolate between px when enlarging, or (the default) show them as they are."""
        self._smooth = smooth
        self._choose_interpolation()

    def fit(self) -> None:
        """Show the whole picture, enlarged by a whole number only, and keep it so when the window changes."""
        self._fitted = True
        if self.has_picture:
            area = self._picture.boundingRect()
            scale = min(self.viewport().width() / area.width(), self.viewport().height() / area.height())
            whole = float(int(scale)) if scale >= 1 else scale
            self._set_scale(min(whole, _LARGEST_SCALE))
            self.centerOn(area.center())

    def zoom_to(self, scale: float) -> None:
        """Show so many screen px per px of the picture."""
        if self.has_picture:
            self._fitted = False
            self._set_scale(max(min(scale, _LARGEST_SCALE), 0.01))

    def zoom_in(self) -> None:
        """Enlarge by a quarter."""
        self.zoom_to(self.scale_factor * _ZOOM_STEP)

    def zoom_out(self) -> None:
        """Shrink by a fifth."""
        self.zoom_to(self.scale_factor / _ZOOM_STEP)

    def draw_face(self) -> None:
        """Begin to draw a face by hand."""
        if self.has_picture:
            self.setFocus()
            self.drawing.begin(self._picture.boundingRect(), self._visible())

    def edit_face(self, face: CaseFace) -> None:
        """Begin to change the box and the landmarks of a face."""
        if self.has_picture:
            self.setFocus()
            self.drawing.edit(face, self._picture.boundingRect())
            for item in self._faces:
                item.setVisible(item.face_id != face.face_id)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        if self.has_picture and event.angleDelta().y():
            self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
            self.zoom_to(self.scale_factor * _ZOOM_STEP ** (event.angleDelta().y() / 120))
            self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
            event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to pan, or to draw."""
        if event.button() is not Qt.MouseButton.LeftButton or not self.has_picture:
            return
        if self.drawing.step is not DrawingStep.IDLE:
            self.drawing.press(self._point(event), _REACH_PX / self.scale_factor)
            return
        self._pressed, self._panned = event.position().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, or draw."""
        if self.drawing.step is not DrawingStep.IDLE:
            self.drawing.drag(self._point(event))
            return
        if self._pressed is None:
            return
        here = event.position().toPoint()
        moved = here - self._pressed
        if self._panned or moved.manhattanLength() > _CLICK_PX:
            self._panned = True
            self._fitted = False
            self._pressed = here
            for bar, offset in (
                (self.horizontalScrollBar(), moved.x()),
                (self.verticalScrollBar(), moved.y()),
            ):
                bar.setValue(bar.value() - offset)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select the face under a click; end a pan or a box."""
        if self.drawing.step is not DrawingStep.IDLE:
            self.drawing.release(self._point(event))
        elif self._pressed is not None and not self._panned:
            self._select_at(self._point(event))
        self._pressed = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Draw with the keys while a face is drawn; else select with the arrow keys, zoom with + and -."""
        key = event.key()
        if self.drawing.take_key(key, event.modifiers()):
            event.accept()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Down) and self._faces:
            self._select((self._chosen + 1) % len(self._faces))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Up) and self._faces:
            self._select((self._chosen - 1) % len(self._faces))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.zoom_out()
        else:
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Let Tab walk through landmarks or faces before it leaves the picture."""
        if self.drawing.cycle(forward):
            return True
        target = self._chosen + (1 if forward else -1)
        if 0 <= target < len(self._faces):
            self._select(target)
            return True
        return super().focusNextPrevChild(forward)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted picture fitted."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    def _visible(self) -> QRectF:
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def _point(self, event: QMouseEvent) -> QPointF:
        inverse, _ = self.viewportTransform().inverted()
        return inverse.map(event.position())

    def _set_scale(self, scale: float) -> None:
        area = self._picture.boundingRect()
        if not self._fitted:
            spare_x, spare_y = self.viewport().width() / scale / 2, self.viewport().height() / scale / 2
            area = area.adjusted(-spare_x, -spare_y, spare_x, spare_y)
        self.setSceneRect(area)
        factor = scale / self.scale_factor
        self.scale(factor, factor)
        for item in self._faces:
            item.set_view_scale(scale)
        self._choose_interpolation()
        self.scale_changed.emit(scale)

    def _choose_interpolation(self) -> None:
        # A shrunk picture is averaged: leaving px out would show patterns that are not in it.
        smooth = self._smooth or self.scale_factor < 1
        mode = (
            Qt.TransformationMode.SmoothTransformation if smooth else Qt.TransformationMode.FastTransformation
        )
        self._picture.setTransformationMode(mode)

    def _select_at(self, point: QPointF) -> None:
        hits = [index for index, item in enumerate(self._faces) if item.box.contains(point)]
        if hits:
            self._select(min(hits, key=lambda index: self._faces[index].box.width()))

    def _select(self, index: int) -> None:
        self.choose(index)
        self.face_selected.emit(index)

    def _follow_drawing(self, hint: str) -> None:
        if not hint:
            for item in self._faces:
                item.show()
        self.viewport().setCursor(Qt.CursorShape.CrossCursor if hint else Qt.CursorShape.ArrowCursor)
