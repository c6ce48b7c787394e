"""Adjustments that move pixels: rotation and crop."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import UsageError


def rotated(pixels: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    """Turn a picture clockwise; the result is large enough to hold all of it.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    degrees : float
        Angle. Multiples of 90 only rearrange pixels; other angles interpolate linearly.

    Returns
    -------
    ndarray of uint8, shape (new height, new width, 3)
        RGB, black where the picture does not reach.
    """
    turns, rest = divmod(degrees, 90.0)
    if rest == 0:
        return np.rot90(pixels, -int(turns))
    height, width = pixels.shape[:2]
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    new_width = math.ceil(width * abs(cos) + height * abs(sin))
    new_height = math.ceil(width * abs(sin) + height * abs(cos))
    old, new = ((width - 1) / 2, (height - 1) / 2), ((new_width - 1) / 2, (new_height - 1) / 2)
    transform = np.array(
        [
            [cos, -sin, new[0] - cos * old[0] + sin * old[1]],
            [sin, cos, new[1] - sin * old[0] - cos * old[1]],
        ]
    )
    turned = cv2.warpAffine(pixels, transform, (new_width, new_height), flags=cv2.INTER_LINEAR)
    return np.asarray(turned, np.uint8)


def cropped(pixels: NDArray[np.uint8], x: float, y: float, width: float, height: float) -> NDArray[np.uint8]:
    """Cut a rectangle out of a picture.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (rows, columns, 3)
        RGB.
    x, y : float
        Left and top edge in px, whole numbers.
    width, height : float
        Extent in px, whole numbers.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        RGB, the very pixels of the picture.

    Raises
    ------
    UsageError
        If the rectangle reaches beyond the picture.
    """
    left, top, right, bottom = int(x), int(y), int(x + width), int(y + height)
    rows, columns = pixels.shape[:2]
    if right > columns or bottom > rows:
        raise UsageError(f"The rectangle to crop must lie in the picture of {columns} x {rows} px.")
    return pixels[top:bottom, left:right]
