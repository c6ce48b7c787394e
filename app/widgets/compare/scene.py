"""What the two faces look like side by side, one at a time, divided, or subtracted."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen, QTransform

from app.qtimage import FaceImage
from app.widgets.compare.geometry import PairGeometry, Side, affine
from app.widgets.compare.layer import PictureLayer
from app.widgets.theme import SPACING, colour

_translate = QCoreApplication.translate

_GAP = 2
_CROSS = 9


class Mode(StrEnum):
    """How two faces are shown."""

    SIDE_BY_SIDE = "side_by_side"
    ALTERNATE = "alternate"
    SWIPE = "swipe"
    DIFFERENCE = "difference"


def side_name(side: Side) -> str:
    """Return the name of a side."""
    return _translate("pair", "Probe") if side is Side.PROBE else _translate("pair", "Candidate")


class PairScene:
    """The two pictures, how they lie, and how they are shown.

    Attributes
    ----------
    geometry : PairGeometry
        Where their px lie.
    mode : Mode
        How they are shown.
    front : Side
        Which of them is shown where one hides the other.
    divider : float
        Where the divider stands, from 0 at the left to 1 at the right.
    smooth : bool
        Whether enlarged px are interpolated.
    pointed : tuple of (Side, QPointF) or None
        The side and point under the pointer, which is marked on the other side as well.
    overlay : QImage or None
        A map over the aligned crop of the probe.
    opacity : float
        How strongly it covers the probe, from 0 to 1.
    """

    def __init__(self) -> None:
        self.geometry = PairGeometry()
        self.mode = Mode.SIDE_BY_SIDE
        self.front = Side.PROBE
        self.divider = 0.5
        self.smooth = False
        self.pointed: tuple[Side, QPointF] | None = None
        self.overlay: QImage | None = None
        self.opacity = 0.0
        self._layers: dict[Side, PictureLayer] = {}
        self._crop_to_probe = QTransform()
        self._crop = QRectF()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self._layers

    def show(self, probe: FaceImage, candidate: FaceImage, crop_px: int) -> None:
        """Show two faces; `crop_px` is the side of the aligned crop that a map lies over."""
        self._layers = {Side.PROBE: PictureLayer(probe.image), Side.CANDIDATE: PictureLayer(candidate.image)}
        self.geometry.register(probe, candidate)
        self._crop_to_probe = affine(probe.to_crop).inverted()[0]
        self._crop = QRectF(-0.5, -0.5, crop_px, crop_px)

    def clear(self) -> None:
        """Show nothing."""
        self._layers = {}
        self.overlay = None

    def panes(self, area: QRect) -> dict[Side, QRectF]:
        """Return where each side is shown: halves, or both in the same place."""
        whole = QRectF(area)
        if self.mode is not Mode.SIDE_BY_SIDE:
            return dict.fromkeys(Side, whole)
        width = (whole.width() - _GAP) / 2
        return {
            Side.PROBE: QRectF(0, 0, width, whole.height()),
            Side.CANDIDATE: QRectF(width + _GAP, 0, width, whole.height()),
        }

    def side_at(self, point: QPointF, area: QRect) -> Side:
        """Return the side that a point of the screen belongs to."""
        if self.mode is Mode.SIDE_BY_SIDE:
            return Side.CANDIDATE if point.x() > area.width() / 2 else Side.PROBE
        if self.mode is Mode.SWIPE:
            return Side.CANDIDATE if point.x() > self.divider * area.width() else Side.PROBE
        return self.front if self.mode is Mode.ALTERNATE else Side.PROBE

    def paint(self, painter: QPainter, area: QRect) -> None:
        """Paint everything."""
        painter.fillRect(area, colour("canvas"))
        if self.empty:
            return
        panes = self.panes(area)
        if self.mode is Mode.DIFFERENCE:
            painter.drawImage(0, 0, self._difference(area))
        elif self.mode is Mode.ALTERNATE:
            self._paint_side(painter, self.front, panes[self.front])
        elif self.mode is Mode.SWIPE:
            at = self.divider * area.width()
            self._paint_side(painter, Side.PROBE, panes[Side.PROBE], QRectF(0, 0, at, area.height()))
            right = QRectF(at, 0, area.width() - at, area.height())
            self._paint_side(painter, Side.CANDIDATE, panes[Side.CANDIDATE], right)
            painter.fillRect(QRectF(at - 1, 0, 2, area.height()), colour("accent"))
        else:
            for side, pane in panes.items():
                self._paint_side(painter, side, pane)
            painter.fillRect(QRectF(area.width() / 2 - 1, 0, 2, area.height()), colour("window"))
        self._paint_names(painter, area)
        self._paint_pointed(painter, panes)

    def _paint_side(self, painter: QPainter, side: Side, pane: QRectF, seen: QRectF | None = None) -> None:
        place = self.geometry.transform(side, pane)
        covered = side is Side.PROBE and self.overlay is not None and self.opacity > 0
        painter.save()
        painter.setClipRect(pane if seen is None else seen)
        self._layers[side].paint(painter, place, smooth=self.smooth, grey=covered)
        if self.overlay is not None and covered:
            painter.setTransform(self._crop_to_probe * place, True)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setOpacity(self.opacity)
            painter.drawImage(self._crop, self.overlay)
        painter.restore()

    def _difference(self, area: QRect) -> QImage:
        """Return the absolute difference of both pictures where both have px, black elsewhere."""
        shown = QImage(area.size(), QImage.Format.Format_RGB32)
        shown.fill(colour("canvas"))
        painter = QPainter(shown)
        both = QPainterPath()
        both.addRect(QRectF(area))
        places = {side: self.geometry.transform(side, QRectF(area)) for side in Side}
        for side, place in places.items():
            outline = QPainterPath()
            outline.addRect(self._layers[side].area)
            both = both.intersected(place.map(outline))
        painter.setClipPath(both)
        for side, place in places.items():
            self._layers[side].paint(painter, place, smooth=self.smooth)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
        painter.end()
        return shown

    def _paint_names(self, painter: QPainter, area: QRect) -> None:
        left, right = side_name(Side.PROBE), side_name(Side.CANDIDATE)
        if self.mode is Mode.ALTERNATE:
            left, right = side_name(self.front), ""
        elif self.mode is Mode.DIFFERENCE:
            left, right = _translate("pair", "Difference: an aid that shows registration errors too"), ""
        start = area.width() // 2 + SPACING if self.mode is Mode.SIDE_BY_SIDE else None
        _paint_plate(painter, left, SPACING)
        if right:
            width = painter.fontMetrics().horizontalAdvance(right) + 2 * SPACING
            _paint_plate(painter, right, area.width() - width - SPACING if start is None else start)

    def _paint_pointed(self, painter: QPainter, panes: dict[Side, QRectF]) -> None:
        """Mark the place on the other side that the pointer is at, while the sides are linked."""
        if self.pointed is None or self.mode is not Mode.SIDE_BY_SIDE or not self.geometry.linked:
            return
        side, point = self.pointed
        at = point - panes[side].center() + panes[side.other].center()
        painter.setPen(QPen(colour("accent"), 1))
        painter.drawLine(at - QPointF(_CROSS, 0), at + QPointF(_CROSS, 0))
        painter.drawLine(at - QPointF(0, _CROSS), at + QPointF(0, _CROSS))


def _paint_plate(painter: QPainter, text: str, left: int) -> None:
    metrics = painter.fontMetrics()
    plate = QRect(left, SPACING, metrics.horizontalAdvance(text) + 2 * SPACING, metrics.height() + SPACING)
    painter.fillRect(plate, colour("panel"))
    painter.setPen(colour("text"))
    painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), text)
