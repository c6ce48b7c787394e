"""Attention maps as pictures: orange lifts a face out of the unrecognizable cluster, purple pulls it in.

The two colours are the ends of ColorBrewer's PuOr scale (Harrower & Brewer 2003), which stays readable
with every common kind of colour blindness. Strength is opacity, so that a value of 0 leaves the picture bare.
A map from which nothing follows is painted in grey instead of both.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

POSITIVE_COLOUR = (230, 97, 1)
NEGATIVE_COLOUR = (94, 60, 153)
GREY = (150, 150, 150)

_LUMA = np.array([0.299, 0.587, 0.114])


def attention_rgba(values: NDArray[np.floating], size: int, *, informative: bool = True) -> NDArray[np.uint8]:
    """Paint signed values as a translucent square layer.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
        Signed values, one for each region of the crop.
    size : int
        Side of the layer in px.
    informative : bool
        Whether to paint in colours, or all in grey.

    Returns
    -------
    ndarray of uint8, shape (size, size, 4)
        RGBA, not premultiplied. Alpha is |value| over the largest |value| of the map, interpolated
        linearly between the centres of the regions, so the scale is symmetric about 0.
    """
    field = cv2.resize(np.asarray(values, np.float32), (size, size), interpolation=cv2.INTER_LINEAR)
    largest = float(np.abs(values).max(initial=0.0))
    strength = np.clip(np.abs(field) / largest, 0.0, 1.0) if largest > 0 else np.zeros_like(field)
    layer = np.empty((size, size, 4), np.uint8)
    colours = np.where(field[..., None] >= 0, POSITIVE_COLOUR, NEGATIVE_COLOUR)
    layer[..., :3] = colours if informative else GREY
    layer[..., 3] = np.rint(255 * strength)
    return layer


def attention_overlay(
    crop: NDArray[np.uint8],
    values: NDArray[np.floating],
    opacity: float = 0.5,
    *,
    informative: bool = True,
) -> NDArray[np.uint8]:
    """Lay an attention map over the greyed crop it belongs to.

    Parameters
    ----------
    crop : ndarray of uint8, shape (n, n, 3)
        RGB.
    values : ndarray, shape (rows, columns)
        Signed values, one for each region of the crop.
    opacity : float
        Opacity of the strongest region, from 0 (the grey picture) to 1.
    informative : bool
        Whether to paint in colours, or all in grey.

    Returns
    -------
    ndarray of uint8, shape (n, n, 3)
        RGB.
    """
    layer = attention_rgba(values, crop.shape[0], informative=informative).astype(np.float64)
    grey = (crop @ _LUMA)[..., None]
    alpha = opacity * layer[..., 3:] / 255.0
    return np.asarray(np.rint(grey * (1.0 - alpha) + layer[..., :3] * alpha), np.uint8)
