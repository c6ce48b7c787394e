"""A crop and its mirror image, seen by one network and answered as one."""

from __future__ import annotations

import torch
from torch import Tensor

from core.recognition.features import Backbone, Features, HeadMap


class MirroredBackbone(Backbone):
    """The mean of a network's embeddings of a crop and of its mirror image.

    A face and its mirror image are the same person, and at few pixels the two see different noise. Feature
    maps lie side by side in the channels, the second one mirrored back, so that a position of the map means
    the same place of the crop in both; the head stays linear and its exact decomposition holds.

    Parameters
    ----------
    inner : Backbone
        The network.
    """

    def __init__(self, inner: Backbone) -> None:
        super().__init__()
        self.inner = inner
        self.channels = 2 * inner.channels
        self.grid = inner.grid

    def forward(self, x: Tensor) -> Features:
        """Embed crops (n, 3, 112, 112), prepared as the model's card says."""
        both = self.inner(torch.cat([x, x.flip(3)]))
        direct, mirrored = both.embedding.chunk(2)
        as_it_is, turned = both.feature_map.chunk(2)
        return Features((direct + mirrored) / 2, torch.cat([as_it_is, turned.flip(3)], 1))

    def project(self, feature_map: Tensor) -> Tensor:
        """Apply the head alone to maps (n, channels, grid, grid); returns raw embeddings (n, dim)."""
        as_it_is, turned = feature_map.chunk(2, 1)
        return (self.inner.project(as_it_is) + self.inner.project(turned.flip(3))) / 2

    def head_map(self) -> HeadMap:
        """Return the head as matrices in float64: half of the network's own and half of its mirror image."""
        weights, matrices, bias = self.inner.head_map()
        turned = matrices
        if len(matrices) > 1:
            grid = matrices.reshape(self.grid, self.grid, *matrices.shape[1:])
            turned = grid.flip(1).reshape(matrices.shape)
        return HeadMap(
            torch.cat([weights, weights.flip(2)]), torch.cat([matrices, turned], 2).contiguous() / 2, bias
        )


def unmirrored(backbone: Backbone) -> Backbone:
    """Return the network itself, whether or not it is wrapped."""
    return backbone.inner if isinstance(backbone, MirroredBackbone) else backbone
