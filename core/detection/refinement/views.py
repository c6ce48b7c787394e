"""What the refinement network sees of a candidate: a square around it, at one size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import BoundingBox

_MARGIN = 2.0


@dataclass(frozen=True, slots=True)
class Square:
    """A square of a picture.

    Attributes
    ----------
    x, y : float
        Its middle in px of the picture; (0, 0) is the centre of the first pixel.
    side : float
        In px of the picture.
    """

    x: float
    y: float
    side: float

    @classmethod
    def around(cls, box: BoundingBox, reach: float) -> Square:
        """Return the square around the middle of a box whose side is `reach` times that of the box.

        The side of a box is the square root of its area.
        """
        side = math.sqrt(box.area)
        return cls(box.x + box.width / 2, box.y + box.height / 2, reach * side)


def cut_out(pixels: NDArray[np.uint8], square: Square, side: int) -> NDArray[np.uint8]:
    """Cut a square out of a picture and bring it to a size.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        The picture.
    square : Square
        What to cut out; beyond the picture its rim is repeated.
    side : int
        Wanted size in px.

    Returns
    -------
    ndarray of uint8, shape (side, side, 3)
        Enlarged bicubically; shrunk by averaging over blocks of whole pixels and then linearly.
    """
    shrunk = 2 ** max(0, math.floor(math.log2(square.side / side)))
    margin = square.side / 2 + _MARGIN * shrunk
    height, width = pixels.shape[:2]
    left, right = _span(square.x, margin, width)
    top, bottom = _span(square.y, margin, height)
    part = pixels[top:bottom, left:right]
    if shrunk > 1:
        size = (-(-part.shape[1] // shrunk), -(-part.shape[0] // shrunk))
        small = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    else:
        small = part
    scale_x = side / square.side * part.shape[1] / small.shape[1]
    scale_y = side / square.side * part.shape[0] / small.shape[0]
    matrix = np.array(
        [
            [scale_x, 0.0, side / 2 - (square.x + 0.5 - left) * side / square.side],
            [0.0, scale_y, side / 2 - (square.y + 0.5 - top) * side / square.side],
        ]
    )
    # OpenCV counts from the centre of the first pixel, the matrix from its corner.
    matrix[:, 2] += (scale_x / 2 - 0.5, scale_y / 2 - 0.5)
    kind = cv2.INTER_CUBIC if side > square.side else cv2.INTER_LINEAR
    out = cv2.warpAffine(small, matrix, (side, side), flags=kind, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(out, np.uint8)


def _span(middle: float, margin: float, length: int) -> tuple[int, int]:
    low = min(max(math.floor(middle - margin), 0), length - 1)
    return low, max(min(math.ceil(middle + margin), length), low + 1)
