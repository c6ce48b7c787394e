"""Adjustments against interlacing and noise; each value comes from its surroundings in the same picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

FIELDS = ("upper", "lower", "both")
"""Which lines :func:`deinterlaced` keeps, by the number that stands for each."""

_PATCH = 7
_SEARCHED = 21


def deinterlaced(pixels: NDArray[np.uint8], field: float) -> NDArray[np.uint8]:
    """Show one of the two fields that a frame is woven of, or the mean of both.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    field : float
        Position in :data:`FIELDS`. One field doubles its own lines; both together replace each line by the
        mean of itself and its neighbour in the other field.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        RGB.
    """
    lines = np.arange(pixels.shape[0])
    last = pixels.shape[0] - 1
    if FIELDS[int(field)] == "both":
        other = np.where(lines < last, lines + 1, lines - 1).clip(0)
        total = pixels.astype(np.uint16) + pixels[other]
        return np.asarray((total + 1) // 2, np.uint8)
    lower = int(FIELDS[int(field)] == "lower")
    kept = 2 * (lines // 2) + lower
    return pixels[np.where(kept > last, np.maximum(kept - 2, 0), kept)]


def denoised(pixels: NDArray[np.uint8], strength: float) -> NDArray[np.uint8]:
    """Average each pixel with those whose surroundings of 7 x 7 px look alike, within 21 x 21 px.

    Non-local means (Buades, Coll & Morel 2011), of brightness and colour apart.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    strength : float
        How different surroundings may look, in levels of brightness; noise has about that deviation.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        RGB.
    """
    blue_first = np.ascontiguousarray(pixels[..., ::-1])
    cleaned = cv2.fastNlMeansDenoisingColored(blue_first, None, strength, strength, _PATCH, _SEARCHED)
    return np.asarray(cleaned, np.uint8)[..., ::-1]


def median_filtered(pixels: NDArray[np.uint8], radius: float) -> NDArray[np.uint8]:
    """Replace each value by the median of the square around it, which removes single wrong pixels.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    radius : float
        Half the side of the square in px, a whole number, without the pixel in its middle.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        RGB.
    """
    return np.asarray(cv2.medianBlur(np.ascontiguousarray(pixels), 2 * int(radius) + 1), np.uint8)
