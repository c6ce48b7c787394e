"""What regions of a crop contribute, for the crop itself and towards a candidate, and whether that holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.types.arrays import read_only

NEEDED_BEATEN = 19
"""Of twenty random maps, how many a map must beat to be called informative."""


class AttentionKind(StrEnum):
    """How a map of one crop was made.

    `DECOMPOSITION` is exact: the share of each region in lifting the face out of the unrecognizable cluster,
    see `core.recognition.decomposition`. `PERCEPTIBILITY` is what a trained attention module says: how much
    more of a region it lets through than of the average one, see `core.recognition.perceptibility`.
    """

    DECOMPOSITION = "decomposition"
    PERCEPTIBILITY = "perceptibility"


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """Whether a map says where the network really takes its answer from, tested on one crop.

    The regions of the crop are replaced by a filling that shows nothing, step by step in the order of the
    map, see `core.recognition.faithfulness`.

    Attributes
    ----------
    deletion : tuple of float
        Score after each step of replacing the regions with the highest values first, from the whole crop to
        the filling alone. It should fall early.
    insertion : tuple of float
        Score after each step of putting those regions into the filling, from the filling alone to the whole
        crop. It should rise early.
    random : tuple of float
        Margin of each random map on the same crop and score.
    """

    deletion: tuple[float, ...]
    insertion: tuple[float, ...]
    random: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.deletion) != len(self.insertion) or len(self.deletion) < 2 or not self.random:
            raise ValueError("a test has two curves of equal length, and random maps to compare with")

    @property
    def deletion_area(self) -> float:
        """Mean height of the deletion curve, in units of the score."""
        return area(self.deletion)

    @property
    def insertion_area(self) -> float:
        """Mean height of the insertion curve, in units of the score."""
        return area(self.insertion)

    @property
    def margin(self) -> float:
        """Insertion area less deletion area; higher is better."""
        return self.insertion_area - self.deletion_area

    @property
    def beaten(self) -> int:
        """How many random maps have a smaller margin."""
        return sum(self.margin > other for other in self.random)

    @property
    def rank(self) -> int:
        """Place of the map among itself and the random maps, from 1."""
        return 1 + len(self.random) - self.beaten

    @property
    def informative(self) -> bool:
        """Whether the map beats at least 19 in 20 random maps."""
        return 20 * self.beaten >= NEEDED_BEATEN * len(self.random)


@dataclass(frozen=True, slots=True, eq=False)
class AttentionMap:
    """What each region of a crop contributes.

    Attributes
    ----------
    values : ndarray of float32, shape (rows, columns)
        Signed. For `DECOMPOSITION` the shares of the regions in the displacement of the face from the
        unrecognizable cluster, which add up to 1; for `PERCEPTIBILITY` gate / mean gate - 1, whose mean
        is 0.
    kind : AttentionKind
        How the map was made.
    faithfulness : Faithfulness or None
        The test of the map on its crop, None where it was not tested.
    """

    values: NDArray[np.float32]
    kind: AttentionKind
    faithfulness: Faithfulness | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", read_only("values", self.values, np.float32, (None, None)))


@dataclass(frozen=True, slots=True, eq=False)
class PairEvidence:
    """Which regions of a probe speak for and against a candidate, as arithmetic of the network.

    Attributes
    ----------
    values : ndarray of float64, shape (rows, columns)
        What each region adds to the similarity, compared with an unrecognizable face; negative against.
    constant : float
        What an unrecognizable face in the probe's place would add. Values and constant add up to the
        similarity.
    faithfulness : Faithfulness or None
        The test of the values on the probe's crop, None where they were not tested.
    """

    values: NDArray[np.float64]
    constant: float
    faithfulness: Faithfulness | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", read_only("values", self.values, np.float64, (None, None)))

    @property
    def speaking_for(self) -> float:
        """Sum of the positive values."""
        return float(self.values[self.values > 0].sum())

    @property
    def speaking_against(self) -> float:
        """Sum of the negative values."""
        return float(self.values[self.values < 0].sum())

    @property
    def similarity(self) -> float:
        """Sum of all values and the constant."""
        return float(self.values.sum()) + self.constant


def area(curve: tuple[float, ...]) -> float:
    """Return the mean height of a curve of evenly spaced points, by the trapezoidal rule."""
    return (sum(curve) - (curve[0] + curve[-1]) / 2) / (len(curve) - 1)
