"""Perceptibility attention: which channels and places of the last feature map still say who it is.

Chai et al., CVPR 2023, add an attention module to the last feature map whose embedding is drawn to what is
left of the embedding once the direction of the unrecognizable cluster is taken out of it. Reconstructed: the
module is described as CBAM-like (Woo et al. 2018) and no code was published. Ours are the gates that begin
at exactly 1, and the use of the backbone's own head on the attended map, which keeps its exact spatial
decomposition: at each position the contribution of each channel is only scaled.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn


class Attended(NamedTuple):
    """A feature map after attention.

    Attributes
    ----------
    feature_map : Tensor, shape (n, channels, rows, columns)
        The map, scaled.
    weights : Tensor, shape (n, rows, columns)
        Spatial gate in (0, 2); 1 leaves a position as it is.
    """

    feature_map: Tensor
    weights: Tensor


class ChannelAttention(nn.Module):
    """A gate for each channel, from its mean and its maximum through one shared bottleneck.

    Parameters
    ----------
    channels : int
        Channels of the feature map.
    reduction : int
        How many times narrower the bottleneck is.
    """

    def __init__(self, channels: int, reduction: int = 16) -> None:
        super().__init__()
        self.squeeze = nn.Linear(channels, channels // reduction)
        self.excite = nn.Linear(channels // reduction, channels)
        nn.init.zeros_(self.excite.weight)
        nn.init.zeros_(self.excite.bias)

    def forward(self, feature_map: Tensor) -> Tensor:
        """Return gates (n, channels, 1, 1) in (0, 2) for a map (n, channels, rows, columns)."""
        pooled = torch.stack([feature_map.mean((2, 3)), feature_map.amax((2, 3))])
        gates: Tensor = self.excite(torch.relu(self.squeeze(pooled))).sum(0)
        return 2 * torch.sigmoid(gates)[:, :, None, None]


class SpatialAttention(nn.Module):
    """A gate for each position, from mean and maximum over the channels of its neighbourhood.

    Parameters
    ----------
    kernel : int
        Extent of the neighbourhood, odd.
    """

    def __init__(self, kernel: int = 3) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 1, kernel, padding=kernel // 2)
        for parameter in self.conv.parameters():
            nn.init.zeros_(parameter)

    def forward(self, feature_map: Tensor) -> Tensor:
        """Return gates (n, 1, rows, columns) in (0, 2) for a map (n, channels, rows, columns)."""
        pooled = torch.cat([feature_map.mean(1, keepdim=True), feature_map.amax(1, keepdim=True)], 1)
        return 2 * torch.sigmoid(self.conv(pooled))


class PerceptibilityAttention(nn.Module):
    """Channel attention followed by spatial attention; before training it changes nothing.

    Parameters
    ----------
    channels : int
        Channels of the feature map.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channel = ChannelAttention(channels)
        self.spatial = SpatialAttention()

    def forward(self, feature_map: Tensor) -> Attended:
        """Attend to a feature map (n, channels, rows, columns)."""
        attended = feature_map * self.channel(feature_map)
        gates: Tensor = self.spatial(attended)
        return Attended(attended * gates, gates[:, 0])
