"""Quality heads fitted to a frozen network: the recognizability index, and CR-FIQA's certainty, a peer."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from core.recognition.recognizability_head import PooledRecognizabilityHead, pooled_inputs
from core.training.frozen_faces import FrozenFaces
from core.training.losses.recognizability_target import Form, Proximities, RecognizabilityTarget

STEPS = 2000
DECAY = 10.0
"""Of the index head. Chosen on the validation people: with less of it the means learn the training faces."""

_BATCH = 256
_RATE = 3e-3
_WEIGHT_DECAY = 1e-3
_CERTAINTY_BETA = 0.5
_CERTAINTY_EPS = 1e-9
_SMALLEST = 1e-6


def fit_index(
    faces: FrozenFaces, form: Form, to_centre: Tensor | None, decay: float = DECAY
) -> PooledRecognizabilityHead:
    """Fit the recognizability index.

    The target is that of Chai et al., see
    :class:`~core.training.losses.recognizability_target.RecognizabilityTarget`, against prototypes that leave
    the picture itself out. Their loss, smooth-L1 with beta 0.75, is a square wherever the error is smaller
    than that, as it is for a bounded target; so the head is the solution of a ridge regression, and the same
    faces always give the same head.

    Parameters
    ----------
    faces : FrozenFaces
        What the head learns from.
    form : str
        Form of the target.
    to_centre : Tensor or None, shape (n,)
        Cosine with the unrecognizable centre for the factor d_UI; None leaves the factor out.
    decay : float
        Penalty on the squared weights of the means, per face and in units of their standard deviation. That
        of the length is free.

    Returns
    -------
    PooledRecognizabilityHead
        In evaluation mode.
    """
    none = torch.zeros_like(faces.own)
    distances = Proximities(1 - faces.own, 1 - faces.nearest, 1 - (none if to_centre is None else to_centre))
    target = RecognizabilityTarget(form, with_centre=to_centre is not None)(distances).double()
    inputs = pooled_inputs(faces.raw, faces.pooled).double()
    mean, std = _moments(inputs)
    standard = (inputs - mean) / std
    penalty = torch.full((standard.shape[1],), decay * len(standard), dtype=torch.float64)
    penalty[0] = _SMALLEST
    centred = target - target.mean()
    weights = torch.linalg.solve(standard.T @ standard + penalty.diag(), standard.T @ centred) / std
    head = PooledRecognizabilityHead(faces.pooled.shape[1])
    with torch.no_grad():
        head.linear.weight.copy_(weights[None])
        head.linear.bias.fill_(float(target.mean() - weights @ mean))
    return head.eval()


class CertaintyHead(nn.Module):
    """The quality head of CR-FIQA (Boutros et al., CVPR 2023): a linear function of the embedding.

    Parameters
    ----------
    dim : int
        Length of the embedding.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.linear = nn.Linear(dim, 1)

    def forward(self, embedding: Tensor) -> Tensor:
        """Return the expected certainty ratio, shape (n,), of raw embeddings (n, dim)."""
        ratio: Tensor = self.linear(embedding)
        return ratio[:, 0]


def fit_certainty(faces: FrozenFaces, seed: int) -> CertaintyHead:
    """Fit CR-FIQA's head: cosine with the own person divided by the largest with another one.

    The paper trains it together with the embedding; here the embedding is given, as for every other measure.
    The prototypes leave the picture itself out.

    Parameters
    ----------
    faces : FrozenFaces
        What the head learns from.
    seed : int
        Of the first weights and the order.

    Returns
    -------
    CertaintyHead
        In evaluation mode.
    """
    ratio = (faces.own / (faces.nearest + _CERTAINTY_EPS)).clamp(-10.0, 10.0)
    torch.manual_seed(seed)
    head = CertaintyHead(faces.raw.shape[1])
    (mean, std), (centre, scale) = _moments(faces.raw), _moments(ratio)
    _fit(head, head.forward, (faces.raw - mean) / std, (ratio - centre) / scale, _CERTAINTY_BETA, STEPS)
    with torch.no_grad():
        head.linear.weight *= scale / std
        head.linear.bias.mul_(scale).add_(centre - head.linear.weight[0] @ mean)
    return head.eval()


def _moments(values: Tensor) -> tuple[Tensor, Tensor]:
    return values.mean(0), values.std(0).clamp(min=_SMALLEST)


def _fit(
    head: nn.Module, read: Callable[[Tensor], Tensor], inputs: Tensor, target: Tensor, beta: float, steps: int
) -> None:
    optimizer = torch.optim.AdamW(head.parameters(), lr=_RATE, weight_decay=_WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, steps)
    loss = nn.SmoothL1Loss(beta=beta)
    head.train()
    generator = torch.Generator().manual_seed(torch.initial_seed())
    for _ in range(steps):
        rows = torch.randint(len(inputs), (min(_BATCH, len(inputs)),), generator=generator)
        optimizer.zero_grad()
        loss(read(inputs[rows]), target[rows]).backward()
        optimizer.step()
        schedule.step()
