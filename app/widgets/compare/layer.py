"""One picture of a pair, painted as it is, in grey under a map, or averaged where it is shrunk."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

_GREY = QImage.Format.Format_Grayscale8


class PictureLayer:
    """A picture with the copies of it that painting needs.

    Parameters
    ----------
    image : QImage
        The picture at native px.
    """

    def __init__(self, image: QImage) -> None:
        self._halves = [image]
        self._grey: QImage | None = None
        # A point lies at the centre of pixel (0, 0) when it is (0, 0).
        self._area = QRectF(-0.5, -0.5, image.width(), image.height())

    @property
    def area(self) -> QRectF:
        """What the picture covers, in its own px."""
        return self._area

    def paint(self, painter: QPainter, place: QTransform, *, smooth: bool, grey: bool = False) -> None:
        """Paint the picture.

        Parameters
        ----------
        painter : QPainter
            Active; clipped to the pane.
        place : QTransform
            Maps px of the picture to the screen.
        smooth : bool
            Whether enlarged px are interpolated. Shrunk ones are averaged in any case: leaving some out would
            show patterns that are not in the picture.
        grey : bool
            Whether to leave the colours out.
        """
        scale = math.sqrt(abs(place.determinant()))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth or scale < 1)
        painter.setTransform(place, True)
        painter.drawImage(self._area, self._grey_copy() if grey else self._copy(scale))
        painter.restore()

    def _copy(self, scale: float) -> QImage:
        """Return the picture halved as often as it takes to paint it at half its size or more."""
        wanted = max(math.floor(-math.log2(scale)), 0) if scale > 0 else 0
        while len(self._halves) <= wanted and min(self._halves[-1].width(), self._halves[-1].height()) > 1:
            last = self._halves[-1]
            half = last.scaled(
                max(last.width() // 2, 1),
                max(last.height() // 2, 1),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            self._halves.append(half)
        return self._halves[min(wanted, len(self._halves) - 1)]

    def _grey_copy(self) -> QImage:
        if self._grey is None:
            self._grey = self._halves[0].convertToFormat(_GREY)
        return self._grey
