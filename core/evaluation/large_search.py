"""Search in galleries so large that not all similarities fit into memory at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.progress import Progress

Compare = Callable[[NDArray[np.float32], NDArray[np.float32]], NDArray[np.float32]]
DISTRACTOR = -100
"""Label of pictures of people that no probe shows."""


@dataclass(frozen=True, slots=True, eq=False)
class MateSearch:
    """Where the mates of each probe come in its candidate list.

    Attributes
    ----------
    ranks : ndarray of int64, shape (probes,)
        Rank of the best mate, from 1; others who are just as similar come before it.
    average_precision : ndarray of float64, shape (probes,)
        Over all mates, by trapezoids between the precision just before and at each mate, as the evaluation
        code that comes with TinyFace has it.
    """

    ranks: NDArray[np.int64]
    average_precision: NDArray[np.float64]


def search_in_chunks(
    probes: NDArray[np.float32],
    probe_labels: NDArray[np.integer],
    gallery: NDArray[np.float32],
    gallery_labels: NDArray[np.integer],
    compare: Compare,
    *,
    chunk: int = 256,
    progress: Progress | None = None,
) -> MateSearch:
    """Search every probe in the whole gallery, in which a person may have several pictures.

    Parameters
    ----------
    probes, gallery : ndarray of float32, shape (n, dim)
        Vectors of the pictures.
    probe_labels, gallery_labels : ndarray of int, shape (n,)
        Who is on them; :data:`DISTRACTOR` is nobody's mate.
    compare : callable
        Gives the similarities of all rows of two arrays.
    chunk : int
        Probes at once; memory grows with chunk times the size of the gallery.
    progress : Progress, optional
        Told after each chunk.

    Returns
    -------
    MateSearch
        Ranks and average precision.

    Raises
    ------
    ValueError
        If a probe has no mate.
    Cancelled
        If `progress` asks for it.
    """
    ranks = np.empty(len(probes), np.int64)
    precision = np.empty(len(probes), np.float64)
    for start in range(0, len(probes), chunk):
        if progress is not None:
            progress.step(start, len(probes), "searching")
        rows = compare(probes[start : start + chunk], gallery)
        for offset, similarities in enumerate(rows):
            label = probe_labels[start + offset]
            is_mate = (gallery_labels == label) & (label != DISTRACTOR)
            if not is_mate.any():
                raise ValueError(f"probe {start + offset} has no mate in the gallery")
            places = _mate_places(similarities, is_mate)
            ranks[start + offset] = places[0]
            precision[start + offset] = _average_precision(places)
    return MateSearch(ranks, precision)


def _mate_places(similarities: NDArray[np.float32], is_mate: NDArray[np.bool_]) -> NDArray[np.int64]:
    mates = np.sort(similarities[is_mate])[::-1]
    others = np.sort(similarities[~is_mate])
    before = len(others) - np.searchsorted(others, mates, side="left")
    return np.asarray(before + np.arange(1, len(mates) + 1), np.int64)


def _average_precision(places: NDArray[np.int64]) -> float:
    found = np.arange(1, len(places) + 1)
    just_before = np.where(places > 1, (found - 1) / np.maximum(places - 1, 1), 1.0)
    return float(((just_before + found / places) / 2.0).mean())
