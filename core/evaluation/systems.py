"""What is evaluated: anything that turns aligned crops into vectors and compares them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelUnavailable
from core.imaging.degradation import resample_through
from core.progress import Progress
from core.recognition.cards import models_directory, read_card
from core.recognition.embedder import Embedder
from core.recognition.recognizability import ERS, embedding_recognizability_score
from core.recognition.weights import load_network
from core.settings import RecognitionSettings

EMBEDDING_NORM = "embedding norm"
_BATCH = 256

QualityMeasures = Callable[[NDArray[np.uint8]], Mapping[str, NDArray[np.float64]]]
"""Crops (n, 112, 112, 3) to further quality measures (n,) by name; higher is better."""


@dataclass(frozen=True, slots=True, eq=False)
class Descriptions:
    """What a system says of a number of crops.

    Attributes
    ----------
    vectors : ndarray of float32, shape (n, dim)
        One for each crop.
    qualities : mapping of str to ndarray of float64, shape (n,)
        Quality measures by name, higher is better; the system's own comes first. May be empty.
    """

    vectors: NDArray[np.float32]
    qualities: Mapping[str, NDArray[np.float64]]


class FaceSystem(Protocol):
    """A face recognition system as the protocols see it."""

    @property
    def name(self) -> str:
        """Short name for tables."""

    @property
    def system_id(self) -> str:
        """What tells its vectors from all others, such as the hash of its weights."""

    def describe(self, crops: NDArray[np.uint8]) -> Descriptions:
        """Describe aligned crops, uint8 (n, 112, 112, 3) RGB."""

    def similarities(self, first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
        """Compare all rows of `first` with all rows of `second`; higher is more alike."""


class ModelSystem:
    """A model of this project, compared by cosine.

    Its quality measures are its own recognizability index under the name that its card gives it, the length
    of the embedding, and the ERS.

    Parameters
    ----------
    model : str
        Name of a model that comes with the application, or path of a `.safetensors` file with its card
        beside it.
    settings : RecognitionSettings
        Device, threads and batch size.
    measures : callable, optional
        Further quality measures, which are not the model's own.

    Raises
    ------
    ModelUnavailable
        If there is no such model or it is damaged.
    """

    def __init__(
        self, model: str, settings: RecognitionSettings, measures: QualityMeasures | None = None
    ) -> None:
        path = Path(model)
        named = path.suffix != ".safetensors"
        if not named and not path.is_file():
            raise ModelUnavailable(f"There is no file {path}.")
        directory = models_directory() if named else path.parent
        self.card = read_card(model if named else path.stem, directory)
        if not named and self.card.name != path.stem:
            raise ModelUnavailable(f"The card beside {path} describes the model {self.card.name!r}.")
        self._embedder = Embedder(self.card, settings, directory)
        self._measures = measures
        self._centre = load_network(self.card, directory).unrecognizable.centre

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.card.name

    @property
    def system_id(self) -> str:
        """SHA-256 of the weights."""
        return self.card.model_id

    def describe(self, crops: NDArray[np.uint8]) -> Descriptions:
        """Embed aligned crops and say how good they are."""
        faces = self._embedder.embed(crops)
        dim = self.card.embedding_dim
        vectors = np.stack([face.embedding for face in faces]) if faces else np.empty((0, dim), np.float32)
        qualities = {
            self.card.recognizability: np.array([face.recognizability.index for face in faces], np.float64),
            EMBEDDING_NORM: np.array([face.norm for face in faces], np.float64),
        }
        if ERS not in qualities:
            scores = [embedding_recognizability_score(vector, self._centre) for vector in vectors]
            qualities[ERS] = np.array(scores, np.float64)
        if self._measures is not None:
            qualities |= self._measures(crops)
        return Descriptions(vectors, qualities)

    def similarities(self, first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the cosines of unit-length embeddings."""
        return first @ second.T


@dataclass(slots=True)
class ResampledFaces:
    """The same faces at many sizes, described once for each system and size; kept in memory only.

    Attributes
    ----------
    crops : ndarray of uint8, shape (n, 112, 112, 3)
        Aligned crops.
    """

    crops: NDArray[np.uint8]
    _known: dict[tuple[str, bytes], Descriptions] = field(default_factory=dict)

    def at(
        self, system: FaceSystem, sizes: int | NDArray[np.integer], progress: Progress | None = None
    ) -> Descriptions:
        """Describe the crops after they were resampled through `sizes` px.

        Parameters
        ----------
        system : FaceSystem
            Who describes.
        sizes : int or ndarray of int, shape (n,)
            One size for all, or one for each; the full size of a crop leaves it as it is.
        progress : Progress, optional
            Told after each batch.

        Returns
        -------
        Descriptions
            One row for each crop.

        Raises
        ------
        Cancelled
            If `progress` asks for it.
        """
        wanted = np.broadcast_to(np.asarray(sizes, np.int64), len(self.crops))
        key = (system.system_id, wanted.tobytes())
        if key not in self._known:
            self._known[key] = self._describe(system, wanted, progress or Progress())
        return self._known[key]

    def _describe(self, system: FaceSystem, sizes: NDArray[np.int64], progress: Progress) -> Descriptions:
        text = f"{sizes[0]} px" if len(set(sizes.tolist())) == 1 else "mixed sizes"
        full = self.crops.shape[1]
        parts = []
        for start in range(0, len(sizes), _BATCH):
            progress.step(start, len(sizes), f"{system.name}, {text}")
            chosen = zip(self.crops[start : start + _BATCH], sizes[start : start + _BATCH], strict=True)
            batch = [crop if size == full else resample_through(crop, int(size)) for crop, size in chosen]
            parts.append(system.describe(np.stack(batch)))
        names = parts[0].qualities
        return Descriptions(
            vectors=np.concatenate([part.vectors for part in parts]),
            qualities={name: np.concatenate([part.qualities[name] for part in parts]) for name in names},
        )
