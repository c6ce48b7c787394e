"""The moving average of the weights."""

from __future__ import annotations

import copy
from typing import Generic, TypeVar

import torch
from torch import nn

Trained = TypeVar("Trained", bound=nn.Module)


class WeightAverage(Generic[Trained]):
    """An exponential moving average of a network, which is steadier than the network itself.

    The average of step t keeps min(decay, (1 + t) / (10 + t)) of the past, so that it does not hold on to
    the start.

    Parameters
    ----------
    network : Trained
        Copied.
    decay : float
        Share of the past that is kept; 0 follows the network at once.
    """

    def __init__(self, network: Trained, decay: float) -> None:
        self.network: Trained = copy.deepcopy(network).requires_grad_(False).eval()
        self._decay = decay

    @torch.no_grad()
    def update(self, network: Trained, step: int) -> None:
        """Follow the network after `step` steps."""
        keep = min(self._decay, (1 + step) / (10 + step))
        for mine, now in zip(self.network.parameters(), network.parameters(), strict=True):
            mine.lerp_(now, 1 - keep)
        for kept, given in zip(self.network.buffers(), network.buffers(), strict=True):
            kept.copy_(given)
