"""The unrecognizable cluster: which degraded crops belong to it, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types.arrays import read_only

MAX_COSINE = 0.25
"""A degraded crop is unrecognizable when its embedding has a smaller cosine with that of the clean crop."""


@dataclass(frozen=True, slots=True, eq=False)
class UnrecognizableReference:
    """Means over unrecognizable crops, for one network.

    Attributes
    ----------
    centre : ndarray of float32, shape (dim,)
        Mean of the L2-normalised embeddings; shorter than 1.
    contributions : ndarray of float32, shape (positions, dim)
        Mean of what each position of the feature map adds to the raw embedding.
    """

    centre: NDArray[np.float32]
    contributions: NDArray[np.float32]

    def __post_init__(self) -> None:
        centre = read_only("centre", self.centre, np.float32, (None,))
        object.__setattr__(self, "centre", centre)
        checked = read_only("contributions", self.contributions, np.float32, (None, len(centre)))
        object.__setattr__(self, "contributions", checked)


def is_unrecognizable(
    clean: NDArray[np.float32], degraded: NDArray[np.float32], max_cosine: float = MAX_COSINE
) -> NDArray[np.bool_]:
    """Say which degraded crops have lost the identity of the clean crop they were made from.

    Parameters
    ----------
    clean, degraded : ndarray of float32, shape (n, dim)
        Unit-length embeddings, row by row of the same face.
    max_cosine : float
        Largest cosine that is still unrecognizable.

    Returns
    -------
    ndarray of bool, shape (n,)
        True where cos(clean, degraded) is smaller.
    """
    return np.asarray(np.einsum("nd,nd->n", clean, degraded) < max_cosine)
