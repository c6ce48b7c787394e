"""The mosaics of one step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.imaging.mosaics.labels import FaceLabels
from core.imaging.mosaics.mosaic import MosaicGenerator
from core.training.made_ahead import made_ahead


@dataclass(frozen=True, slots=True, eq=False)
class MosaicBatch:
    """What one process learns from in one step.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (n, height, width, 3)
        RGB.
    labels : tuple of FaceLabels
        Of each picture.
    """

    pixels: NDArray[np.uint8]
    labels: tuple[FaceLabels, ...]


class MosaicBatches:
    """Makes batches, the next one while the network works on the last.

    The pictures of a step depend on the generator's seed and the number of the step alone.

    Parameters
    ----------
    generator : MosaicGenerator
        Makes the pictures.
    batch_size : int
        Pictures of the whole batch.
    share : slice
        Which of them this process makes.
    """

    def __init__(self, generator: MosaicGenerator, batch_size: int, share: slice) -> None:
        self._generator = generator
        self._batch_size = batch_size
        self._places = range(batch_size)[share]

    def batch(self, step: int) -> MosaicBatch:
        """Make the share of a step, counted from 0."""
        made = [self._generator.make(step * self._batch_size + place) for place in self._places]
        return MosaicBatch(np.stack([one.pixels for one in made]), tuple(one.labels for one in made))

    def batches(self, first: int, last: int) -> Iterator[tuple[int, MosaicBatch]]:
        """Return the steps from `first` up to but not `last`, with their batches."""
        return made_ahead(self.batch, first, last)
