"""Whether index diversion does what it is for: hard faces leave the indices of the unrecognizable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.imaging.degradation import resample_through
from core.recognition.index_head import RI
from core.recognition.network import RecognizabilityNetwork
from core.recognition.unrecognizable import is_unrecognizable
from core.training.network_system import NetworkSystem
from core.training.unrecognizable_centre import degrade_beyond_recognition
from core.types import Preprocessing

HARD_PX = 16
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
    system = NetworkSystem("", network, preprocessing)
    rng = np.random.default_rng(seed)
    clean = system.describe(crops)
    ruined = system.describe(np.stack([degrade_beyond_recognition(crop, rng) for crop in crops]))
    lost = is_unrecognizable(clean.vectors, ruined.vectors)
    if lost.sum() < _LEAST:
        return None
    index = ruined.qualities[RI][lost]
    mean, std = float(index.mean()), float(index.std(ddof=1))
    hard = system.describe(np.stack([resample_through(crop, HARD_PX) for crop in crops])).qualities[RI]
    within = int(((hard - mean) / std < tau).sum())
    return UnrecognizedShare(within, len(crops), tau, mean, std, int(lost.sum()))
