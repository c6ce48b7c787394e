"""Attention maps as pictures: orange lifts a face out of the unrecognizable cluster, purple pulls it in.

The two colours are the ends of ColorBrewer's PuOr scale (Harrower & Brewer 2003), which stays readable
with every common kind of colour blindness. Strength is opacity, so that a share of 0 leaves the picture bare.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

POSITIVE_COLOUR = (230, 97, 1)
NEGATIVE_COLOUR = (94, 60, 153)

_LUMA = np.array([0.299, 0.587, 0.114])


def attention_rgba(shares: NDArray[np.float32], size: int) -> NDArray[np.uint8]:
    """Paint signed shares as a translucent square layer.

    Parameters
    ----------
    shares : ndarray of float32, shape (rows, columns)
        Signed shares, one for each region of the crop.
    size : int
        Side of the layer in px.

    Returns
    -------
    ndarray of uint8, shape (size, size, 4)
        RGBA, not premultiplied. Alpha is |share| over the largest |share| of the map, interpolated
        linearly between the centres of the regions, so the scale is symmetric about 0.
    """
    field = cv2.resize(np.asarray(shares, np.float32), (size, size), interpolation=cv2.INTER_LINEAR)
    largest = float(np.abs(shares).max(initial=0.0))
    strength = np.clip(np.abs(field) / largest, 0.0, 1.0) if largest > 0 else np.zeros_like(field)
    layer = np.empty((size, size, 4), np.uint8)
    layer[..., :3] = np.where(field[..., None] >= 0, POSITIVE_COLOUR, NEGATIVE_COLOUR)
    layer[..., 3] = np.rint(255 * strength)
    return layer


def attention_overlay(
    crop: NDArray[np.uint8], shares: NDArray[np.float32], opacity: float = 0.5
) -> NDArray[np.uint8]:
    """Lay an attention map over the greyed crop it belongs to.

    Parameters
    ----------
    crop : ndarray of uint8, shape (n, n, 3)
        RGB.
    shares : ndarray of float32, shape (rows, columns)
        Signed shares, one for each region of the crop.
    opacity : float
        Opacity of the strongest region, from 0 (the grey picture) to 1.

    Returns
    -------
    ndarray of uint8, shape (n, n, 3)
        RGB.
    """
    layer = attention_rgba(shares, crop.shape[0]).astype(np.float64)
    grey = (crop @ _LUMA)[..., None]
    alpha = opacity * layer[..., 3:] / 255.0
    return np.asarray(np.rint(grey * (1.0 - alpha) + layer[..., :3] * alpha), np.uint8)
