"""Distillation: the frozen network's embedding of the clean picture is the target for its degraded copy.

Beside the losses of the paper. It is known to carry most of the gain when persons are few: the frozen
network has seen far more people than the ones at hand, and its embeddings say how they relate.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


class DirectionDistillation:
    """Mean of weight_i (1 - cos(student_i, teacher_i))."""

    def __call__(self, student: Tensor, teacher: Tensor, weights: Tensor) -> Tensor:
        """Return the loss of embeddings (n, dim) against targets (n, dim) with weights (n,)."""
        return (weights * (1 - functional.cosine_similarity(student, teacher, dim=1))).mean()


class SimilarityDistillation:
    """Mean squared difference between the similarity matrices of a batch (relational knowledge).

    The pairs of a face with itself, which always agree, count as well.
    """

    def __call__(self, student: Tensor, teacher: Tensor) -> Tensor:
        """Return the loss of embeddings (n, dim) against targets (n, dim)."""
        s, t = functional.normalize(student, dim=1), functional.normalize(teacher, dim=1)
        return (s @ s.T - t @ t.T).square().mean()


class ContrastiveDistillation:
    """Cross-entropy that picks each face's own target among the targets of all other people.

    logits = s [cos(student_i, teacher_i) - margin, cos(student_i, bank_j) ...], with the pictures of the same
    person left out of the bank. Where the direction alone lets a very small face settle near the mean of all
    targets, this asks for what tells it apart from the others (Oord et al. 2018; the bank is constant, so it
    may be large).

    Parameters
    ----------
    scale : float
        s, the inverse of the temperature.
    margin : float
        Taken off the cosine with the own target.
    """

    def __init__(self, scale: float = 30.0, margin: float = 0.1) -> None:
        self.scale = scale
        self.margin = margin

    def __call__(self, student: Tensor, teacher: Tensor, bank: Tensor, same_person: Tensor) -> Tensor:
        """Return the loss.

        Parameters
        ----------
        student, teacher : Tensor, shape (n, dim)
            Embeddings and their targets, any length.
        bank : Tensor, shape (m, dim)
            Unit-length targets of other pictures.
        same_person : Tensor of bool, shape (n, m)
            Which of them show the same person and so do not count.

        Returns
        -------
        Tensor
            A scalar.
        """
        s, t = functional.normalize(student, dim=1), functional.normalize(teacher, dim=1)
        own = (s * t).sum(1, keepdim=True) - self.margin
        others = (s @ bank.T).masked_fill(same_person, -torch.inf)
        logits = self.scale * torch.cat([own, others], 1)
        return (torch.logsumexp(logits, 1) - logits[:, 0]).mean()
