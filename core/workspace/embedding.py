"""Embeddings for use outside the program, by the same path as everything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import UnreadableImage, UsageError
from core.imaging.degradation import resample_through
from core.imaging.still import list_pictures
from core.progress import Progress
from core.types import ImageAnalysis, Outcome
from core.workspace.cases.faces import Faces


@dataclass(frozen=True, slots=True, eq=False)
class PictureEmbedding:
    """The embedding of the main face of a picture.

    Attributes
    ----------
    path : Path
        The picture.
    outcome : Outcome
        `OK` when there is an embedding.
    reason : str
        One sentence when there is none.
    embedding : ndarray of float32, shape (dim,), or None
        Unit length.
    recognizability : float or None
        The index.
    """

    path: Path
    outcome: Outcome
    reason: str = ""
    embedding: NDArray[np.float32] | None = None
    recognizability: float | None = None


class Embeddings(Faces):
    """The part of the front door that embeds."""

    def embed_paths(
        self,
        paths: Sequence[Path],
        *,
        aligned: bool = False,
        resize: int | None = None,
        progress: Progress | None = None,
    ) -> Iterator[PictureEmbedding]:
        """Embed the main face of each picture; a bad file is an outcome and stops nothing.

        Parameters
        ----------
        paths : sequence of Path
            Pictures, or folders of pictures.
        aligned : bool
            Whether the pictures are aligned crops of 112 x 112 px, to be taken as they are.
        resize : int, optional
            Box-downsample the aligned crop to so many px and enlarge it bicubically before it is embedded.
        progress : Progress, optional
            Hears of each picture and may cancel.

        Yields
        ------
        PictureEmbedding
            One a picture, in order.

        Raises
        ------
        UsageError
            If `resize` is not between 1 and 112.
        Cancelled
            If a stop was asked for.
        """
        if resize is not None and not 1 <= resize <= 112:
            raise UsageError(f"A crop can be resized to 1 to 112 px, not to {resize}.")
        progress = progress or Progress()
        if aligned:
            yield from self._embed_crops(self._read_crops(paths), resize, progress)
        elif resize is None:
            for analysis in self.analyze_paths(paths, progress):
                yield _of_analysis(analysis)
        else:
            analyses = self.analyze_paths(paths, progress)
            yield from self._embed_crops(map(_crop_of, analyses), resize, Progress())

    def _read_crops(
        self, paths: Sequence[Path]
    ) -> Iterator[PictureEmbedding | tuple[Path, NDArray[np.uint8]]]:
        for path in (picture for given in paths for picture in list_pictures(given)):
            try:
                pixels = self.read_still(path).pixels
            except UnreadableImage as error:
                yield PictureEmbedding(path, Outcome.UNREADABLE, str(error))
                continue
            if pixels.shape != (112, 112, 3):
                height, width, _ = pixels.shape
                reason = f"An aligned crop measures 112 x 112 px, not {width} x {height}."
                yield PictureEmbedding(path, Outcome.NOT_ASSESSED, reason)
                continue
            yield path, pixels

    def _embed_crops(
        self,
        crops: Iterator[PictureEmbedding | tuple[Path, NDArray[np.uint8]]],
        resize: int | None,
        progress: Progress,
    ) -> Iterator[PictureEmbedding]:
        size = self.settings.recognition.batch_size
        done = 0
        batch: list[PictureEmbedding | tuple[Path, NDArray[np.uint8]]] = []
        for crop in crops:
            batch.append(crop)
            if len(batch) == size:
                done += size
                progress.step(done)
                yield from self._embed_batch(batch, resize)
                batch = []
        yield from self._embed_batch(batch, resize)

    def _embed_batch(
        self, batch: Sequence[PictureEmbedding | tuple[Path, NDArray[np.uint8]]], resize: int | None
    ) -> Iterator[PictureEmbedding]:
        pixels = [crop[1] for crop in batch if not isinstance(crop, PictureEmbedding)]
        if resize is not None:
            pixels = [resample_through(crop, resize) for crop in pixels]
        faces = iter(self._analyzer().embed_aligned(np.stack(pixels)) if pixels else ())
        for crop in batch:
            if isinstance(crop, PictureEmbedding):
                yield crop
                continue
            face = next(faces)
            yield PictureEmbedding(crop[0], Outcome.OK, "", face.embedding, face.recognizability.index)


def _of_analysis(analysis: ImageAnalysis) -> PictureEmbedding:
    path = analysis.path or Path()
    face = analysis.main
    if face is None:
        return PictureEmbedding(path, analysis.outcome, analysis.reason)
    index = face.recognizability.index if face.recognizability else None
    return PictureEmbedding(path, face.outcome, face.reason, face.embedding, index)


def _crop_of(analysis: ImageAnalysis) -> PictureEmbedding | tuple[Path, NDArray[np.uint8]]:
    face = analysis.main
    if face is None or face.outcome is not Outcome.OK or face.aligned is None:
        return _of_analysis(analysis)
    return analysis.path or Path(), face.aligned.crop
