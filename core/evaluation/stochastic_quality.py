"""SER-FIQ: how much an embedding moves when parts of the network are left out at random."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.recognition.features import Backbone

SER_FIQ = "SER-FIQ"
PASSES = 100
DROPOUT = 0.5
_CHUNK = 16


class StochasticQuality:
    """q = 2 / (1 + exp(d)), d the mean distance of any two of m embeddings (Terhörst et al., CVPR 2020).

    Each embedding comes from the last feature map with half of its entries dropped, where the paper's
    networks have their dropout. The same `passes` masks serve every face, so that the result is reproducible.
    The paper doubles the mean distance, which changes no order.

    Parameters
    ----------
    backbone : Backbone
        The network; its head is run again for each mask.
    passes : int
        m.
    seed : int
        Of the masks.
    """

    def __init__(self, backbone: Backbone, passes: int = PASSES, seed: int = 0) -> None:
        self._backbone = backbone
        generator = torch.Generator().manual_seed(seed)
        shape = (passes, backbone.channels, backbone.grid, backbone.grid)
        kept = torch.rand(shape, generator=generator) >= DROPOUT
        self._masks: Tensor = kept / (1 - DROPOUT)

    @torch.inference_mode()
    def quality(self, feature_map: NDArray[np.float32]) -> float:
        """Return the quality of one face, in (0, 1], from its feature map (channels, rows, columns)."""
        features = torch.from_numpy(np.ascontiguousarray(feature_map))
        embeddings = torch.cat(
            [self._backbone.project(features * masks) for masks in torch.split(self._masks, _CHUNK)]
        )
        distances = torch.pdist(functional.normalize(embeddings))
        return float(2.0 / (1.0 + torch.exp(distances.mean())))
