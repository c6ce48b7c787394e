"""Convolutions with batch normalisation, as all parts of the network use them."""

from __future__ import annotations

from torch import nn


def convolution(
    inputs: int, outputs: int, kernel: int = 3, stride: int = 1, groups: int = 1
) -> tuple[nn.Conv2d, nn.BatchNorm2d]:
    """Make a convolution that keeps the size (up to its stride) and the batch normalisation after it.

    Parameters
    ----------
    inputs, outputs : int
        Channels.
    kernel : int
        Odd side of the kernel in px.
    stride : int
        Step in px; a side of n px becomes ceil(n / stride).
    groups : int
        Groups of channels; `inputs` for a depthwise convolution.

    Returns
    -------
    tuple of nn.Conv2d and nn.BatchNorm2d
        In the order in which they run.
    """
    conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
    return conv, nn.BatchNorm2d(outputs)


def activated(inputs: int, outputs: int, kernel: int = 3, stride: int = 1, *, slope: float) -> nn.Sequential:
    """Make convolution, batch normalisation and a leaky ReLU.

    Parameters
    ----------
    inputs, outputs, kernel, stride : int
        As for :func:`convolution`.
    slope : float
        Slope below zero; 0 for a plain ReLU.

    Returns
    -------
    nn.Sequential
        Three layers.
    """
    return nn.Sequential(*convolution(inputs, outputs, kernel, stride), nn.LeakyReLU(slope, inplace=True))
