"""Candidates as the refinement network sees them, each time a little otherwise."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from core.training.refinement.candidates import REACH, SIDE
from core.training.refinement.recipe import JitterRecipe
from core.types.detectors import RefinerConfig
from core.types.faces import MIRRORED_LANDMARKS


def seen(
    crop: NDArray[np.uint8],
    landmarks: NDArray[np.float32],
    config: RefinerConfig,
    jitter: JitterRecipe | None = None,
    rng: np.random.Generator | None = None,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return a view of a candidate and its landmarks.

    Parameters
    ----------
    crop : ndarray of uint8, shape (96, 96, 3)
        Of a :class:`core.training.refinement.candidates.Candidate`.
    landmarks : ndarray of float32, shape (5, 2)
        From the middle of the box, in sides of it.
    config : RefinerConfig
        What the network sees.
    jitter : JitterRecipe, optional
        How it is turned, zoomed, shifted and lit; left as it is without.
    rng : Generator, optional
        Decides how; needed for jitter. Every other view is mirrored.

    Returns
    -------
    view : ndarray of uint8, shape (side, side, 3)
        RGB.
    landmarks : ndarray of float32, shape (5, 2)
        From the middle of the view, in sides of it.
    """
    turn, shift, mirrored = np.eye(2), np.zeros(2), False
    if jitter is not None and rng is not None:
        angle, zoom = rng.normal(0, jitter.turn), math.exp(rng.normal(0, jitter.zoom))
        shift, mirrored = rng.normal(0, jitter.shift, 2), bool(rng.random() < 0.5)
        turn = zoom * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        if mirrored:
            turn = turn @ np.diag([-1.0, 1.0])
    linear = turn * (config.side / config.reach) / (SIDE / REACH)
    corner = shift * config.side / config.reach + config.side / 2 - linear @ (SIDE / 2, SIDE / 2)
    # OpenCV counts from the centre of the first pixel, the matrix from its corner.
    matrix = np.column_stack([linear, corner + linear @ (0.5, 0.5) - 0.5])
    size = (config.side, config.side)
    view = np.asarray(cv2.warpAffine(crop, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)
    points = ((landmarks @ turn.T + shift) / config.reach).astype(np.float32)
    if mirrored:
        points = points[list(MIRRORED_LANDMARKS)]
    if jitter is not None and rng is not None:
        view = _lit(view, jitter, rng)
    return view, points


def _lit(view: NDArray[np.uint8], jitter: JitterRecipe, rng: np.random.Generator) -> NDArray[np.uint8]:
    gain, offset = math.exp(rng.normal(0, jitter.gain)), rng.normal(0, jitter.offset)
    view = np.clip(view.astype(np.float32) * gain + offset, 0, 255).astype(np.uint8)
    if rng.random() < jitter.grey:
        view = np.asarray(cv2.cvtColor(cv2.cvtColor(view, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)
    return view
