"""Seeded, quick ways to make a mosaic or one face of it poorer: light, lens, sensor, compression."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

_SHARE = 0.45
_NOISE_SIDE = 1024
_LEVELS = np.arange(256, dtype=np.float32) / 255


def relight(pixels: Pixels, rng: np.random.Generator, strength: float) -> Pixels:
    """Change gamma, gain and tint; now and then take the colour away.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    rng : Generator
        Decides how.
    strength : float
        0 leaves the picture as it is, 1 gives a standard deviation of 35 % in gamma and 25 % in gain.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        The changed picture.
    """
    gamma, gain = math.exp(rng.normal(0.0, 0.35) * strength), math.exp(rng.normal(0.0, 0.25) * strength)
    tint = np.exp(rng.normal(0.0, 0.06, 3) * strength).astype(np.float32)
    if rng.random() < 0.15 * strength:
        pixels = np.asarray(cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB))
    table = np.clip(_LEVELS[:, None] ** gamma * gain * tint * 255, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(pixels, table[:, None]), np.uint8)


def blur(pixels: Pixels, rng: np.random.Generator, largest: float) -> Pixels:
    """Blur as a lens out of focus or as a camera in motion does.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    rng : Generator
        Decides how, and how much.
    largest : float
        Largest standard deviation in px.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        The blurred picture.
    """
    sigma = rng.uniform(0.0, largest)
    if rng.random() < 0.25:
        # A line of n px has the standard deviation sqrt((n * n - 1) / 12).
        length = round(math.sqrt(12 * sigma * sigma + 1))
        size = (length, 1) if rng.random() < 0.5 else (1, length)
        return np.asarray(cv2.blur(pixels, size, borderType=cv2.BORDER_REPLICATE), np.uint8)
    if sigma < 0.15:
        return pixels
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.uint8)


def compress(pixels: Pixels, quality: int) -> Pixels:
    """Compress as a JPEG of this quality and decode again."""
    coded = cv2.imencode(".jpg", pixels[..., ::-1], (cv2.IMWRITE_JPEG_QUALITY, quality))[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)[..., ::-1]


class Sensor:
    """Noise that is drawn once and then used in ever different cuttings, because drawing it is slow.

    Parameters
    ----------
    seed : int
        Of the noise.
    """

    def __init__(self, seed: int) -> None:
        shape = (_NOISE_SIDE, _NOISE_SIDE, 3)
        self._noise = np.random.default_rng(seed).standard_normal(shape, np.float32)

    def add_noise(self, pixels: Pixels, rng: np.random.Generator, sigma: float) -> Pixels:
        """Add Gaussian noise.

        Parameters
        ----------
        pixels : ndarray of uint8, shape (height, width, 3)
            RGB, no side longer than 1024 px.
        rng : Generator
            Decides which cutting, and whether the channels share their noise.
        sigma : float
            Standard deviation in units of an 8-bit value.

        Returns
        -------
        ndarray of uint8, shape (height, width, 3)
            The noisy picture.
        """
        height, width = pixels.shape[:2]
        top, left = (int(rng.integers(_NOISE_SIDE - n + 1)) for n in (height, width))
        cutting = self._noise[top : top + height, left : left + width]
        if rng.random() < 0.4:
            cutting = np.repeat(cutting[..., :1], 3, axis=2)
        return np.asarray(cv2.add(pixels, cutting * np.float32(sigma), dtype=cv2.CV_8U), np.uint8)

    def photograph(self, pixels: Pixels, rng: np.random.Generator, strength: float) -> Pixels:
        """Make a whole picture poorer: light, lens, sensor, compression, each now and then.

        Parameters
        ----------
        pixels : ndarray of uint8, shape (height, width, 3)
            RGB.
        rng : Generator
            Decides on everything.
        strength : float
            0 leaves the picture as it is. 1 gives blur up to 1.2 px, noise up to 14 levels and JPEG
            qualities down to 30.

        Returns
        -------
        ndarray of uint8, shape (height, width, 3)
            The picture as it arrives.
        """
        wanted = rng.random(4) < _SHARE
        if strength <= 0:
            return pixels
        if wanted[0]:
            pixels = relight(pixels, rng, strength)
        if wanted[1]:
            pixels = blur(pixels, rng, 1.2 * strength)
        if wanted[2]:
            pixels = self.add_noise(pixels, rng, float(rng.uniform(0, 14)) * strength)
        if wanted[3]:
            pixels = compress(pixels, round(95 - 65 * strength * rng.random()))
        return pixels
