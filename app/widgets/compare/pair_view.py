"""The two faces under mouse and keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.qtimage import FaceImage
from app.widgets.compare.geometry import Side
from app.widgets.compare.scene import Mode, PairScene, side_name

SLOWEST_HZ, FASTEST_HZ = 0.5, 2.5
"""Changes a second while flickering; from three flashes a second on, flicker may cause seizures."""

_ZOOM_STEP = 1.25
_STEP_PX = 24.0
_DIVIDER_STEP = 0.01
_GRIP_PX = 8
_CROP_PX = 112


class PairView(QWidget):
    """Shows a probe and a candidate, px as they are, moved and enlarged together by their landmarks.

    The wheel zooms about the pointer, dragging pans, arrow keys pan or move the divider.

    Attributes
    ----------
    view_changed : Signal()
        Another mode, scale, side or way of showing px.
    """

    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = PairScene()
        self._fitted = True
        self._dragged: QPointF | None = None
        self._sliding = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._switch_side)
        self.set_flicker_rate(1.0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(320, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._name()

    @property
    def mode(self) -> Mode:
        """How the faces are shown."""
        return self._scene.mode

    @property
    def front(self) -> Side:
        """Which face is shown where one hides the other."""
        return self._scene.front

    @property
    def flickering(self) -> bool:
        """Whether the faces alternate by themselves."""
        return self._timer.isActive()

    @property
    def flicker_rate(self) -> float:
        """Changes a second while flickering."""
        return 1000 / self._timer.interval()

    @property
    def divider(self) -> float:
        """Where the divider stands, from 0 at the left to 1 at the right."""
        return self._scene.divider

    @property
    def linked(self) -> bool:
        """Whether both faces move together."""
        return self._scene.geometry.linked

    @property
    def upright(self) -> bool:
        """Whether the faces are turned upright."""
        return self._scene.geometry.upright

    @property
    def smooth(self) -> bool:
        """Whether enlarged px are interpolated."""
        return self._scene.smooth

    @property
    def covered(self) -> bool:
        """Whether a map lies over the probe."""
        return self._scene.overlay is not None and self._scene.opacity > 0

    def scale(self, side: Side) -> float:
        """Return physical px of the screen per px of a picture."""
        return self._scene.geometry.scale(side) * self.devicePixelRatioF()

    def point_of(self, side: Side, x: float, y: float) -> QPointF:
        """Return where a point of a picture, in its px, is shown on this widget."""
        pane = self._scene.panes(self.rect())[side]
        return self._scene.geometry.transform(side, pane).map(QPointF(x, y))

    def show_faces(self, probe: FaceImage, candidate: FaceImage, *, keep_view: bool) -> None:
        """Show two faces; `keep_view` leaves zoom and place as they are."""
        self._scene.show(probe, candidate, _CROP_PX)
        if not keep_view or self._fitted:
            self.fit()
        self._tell()

    def clear(self) -> None:
        """Show nothing."""
        self._scene.clear()
        self._timer.stop()
        self._tell()

    def show_overlay(self, overlay: QImage | None) -> None:
        """Lay a map over the aligned crop of the probe, or none."""
        self._scene.overlay = overlay
        self._tell()

    def set_overlay_opacity(self, opacity: float) -> None:
        """Set how strongly the map covers the probe, from 0 to 1."""
        self._scene.opacity = opacity
        self._tell()

    def set_mode(self, mode: Mode) -> None:
        """Show the faces in another way; flicker stops."""
        self._timer.stop()
        self._scene.mode = mode
        if self._fitted:
            self.fit()
        self._tell()

    def show_other(self) -> None:
        """Show the other face in place of this one, and let it stand."""
        if self.mode is not Mode.ALTERNATE or self.flickering:
            self.set_mode(Mode.ALTERNATE)
        self._switch_side()

    def set_flickering(self, flickering: bool) -> None:
        """Let the faces alternate by themselves, or go back to both side by side."""
        self.set_mode(Mode.ALTERNATE if flickering else Mode.SIDE_BY_SIDE)
        if flickering:
            self._timer.start()
        self._tell()

    def set_flicker_rate(self, hertz: float) -> None:
        """Set the changes a second while flickering; they stay below three."""
        self._timer.setInterval(round(1000 / min(max(hertz, SLOWEST_HZ), FASTEST_HZ)))

    def set_linked(self, linked: bool) -> None:
        """Move both faces together by their landmarks, or each by itself."""
        self._scene.geometry.linked = linked
        self._tell()

    def set_upright(self, upright: bool) -> None:
        """Turn the faces so that the line of the eyes is level, or leave them as they are."""
        self._scene.geometry.upright = upright
        self._tell()

    def set_smooth(self, smooth: bool) -> None:
        """Interpolate between enlarged px, or (the default) show them as they are."""
        self._scene.smooth = smooth
        self._tell()

    def move_divider(self, by: float) -> None:
        """Move the divider by a share of the width."""
        self._scene.divider = min(max(self._scene.divider + by, 0.0), 1.0)
        self.update()

    @Slot()
    def fit(self) -> None:
        """Show the face of the probe with some room round it, and keep it so when the window changes."""
        self._fitted = True
        self._scene.geometry.fit(self._scene.panes(self.rect())[Side.PROBE])
        self._tell()

    def zoom(self, factor: float, side: Side | None = None, at: QPointF | None = None) -> None:
        """Enlarge a side, and the other while they are linked, about a point or the middle."""
        side = side or self._at_work
        pane = self._scene.panes(self.rect())[side]
        self._fitted = False
        self._scene.geometry.zoom(side, factor, at or pane.center(), pane)
        self._tell()

    def show_native(self) -> None:
        """Show one px of the screen for one px of the probe, or of the side under the pointer if unlinked."""
        self._fitted = False
        self._scene.geometry.enlarge_to(self._at_work, 1 / self.devicePixelRatioF())
        self._tell()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the faces, and an edge that shows the keyboard focus."""
        painter = QPainter(self)
        self._scene.paint(painter, self.rect())
        painter.resetTransform()
        painter.setPen(
            self.palette().highlight().color() if self.hasFocus() else self.palette().mid().color()
        )
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted pair fitted."""
        if self._fitted:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        if event.angleDelta().y():
            at = event.position()
            self.zoom(_ZOOM_STEP ** (event.angleDelta().y() / 120), self._side_at(at), at)
            event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to pan, or take hold of the divider."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._dragged = event.position()
            self._sliding = self._on_divider(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, slide the divider, or mark the place on the other side."""
        here = event.position()
        if self._dragged is not None and self._sliding:
            self.move_divider((here.x() - self._dragged.x()) / max(self.width(), 1))
            self._dragged = here
        elif self._dragged is not None:
            self._pan(self._side_at(self._dragged), here - self._dragged)
            self._dragged = here
        grip = self._on_divider(here)
        self.setCursor(Qt.CursorShape.SplitHCursor if grip else Qt.CursorShape.ArrowCursor)
        self._scene.pointed = (self._side_at(here), here)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a pan."""
        self._dragged, self._sliding = None, False

    def leaveEvent(self, event: QEvent) -> None:
        """Mark nothing."""
        self._scene.pointed = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the divider or pan with the arrow keys, ten times as far with Shift."""
        arrows = {
            int(Qt.Key.Key_Left): (-1, 0),
            int(Qt.Key.Key_Right): (1, 0),
            int(Qt.Key.Key_Up): (0, -1),
            int(Qt.Key.Key_Down): (0, 1),
        }
        if event.key() not in arrows:
            event.ignore()
            return
        x, y = arrows[event.key()]
        times = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        if self.mode is Mode.SWIPE and x:
            self.move_divider(x * times * _DIVIDER_STEP)
        else:
            self._pan(self._at_work, QPointF(-x, -y) * _STEP_PX * min(times, 4))

    @Slot()
    def _switch_side(self) -> None:
        self._scene.front = self._scene.front.other
        self._tell()

    @property
    def _at_work(self) -> Side:
        """The side under the pointer while the sides are unlinked, otherwise the probe."""
        if not self.linked and self._scene.pointed is not None:
            return self._scene.pointed[0]
        return Side.PROBE

    def _side_at(self, point: QPointF) -> Side:
        return self._scene.side_at(point, self.rect())

    def _on_divider(self, point: QPointF) -> bool:
        return self.mode is Mode.SWIPE and abs(point.x() - self.divider * self.width()) <= _GRIP_PX

    def _pan(self, side: Side, shift: QPointF) -> None:
        self._fitted = False
        self._scene.geometry.pan(side, shift)
        self.update()

    def _tell(self) -> None:
        self._name()
        self.update()
        self.view_changed.emit()

    def _name(self) -> None:
        """Say to a screen reader what is shown."""
        names = {
            Mode.SIDE_BY_SIDE: self.tr("Probe and candidate side by side"),
            Mode.ALTERNATE: self.tr("{0}, in place of the other face").format(side_name(self.front)),
            Mode.SWIPE: self.tr("Probe at the left and candidate at the right of a divider"),
            Mode.DIFFERENCE: self.tr("Difference of probe and candidate after registration"),
        }
        self.setAccessibleName(names[self.mode])
