"""Regression of the recognizability index."""

from __future__ import annotations

from torch import Tensor


class RecognizabilityLoss:
    """Smooth L1 between index and target, Chai et al., CVPR 2023 (confidence 90 %).

    With e = |xi_hat - xi|, the mean of e² / (2 beta) where e < beta, and of e - beta / 2 elsewhere.

    Parameters
    ----------
    beta : float
        Where the parabola goes over into the line.
    """

    def __init__(self, beta: float = 0.75) -> None:
        self.beta = beta

    def __call__(self, index: Tensor, target: Tensor) -> Tensor:
        """Return the loss of indices (n,) against targets (n,); 0 when n is 0."""
        error = (index - target.detach()).abs()
        each = (error.clamp(max=self.beta) ** 2) / (2 * self.beta) + (error - self.beta).clamp(min=0)
        return each.sum() / max(len(each), 1)
