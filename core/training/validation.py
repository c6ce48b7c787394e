"""The quick measurement inside a training run: low-to-high verification of people it never saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.imaging.alignment import CROP_SIZE
from core.imaging.degradation import resample_through
from core.training.dataset import FaceSet
from core.training.vectors import unit_rows

FMR = 1e-3


@dataclass(frozen=True, slots=True)
class Measurement:
    """How well probes of each size are told apart.

    Attributes
    ----------
    people : int
        Mated pairs at each size.
    acceptance, rank_one : dict of int to float
        By side in px: TAR at FMR 1e-3 of that size's own non-mated pairs, and closed-set rank 1.
    """

    people: int
    acceptance: dict[int, float]
    rank_one: dict[int, float]

    @property
    def score(self) -> float:
        """Mean acceptance over the sizes, 0 when nothing was measured."""
        return sum(self.acceptance.values()) / max(len(self.acceptance), 1)


class Validator:
    """Compares the second picture of each person, taken through a few px, with everybody's first picture.

    Parameters
    ----------
    faces : FaceSet
        The validation split.
    sizes : sequence of int
        Sides in px; 112 leaves the probe as it is.
    people : int
        Persons at most, 0 for all that have two pictures.
    """

    def __init__(self, faces: FaceSet, sizes: Sequence[int], people: int) -> None:
        first, second = faces.pairs(people)
        self._references = faces.crops[first]
        self._probes = {
            size: np.stack([_through(crop, size) for crop in faces.crops[second]]) if len(second) else None
            for size in sizes
        }

    @property
    def people(self) -> int:
        """Persons with two pictures."""
        return len(self._references)

    def measure(self, embed: Callable[[NDArray[np.uint8]], NDArray[np.float32]]) -> Measurement:
        """Measure a network.

        Parameters
        ----------
        embed : callable
            Crops (n, 112, 112, 3) to raw embeddings (n, dim).

        Returns
        -------
        Measurement
            By size; empty when nobody has two pictures.
        """
        acceptance, rank_one = {}, {}
        if self.people > 1:
            references = unit_rows(embed(self._references))
            for size, probes in self._probes.items():
                if probes is not None:
                    similarities = unit_rows(embed(probes)) @ references.T
                    acceptance[size] = true_accept_rate(similarities, FMR)
                    rank_one[size] = float((similarities.argmax(1) == np.arange(self.people)).mean())
        return Measurement(self.people, acceptance, rank_one)


def true_accept_rate(similarities: NDArray[np.floating], fmr: float) -> float:
    """Give the share of mated pairs over the threshold that `fmr` of the non-mated pairs exceed.

    Parameters
    ----------
    similarities : ndarray, shape (n, n)
        Probes by references; row i and column i are one person's.
    fmr : float
        False match rate.

    Returns
    -------
    float
        TAR. The threshold is the smallest similarity that no more than `fmr` of the non-mated pairs exceed.
    """
    mated = np.eye(len(similarities), dtype=bool)
    threshold = np.quantile(similarities[~mated], 1.0 - fmr, method="higher")
    return float((similarities[mated] > threshold).mean())


def _through(crop: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    return crop if size == CROP_SIZE else resample_through(crop, size)
