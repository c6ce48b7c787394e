"""Boxes and landmarks as offsets from priors (SSD: Liu et al., ECCV 2016).

Coordinates are shares of the size of the network's input: px of the labels, divided by its width or height.
The network learns whatever half-pixel convention its labels had, and the decoder adds none of its own.
"""

from __future__ import annotations

import torch
from torch import Tensor


def encode_boxes(boxes: Tensor, priors: Tensor, variances: tuple[float, float]) -> Tensor:
    """Express boxes as offsets from priors.

    Parameters
    ----------
    boxes : Tensor, shape (..., n, 4)
        Left, top, right and bottom.
    priors : Tensor, shape (n, 4)
        Centre x and y, width and height.
    variances : tuple of float
        Units of the offsets of centre and of logarithmic size.

    Returns
    -------
    Tensor, shape (..., n, 4)
        (centre - prior centre) / (prior size * variances[0]), log(size / prior size) / variances[1].
    """
    centre = (boxes[..., :2] + boxes[..., 2:]) / 2
    size = boxes[..., 2:] - boxes[..., :2]
    shift = (centre - priors[:, :2]) / (priors[:, 2:] * variances[0])
    return torch.cat([shift, torch.log(size / priors[:, 2:]) / variances[1]], dim=-1)


def decode_boxes(offsets: Tensor, priors: Tensor, variances: tuple[float, float]) -> Tensor:
    """Undo :func:`encode_boxes`.

    Parameters
    ----------
    offsets : Tensor, shape (..., n, 4)
        As the network gives them.
    priors : Tensor, shape (n, 4)
        Centre x and y, width and height.
    variances : tuple of float
        As for encoding.

    Returns
    -------
    Tensor, shape (..., n, 4)
        Left, top, right and bottom.
    """
    centre = priors[:, :2] + offsets[..., :2] * variances[0] * priors[:, 2:]
    half = priors[:, 2:] * torch.exp(offsets[..., 2:] * variances[1]) / 2
    return torch.cat([centre - half, centre + half], dim=-1)


def encode_landmarks(landmarks: Tensor, priors: Tensor, variances: tuple[float, float]) -> Tensor:
    """Express points as offsets from priors.

    Parameters
    ----------
    landmarks : Tensor, shape (..., n, 10)
        x1, y1, .. y5.
    priors : Tensor, shape (n, 4)
        Centre x and y, width and height.
    variances : tuple of float
        The first is the unit of the offsets.

    Returns
    -------
    Tensor, shape (..., n, 10)
        (point - prior centre) / (prior size * variances[0]).
    """
    points = landmarks.reshape(*landmarks.shape[:-1], 5, 2)
    offsets = (points - priors[:, None, :2]) / (priors[:, None, 2:] * variances[0])
    return offsets.flatten(-2)


def decode_landmarks(offsets: Tensor, priors: Tensor, variances: tuple[float, float]) -> Tensor:
    """Undo :func:`encode_landmarks`.

    Parameters
    ----------
    offsets : Tensor, shape (..., n, 10)
        As the network gives them.
    priors : Tensor, shape (n, 4)
        Centre x and y, width and height.
    variances : tuple of float
        As for encoding.

    Returns
    -------
    Tensor, shape (..., n, 10)
        x1, y1, .. y5.
    """
    shifts = offsets.reshape(*offsets.shape[:-1], 5, 2) * variances[0] * priors[:, None, 2:]
    return (priors[:, None, :2] + shifts).flatten(-2)
