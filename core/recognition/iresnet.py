"""IResNet, the residual network that ArcFace and AdaFace publish their weights for."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from core.recognition.features import Backbone, Features, HeadMap, affine

WIDTHS = (64, 128, 256, 512)
"""Channels of the four stages, each of which halves the resolution."""


class ResidualUnit(nn.Module):
    """BN, 3 x 3 convolution, BN, PReLU, 3 x 3 convolution, BN, and the input added.

    Parameters
    ----------
    inputs, outputs : int
        Channels.
    stride : int
        Step of the second convolution and of the shortcut.
    projected : bool
        Whether the shortcut is a 1 x 1 convolution with BN; else it takes every `stride`-th pixel as it is.
    """

    def __init__(self, inputs: int, outputs: int, stride: int = 1, *, projected: bool = False) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.prelu = nn.PReLU(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, stride, padding=1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample: nn.Module
        if projected:
            convolution = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.downsample = nn.Sequential(convolution, nn.BatchNorm2d(outputs))
        else:
            self.downsample = nn.MaxPool2d(1, stride)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, inputs, h, w) to (n, outputs, h / stride, w / stride)."""
        y: Tensor = self.prelu(self.bn2(self.conv1(self.bn1(x))))
        y = self.bn3(self.conv2(y))
        shortcut: Tensor = self.downsample(x)
        return y + shortcut


class IResNet(Backbone):
    """The improved residual network of ArcFace (Deng et al., CVPR 2019), with PReLU and no pooling.

    Two variants are published under similar names. insightface's arcface_torch gives the first unit of every
    stage a convolution as shortcut, and a bias to the last normalisation. AdaFace and CVLface, after
    InsightFace_Pytorch ("IR"), have such a convolution only where the number of channels changes, which it
    does not in the first stage, and a last normalisation without parameters.

    Nothing follows the last feature map but a linear layer and normalisation with fixed statistics. Dropout,
    which stands between them while a published network is trained, is left out.

    Parameters
    ----------
    units : sequence of int
        How many units each of the four stages has.
    dim : int
        Length of the embedding.
    ir : bool
        Whether it is the variant of AdaFace and CVLface.
    """

    channels = WIDTHS[-1]
    grid = 7

    def __init__(self, units: Sequence[int], dim: int = 512, *, ir: bool = False) -> None:
        super().__init__()
        stem = WIDTHS[0]
        self.conv1 = nn.Conv2d(3, stem, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(stem)
        self.prelu = nn.PReLU(stem)
        self.layer1 = _stage(stem, WIDTHS[0], units[0], projected=not ir)
        self.layer2 = _stage(WIDTHS[0], WIDTHS[1], units[1])
        self.layer3 = _stage(WIDTHS[1], WIDTHS[2], units[2])
        self.layer4 = _stage(WIDTHS[2], WIDTHS[3], units[3])
        self.bn2 = nn.BatchNorm2d(self.channels)
        self.fc = nn.Linear(self.channels * self.grid**2, dim)
        self.features = nn.BatchNorm1d(dim, affine=not ir)

    def forward(self, x: Tensor) -> Features:
        """Embed crops.

        Parameters
        ----------
        x : Tensor, shape (n, 3, 112, 112)
            Value / 127.5 - 1, channels in the order of the weights.

        Returns
        -------
        Features
            Raw embeddings (n, dim) and the last feature map (n, 512, 7, 7), already normalised.
        """
        x = self.prelu(self.bn1(self.conv1(x)))
        feature_map = self.bn2(self.layer4(self.layer3(self.layer2(self.layer1(x)))))
        return Features(self.project(feature_map), feature_map)

    def project(self, feature_map: Tensor) -> Tensor:
        """Apply the head alone to maps (n, 512, 7, 7); returns raw embeddings (n, dim)."""
        embedding: Tensor = self.features(self.fc(feature_map.flatten(1)))
        return embedding

    def head_map(self) -> HeadMap:
        """Return the head as one matrix for each position."""
        scale, shift = affine(self.features)
        weight = self.fc.weight.detach().double() * scale[:, None]
        matrices = weight.reshape(len(weight), self.channels, -1).permute(2, 0, 1).contiguous()
        ones = torch.ones(self.channels, self.grid, self.grid, dtype=torch.float64)
        return HeadMap(ones, matrices, self.fc.bias.detach().double() * scale + shift)


def _stage(inputs: int, outputs: int, units: int, *, projected: bool = True) -> nn.Sequential:
    first = ResidualUnit(inputs, outputs, 2, projected=projected)
    return nn.Sequential(first, *(ResidualUnit(outputs, outputs) for _ in range(units - 1)))
