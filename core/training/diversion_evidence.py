"""Whether index diversion does what it is for: hard faces leave the indices of the unrecognizable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.imaging.degradation import resample_through
from core.recognition.network import RecognizabilityNetwork
from core.recognition.unrecognizable import is_unrecognizable
from core.training.inputs import as_input
from core.training.unrecognizable_centre import degrade_beyond_recognition
from core.types import Preprocessing

HARD_PX = 16
_BATCH = 32
_LEAST = 8


@dataclass(frozen=True, slots=True)
class UnrecognizedShare:
    """Hard faces whose index cannot be told from that of unrecognizable crops.

    Attributes
    ----------
    within, faces : int
        Faces of 16 px with (xi_hat - mu_UI) / sigma_UI < tau, and all that were looked at.
    tau : float
        The margin.
    mean, std : float
        mu_UI and sigma_UI of the same head.
    unrecognizable : int
        Crops behind them.
    """

    within: int
    faces: int
    tau: float
    mean: float
    std: float
    unrecognizable: int


def unrecognized_share(
    network: RecognizabilityNetwork,
    preprocessing: Preprocessing,
    crops: NDArray[np.uint8],
    tau: float,
    seed: int,
) -> UnrecognizedShare | None:
    """Count the hard faces within `tau` standard deviations of the unrecognizable mean.

    Parameters
    ----------
    network : RecognizabilityNetwork
        Put in evaluation mode.
    preprocessing : Preprocessing
        How it is fed.
    crops : ndarray of uint8, shape (n, 112, 112, 3)
        Clean faces of people it was not trained on.
    tau : float
        The margin of index diversion.
    seed : int
        For the unrecognizable crops.

    Returns
    -------
    UnrecognizedShare or None
        None when fewer than eight degraded crops lose the identity in this network.
    """
    network.eval()
    rng = np.random.default_rng(seed)
    clean, _ = _run(network, preprocessing, crops)
    ruined, index = _run(
        network, preprocessing, np.stack([degrade_beyond_recognition(c, rng) for c in crops])
    )
    lost = is_unrecognizable(clean, ruined)
    if lost.sum() < _LEAST:
        return None
    mean, std = float(index[lost].mean()), float(index[lost].std(ddof=1))
    _, hard = _run(network, preprocessing, np.stack([resample_through(crop, HARD_PX) for crop in crops]))
    within = int(((hard - mean) / std < tau).sum())
    return UnrecognizedShare(within, len(crops), tau, mean, std, int(lost.sum()))


@torch.inference_mode()
def _run(
    network: RecognizabilityNetwork, preprocessing: Preprocessing, crops: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    embeddings, index = [], []
    for start in range(0, len(crops), _BATCH):
        output = network(as_input(crops[start : start + _BATCH], preprocessing))
        embeddings.append(torch.nn.functional.normalize(output.embedding).numpy())
        index.append(output.recognizability.numpy())
    return np.concatenate(embeddings), np.concatenate(index).astype(np.float64)
