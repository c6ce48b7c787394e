"""A face at the native pixels of its picture."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from core.types import BoundingBox

SURROUND = 0.25
"""How far the native crop reaches beyond the face box on each side, as a part of the box."""


def native_crop(pixels: NDArray[np.uint8], box: BoundingBox) -> NDArray[np.uint8]:
    """Cut out a face with some of its surroundings, without resampling.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        The picture.
    box : BoundingBox
        The face, in px of the picture. Where it reaches beyond the picture it is clipped.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
        A part of `pixels`, at least one px in each direction.
    """
    height, width = pixels.shape[:2]
    top, bottom = _span(box.y, box.height, height)
    left, right = _span(box.x, box.width, width)
    return pixels[top:bottom, left:right]


def _span(start: float, extent: float, limit: int) -> tuple[int, int]:
    first = math.floor(start - SURROUND * extent)
    last = math.ceil(start + (1 + SURROUND) * extent)
    first = min(max(first, 0), limit - 1)
    return first, min(max(last, first + 1), limit)
