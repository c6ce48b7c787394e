"""Aligned crops to embeddings, recognizability and attention."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.progress import Progress
from core.recognition.decomposition import KIND, LinearHead, displacement_shares
from core.recognition.passes import FixedPasses, choose_device
from core.recognition.recognizability import embedding_recognizability_score, grade
from core.recognition.weights import load_network
from core.settings import RecognitionSettings
from core.types import AttentionMap, ModelCard, Recognizability
from core.types.arrays import read_only


@dataclass(frozen=True, slots=True, eq=False)
class FaceEmbedding:
    """What the network says of one crop.

    Attributes
    ----------
    embedding : ndarray of float32, shape (dim,)
        Unit length.
    norm : float
        Length before it was normalised.
    recognizability : Recognizability
        The index and its band.
    attention : AttentionMap or None
        None when the embedding is the unrecognizable mean itself.
    """

    embedding: NDArray[np.float32]
    norm: float
    recognizability: Recognizability
    attention: AttentionMap | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "embedding", read_only("embedding", self.embedding, np.float32, (None,)))


class Embedder:
    """A loaded model.

    On one device and for one `settings.batch_size`, the result of a crop depends to the bit neither on the
    other crops nor on their number or order. Use it from one thread.

    Parameters
    ----------
    card : ModelCard
        The model to load.
    settings : RecognitionSettings
        Device, threads and batch size.
    directory : Path, optional
        Where the model's files lie; by default the models that come with the application.

    Raises
    ------
    ModelUnavailable
        If the weights are absent, damaged or not those of the card.
    """

    def __init__(self, card: ModelCard, settings: RecognitionSettings, directory: Path | None = None) -> None:
        if settings.threads:
            torch.set_num_threads(settings.threads)
        network = load_network(card, directory)
        self.card = card
        self._unrecognizable = network.unrecognizable
        self._head = LinearHead.of(network.backbone)
        self._index_head = network.head
        device = choose_device(settings.device)
        self._passes = FixedPasses(network.backbone, card.preprocessing, device, settings.batch_size)

    @property
    def device(self) -> str:
        """Where the network runs: "cpu" or "cuda"."""
        return self._passes.device.type

    def embed(self, crops: NDArray[np.uint8], progress: Progress | None = None) -> tuple[FaceEmbedding, ...]:
        """Embed aligned crops.

        Parameters
        ----------
        crops : ndarray of uint8, shape (n, 112, 112, 3)
            RGB, aligned to the ArcFace template; n may be 0.
        progress : Progress, optional
            Told after each pass.

        Returns
        -------
        tuple of FaceEmbedding
            One for each crop, in order.

        Raises
        ------
        Cancelled
            If `progress` asks for it.
        ValueError
            If the crops have another dtype or shape.
        """
        size = self.card.preprocessing.size
        if crops.dtype != np.uint8 or crops.shape[1:] != (size, size, 3):
            raise ValueError(f"crops must be uint8 (n, {size}, {size}, 3), not {crops.dtype} {crops.shape}")
        results: list[FaceEmbedding] = []
        for raw, feature_maps in self._passes.run(crops):
            results += [self._describe(v, features) for v, features in zip(raw, feature_maps, strict=True)]
            if progress is not None:
                progress.step(len(results), len(crops))
        return tuple(results)

    def _describe(self, raw: NDArray[np.float32], feature_map: NDArray[np.float32]) -> FaceEmbedding:
        norm = float(np.linalg.norm(raw.astype(np.float64)))
        shares = displacement_shares(self._head, feature_map, self._unrecognizable.contributions)
        if self._index_head is None:
            index = embedding_recognizability_score(raw, self._unrecognizable.centre)
        else:
            index = self._index_head.index(raw)
        return FaceEmbedding(
            embedding=(raw / norm).astype(np.float32),
            norm=norm,
            recognizability=grade(index, self.card),
            attention=None if shares is None else AttentionMap(shares, KIND),
        )
