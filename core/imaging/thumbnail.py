"""Small copies of pictures, for lists."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.still import encode_png

LONGEST_SIDE = 160
"""Of a small copy, in px."""


def thumbnail_png(pixels: NDArray[np.uint8]) -> bytes:
    """Return a small copy of a picture as a PNG file.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.

    Returns
    -------
    bytes
        PNG with a longest side of :data:`LONGEST_SIDE`; a picture that is smaller keeps its size.
    """
    height, width = pixels.shape[:2]
    factor = LONGEST_SIDE / max(height, width)
    if factor >= 1:
        return encode_png(pixels)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return encode_png(np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8))
