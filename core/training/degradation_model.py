"""How clean crops are made worse for training: size, lens, sensor, compression, alignment.

Every choice comes from the generator that is handed in, so a picture is a function of its seed.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.imaging.alignment import CROP_SIZE
from core.training.block_coding import code_in_blocks
from core.training.recipe import DegradationRecipe

Crop = NDArray[np.uint8]

_SHRINKING = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST)
_SHRINKING_SHARES = (0.7, 0.1, 0.1, 0.1)
_ENLARGING = ("bicubic", cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST)
_ENLARGING_SHARES = (0.65, 0.2, 0.1, 0.05)
_EFFECT_SHARE = 0.4
_DEGREES_PER_PX, _SCALE_PER_PX = 1.5, 0.015


def degrade(crop: Crop, rng: np.random.Generator, recipe: DegradationRecipe) -> tuple[Crop, float]:
    """Make one crop worse.

    Parameters
    ----------
    crop : ndarray of uint8, shape (112, 112, 3)
        A clean, aligned face.
    rng : Generator
        Where all choices come from.
    recipe : DegradationRecipe
        Sizes and shares.

    Returns
    -------
    crop : ndarray of uint8, shape (112, 112, 3)
        The degraded crop.
    size : float
        Side in px that it was taken through; 112 for one that was left clean.
    """
    if rng.random() < recipe.clean:
        return misalign(crop, rng, recipe.misalignment / 2), float(CROP_SIZE)
    low, high = math.log(recipe.smallest), math.log(recipe.largest)
    size = round(math.exp(rng.uniform(low, high)))
    if rng.random() < recipe.plain:
        return _bicubic(_resize(crop, size, cv2.INTER_AREA)), float(size)
    crop = misalign(crop, rng, recipe.misalignment)
    small = _shrink(crop, size, rng)
    if rng.random() < _EFFECT_SHARE:
        small = _relight(small, rng)
    if rng.random() < _EFFECT_SHARE:
        small = sensor_noise(small, rng)
    if rng.random() < _EFFECT_SHARE:
        small = _compress(small, rng)
    return _enlarge(small, rng), float(size)


def misalign(crop: Crop, rng: np.random.Generator, spread: float) -> Crop:
    """Move, turn and scale a crop a little, as a detector's landmarks would.

    Parameters
    ----------
    crop : ndarray of uint8, shape (112, 112, 3)
        The face.
    rng : Generator
        Where the movement comes from.
    spread : float
        Standard deviation of the shift along each axis, in px; a turn of 1.5 degrees and a scale of 1.5 %
        go with each px.

    Returns
    -------
    ndarray of uint8, shape (112, 112, 3)
        The moved crop, its edges repeated where the picture ends.
    """
    if spread == 0:
        return crop
    dx, dy, turn, scale = rng.normal(0.0, spread, 4)
    centre = (CROP_SIZE - 1) / 2
    matrix = cv2.getRotationMatrix2D((centre, centre), turn * _DEGREES_PER_PX, 1 + scale * _SCALE_PER_PX)
    matrix[:, 2] += dx, dy
    moved = cv2.warpAffine(crop, matrix, crop.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.uint8)


def defocus_kernel(radius: float) -> NDArray[np.float32]:
    """Return the disk that a point becomes out of focus, `radius` px, its rim weighted by distance."""
    reach = math.ceil(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disk = np.clip(radius + 0.5 - np.hypot(x, y), 0.0, 1.0)
    return np.asarray(disk / disk.sum(), np.float32)


def motion_kernel(length: float, angle: float) -> NDArray[np.float32]:
    """Return the line that a point becomes in motion, `length` px long, at `angle` radians."""
    reach = math.ceil(length / 2)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    along = x * math.cos(angle) + y * math.sin(angle)
    across = np.abs(y * math.cos(angle) - x * math.sin(angle))
    line = np.clip(1 - across, 0, 1) * np.clip(length / 2 + 0.5 - np.abs(along), 0, 1)
    return np.asarray(line / line.sum(), np.float32)


def sensor_noise(pixels: Crop, rng: np.random.Generator) -> Crop:
    """Add noise that grows with the light (shot noise) and noise that does not (read noise)."""
    read, shot = rng.uniform(0.0, 10.0), rng.uniform(0.0, 0.6)
    noise = rng.standard_normal(pixels.shape, np.float32)
    if rng.random() < 0.5:
        noise = noise[..., :1]
    sigma = np.sqrt(np.float32(read**2) + np.float32(shot**2) * pixels)
    return _to_bytes(pixels + noise * sigma)


def _shrink(crop: Crop, size: int, rng: np.random.Generator) -> Crop:
    # Blurred at twice the wanted size: a kernel of a few px there reaches as far as a large one before.
    between = min(2 * size, CROP_SIZE)
    pixels = _resize(crop, between, cv2.INTER_AREA)
    if rng.random() < _EFFECT_SHARE:
        if rng.random() < 0.5:
            kernel = defocus_kernel(rng.uniform(0.5, 2.5))
        else:
            kernel = motion_kernel(rng.uniform(2.0, 7.0), rng.uniform(0.0, math.pi))
        blurred = cv2.filter2D(pixels, -1, kernel, borderType=cv2.BORDER_REPLICATE)
        pixels = np.asarray(blurred, np.uint8)
    how = _SHRINKING[rng.choice(len(_SHRINKING), p=_SHRINKING_SHARES)]
    return _resize(pixels, size, how)


def _enlarge(small: Crop, rng: np.random.Generator) -> Crop:
    how = _ENLARGING[rng.choice(len(_ENLARGING), p=_ENLARGING_SHARES)]
    if isinstance(how, str):
        return _bicubic(small)
    return _resize(small, CROP_SIZE, how)


def _bicubic(small: Crop) -> Crop:
    # Pillow's kernel, as in core.imaging.degradation; OpenCV's is sharper (a = -0.75 instead of -0.5).
    enlarged = Image.fromarray(small).resize((CROP_SIZE, CROP_SIZE), Image.Resampling.BICUBIC)
    return np.asarray(enlarged)


def _relight(pixels: Crop, rng: np.random.Generator) -> Crop:
    gamma, gain = math.exp(rng.normal(0.0, 0.3)), math.exp(rng.normal(0.0, 0.2))
    levels = np.arange(256, dtype=np.float32) / 255
    table = _to_bytes(levels**gamma * gain * 255)
    if rng.random() < 0.2:
        pixels = np.asarray(
            cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8
        )
    return np.asarray(table[pixels], np.uint8)


def _compress(pixels: Crop, rng: np.random.Generator) -> Crop:
    if rng.random() < 0.5:
        quality = int(rng.integers(25, 96))
        coded = cv2.imencode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, quality))[1]
        return np.asarray(cv2.imdecode(coded, cv2.IMREAD_UNCHANGED), np.uint8)
    return code_in_blocks(pixels, float(rng.uniform(4.0, 30.0)))


def _resize(pixels: Crop, side: int, how: int) -> Crop:
    return np.asarray(cv2.resize(pixels, (side, side), interpolation=how), np.uint8)


def _to_bytes(values: NDArray[np.floating]) -> Crop:
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)
