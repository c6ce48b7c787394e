"""Where the unrecognizable crops of a training run come from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import UnreadableImage, UsageError
from core.imaging.alignment import CROP_SIZE
from core.imaging.isolated import StillDecoder
from core.imaging.still import list_pictures, read_still
from core.recognition.unrecognizable import is_unrecognizable
from core.settings import ImagingSettings
from core.training.dataset import FaceSet
from core.training.recipe import UnrecognizableRecipe
from core.training.unrecognizable_centre import degrade_beyond_recognition

Embed = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Crops (n, 112, 112, 3) to raw embeddings (n, dim)."""

_LEAST = 8


class UnrecognizableCrops:
    """Gives the raw embeddings of unrecognizable crops in the network at hand.

    Parameters
    ----------
    recipe : UnrecognizableRecipe
        Which source.
    faces : FaceSet
        The training split, for the synthetic source.
    targets : ndarray of float32, shape (n, dim)
        Unit-length embeddings of its clean pictures.
    limits : ImagingSettings
        Limits for the decoder.
    seed : int
        Of choice and degradation.
    """

    def __init__(
        self,
        recipe: UnrecognizableRecipe,
        faces: FaceSet,
        targets: NDArray[np.float32],
        limits: ImagingSettings,
        seed: int,
    ) -> None:
        self._recipe = recipe
        self._faces = faces
        self._targets = targets
        self._seed = seed
        self._folder = None if recipe.source == "synthetic" else _read_folder(Path(recipe.folder), limits)

    def embeddings(self, embed: Embed, step: int) -> tuple[NDArray[np.float32], int]:
        """Embed the unrecognizable crops.

        Parameters
        ----------
        embed : callable
            The network at hand.
        step : int
            Steps done; the synthetic source degrades other faces each time.

        Returns
        -------
        embeddings : ndarray of float32, shape (n, dim)
            Raw, of the crops that count.
        tried : int
            How many were looked at. Of synthetic crops those count whose cosine with the clean picture is
            under the limit, or the lowest few when hardly any is.
        """
        if self._folder is not None:
            raw = embed(self._folder)
            if self._recipe.source == "largest_cluster":
                raw = raw[largest_cluster(raw)]
            return raw, len(self._folder)
        rng = np.random.default_rng((self._seed, step))
        count = min(self._recipe.crops, len(self._faces.crops))
        chosen = rng.choice(len(self._faces.crops), count, replace=False)
        raw = embed(np.stack([degrade_beyond_recognition(self._faces.crops[i], rng) for i in chosen]))
        degraded = raw / np.linalg.norm(raw, axis=1, keepdims=True)
        lost = is_unrecognizable(self._targets[chosen], degraded, self._recipe.max_cosine)
        if lost.sum() < _LEAST:
            cosines = np.einsum("nd,nd->n", self._targets[chosen], degraded)
            lost = np.zeros(count, bool)
            lost[np.argsort(cosines, kind="stable")[:_LEAST]] = True
        return raw[lost], count


def largest_cluster(raw: NDArray[np.float32], cut: float = 0.7) -> NDArray[np.int64]:
    """Find the largest cluster of embeddings, which is that of the unrecognizable crops.

    Deng et al., "Harnessing Unrecognizable Faces" (2021): of the crops of a detector, each person's gather
    by themselves, and those of nobody in particular gather in the largest cluster of all. Average linkage on
    cosine distance.

    Parameters
    ----------
    raw : ndarray of float32, shape (n, dim)
        Embeddings of any length, two at least.
    cut : float
        Mean cosine distance at which clusters are no longer joined.

    Returns
    -------
    ndarray of int64, shape (m,)
        Rows of the largest cluster, ascending.
    """
    # Only this source needs scikit-learn, which is not part of the application.
    from sklearn.cluster import AgglomerativeClustering  # type: ignore[import-untyped]

    clustering = AgglomerativeClustering(
        n_clusters=None, distance_threshold=cut, metric="cosine", linkage="average"
    )
    labels: NDArray[np.int64] = clustering.fit_predict(raw)
    return np.flatnonzero(labels == np.bincount(labels).argmax())


def _read_folder(folder: Path, limits: ImagingSettings) -> NDArray[np.uint8]:
    crops = []
    with StillDecoder() as decoder:
        for path in list_pictures(folder) if folder.is_dir() else ():
            try:
                pixels = read_still(path, limits, decoder.decode).pixels
            except UnreadableImage:
                continue
            crops.append(cv2.resize(pixels, (CROP_SIZE, CROP_SIZE), interpolation=cv2.INTER_AREA))
    if len(crops) < _LEAST:
        raise UsageError(f"The folder {folder} holds fewer than {_LEAST} readable unrecognizable crops.")
    return np.stack(crops).astype(np.uint8)
