"""The views of one step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.training.made_ahead import made_ahead
from core.training.refinement.candidates import Candidates
from core.training.refinement.jitter import seen
from core.training.refinement.recipe import RefinementRecipe


@dataclass(frozen=True, slots=True, eq=False)
class ViewBatch:
    """What one process learns from in one step.

    Attributes
    ----------
    views : ndarray of uint8, shape (n, side, side, 3)
        RGB.
    landmarks : ndarray of float32, shape (n, 5, 2)
        From the middle of each view, in sides of it.
    is_face : ndarray of bool, shape (n,)
        Whether each is one.
    """

    views: NDArray[np.uint8]
    landmarks: NDArray[np.float32]
    is_face: NDArray[np.bool_]


class ViewBatches:
    """Makes batches, the next one while the network works on the last.

    The views of a step depend on the seed and the number of the step alone.

    Parameters
    ----------
    candidates : Candidates
        With faces and others.
    recipe : RefinementRecipe
        Seed, jitter and share of faces.
    share : slice
        Which views of a batch this process makes.
    """

    def __init__(self, candidates: Candidates, recipe: RefinementRecipe, share: slice) -> None:
        self._candidates = candidates
        self._recipe = recipe
        self._share = share
        self._faces = np.flatnonzero(candidates.is_face)
        self._others = np.flatnonzero(~candidates.is_face)

    def batch(self, step: int) -> ViewBatch:
        """Make the share of a step, counted from 0."""
        recipe = self._recipe
        chosen = np.random.default_rng((recipe.seed, step))
        faces = round(recipe.batch_size * recipe.losses.faces)
        rows = np.concatenate(
            [chosen.choice(self._faces, faces), chosen.choice(self._others, recipe.batch_size - faces)]
        )
        # Every process gets faces and others alike.
        rows = chosen.permutation(rows)
        views, points = [], []
        for place in range(recipe.batch_size)[self._share]:
            row, rng = rows[place], np.random.default_rng((recipe.seed, step, place))
            crop, landmarks = self._candidates.crops[row], self._candidates.landmarks[row]
            view, moved = seen(crop, landmarks, recipe.network, recipe.jitter, rng)
            views.append(view)
            points.append(moved)
        return ViewBatch(np.stack(views), np.stack(points), self._candidates.is_face[rows[self._share]])

    def batches(self, first: int, last: int) -> Iterator[tuple[int, ViewBatch]]:
        """Return the steps from `first` up to but not `last`, with their batches."""
        return made_ahead(self.batch, first, last)
