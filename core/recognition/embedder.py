"""Aligned crops to embeddings, recognizability and attention."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.progress import Progress
from core.recognition.decomposition import LinearHead, displacement_shares
from core.recognition.explanation import Explanation
from core.recognition.passes import FixedPasses, choose_device
from core.recognition.perceptibility import PerceptibilityGates
from core.recognition.recognizability import embedding_recognizability_score, grade
from core.recognition.weights import load_network
from core.settings import RecognitionSettings
from core.types import AttentionKind, AttentionMap, ModelCard, Recognizability
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
    attention_maps : tuple of AttentionMap
        The exact decomposition, unless the embedding is the unrecognizable mean itself; then, of a network
        with a trained attention module, its perceptibility map.
    """

    embedding: NDArray[np.float32]
    norm: float
    recognizability: Recognizability
    attention_maps: tuple[AttentionMap, ...]

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
        self._gates = None if network.attention is None else PerceptibilityGates.of(network.attention)
        device = choose_device(settings.device)
        self._passes = FixedPasses(network.backbone, card.preprocessing, device, settings.batch_size)
        self._single = FixedPasses(network.backbone, card.preprocessing, device, 1)

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

    def explain(self, crop: NDArray[np.uint8], progress: Progress | None = None) -> Explanation:
        """Take the embedding of one crop apart.

        Parameters
        ----------
        crop : ndarray of uint8, shape (112, 112, 3)
            RGB, aligned to the ArcFace template.
        progress : Progress, optional
            Told after each pass of the tests that the explanation makes; may cancel them.

        Returns
        -------
        Explanation
            From a pass of this crop alone, which differs from :meth:`embed` by rounding; it keeps the network
            in use.
        """
        progress = progress or Progress()

        def embed(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
            parts: list[NDArray[np.float32]] = []
            for raw, _ in self._passes.run(crops):
                parts.append(raw)
                progress.step(sum(map(len, parts)), len(crops))
            return np.concatenate(parts)

        ((raw,), (feature_map,)) = next(self._single.run(crop[None]))
        return Explanation(
            crop=crop,
            raw=raw,
            feature_map=feature_map,
            head=self._head,
            unrecognizable=self._unrecognizable,
            embed=embed,
        )

    def _describe(self, raw: NDArray[np.float32], feature_map: NDArray[np.float32]) -> FaceEmbedding:
        norm = float(np.linalg.norm(raw.astype(np.float64)))
        if self._index_head is None:
            index = embedding_recognizability_score(raw, self._unrecognizable.centre)
        else:
            index = self._index_head.index(raw, feature_map)
        return FaceEmbedding(
            embedding=(raw / norm).astype(np.float32),
            norm=norm,
            recognizability=grade(index, self.card),
            attention_maps=tuple(self._maps(feature_map)),
        )

    def _maps(self, feature_map: NDArray[np.float32]) -> Iterator[AttentionMap]:
        shares = displacement_shares(self._head, feature_map, self._unrecognizable.contributions)
        if shares is not None:
            yield AttentionMap(shares, AttentionKind.DECOMPOSITION)
        gates = None if self._gates is None else self._gates.map(feature_map)
        if gates is not None:
            yield AttentionMap(gates, AttentionKind.PERCEPTIBILITY)
