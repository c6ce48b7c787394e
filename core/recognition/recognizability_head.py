"""The heads that read the recognizability index off what the backbone gives."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RecognizabilityHead(nn.Module):
    """xi_hat = FC(Dropout(v)), Chai et al., CVPR 2023 (confidence 90 %).

    The embedding is divided by a constant so that its entries are of the order of 1, whatever length the
    backbone gives it; that and the optional second input, the logarithm of the length, are ours.

    Parameters
    ----------
    dim : int
        Length of the embedding.
    dropout : float
        Share of its entries that are dropped in training.
    with_norm : bool
        Whether log |v| is an input of its own.
    typical_norm : float
        Length of an ordinary embedding; kept with the weights.
    """

    typical_norm: Tensor

    def __init__(
        self, dim: int, dropout: float = 0.4, with_norm: bool = False, typical_norm: float = 1.0
    ) -> None:
        super().__init__()
        self.with_norm = with_norm
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(dim + with_norm, 1)
        self.register_buffer("typical_norm", torch.tensor(typical_norm))

    def forward(self, embedding: Tensor, feature_map: Tensor | None = None) -> Tensor:
        """Return the index, shape (n,), of raw embeddings (n, dim); the map (n, c, r, r) is not looked at."""
        scaled = embedding / self.typical_norm
        inputs = self.dropout(scaled * scaled.shape[1] ** 0.5)
        if self.with_norm:
            length = torch.log(scaled.norm(dim=1, keepdim=True).clamp(min=1e-6))
            inputs = torch.cat([inputs, length], 1)
        index: Tensor = self.linear(inputs)
        return index[:, 0]


class PooledRecognizabilityHead(nn.Module):
    """A linear head on log |v| and on the mean of the last feature map over its positions; ours.

    Training makes the embedding the same whatever was done to the picture, so that its direction says little
    of how recognizable a face is; its length and the features before the head say more.

    Parameters
    ----------
    channels : int
        Of the last feature map.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.linear = nn.Linear(1 + channels, 1)

    def forward(self, embedding: Tensor, feature_map: Tensor) -> Tensor:
        """Return the index, shape (n,), of raw embeddings (n, dim) and maps (n, channels, rows, columns)."""
        index: Tensor = self.linear(pooled_inputs(embedding, feature_map.mean((2, 3))))
        return index[:, 0]


def pooled_inputs(embedding: Tensor, pooled: Tensor) -> Tensor:
    """Join what a pooled head sees.

    Parameters
    ----------
    embedding : Tensor, shape (n, dim)
        Raw.
    pooled : Tensor, shape (n, channels)
        Means over the positions of the feature map.

    Returns
    -------
    Tensor, shape (n, 1 + channels)
        log |v|, then the means.
    """
    length = embedding.norm(dim=1, keepdim=True).clamp(min=1e-6)
    return torch.cat([length.log(), pooled], 1)
