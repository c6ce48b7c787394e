"""Seeded, repeatable ways to make a picture worse.

They stand in for distance, focus, sensor and compression: in the demo, in the crops that define the
unrecognizable cluster, and in tests. Nothing here ever touches a picture on its way to a candidate list.
"""

from __future__ import annotations

from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image


def resample_through(crop: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Shrink a square crop to a few px and enlarge it again.

    Parameters
    ----------
    crop : ndarray of uint8, shape (n, n, 3)
        RGB, usually an aligned crop with n = 112.
    size : int
        Side in px to go through, from 1 to n.

    Returns
    -------
    ndarray of uint8, shape (n, n, 3)
        Averaged down with Pillow's BOX filter, then enlarged with its BICUBIC filter.
    """
    side = crop.shape[0]
    small = Image.fromarray(crop).resize((size, size), Image.Resampling.BOX)
    return np.asarray(small.resize((side, side), Image.Resampling.BICUBIC))


def gaussian_blur(pixels: NDArray[np.uint8], sigma: float) -> NDArray[np.uint8]:
    """Blur a picture with a Gaussian of standard deviation `sigma` px; 0 leaves it as it is."""
    if sigma == 0:
        return pixels
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def add_noise(pixels: NDArray[np.uint8], rng: np.random.Generator, sigma: float) -> NDArray[np.uint8]:
    """Add independent Gaussian noise to every sample, rounded and clipped to 8 bits.

    Parameters
    ----------
    pixels : ndarray of uint8
        Any shape.
    rng : Generator
        Where the noise comes from; the same state gives the same noise.
    sigma : float
        Standard deviation in units of an 8-bit value.

    Returns
    -------
    ndarray of uint8
        The same shape.
    """
    noisy = pixels + rng.normal(0.0, sigma, pixels.shape)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def jpeg(pixels: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    """Compress an RGB picture as a JPEG of this quality (1 to 95) and decode it again."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file, formats=["JPEG"]).convert("RGB"))
