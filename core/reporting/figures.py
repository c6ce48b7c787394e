"""Pictures and small graphics of the PDF, drawn without resampling what they show."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.colors import HexColor, white
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable

from core.reporting.content import Picture
from core.types import BoundingBox

INK = HexColor("#1b1e23")
MUTED = HexColor("#5b626c")
RULE = HexColor("#c8cdd4")
PANEL = HexColor("#f3f5f8")
ACCENT = HexColor("#1f4e79")

MAX_RASTER_PX = 3000
"""Longest side of a picture that is embedded as pixels; a larger one is reduced by a whole factor."""

_PRINT_PX = 900
_PT_PER_PX = 3.0
_MIN_BOX_PT = 9.0
"""A box that is drawn smaller than this is also marked by a circle of this radius."""

_UPRIGHT = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}


class Figure(Flowable):  # type: ignore[misc]
    """A graphic of fixed size in the flow of the document.

    Parameters
    ----------
    width, height : float
        Size in pt.
    paint : callable
        Draws on the canvas it is given, with the origin at the lower left corner of the figure.
    """

    def __init__(self, width: float, height: float, paint: Callable[[Any], None]) -> None:
        super().__init__()
        self.width, self.height = width, height
        self._paint = paint

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return the size, which does not depend on the space there is."""
        return self.width, self.height

    def draw(self) -> None:
        """Paint the figure."""
        self._paint(self.canv)


def upright(orientation: int) -> tuple[int, int, int, int, int, int]:
    """Return the PDF matrix that shows a stored picture upright.

    Parameters
    ----------
    orientation : int
        EXIF orientation, 1 to 8.

    Returns
    -------
    tuple of int
        (a, b, c, d, e, f): a point (u, v) of the stored picture's unit square, v up, comes to lie at
        (a u + c v + e, b u + d v + f) of the upright picture's unit square.
    """
    return _UPRIGHT[orientation]


def keeps_bytes(picture: Picture) -> bool:
    """Return whether the PDF holds the file itself: a JPEG that PDF viewers show as it was analysed.

    CMYK without Adobe's marker is not among them: its inks may or may not be inverted.
    """
    if picture.image.file_format != "JPEG":
        return False
    with Image.open(BytesIO(picture.data)) as opened:
        return opened.mode in {"L", "RGB"} or (opened.mode == "CMYK" and "adobe" in opened.info)


def has_four_inks(picture: Picture) -> bool:
    """Return whether the PDF holds a picture whose colours are amounts of four inks (CMYK)."""
    if not keeps_bytes(picture):
        return False
    with Image.open(BytesIO(picture.data)) as opened:
        return opened.mode == "CMYK"


def reduction(picture: Picture) -> int:
    """Return the whole factor by which a picture's sides are reduced for the PDF, 1 for none."""
    if keeps_bytes(picture):
        return 1
    return _factor(picture.image.width, picture.image.height)


def probe_figure(picture: Picture, box: BoundingBox, width: float, height: float) -> Figure:
    """Show a picture with a face box drawn over it as lines.

    Parameters
    ----------
    picture : Picture
        The picture as found.
    box : BoundingBox
        The face, in px.
    width, height : float
        Space, in pt.

    Returns
    -------
    Figure
        As large as fits, but no more than 3 pt per px; never so low that the mark of a tiny face is cut.
    """
    image = picture.image
    scale = min(width / image.width, height / image.height, _PT_PER_PX)
    shown_width, shown_height = image.width * scale, image.height * scale
    room = max(shown_height, 2 * _MIN_BOX_PT)
    left, bottom = (width - shown_width) / 2, (room - shown_height) / 2

    def paint(canvas: Any) -> None:
        canvas.translate(left, bottom)
        canvas.saveState()
        canvas.scale(shown_width, shown_height)
        if keeps_bytes(picture):
            canvas.transform(*upright(image.orientation))
            canvas.drawImage(_original(picture), 0, 0, 1, 1)
        else:
            canvas.drawImage(_raster(image.pixels), 0, 0, 1, 1)
        canvas.restoreState()
        _frame(canvas, 0, 0, shown_width, shown_height)
        clip = canvas.beginPath()
        clip.rect(-0.5, -0.5, shown_width + 1, shown_height + 1)
        canvas.saveState()
        canvas.clipPath(clip, stroke=0, fill=0)
        # A point of the picture lies at the centre of its pixel, an edge of the paper at the pixel's edge.
        x, top = (box.x + 0.5) * scale, shown_height - (box.y + 0.5) * scale
        for colour, line in ((white, 2.2), (ACCENT, 1.0)):
            canvas.setStrokeColor(colour)
            canvas.setLineWidth(line)
            canvas.rect(x, top - box.height * scale, box.width * scale, box.height * scale)
        canvas.restoreState()
        if max(box.width, box.height) * scale < _MIN_BOX_PT:
            canvas.setStrokeColor(ACCENT)
            canvas.setLineWidth(0.8)
            canvas.circle(x + box.width * scale / 2, top - box.height * scale / 2, _MIN_BOX_PT)

    return Figure(width, room, paint)


def raster_figure(pixels: NDArray[np.uint8], side: float) -> Figure:
    """Show pixels as squares, never smoothed, as large as fits into a square.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    side : float
        Side of the square, in pt.

    Returns
    -------
    Figure
        The picture in the middle of the square.
    """
    height, width = pixels.shape[:2]
    longest = max(height, width)
    scale = side / longest
    raster = _raster(pixels)

    def paint(canvas: Any) -> None:
        shown_width, shown_height = width * scale, height * scale
        x, y = (side - shown_width) / 2, (side - shown_height) / 2
        canvas.drawImage(raster, x, y, shown_width, shown_height)
        _frame(canvas, x, y, shown_width, shown_height)

    return Figure(side, side, paint)


def crop_figure(pixels: NDArray[np.uint8], side: float) -> Figure:
    """Show an aligned crop at its own resolution, for lists where many stand side by side."""

    def paint(canvas: Any) -> None:
        canvas.drawImage(ImageReader(Image.fromarray(pixels)), 0, 0, side, side)
        _frame(canvas, 0, 0, side, side)

    return Figure(side, side, paint)


def absent_figure(side: float) -> Figure:
    """Show that there is no picture: an empty square with a diagonal."""

    def paint(canvas: Any) -> None:
        canvas.setFillColor(PANEL)
        canvas.rect(0, 0, side, side, stroke=0, fill=1)
        _frame(canvas, 0, 0, side, side)
        canvas.line(0, 0, side, side)

    return Figure(side, side, paint)


def _original(picture: Picture) -> ImageReader:
    reader = ImageReader(BytesIO(picture.data))
    # reportlab would decode the first picture of several (MPO) and embed its pixels.
    reader.jpeg_fh = lambda: BytesIO(picture.data)
    return reader


def _raster(pixels: NDArray[np.uint8]) -> ImageReader:
    height, width = pixels.shape[:2]
    raster = Image.fromarray(pixels)
    # Viewers smooth small pictures, so each pixel is repeated a whole number of times.
    repeat = _PRINT_PX // max(height, width)
    if repeat > 1:
        raster = raster.resize((width * repeat, height * repeat), Image.Resampling.NEAREST)
    factor = _factor(width, height)
    return ImageReader(raster.reduce(factor) if factor > 1 else raster)


def _factor(width: int, height: int) -> int:
    return -(-max(width, height) // MAX_RASTER_PX)


def _frame(canvas: Any, x: float, y: float, width: float, height: float) -> None:
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.4)
    canvas.rect(x, y, width, height)
