"""What the frozen network says of the clean pictures, computed once."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.progress import Progress
from core.recognition.features import Backbone
from core.recognition.passes import FixedPasses
from core.training.vectors import unit_rows
from core.types import Preprocessing

_PASS_SIZE = 32
_AT_ONCE = 512


class Teacher:
    """A frozen network.

    Parameters
    ----------
    backbone : Backbone
        Not trained any more.
    preprocessing : Preprocessing
        How to feed it.
    model_id : str
        Names it, for what is kept between runs.
    """

    def __init__(self, backbone: Backbone, preprocessing: Preprocessing, model_id: str) -> None:
        self._passes = FixedPasses(backbone, preprocessing, torch.device("cpu"), _PASS_SIZE)
        self._model_id = model_id

    def targets(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return what copies of clean crops should be embedded to.

        Parameters
        ----------
        crops : ndarray of uint8, shape (n, 112, 112, 3)
            Clean.

        Returns
        -------
        ndarray of float32, shape (n, dim)
            Unit-length sums of the unit-length embeddings of each crop and its mirror image.
        """
        straight, mirrored = (
            unit_rows(np.concatenate([raw for raw, _ in self._passes.run(one)]))
            for one in (crops, crops[:, :, ::-1])
        )
        return unit_rows(straight + mirrored)

    def typical_norm(self, crops: NDArray[np.uint8]) -> float:
        """Return the median length of the raw embeddings of clean crops (n, 112, 112, 3)."""
        raw = np.concatenate([raw for raw, _ in self._passes.run(crops)])
        return float(np.median(np.linalg.norm(raw, axis=1)))

    def kept_targets(
        self, crops: Iterable[NDArray[np.uint8]], folder: Path, progress: Progress
    ) -> NDArray[np.float32]:
        """Return the targets of many crops, from a file when an earlier run left them there.

        Parameters
        ----------
        crops : iterable of ndarray of uint8, shape (112, 112, 3)
            Clean.
        folder : Path
            Where the file is kept; its name tells network and crops.
        progress : Progress
            Asked now and then whether to stop.

        Returns
        -------
        ndarray of float32, shape (n, dim)
            As from :meth:`targets`.
        """
        digest = hashlib.sha256(self._model_id.encode())
        for crop in crops:
            digest.update(np.ascontiguousarray(crop).data)
        path = folder / f"targets-{digest.hexdigest()[:16]}.npy"
        if path.is_file():
            return np.asarray(np.load(path), np.float32)
        found = []
        for part in _parts(crops):
            progress.check()
            found.append(self.targets(part))
        targets = np.concatenate(found)
        folder.mkdir(parents=True, exist_ok=True)
        waiting = path.with_suffix(f".{os.getpid()}.tmp")
        with waiting.open("wb") as file:
            np.save(file, targets)
        waiting.replace(path)
        return targets


class TargetBank:
    """The targets of all training pictures, and what follows from them.

    Parameters
    ----------
    targets : ndarray of float32, shape (n, dim)
        Unit length.
    labels : ndarray of int64, shape (n,)
        The person of each picture.
    """

    def __init__(self, targets: NDArray[np.float32], labels: NDArray[np.int64]) -> None:
        self.targets = torch.from_numpy(targets)
        self.labels = torch.from_numpy(labels)
        people = int(labels.max()) + 1
        sums = torch.zeros(people, targets.shape[1]).index_add_(0, self.labels, self.targets)
        self.means: Tensor = functional.normalize(sums, dim=1)
        """Unit-length mean of each person, shape (people, dim)."""
        others = sums[self.labels] - self.targets
        self.has_others: Tensor = torch.bincount(self.labels, minlength=people)[self.labels] > 1
        """Whether the person of a picture has another one, shape (n,)."""
        self.without: Tensor = functional.normalize(others, dim=1)
        """Unit-length mean of the person's other pictures, shape (n, dim); of no use without one."""


def _parts(crops: Iterable[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
    remaining = iter(crops)
    while part := list(itertools.islice(remaining, _AT_ONCE)):
        yield np.stack(part)
