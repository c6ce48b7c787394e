"""Which pictures a step sees: a function of the seed and the number of the step, and of nothing else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class IdentitySampler:
    """Batches in which no person crowds out the others.

    In an epoch each person gives as many pictures as there are, up to a limit; of persons with more,
    another choice each time. Because nothing is remembered, a run that goes on from a checkpoint sees what it
    would have seen.

    Parameters
    ----------
    labels : ndarray of int64, shape (n,)
        The person of each picture.
    batch_size : int
        Pictures in a batch; the rest of an epoch that fills no batch is left out.
    largest_per_person : int
        The limit.
    seed : int
        Of the choice and the order.

    Raises
    ------
    ValueError
        If an epoch does not fill one batch.
    """

    def __init__(
        self, labels: NDArray[np.int64], batch_size: int, largest_per_person: int, seed: int
    ) -> None:
        counts = np.bincount(labels)
        self.batch_size = batch_size
        self.steps_per_epoch = int(np.minimum(counts, largest_per_person).sum()) // batch_size
        if self.steps_per_epoch == 0:
            raise ValueError(f"{len(labels)} pictures do not fill a batch of {batch_size}")
        self._labels = labels
        self._largest = largest_per_person
        self._seed = seed
        self._epoch = -1
        self._order: NDArray[np.int64] = np.empty(0, np.int64)

    def batch(self, step: int) -> NDArray[np.int64]:
        """Return the indices of the pictures of a step, counted from 0."""
        epoch, place = divmod(step, self.steps_per_epoch)
        if epoch != self._epoch:
            self._order, self._epoch = self._epoch_order(epoch), epoch
        return self._order[place * self.batch_size : (place + 1) * self.batch_size]

    def _epoch_order(self, epoch: int) -> NDArray[np.int64]:
        rng = np.random.default_rng((self._seed, epoch))
        shuffled = rng.permutation(len(self._labels))
        by_person = shuffled[np.argsort(self._labels[shuffled], kind="stable")]
        people = self._labels[by_person]
        starts = np.flatnonzero(np.diff(people, prepend=-1))
        sizes = np.diff(starts, append=len(people))
        turn = np.arange(len(people)) - np.repeat(starts, sizes)
        return rng.permutation(by_person[turn < self._largest])
