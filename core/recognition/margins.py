"""Angular margins: how cosines with class prototypes become the logits of a classification."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

_EDGE = 1e-4
"""How far a cosine stays from -1 and 1, where the derivative of the angle is infinite."""


class ArcFaceMargin(nn.Module):
    """logit_y = s cos(theta_y + m), Deng et al., CVPR 2019.

    Parameters
    ----------
    scale : float
        s.
    margin : float
        m, in radians. An angle is never taken beyond pi.
    """

    def __init__(self, scale: float = 64.0, margin: float = 0.5) -> None:
        super().__init__()
        self.scale = scale
        self.margin = margin

    def forward(self, cosines: Tensor, labels: Tensor, norms: Tensor) -> Tensor:
        """Return logits (n, classes); `norms` plays no part."""
        wanted = functional.one_hot(labels, cosines.shape[1]).bool()
        angles = cosines.clamp(-1 + _EDGE, 1 - _EDGE).arccos()
        moved = (angles + self.margin).clamp(max=torch.pi).cos()
        return self.scale * torch.where(wanted, moved, cosines)


class AdaFaceMargin(nn.Module):
    """A margin that trusts the length of the embedding, Kim et al., CVPR 2022.

    With z = clip(h (|v| - mean) / (std + 1e-3), -1, 1), the logit of the label is
    s (cos(theta_y - m z) - (m + m z)): a good picture is pushed by the angle, a poor one hardly at all.
    Mean and standard deviation of the lengths follow the batches by an exponential moving average.

    Parameters
    ----------
    scale, margin : float
        s and m.
    concentration : float
        h.
    momentum : float
        Weight of the new batch in the averages.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self, scale: float = 64.0, margin: float = 0.4, concentration: float = 0.333, momentum: float = 0.01
    ) -> None:
        super().__init__()
        self.scale = scale
        self.margin = margin
        self.concentration = concentration
        self.momentum = momentum
        self.register_buffer("mean", torch.tensor(20.0))
        self.register_buffer("std", torch.tensor(100.0))

    def forward(self, cosines: Tensor, labels: Tensor, norms: Tensor) -> Tensor:
        """Return logits (n, classes), and let the averages follow `norms`."""
        lengths = norms.detach().clamp(0.001, 100.0)
        self.mean.lerp_(lengths.mean(), self.momentum)
        self.std.lerp_(lengths.std(), self.momentum)
        z = (self.concentration * (lengths - self.mean) / (self.std + 1e-3)).clamp(-1.0, 1.0)[:, None]
        wanted = functional.one_hot(labels, cosines.shape[1]).bool()
        angles = cosines.clamp(-1 + _EDGE, 1 - _EDGE).arccos()
        moved = (angles - self.margin * z).clamp(_EDGE, torch.pi - _EDGE).cos() - (1 + z) * self.margin
        return self.scale * torch.where(wanted, moved, cosines)
