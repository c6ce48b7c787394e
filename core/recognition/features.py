"""What every backbone gives: a feature map, and an embedding that is a linear function of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple, Self

from torch import Tensor, nn

COUNTER = "num_batches_tracked"
"""Last part of the name of a counter in batch normalisation, on which nothing in evaluation depends."""


class Features(NamedTuple):
    """What a backbone gives for n crops.

    Attributes
    ----------
    embedding : Tensor, shape (n, dim)
        Not normalised.
    feature_map : Tensor, shape (n, channels, rows, columns)
        The last one before the head.
    """

    embedding: Tensor
    feature_map: Tensor


class HeadMap(NamedTuple):
    """The head of a backbone written as matrices: v = sum over positions p of M_p (w_p * F_p) + bias.

    Attributes
    ----------
    position_weights : Tensor of float64, shape (channels, rows, columns)
        w, a factor for each channel at each position.
    matrices : Tensor of float64, shape (1, dim, channels) or (rows * columns, dim, channels)
        M, one matrix for all positions or one for each, row by row.
    bias : Tensor of float64, shape (dim,)
        What is added whatever the feature map holds.
    """

    position_weights: Tensor
    matrices: Tensor
    bias: Tensor


class Backbone(nn.Module, ABC):
    """A network that turns a crop into an embedding and ends in a linear head.

    Attributes
    ----------
    channels : int
        Channels of the last feature map.
    grid : int
        Its rows, which are as many as its columns.
    """

    channels: int
    grid: int

    @abstractmethod
    def forward(self, x: Tensor) -> Features:
        """Embed crops (n, 3, 112, 112), prepared as the model's card says."""

    @abstractmethod
    def project(self, feature_map: Tensor) -> Tensor:
        """Apply the head alone to maps (n, channels, grid, grid); returns raw embeddings (n, dim)."""

    @abstractmethod
    def head_map(self) -> HeadMap:
        """Return the head as matrices in float64, away from the graph of gradients."""

    def train(self, mode: bool = True) -> Self:
        """Switch between training and evaluation; batch normalisation always keeps to its running statistics.

        Published networks are only ever trained further, in batches too small to measure statistics anew, and
        a head that normalised with the statistics of a batch would not be linear.

        Parameters
        ----------
        mode : bool
            True for training.

        Returns
        -------
        Backbone
            Itself.
        """
        super().train(mode)
        for module in self.modules():
            if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
                module.eval()
        return self


def affine(norm: nn.BatchNorm1d | nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Write a batch normalisation with running statistics as x * scale + shift.

    Parameters
    ----------
    norm : BatchNorm1d or BatchNorm2d
        With or without weight and bias of its own.

    Returns
    -------
    scale, shift : Tensor of float64, shape (channels,)
        Detached.
    """
    mean, variance = norm.running_mean, norm.running_var
    if mean is None or variance is None:
        raise ValueError("a batch normalisation without running statistics is no fixed linear map")
    scale = (variance.double() + norm.eps).rsqrt()
    if norm.affine:
        scale = scale * norm.weight.detach().double()
    shift = -mean.double() * scale
    if norm.affine:
        shift = shift + norm.bias.detach().double()
    return scale, shift
