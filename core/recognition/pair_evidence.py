"""The exact decomposition of a similarity: which regions of the probe speak for and against a candidate.

The head of the network is linear, so the raw embedding of the probe is v = sum over p of c_p + b, with the
contribution c_p of each position p (:mod:`core.recognition.decomposition`). Compared with a vector g of unit
length, and with the mean contributions c_p,UI of unrecognizable faces as the reference, the similarity is

    <v, g> / |v| = sum over p of <c_p - c_p,UI, g> / |v|  +  <v_UI, g> / |v|,    v_UI = sum of c_p,UI + b.

The last term is the same wherever a feature lies: what an unrecognizable face in the probe's place would
add. Nothing is estimated, but the terms are arithmetic of one network, not features that two faces share.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.types import PairEvidence


def pair_evidence(
    contributed: NDArray[np.float64],
    reference: NDArray[np.floating],
    norm: float,
    embedding: NDArray[np.float32],
    compared: NDArray[np.float32],
    grid: tuple[int, int],
) -> PairEvidence:
    """Split the similarity of a probe and one vector of the gallery.

    Parameters
    ----------
    contributed : ndarray of float64, shape (rows * columns, dim)
        c_p of the probe.
    reference : ndarray, shape (rows * columns, dim)
        Mean contributions over unrecognizable crops.
    norm : float
        |v|, length of the probe's raw embedding.
    embedding : ndarray of float32, shape (dim,)
        The probe's embedding as it was compared, of unit length.
    compared : ndarray of float32, shape (dim,)
        g: whatever it was compared with, the embedding of a sample or a template of several.
    grid : tuple of int
        Rows and columns.

    Returns
    -------
    PairEvidence
        Values and constant add up to the similarity of `embedding` and `compared` in float64. The rounding
        of the float32 network, of the order of 1e-6, is in the constant.
    """
    g = compared.astype(np.float64)
    values = ((contributed - reference) @ g / norm).reshape(grid)
    similarity = float(embedding.astype(np.float64) @ g)
    return PairEvidence(values, similarity - float(values.sum()))
