"""Degraded training faces as a frozen network sees them: what quality heads are fitted to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.imaging.alignment import CROP_SIZE
from core.imaging.degradation import resample_through
from core.progress import Progress
from core.recognition.features import Backbone
from core.recognition.passes import FixedPasses
from core.training.dataset import FaceSet
from core.training.degradation_model import degrade
from core.training.recipe import DegradationRecipe
from core.training.teacher import TargetBank
from core.training.vectors import unit_rows
from core.types import Preprocessing

_BATCH = 256
_PASS_SIZE = 32


@dataclass(frozen=True, slots=True, eq=False)
class FrozenFaces:
    """Degraded pictures of people with several pictures, in a network that does not change.

    Attributes
    ----------
    raw : Tensor, shape (n, dim)
        Embeddings, not normalised.
    pooled : Tensor, shape (n, channels)
        Means over the positions of the last feature map.
    own : Tensor, shape (n,)
        Cosine with the unit-length mean of the person's *other* pictures, clean.
    nearest : Tensor, shape (n,)
        Largest cosine with the mean of another person's pictures.
    """

    raw: Tensor
    pooled: Tensor
    own: Tensor
    nearest: Tensor


def describe_faces(
    backbone: Backbone,
    preprocessing: Preprocessing,
    faces: FaceSet,
    degradation: DegradationRecipe,
    seed: int,
    progress: Progress,
) -> FrozenFaces:
    """Degrade every picture twice and embed it.

    Once as in training; once through a size from `degradation.smallest` to that of the crop, even on a
    logarithmic scale, and nothing else.

    Parameters
    ----------
    backbone : Backbone
        The network.
    preprocessing : Preprocessing
        How it is fed.
    faces : FaceSet
        Clean crops with their people.
    degradation : DegradationRecipe
        Of the first copy.
    seed : int
        Of both.
    progress : Progress
        Told after each batch.

    Returns
    -------
    FrozenFaces
        Of all people with two pictures or more, the first copies before the second ones.

    Raises
    ------
    Cancelled
        If `progress` asks for it.
    """
    passes = FixedPasses(backbone, preprocessing, torch.device("cpu"), _PASS_SIZE)
    total = 3 * len(faces.crops)

    def embed(crops: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        parts = [(raw, maps.mean(axis=(2, 3))) for raw, maps in passes.run(crops)]
        return np.concatenate([raw for raw, _ in parts]), np.concatenate([mean for _, mean in parts])

    clean = []
    for start in range(0, len(faces.crops), _BATCH):
        progress.step(start, total, "the training faces as they are")
        clean.append(embed(faces.crops[start : start + _BATCH])[0])
    bank = TargetBank(unit_rows(np.concatenate(clean)), faces.labels)
    chosen = np.flatnonzero(bank.has_others.numpy())
    raws, means = [], []
    for copy in range(2):
        for start in range(0, len(chosen), _BATCH):
            progress.step((copy + 1) * len(faces.crops) + start, total, "the training faces, degraded")
            crops = [
                _degraded(faces.crops[i], degradation, np.random.default_rng((seed, copy, i)), copy)
                for i in chosen[start : start + _BATCH].tolist()
            ]
            raw, mean = embed(np.stack(crops))
            raws.append(raw)
            means.append(mean)
    embedded = torch.from_numpy(np.concatenate(raws))
    rows = torch.from_numpy(np.tile(chosen, 2))
    v = functional.normalize(embedded)
    cosines = v @ bank.means.T
    return FrozenFaces(
        raw=embedded,
        pooled=torch.from_numpy(np.concatenate(means)),
        own=(v * bank.without[rows]).sum(1),
        nearest=cosines.scatter(1, bank.labels[rows][:, None], -torch.inf).amax(1),
    )


def _degraded(
    crop: NDArray[np.uint8], recipe: DegradationRecipe, rng: np.random.Generator, copy: int
) -> NDArray[np.uint8]:
    if copy == 0:
        return degrade(crop, rng, recipe)[0]
    size = round(float(np.exp(rng.uniform(np.log(recipe.smallest), np.log(CROP_SIZE + 0.5)))))
    return crop if size >= CROP_SIZE else resample_through(crop, size)
