"""The trained recognizability index of single embeddings, in float64."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.recognition.recognizability_head import RecognizabilityHead

RI = "RI"
"""What a :class:`~core.types.Recognizability` calls this index."""


@dataclass(frozen=True, slots=True, eq=False)
class IndexHead:
    """A trained :class:`~core.recognition.recognizability_head.RecognizabilityHead` as plain numbers.

    Worked out face by face and in float64, so that an index does not depend on the batch it was computed in.

    Attributes
    ----------
    weights : ndarray of float64, shape (dim,)
        For the raw embedding itself.
    norm_weight : float
        For log(|v| / typical_norm).
    bias : float
        The index of an embedding of which nothing is known.
    typical_norm : float
        Length of an ordinary embedding.
    """

    weights: NDArray[np.float64]
    norm_weight: float
    bias: float
    typical_norm: float

    @classmethod
    def of(cls, head: RecognizabilityHead) -> IndexHead:
        """Take the numbers out of a head.

        Parameters
        ----------
        head : RecognizabilityHead
            It is not changed.

        Returns
        -------
        IndexHead
            Its weights, those of the embedding already divided by the typical norm.
        """
        row = head.linear.weight.detach().numpy()[0].astype(np.float64)
        norm_weight = 0.0
        if head.with_norm:
            row, norm_weight = row[:-1], float(row[-1])
        typical = float(head.typical_norm)
        scale = len(row) ** 0.5 / typical
        return cls(row * scale, norm_weight, float(head.linear.bias.detach()[0]), typical)

    def index(self, raw: NDArray[np.floating]) -> float:
        """Return the recognizability index of a raw embedding, shape (dim,)."""
        v = np.asarray(raw, np.float64)
        length = max(float(np.linalg.norm(v)) / self.typical_norm, 1e-6)
        return float(self.weights @ v) + self.norm_weight * float(np.log(length)) + self.bias
