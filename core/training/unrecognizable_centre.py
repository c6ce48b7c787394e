"""Synthetic unrecognizable crops and what a network makes of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.errors import UsageError
from core.imaging.degradation import add_noise, gaussian_blur, resample_through
from core.progress import Progress
from core.recognition.decomposition import LinearHead, contributions
from core.recognition.features import Backbone
from core.recognition.passes import FixedPasses
from core.recognition.unrecognizable import UnrecognizableReference, is_unrecognizable
from core.training.vectors import unit_rows
from core.types import Preprocessing

PASS_SIZE = 16


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredReference:
    """An unrecognizable reference and how it came about.

    Attributes
    ----------
    reference : UnrecognizableReference
        The means.
    tried : int
        Crops that were degraded.
    kept : int
        Crops whose embedding had lost the identity, over which the means are taken.
    """

    reference: UnrecognizableReference
    tried: int
    kept: int


def degrade_beyond_recognition(crop: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Degrade a face until nobody should recognize it.

    Defocus of 0 to 4 px (standard deviation), 4 to 7 px in all, noise of 0 to 20 grey levels, blur of 0 to
    6 px; then one of three with equal chance: nothing more, darkness (10 to 50 % of the light), or a bar of
    one colour across 30 to 69 rows.

    Parameters
    ----------
    crop : ndarray of uint8, shape (112, 112, 3)
        An aligned face.
    rng : Generator
        Where all choices come from.

    Returns
    -------
    ndarray of uint8, shape (112, 112, 3)
        The degraded crop.
    """
    crop = gaussian_blur(crop, float(rng.uniform(0.0, 4.0)))
    crop = resample_through(crop, int(rng.integers(4, 8)))
    crop = add_noise(crop, rng, float(rng.uniform(0.0, 20.0)))
    crop = gaussian_blur(crop, float(rng.uniform(0.0, 6.0))).copy()
    match int(rng.integers(3)):
        case 1:
            crop = np.rint(crop * rng.uniform(0.1, 0.5)).astype(np.uint8)
        case 2:
            rows = int(rng.integers(30, 70))
            top = int(rng.integers(0, len(crop) - rows))
            crop[top : top + rows] = rng.integers(0, 256, 3)
    return crop


def measure_reference(
    backbone: Backbone,
    preprocessing: Preprocessing,
    crops: NDArray[np.uint8],
    seed: int,
    repeats: int = 1,
    progress: Progress | None = None,
) -> MeasuredReference:
    """Find the unrecognizable cluster of a network.

    Parameters
    ----------
    backbone : Backbone
        The network.
    preprocessing : Preprocessing
        How to feed it.
    crops : ndarray of uint8, shape (n, 112, 112, 3)
        Clean faces, best one for each person.
    seed : int
        For the degradations.
    repeats : int
        How many times each face is degraded.
    progress : Progress, optional
        Hears of each pass and may cancel.

    Returns
    -------
    MeasuredReference
        Means over the degraded crops that lost the identity.

    Raises
    ------
    UsageError
        If not one degraded crop lost it.
    Cancelled
        If a stop was asked for.
    """
    progress = progress or Progress()
    rng = np.random.default_rng(seed)
    degraded = np.stack([degrade_beyond_recognition(crop, rng) for _ in range(repeats) for crop in crops])
    passes = FixedPasses(backbone, preprocessing, torch.device("cpu"), PASS_SIZE)
    clean = unit_rows(np.concatenate([raw for raw, _ in passes.run(crops)]))
    originals = np.tile(clean, (repeats, 1))
    centre = np.zeros(clean.shape[1])
    mean = np.zeros((backbone.channels, backbone.grid, backbone.grid))
    done = kept = 0
    for raw, feature_maps in passes.run(degraded):
        embeddings = unit_rows(raw)
        lost = is_unrecognizable(originals[done : done + len(raw)], embeddings)
        centre += embeddings[lost].sum(axis=0)
        mean += feature_maps[lost].sum(axis=0, dtype=np.float64)
        done += len(raw)
        kept += int(lost.sum())
        progress.step(done, len(degraded), "unrecognizable crops")
    if not kept:
        raise UsageError("The network still recognizes every face after it was degraded beyond recognition.")
    # The head is linear: the mean contributions are those of the mean feature map.
    reference = UnrecognizableReference(
        (centre / kept).astype(np.float32),
        contributions(LinearHead.of(backbone), mean / kept).astype(np.float32),
    )
    return MeasuredReference(reference, done, kept)
