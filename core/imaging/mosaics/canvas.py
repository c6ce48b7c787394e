"""What stands behind the faces of a mosaic."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.mosaics.labels import FaceLabels
from core.imaging.mosaics.sources import Background

_LARGEST_ENLARGEMENT = 1.5
_CELLS = (2, 24)


def photographed(
    background: Background, width: int, height: int, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], FaceLabels]:
    """Cut a canvas out of a photograph.

    Parameters
    ----------
    background : Background
        The photograph.
    width, height : int
        Size of the canvas in px.
    rng : Generator
        Decides on place, scale and mirroring.

    Returns
    -------
    pixels : ndarray of uint8, shape (height, width, 3)
        Fresh memory. The photograph covers the canvas, enlarged at most one and a half times where it is
        large enough, and at most down to where all of it is seen.
    labels : FaceLabels
        Places that may be faces.
    """
    rows, columns = background.pixels.shape[:2]
    least = max(width / columns, height / rows)
    scale = math.exp(rng.uniform(math.log(least), math.log(max(_LARGEST_ENLARGEMENT, 1.5 * least))))
    wide, high = min(round(width / scale), columns), min(round(height / scale), rows)
    left, top = int(rng.integers(columns - wide + 1)), int(rng.integers(rows - high + 1))
    part = background.pixels[top : top + high, left : left + wide]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    pixels = cv2.resize(part, (width, height), interpolation=how)
    x_scale, y_scale = width / wide, height / high
    matrix = np.array([[x_scale, 0.0, -left * x_scale], [0.0, y_scale, -top * y_scale]])
    mirrored = bool(rng.random() < 0.5)
    if mirrored:
        pixels = cv2.flip(pixels, 1)
        matrix[0] = [-x_scale, 0.0, width + left * x_scale]
    labels = background.uncertain.moved(matrix, mirrored)
    return np.asarray(pixels, np.uint8), labels.chosen(labels.visible(0, 0, width, height) > 0)


def made_up(width: int, height: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Make a canvas without a photograph: one colour, a gradient, soft blotches, or noise of some grain.

    Parameters
    ----------
    width, height : int
        Size in px.
    rng : Generator
        Decides on everything.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        The canvas.
    """
    low, high = rng.uniform(0, 255, (2, 3))
    match rng.integers(4):
        case 0:
            cells = np.full((1, 1, 3), low)
        case 1:
            cells = np.stack([low, high])[None] if rng.random() < 0.5 else np.stack([low, high])[:, None]
        case 2:
            cells = rng.uniform(0, 255, (int(rng.integers(*_CELLS)), int(rng.integers(*_CELLS)), 3))
        case _:
            grain = int(rng.integers(1, 5))
            shape = (-(-height // grain), -(-width // grain), 3 if rng.random() < 0.5 else 1)
            cells = np.broadcast_to(low + rng.normal(0, rng.uniform(5, 60), shape), (*shape[:2], 3))
    cells = np.clip(cells, 0, 255).astype(np.float32)
    how = cv2.INTER_LINEAR if rng.random() < 0.7 else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(cells, (width, height), interpolation=how), np.uint8)
