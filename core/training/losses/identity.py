"""Classification of persons by their prototypes."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional


class IdentityLoss(nn.Module):
    """Cross-entropy of cosines with one prototype for each person, under a margin (L_ArcFace).

    Parameters
    ----------
    prototypes : Tensor, shape (people, dim)
        Where the prototypes begin, such as the persons' mean embeddings in the starting network; rows of
        any length.
    margin : nn.Module
        Cosines, labels and embedding norms to logits, see :mod:`core.recognition.margins`.
    """

    def __init__(self, prototypes: Tensor, margin: nn.Module) -> None:
        super().__init__()
        self.prototypes = nn.Parameter(functional.normalize(prototypes, dim=1))
        self.margin = margin

    def cosines(self, embedding: Tensor) -> Tensor:
        """Return plain cosines (n, people) of embeddings (n, dim)."""
        return functional.normalize(embedding, dim=1) @ functional.normalize(self.prototypes, dim=1).T

    def forward(self, embedding: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of raw embeddings (n, dim) of persons (n,); 0 when n is 0."""
        if not len(labels):
            return embedding.sum() * 0
        logits = self.margin(self.cosines(embedding), labels, embedding.norm(dim=1))
        return functional.cross_entropy(logits, labels)
