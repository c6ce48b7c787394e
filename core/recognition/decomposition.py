"""The exact spatial decomposition of an embedding: what each region of the crop contributes.

The head of MobileFaceNet is a 7 x 7 depthwise filter without padding followed by two 1 x 1 convolutions,
with nothing nonlinear in between. With F the last feature map, w the depthwise filter and W the product of
the two matrices, the raw embedding is therefore, exactly,

    v = sum over positions p of c_p + bias,    c_p = W (w_p * F_p).

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

from core.recognition.backbones import MobileFaceNet

KIND = "decomposition"
"""What an :class:`~core.types.AttentionMap` made here calls itself."""

_SMALLEST_DISPLACEMENT = 1e-4
"""Relative to |v_UI|; below it a displacement is rounding of the float32 network, and has no direction."""


@dataclass(frozen=True, slots=True, eq=False)
class LinearHead:
    """The head of a network as one linear map from feature map to embedding.

    Attributes
    ----------
    position_weights : ndarray of float64, shape (channels, rows, columns)
        The depthwise filter.
    projection : ndarray of float64, shape (dim, channels)
        Product of the matrices that follow.
    bias : ndarray of float64, shape (dim,)
        What all biases together add to the embedding.
    """

    position_weights: NDArray[np.float64]
    projection: NDArray[np.float64]
    bias: NDArray[np.float64]

    @classmethod
    def of(cls, backbone: MobileFaceNet) -> LinearHead:
        """Take the head out of a network.

        Parameters
        ----------
        backbone : MobileFaceNet
            The network; it is not changed.

        Returns
        -------
        LinearHead
            Its head in float64.
        """
        depthwise, mix, project = (
            (_float64(conv.weight), _float64(conv.bias))
            for conv in (backbone.head_depthwise, backbone.head_mix, backbone.head_project)
        )
        mix_matrix, project_matrix = mix[0][:, :, 0, 0], project[0][:, :, 0, 0]
        projection = project_matrix @ mix_matrix
        bias = projection @ depthwise[1] + project_matrix @ mix[1] + project[1]
        return cls(depthwise[0][:, 0], projection, bias)


def contributions(head: LinearHead, feature_map: NDArray[np.float32]) -> NDArray[np.float64]:
    """Split an embedding into what each position adds to it.

    Parameters
    ----------
    head : LinearHead
        Head of the network.
    feature_map : ndarray of float32, shape (channels, rows, columns)
        The last feature map of one crop.

    Returns
    -------
    ndarray of float64, shape (rows * columns, dim)
        c_p, row by row; together with the head's bias they add up to the raw embedding.
    """
    weighted = (head.position_weights * feature_map).reshape(len(feature_map), -1)
    return np.asarray(weighted.T @ head.projection.T)


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
    weighted = (head.position_weights * feature_map).reshape(len(feature_map), -1)
    mean = reference.sum(axis=0, dtype=np.float64)
    displacement = head.projection @ weighted.sum(axis=1) - mean
    squared = float(displacement @ displacement)
    if squared <= _SMALLEST_DISPLACEMENT**2 * float(mean @ mean):
        return None
    # <W x, d> = <x, W'd>: the contributions themselves, positions x dim, are not needed.
    lifted = (displacement @ head.projection) @ weighted - reference @ displacement
    return np.asarray(lifted / squared, np.float32).reshape(feature_map.shape[1:])


def _float64(tensor: object) -> NDArray[np.float64]:
    return np.asarray(tensor.detach().cpu().numpy(), dtype=np.float64)  # type: ignore[attr-defined]
