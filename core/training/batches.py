"""The pictures of one step: chosen, mirrored, blended and degraded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.training.blending import Blends
from core.training.dataset import FaceSet
from core.training.degradation_model import degrade
from core.training.made_ahead import made_ahead
from core.training.recipe import Recipe
from core.training.sampler import IdentitySampler

NOBODY = -1
"""Label of a blend."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What one step learns from.

    Attributes
    ----------
    crops : ndarray of uint8, shape (n, 112, 112, 3)
        Degraded.
    indices : ndarray of int64, shape (n,)
        The picture each was made from; of a blend, the first of the two.
    blends : ndarray of int64, shape (n,)
        The number of the blend, `NOBODY` where there is none.
    labels : ndarray of int64, shape (n,)
        The person, `NOBODY` for a blend.
    partners : ndarray of int64, shape (n,)
        The second person of a blend, otherwise `NOBODY`.
    sizes : ndarray of float32, shape (n,)
        Side in px that each was taken through.
    """

    crops: NDArray[np.uint8]
    indices: NDArray[np.int64]
    blends: NDArray[np.int64]
    labels: NDArray[np.int64]
    partners: NDArray[np.int64]
    sizes: NDArray[np.float32]


class Batches(Protocol):
    """What gives a training run its batches."""

    @property
    def steps_per_epoch(self) -> int:
        """Steps in which every person has had a turn."""

    def batches(self, first: int, last: int) -> Iterator[tuple[int, Batch]]:
        """Yield the steps from `first` up to but not `last`, with their batches."""


class BatchSource:
    """Makes batches, the next one while the network works on the last.

    Each batch is a function of the seed and the number of the step.

    Parameters
    ----------
    faces : FaceSet
        The training split.
    blends : Blends
        Faces that nobody has.
    recipe : Recipe
        Batch size, seed and degradation.
    """

    def __init__(self, faces: FaceSet, blends: Blends, recipe: Recipe) -> None:
        self._faces = faces
        self._blends = blends
        self._recipe = recipe
        self._sampler = IdentitySampler(
            faces.labels, recipe.batch_size, recipe.data.largest_per_person, recipe.seed
        )

    @property
    def steps_per_epoch(self) -> int:
        """Steps in which every person has had a turn."""
        return self._sampler.steps_per_epoch

    def batch(self, step: int) -> Batch:
        """Make the batch of a step, counted from 0."""
        indices = self._sampler.batch(step).copy()
        blends, partners = np.full_like(indices, NOBODY), np.full_like(indices, NOBODY)
        crops = np.empty((len(indices), *self._faces.crops.shape[1:]), np.uint8)
        sizes = np.empty(len(indices), np.float32)
        for place in range(len(indices)):
            rng = np.random.default_rng((self._recipe.seed, step, place))
            crop = self._faces.crops[indices[place]]
            if rng.random() < self._recipe.degradation.blend:
                blends[place] = rng.integers(len(self._blends))
                crop, indices[place], second = self._blends[int(blends[place])]
                partners[place] = self._faces.labels[second]
            if rng.random() < 0.5:
                crop = np.ascontiguousarray(crop[:, ::-1])
            crops[place], sizes[place] = degrade(crop, rng, self._recipe.degradation)
        labels = np.where(blends == NOBODY, self._faces.labels[indices], NOBODY)
        return Batch(crops, indices, blends, labels, partners, sizes)

    def batches(self, first: int, last: int) -> Iterator[tuple[int, Batch]]:
        """Return the steps from `first` up to but not `last`, with their batches."""
        return made_ahead(self.batch, first, last)
