"""Faces of pictures, files and folders, assessed by the network."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.analysis.examination import NO_DETECTOR, Examiner
from core.analysis.flow import ahead, grouped
from core.detection.detector import Detector, load_detector
from core.errors import ModelUnavailable
from core.imaging.still import Decode, decode_still, list_pictures
from core.progress import Progress
from core.recognition.cards import find_model, models_directory, read_card
from core.settings import Settings
from core.types import FaceAnalysis, FaceDetection, ImageAnalysis, ModelCard, Outcome, SourceImage

if TYPE_CHECKING:
    from core.recognition.embedder import Embedder, FaceEmbedding
    from core.recognition.explanation import Explanation

_log = logging.getLogger(__name__)


class FaceAnalyzer:
    """Finds, aligns and assesses faces.

    The network runs in the calling thread; call from one thread at a time.

    Parameters
    ----------
    detector : Detector or None
        None where no detector can run: then only faces drawn by hand are assessed.
    embedder : Embedder
        The loaded model.
    settings : Settings
        Limits and thresholds.
    without_detector : str
        One sentence that says why there is no detector.
    decode : callable
        What decodes the bytes of stills.
    """

    def __init__(
        self,
        detector: Detector | None,
        embedder: Embedder,
        settings: Settings,
        without_detector: str = NO_DETECTOR,
        decode: Decode = decode_still,
    ) -> None:
        self._examiner = Examiner(detector, settings, without_detector, decode)
        self._embedder = embedder
        self._pass_size = settings.recognition.batch_size

    @property
    def card(self) -> ModelCard:
        """Card of the loaded model."""
        return self._embedder.card

    @property
    def device(self) -> str:
        """Where the network runs: "cpu" or "cuda"."""
        return self._embedder.device

    def analyze(
        self, image: SourceImage, manual: Sequence[FaceDetection] = (), *, detect: bool = True
    ) -> ImageAnalysis:
        """Find and assess the faces of one picture.

        Parameters
        ----------
        image : SourceImage
            The picture.
        manual : sequence of FaceDetection
            Faces drawn by hand, assessed beside those found.
        detect : bool
            Whether to run the detector.

        Returns
        -------
        ImageAnalysis
            The faces, largest first.
        """
        return next(self._assess([self._examiner.examine(image, manual, detect=detect)]))

    def analyze_images(
        self, images: Iterable[SourceImage], progress: Progress | None = None
    ) -> Iterator[ImageAnalysis]:
        """Find and assess the faces of pictures that are already decoded, such as frames of a video.

        Parameters
        ----------
        images : iterable of SourceImage
            Drawn a few pictures ahead, in the calling thread.
        progress : Progress, optional
            Hears of each picture and may cancel.

        Yields
        ------
        ImageAnalysis
            One a picture, in order.

        Raises
        ------
        Cancelled
            If a stop was asked for.
        """
        jobs = (partial(self._examiner.examine_safely, image) for image in images)
        return self._run(jobs, None, progress or Progress())

    def analyze_paths(
        self, paths: Sequence[Path], progress: Progress | None = None
    ) -> Iterator[ImageAnalysis]:
        """Find and assess the faces of files and folders.

        Parameters
        ----------
        paths : sequence of Path
            A folder means the pictures below it; anything else as in :meth:`analyze_files`.
        progress : Progress, optional
            Hears of each picture and may cancel.

        Yields
        ------
        ImageAnalysis
            One a picture, in order.

        Raises
        ------
        Cancelled
            If a stop was asked for.
        """
        return self.analyze_files([file for path in paths for file in list_pictures(path)], progress)

    def analyze_files(
        self, paths: Sequence[Path], progress: Progress | None = None
    ) -> Iterator[ImageAnalysis]:
        """Find and assess the faces of files; a file that cannot be read is an outcome and stops nothing.

        Files are read and searched ahead in a second thread, and crops of several pictures share a pass of
        the network. Closing the iterator early stops both.

        Parameters
        ----------
        paths : sequence of Path
            Pictures, or videos, of which the first frame is taken.
        progress : Progress, optional
            Hears of each picture and may cancel.

        Yields
        ------
        ImageAnalysis
            Exactly one for each path, in order.

        Raises
        ------
        Cancelled
            If a stop was asked for.
        """
        jobs = (partial(self._examiner.examine_file, path) for path in paths)
        return self._run(jobs, len(paths), progress or Progress())

    def embed_aligned(
        self, crops: NDArray[np.uint8], progress: Progress | None = None
    ) -> tuple[FaceEmbedding, ...]:
        """Embed crops that are aligned already; see :meth:`core.recognition.embedder.Embedder.embed`."""
        return self._embedder.embed(crops, progress)

    def explain(self, crop: NDArray[np.uint8], progress: Progress | None = None) -> Explanation:
        """Take the embedding of a crop apart; see :meth:`core.recognition.embedder.Embedder.explain`."""
        return self._embedder.explain(crop, progress)

    def _run(
        self, jobs: Iterator[Callable[[], ImageAnalysis]], total: int | None, progress: Progress
    ) -> Iterator[ImageAnalysis]:
        progress.check()
        done = 0
        for group in grouped(ahead(jobs, progress), self._pass_size):
            for analysis in self._assess(group):
                done += 1
                progress.step(done, total, analysis.path.name if analysis.path else "")
                yield analysis

    def _assess(self, analyses: Sequence[ImageAnalysis]) -> Iterator[ImageAnalysis]:
        """Run the network over the faces of several pictures at once."""
        crops = [
            face.aligned.crop
            for analysis in analyses
            for face in analysis.assessed
            if face.aligned is not None
        ]
        embeddings = iter(self._embedder.embed(np.stack(crops)) if crops else ())
        for analysis in analyses:
            faces = tuple(
                self._assessed(face, next(embeddings)) if face.outcome is Outcome.OK else face
                for face in analysis.faces
            )
            yield dataclasses.replace(analysis, faces=faces)

    def _assessed(self, face: FaceAnalysis, embedding: FaceEmbedding) -> FaceAnalysis:
        return dataclasses.replace(
            face,
            embedding=embedding.embedding,
            embedding_norm=embedding.norm,
            recognizability=embedding.recognizability,
            attention_maps=embedding.attention_maps,
            model_id=self.card.model_id,
        )


def load_analyzer(
    settings: Settings,
    added: Path | None = None,
    decode: Decode = decode_still,
    *,
    must_detect: bool = False,
) -> FaceAnalyzer:
    """Load the detector and the network that the settings name.

    A detector that cannot run is logged, and every picture then says that boxes can be drawn by hand.

    Parameters
    ----------
    settings : Settings
        All settings.
    added : Path, optional
        Directory of further models and detectors, besides those that come with the application.
    decode : callable
        What decodes the bytes of stills.
    must_detect : bool
        Whether a detector that cannot run is an error instead.

    Returns
    -------
    FaceAnalyzer
        Ready for use.

    Raises
    ------
    ModelUnavailable
        If the network's card or weights are absent or damaged, or the detector must run and cannot.
    """
    # torch takes seconds to import, and whoever imports this module may only want its types.
    from core.recognition.embedder import Embedder

    further = () if added is None else (added,)
    directory = find_model(settings.recognition.model, (models_directory(), *further))
    card = read_card(settings.recognition.model, directory)
    embedder = Embedder(card, settings.recognition, directory)
    try:
        detector = load_detector(
            settings.detection.detector,
            settings.detection,
            device=settings.recognition.device,
            directories=(None, *further),
        )
    except ModelUnavailable as error:
        if must_detect:
            raise
        _log.warning("%s", error)
        return FaceAnalyzer(None, embedder, settings, str(error), decode)
    return FaceAnalyzer(detector, embedder, settings, decode=decode)
