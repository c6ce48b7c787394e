"""ResNet-50 (He et al., CVPR 2016), as the body of a detector."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from core.detection.retinaface.layers import convolution

_EXPANSION = 4


class ResNet50(nn.Module):
    """The four layers of the network, without its classifier.

    The stride of a bottleneck lies in its 3x3 convolution, and layers are named, as in torchvision.

    Parameters
    ----------
    steps : tuple of int
        Strides whose feature maps are wanted; layers beyond the last are left out.
    """

    CHANNELS = {4: 256, 8: 512, 16: 1024, 32: 2048}  # noqa: RUF012

    def __init__(self, steps: tuple[int, ...]) -> None:
        super().__init__()
        self.steps = steps
        self.conv1, self.bn1 = convolution(3, 64, 7, 2)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        widths = (64, *self.CHANNELS.values())
        for number, ((inputs, outputs), blocks) in enumerate(
            zip(pairwise(widths), (3, 4, 6, 3), strict=True), start=1
        ):
            if 2 ** (number + 1) <= steps[-1]:
                first = Bottleneck(inputs, outputs, 1 if number == 1 else 2)
                rest = [Bottleneck(outputs, outputs, 1) for _ in range(blocks - 1)]
                self.add_module(f"layer{number}", nn.Sequential(first, *rest))

    def forward(self, x: Tensor) -> list[Tensor]:
        """Return the feature maps.

        Parameters
        ----------
        x : Tensor, shape (n, 3, height, width)
            Pictures.

        Returns
        -------
        list of Tensor
            One for each of `steps`: (n, channels, ceil(height / step), ceil(width / step)).
        """
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        maps = {}
        for number, stride in enumerate(self.CHANNELS, start=1):
            if stride <= self.steps[-1]:
                maps[stride] = x = self.get_submodule(f"layer{number}")(x)
        return [maps[step] for step in self.steps]


class Bottleneck(nn.Module):
    """Three convolutions (1x1, 3x3, 1x1) around which the input is led.

    Parameters
    ----------
    inputs, outputs : int
        Channels.
    stride : int
        Of the 3x3 convolution.
    """

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        width = outputs // _EXPANSION
        self.conv1, self.bn1 = convolution(inputs, width, 1)
        self.conv2, self.bn2 = convolution(width, width, 3, stride)
        self.conv3, self.bn3 = convolution(width, outputs, 1)
        self.relu = nn.ReLU(inplace=True)
        self.downsample: nn.Sequential | None = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(*convolution(inputs, outputs, 1, stride))

    def forward(self, x: Tensor) -> Tensor:
        """Return relu(x + F(x)), where x goes through a 1x1 convolution when the shape changes."""
        shortcut = x if self.downsample is None else self.downsample(x)
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        return torch.relu(self.bn3(self.conv3(y)) + shortcut)
