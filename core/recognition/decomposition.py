"""The exact spatial decomposition of an embedding: what each region of the crop contributes.

Every backbone here ends in a head with nothing nonlinear in it: in MobileFaceNets a 7 x 7 depthwise filter
without padding and matrices, in an IResNet one linear layer over all positions, and normalisation with fixed
statistics. With F the last feature map, w_p a factor for each channel and M_p a matrix, which may be the same
for all positions, the raw embedding is therefore, exactly,

    v = sum over positions p of c_p + bias,    c_p = M_p (w_p * F_p).

Against the mean over unrecognizable crops, whose contributions are c_p,UI, the displacement is
d = v - v_UI = sum over p of (c_p - c_p,UI), and the share of position p in it is

    share_p = <c_p - c_p,UI, d> / |d|².

The shares add up to 1. A negative share pulls the face back toward the unrecognizable cluster. Nothing is
estimated, but what a position of the feature map has seen is larger than its cell of the crop.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.recognition.features import Backbone

_SMALLEST_DISPLACEMENT = 1e-4
"""Relative to |v_UI|; below it a displacement is rounding of the float32 network, and has no direction."""


@dataclass(frozen=True, slots=True, eq=False)
class LinearHead:
    """The head of a network as one linear map from feature map to embedding.

    Attributes
    ----------
    position_weights : ndarray of float64, shape (channels, rows, columns)
        w, a factor for each channel at each position.
    matrices : ndarray of float64, shape (1, dim, channels) or (rows * columns, dim, channels)
        M, one for all positions or one for each, row by row.
    bias : ndarray of float64, shape (dim,)
        What all biases together add to the embedding.
    """

    position_weights: NDArray[np.float64]
    matrices: NDArray[np.float64]
    bias: NDArray[np.float64]

    @classmethod
    def of(cls, backbone: Backbone) -> LinearHead:
        """Take the head out of a network.

        Parameters
        ----------
        backbone : Backbone
            The network; it is not changed.

        Returns
        -------
        LinearHead
            Its head in float64.
        """
        return cls(*(part.cpu().numpy() for part in backbone.head_map()))


def contributions(head: LinearHead, feature_map: NDArray[np.floating]) -> NDArray[np.float64]:
    """Split an embedding into what each position adds to it.

    Parameters
    ----------
    head : LinearHead
        Head of the network.
    feature_map : ndarray, shape (channels, rows, columns)
        The last feature map of one crop, or the mean of several.

    Returns
    -------
    ndarray of float64, shape (rows * columns, dim)
        c_p, row by row; together with the head's bias they add up to the raw embedding.
    """
    weighted = (head.position_weights * feature_map).reshape(len(feature_map), -1).T
    # Positions that share a matrix are multiplied with it at once.
    grouped = weighted.reshape(len(head.matrices), -1, len(feature_map))
    return np.asarray(grouped @ head.matrices.transpose(0, 2, 1)).reshape(len(weighted), -1)


def displacement_shares(
    head: LinearHead, feature_map: NDArray[np.float32], reference: NDArray[np.floating]
) -> NDArray[np.float32] | None:
    """Give each position's share in the displacement from the unrecognizable cluster.

    Parameters
    ----------
    head : LinearHead
        Head of the network.
    feature_map : ndarray of float32, shape (channels, rows, columns)
        The last feature map of one crop.
    reference : ndarray, shape (rows * columns, dim)
        Mean contributions over unrecognizable crops.

    Returns
    -------
    ndarray of float32, shape (rows, columns), or None
        Shares that add up to 1. None when the embedding does not differ from the unrecognizable mean, so
        that there is no direction to share.
    """
    moved = contributions(head, feature_map) - reference
    displacement = moved.sum(axis=0)
    squared = float(displacement @ displacement)
    mean = reference.sum(axis=0, dtype=np.float64)
    if squared <= _SMALLEST_DISPLACEMENT**2 * float(mean @ mean):
        return None
    return np.asarray(moved @ displacement / squared, np.float32).reshape(feature_map.shape[1:])
