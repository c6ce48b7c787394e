"""Deletion and insertion: whether a map says where the network takes its answer from, on this very crop.

Petsiuk et al., "RISE" (2018): regions are replaced by something that shows nothing, in the order of the map
(deletion), or put back into it (insertion), and the answer of the network is watched. A good map makes it
fall early in the one and rise early in the other. Ours are the choices below.

Filling: the crop itself, blurred until nobody could recognize it. Its embedding lies near the unrecognizable
cluster, which is also what both decompositions take as their zero, and it keeps the brightness of the place,
so that a replaced region brings few edges that were not there.

Random maps: random orders of the cells fall apart into specks, which any smooth map beats. The twenty maps to
beat are smooth random fields instead. The correlation of neighbouring cells in them is 0.6 (median), as in
maps of decomposition and perceptibility (0.5 to 0.6), and more than in those of pairs (0.15 to 0.5), which
thereby meet the harder test. Of each field its negative is used as well: it takes the cells in the opposite
order, so its two curves are those of the field read backwards, which halves the cost. A map that knows
nothing beats 19 of 20 with a probability of 1 in 11; with twenty independent fields it would be 2 in 21.

The fields and their crops depend on the crop alone, so all maps of one crop are compared with the same ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import Faithfulness
from core.types.attention import area

STEPS = 7
"""Steps of a curve. An odd number, so that rounding to whole cells is the same from both ends."""

RANDOM_MAPS = 20
"""Maps to compare with: fields and their negatives."""

FILLING_BLUR = 24.0
"""Standard deviation of the blur of the filling, in px of a crop of 112 px."""

FIELD_BLUR = 0.8
"""Standard deviation of the blur that makes a random field of noise, in cells."""

Embed = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Crops (n, size, size, 3) to raw embeddings (n, dim)."""

Score = Callable[[NDArray[np.float32]], NDArray[np.float64]]
"""Raw embeddings (n, dim) to what the map claims to explain, (n,); higher is more of it."""


class FaithfulnessTest:
    """Deletion and insertion on one crop.

    The random maps run through the network once, at the first test; each further map costs the crops of its
    own two curves.

    Parameters
    ----------
    crop : ndarray of uint8, shape (size, size, 3)
        The crop that the maps belong to.
    grid : tuple of int
        Rows and columns of the maps.
    embed : callable
        The network.
    """

    def __init__(self, crop: NDArray[np.uint8], grid: tuple[int, int], embed: Embed) -> None:
        self._crop = crop
        self._grid = grid
        self._embed = embed
        self._filling = np.asarray(cv2.GaussianBlur(crop, (0, 0), FILLING_BLUR), np.uint8)
        self._ends: NDArray[np.float32] | None = None
        self._random: list[NDArray[np.float32]] = []

    def run(self, values: NDArray[np.floating], score: Score) -> Faithfulness:
        """Test one map.

        Parameters
        ----------
        values : ndarray, shape (rows, columns)
            The map. Cells are taken from the highest value to the lowest, equal ones row by row.
        score : callable
            What the map claims to explain.

        Returns
        -------
        Faithfulness
            Both curves, and the margins of the random maps.
        """
        if self._ends is None:
            self._begin()
        assert self._ends is not None
        whole, nothing = (float(end) for end in score(self._ends))
        deletion, insertion = _curves(score(self._embed(self._replaced(values))), whole, nothing)
        random: list[float] = []
        for raw in self._random:
            falling, rising = _curves(score(raw), whole, nothing)
            margin = area(rising) - area(falling)
            random += [margin, -margin]
        return Faithfulness(deletion, insertion, tuple(random))

    def _begin(self) -> None:
        fields = random_fields(self._crop, self._grid, RANDOM_MAPS // 2)
        crops = [self._crop[None], self._filling[None], *map(self._replaced, fields)]
        raw = self._embed(np.concatenate(crops))
        self._ends = raw[:2]
        self._random = np.split(raw[2:], len(fields))

    def _replaced(self, values: NDArray[np.floating]) -> NDArray[np.uint8]:
        """Return the crops inside a map's curves: first those of the deletion, then of the insertion."""
        order = np.argsort(-values.ravel(), kind="stable")
        counts = [round(len(order) * step / STEPS) for step in range(1, STEPS)]
        crops = [self._without(order[:count]) for count in counts]
        crops += [self._without(order[count:]) for count in counts]
        return np.stack(crops)

    def _without(self, cells: NDArray[np.int64]) -> NDArray[np.uint8]:
        rows, columns = self._grid
        mask = np.zeros(rows * columns, bool)
        mask[cells] = True
        side = len(self._crop)
        place = np.ix_(np.arange(side) * rows // side, np.arange(side) * columns // side)
        return np.where(mask.reshape(self._grid)[place][..., None], self._filling, self._crop)


def random_fields(crop: NDArray[np.uint8], grid: tuple[int, int], count: int) -> NDArray[np.float64]:
    """Make smooth random maps, the same ones whenever the crop is the same.

    Parameters
    ----------
    crop : ndarray of uint8, shape (size, size, 3)
        Its bytes are the seed.
    grid : tuple of int
        Rows and columns.
    count : int
        How many.

    Returns
    -------
    ndarray of float64, shape (count, rows, columns)
        White noise on a larger grid, blurred and cut out, so that the fields are alike everywhere.
    """
    rng = np.random.default_rng(np.frombuffer(hashlib.sha256(crop.tobytes()).digest(), np.uint32))
    down, across = (_blur(cells) for cells in grid)
    return down @ rng.standard_normal((count, down.shape[1], across.shape[1])) @ across.T


def _blur(cells: int) -> NDArray[np.float64]:
    margin = int(np.ceil(3 * FIELD_BLUR))
    distance = np.arange(cells)[:, None] + margin - np.arange(cells + 2 * margin)[None]
    return np.asarray(np.exp(-0.5 * (distance / FIELD_BLUR) ** 2))


def _curves(
    inner: NDArray[np.float64], whole: float, nothing: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    deletion, insertion = np.split(inner, 2)
    return (whole, *deletion.tolist(), nothing), (nothing, *insertion.tolist(), whole)
