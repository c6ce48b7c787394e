"""A small picture enlarged without interpolation, with an optional overlay over its grey version."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.widgets.theme import colour

_GREY = QImage.Format.Format_Grayscale8


class CropView(QWidget):
    """Shows a crop in a square, pixels as they are; in grey where an overlay lies over it.

    Parameters
    ----------
    side : int
        Side of the square in screen px.
    name : str
        Accessible name.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, side: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._grey: QImage | None = None
        self._overlay: QImage | None = None
        self._opacity = 0.0
        self._empty_text = ""
        self.setAccessibleName(name)
        self.setFixedSize(side, side)

    @property
    def image(self) -> QImage | None:
        """The crop that is shown."""
        return self._image

    @property
    def overlay(self) -> QImage | None:
        """The overlay that is shown over it."""
        return self._overlay

    def show_image(self, image: QImage | None, empty_text: str = "") -> None:
        """Show a crop, or a few words instead; the overlay stays."""
        self._image = image if image is not None and not image.isNull() else None
        self._grey = None if self._image is None else self._image.convertToFormat(_GREY)
        self._empty_text = empty_text
        self.update()

    def show_overlay(self, overlay: QImage | None) -> None:
        """Lay a picture of any size over the crop, or none."""
        self._overlay = overlay
        self.update()

    def set_overlay_opacity(self, opacity: float) -> None:
        """Set how strongly the overlay covers the crop, from 0 to 1."""
        self._opacity = opacity
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the crop, the overlay and a thin edge."""
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(area, colour("canvas"))
        if self._image is not None and self._grey is not None:
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRectF(
                (self.width() - size.width()) / 2,
                (self.height() - size.height()) / 2,
                size.width(),
                size.height(),
            )
            covered = self._overlay is not None and self._opacity > 0
            painter.drawImage(target, self._grey if covered else self._image)
            if self._overlay is not None and covered:
                painter.setOpacity(self._opacity)
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(target, self._overlay)
                painter.setOpacity(1.0)
        elif self._empty_text:
            painter.setPen(colour("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area.adjusted(8, 8, -8, -8), int(flags), self._empty_text)
        painter.setPen(QPen(colour("edge"), 1))
        painter.drawRect(area)
