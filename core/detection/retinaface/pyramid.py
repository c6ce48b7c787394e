"""Feature pyramid (Lin et al., CVPR 2017) and context modules (SSH: Najibi et al., ICCV 2017)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.detection.retinaface.layers import activated, convolution


def slope_below_zero(channels: int) -> float:
    """Return the slope of the leaky ReLUs, which the published networks choose by their width."""
    return 0.1 if channels <= 64 else 0.0


class FeaturePyramid(nn.Module):
    """Brings the coarse feature maps into the finer ones.

    Layers are named output1.., merge1.. from the finest level on, as in biubug6/Pytorch_Retinaface.

    Parameters
    ----------
    inputs : sequence of int
        Channels of the feature maps, finest first.
    channels : int
        Channels of all results.
    """

    def __init__(self, inputs: Sequence[int], channels: int) -> None:
        super().__init__()
        slope = slope_below_zero(channels)
        self.levels = len(inputs)
        for level, width in enumerate(inputs, start=1):
            self.add_module(f"output{level}", activated(width, channels, 1, slope=slope))
        for level in range(1, self.levels):
            self.add_module(f"merge{level}", activated(channels, channels, slope=slope))

    def forward(self, maps: Sequence[Tensor]) -> list[Tensor]:
        """Return as many maps of `channels` channels and the same sizes, finest first."""
        merged = [self.get_submodule(f"output{level}")(x) for level, x in enumerate(maps, start=1)]
        for level in range(self.levels - 1, 0, -1):
            finer = merged[level - 1]
            enlarged = functional.interpolate(merged[level], size=finer.shape[2:], mode="nearest")
            merged[level - 1] = self.get_submodule(f"merge{level}")(finer + enlarged)
        return merged


class ContextModule(nn.Module):
    """Looks at 3x3, 5x5 and 7x7 px of a feature map and keeps its shape.

    Layers are named as in biubug6/Pytorch_Retinaface.

    Parameters
    ----------
    channels : int
        Half of them come from 3x3 px, a quarter each from 5x5 and 7x7 px.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        half, quarter, slope = channels // 2, channels // 4, slope_below_zero(channels)
        self.conv3X3 = nn.Sequential(*convolution(channels, half))
        self.conv5X5_1 = activated(channels, quarter, slope=slope)
        self.conv5X5_2 = nn.Sequential(*convolution(quarter, quarter))
        self.conv7X7_2 = activated(quarter, quarter, slope=slope)
        self.conv7x7_3 = nn.Sequential(*convolution(quarter, quarter))

    def forward(self, x: Tensor) -> Tensor:
        """Return the context of every position."""
        shared = self.conv5X5_1(x)
        parts = [self.conv3X3(x), self.conv5X5_2(shared), self.conv7x7_3(self.conv7X7_2(shared))]
        return torch.relu(torch.cat(parts, dim=1))
