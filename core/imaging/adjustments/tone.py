"""Adjustments of brightness, each a table of 256 values that is the same for all pixels and colours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_LEVELS = np.arange(256) / 255.0
_LINEAR_BELOW = 0.04045
_MIDDLE = 0.5


def exposed(pixels: NDArray[np.uint8], stops: float) -> NDArray[np.uint8]:
    """Multiply the light by a power of two.

    The light that a value stands for follows the transfer function of sRGB (IEC 61966-2-1).

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    stops : float
        One stop more is twice the light.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        RGB.
    """
    return _by_table(pixels, lambda levels: _encoded(_light(levels) * 2.0**stops))


def with_gamma(pixels: NDArray[np.uint8], gamma: float) -> NDArray[np.uint8]:
    """Raise the values, from 0 to 1, to the power of 1 / gamma.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    gamma : float
        Above 1 the shadows become lighter; black and white stay.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        RGB.
    """
    return _by_table(pixels, lambda levels: levels ** (1.0 / gamma))


def with_contrast(pixels: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    """Multiply the distance of the values from the middle between black and white.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    factor : float
        Above 1 for more contrast.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        RGB.
    """
    return _by_table(pixels, lambda levels: _MIDDLE + factor * (levels - _MIDDLE))


def _by_table(
    pixels: NDArray[np.uint8], curve: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> NDArray[np.uint8]:
    table = np.rint(255 * np.clip(curve(_LEVELS), 0.0, 1.0)).astype(np.uint8)
    return table[pixels]


def _light(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(values <= _LINEAR_BELOW, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _encoded(light: NDArray[np.float64]) -> NDArray[np.float64]:
    steep = 1.055 * light ** (1 / 2.4) - 0.055
    return np.where(light <= _LINEAR_BELOW / 12.92, light * 12.92, steep)
