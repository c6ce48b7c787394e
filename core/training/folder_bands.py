"""Edges of the bands of a model that was trained elsewhere, from whatever faces are at hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.recognition.features import Backbone
from core.recognition.recognizability import ERS
from core.training.bands import LEVELS, band_edges
from core.training.probe_measurement import measure_probes
from core.types import BandEdges, Preprocessing

LEAST_PEOPLE = 50
"""With fewer, a threshold at the false match rate used here rests on a handful of comparisons."""

_OUT_OF_REACH = 1.01
"""The ERS ends at 1, so that no face reaches this."""


def unknown_bands(reason: str) -> BandEdges:
    """Return edges that call every face low, because nothing better is known.

    Parameters
    ----------
    reason : str
        One sentence that says why they are not known.

    Returns
    -------
    BandEdges
        Neither "unrecognizable" nor "fair" nor "good" can be reached.
    """
    text = (
        f"{reason} The edges are therefore not known: every face is called low, whatever its {ERS}, and none "
        "unrecognizable, fair or good."
    )
    return BandEdges(0.0, _OUT_OF_REACH, _OUT_OF_REACH, text)


def folder_bands(
    backbone: Backbone,
    preprocessing: Preprocessing,
    centre: NDArray[np.float32],
    references: NDArray[np.uint8],
    seconds: NDArray[np.uint8],
    seed: int,
) -> BandEdges:
    """Derive the edges from people with two pictures each, as those of the shipped models were.

    Parameters
    ----------
    backbone : Backbone
        The network.
    preprocessing : Preprocessing
        How to feed it.
    centre : ndarray of float32, shape (dim,)
        Centre of its unrecognizable cluster.
    references, seconds : ndarray of uint8, shape (n, 112, 112, 3)
        Two aligned pictures of each of n people; the second is degraded.
    seed : int
        For the sizes of the probes.

    Returns
    -------
    BandEdges
        The edges with their derivation, or :func:`unknown_bands` when there are fewer than
        :data:`LEAST_PEOPLE` people or the network does not tell enough of them apart.
    """
    people = len(references)
    if people < LEAST_PEOPLE:
        return unknown_bands(
            f"Edges need two pictures of each of {LEAST_PEOPLE} people at least, in a folder for each, and "
            f"there were {people}."
        )
    measured = measure_probes(backbone, preprocessing, centre, references, seconds, seed)
    outcomes = measured.outcomes
    reached = f"{int(outcomes.accepted.sum())} of {len(outcomes.accepted)} mated pairs reach"
    accepted = f"{reached} {outcomes.threshold:.3f}"
    try:
        low, fair, good = band_edges(outcomes)
    except ValueError:
        return unknown_bands(f"Of {people} people, {accepted}: too few at every {ERS}.")
    levels = ", ".join(f"{level:.0%}" for level in LEVELS)
    text = (
        f"Smallest {ERS} at which the true accept rate of low-to-high pairs, fitted by isotonic regression, "
        f"reaches {levels} {measured.conditions('the folder')}; {accepted}. The people of the folder may be "
        "none like those of a case: provisional."
    )
    return BandEdges(low, fair, good, text)
