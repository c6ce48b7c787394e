"""The loss of perceptibility attention."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def perceptible_part(embedding: Tensor, centre: Tensor) -> Tensor:
    """Take the unrecognizable direction out of embeddings.

    v' = v^ - (v^ . u) u with u = vUI / |vUI|, Chai et al., CVPR 2023 (reconstructed, confidence 70 %). v' is
    orthogonal to u, and its length is the sine of the angle between v and u.

    Parameters
    ----------
    embedding : Tensor, shape (n, dim)
        Any length.
    centre : Tensor, shape (dim,)
        vUI, any length.

    Returns
    -------
    Tensor, shape (n, dim)
        v', without gradient.
    """
    v = functional.normalize(embedding.detach(), dim=1)
    u = functional.normalize(centre.detach(), dim=0)
    return v - (v @ u)[:, None] * u


class PerceptibilityLoss:
    """L_MSE = mean over faces of |v_attn - v'|², Chai et al., CVPR 2023 (reconstructed, confidence 70 %)."""

    def __call__(self, attended: Tensor, embedding: Tensor, centre: Tensor) -> Tensor:
        """Return the loss of attended embeddings (n, dim) for raw embeddings (n, dim)."""
        return (attended - perceptible_part(embedding, centre)).square().sum(1).mean()
