"""The Embedding Recognizability Score, until a trained head takes its place.

Deng et al., "Harnessing Unrecognizable Faces for Improving Face Recognition" (2021): embeddings of faces
that nobody could recognize gather in one cluster, and the distance from its centre says how recognizable a
face is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.types import ModelCard, Recognizability

ERS = "ERS"
"""What a :class:`~core.types.Recognizability` calls this index."""


def embedding_recognizability_score(
    embedding: NDArray[np.floating], unrecognizable_centre: NDArray[np.floating]
) -> float:
    """Give the distance of an embedding from the unrecognizable cluster.

    Parameters
    ----------
    embedding : ndarray, shape (dim,)
        Any length.
    unrecognizable_centre : ndarray, shape (dim,)
        Mean of the L2-normalised embeddings of unrecognizable crops; any length.

    Returns
    -------
    float
        min(1 - cos(embedding, centre), 1), in [0, 1]; 0 in the centre of the cluster.
    """
    v = np.asarray(embedding, dtype=np.float64)
    u = np.asarray(unrecognizable_centre, dtype=np.float64)
    cosine = float(v @ u) / (float(np.linalg.norm(v)) * float(np.linalg.norm(u)))
    return min(max(1.0 - cosine, 0.0), 1.0)


def grade(index: float, card: ModelCard) -> Recognizability:
    """Put an index into words.

    Parameters
    ----------
    index : float
        The recognizability index.
    card : ModelCard
        Whose band edges and kind apply.

    Returns
    -------
    Recognizability
        The index with its band.
    """
    return Recognizability(index, card.bands.band(index), card.recognizability, card.provisional)
