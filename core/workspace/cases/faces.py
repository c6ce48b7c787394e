"""Pictures, videos and the faces in them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.detection.manual import manual_detection
from core.imaging.overlay import attention_rgba
from core.imaging.still import read_still
from core.imaging.video import VideoSource
from core.progress import Progress
from core.storage.evidence import copied_file
from core.types import BoundingBox, FaceDetection, ImageAnalysis, SourceImage
from core.workspace.opened import OpenedWorkspace


class Faces(OpenedWorkspace):
    """The part of the front door that looks at pictures; it stores nothing."""

    def read_still(self, path: Path) -> SourceImage:
        """Decode a still, in a process of its own.

        Parameters
        ----------
        path : Path
            A JPEG, PNG, TIFF, BMP or WebP file.

        Returns
        -------
        SourceImage
            The picture.

        Raises
        ------
        UnreadableImage
            If it is no such file or exceeds the limits of the settings.
        """
        return read_still(path, self.settings.imaging, self._stills.decode)

    def open_video(self, path: Path, progress: Progress | None = None) -> VideoSource:
        """Open a video and index its frames.

        Parameters
        ----------
        path : Path
            A local video file. Where it is gone, the copy that a case keeps of it is opened.
        progress : Progress, optional
            Hears of the indexing and may cancel it.

        Returns
        -------
        VideoSource
            The video; it must stay on the thread that opened it.

        Raises
        ------
        UnreadableVideo
            If it holds no video that can be decoded.
        """
        return VideoSource.open(self._at_hand(path), self.settings.imaging, progress or Progress())

    def manual_face(
        self, image: SourceImage, box: BoundingBox, landmarks: NDArray[np.float32] | None = None
    ) -> FaceDetection:
        """Return a face whose box, and landmarks where given, were drawn by hand.

        Parameters
        ----------
        image : SourceImage
            The picture it was drawn on.
        box : BoundingBox
            The box, in px of the picture.
        landmarks : ndarray of float32, shape (5, 2), optional
            Right eye, left eye, nose, right and left mouth corner, as the subject has them.

        Returns
        -------
        FaceDetection
            The face.

        Raises
        ------
        UsageError
            If the box lies outside the picture or the landmarks are degenerate.
        """
        return manual_detection(box, landmarks, width=image.width, height=image.height)

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
        return self._analyzer().analyze(image, manual, detect=detect)

    def analyze_paths(
        self, paths: Sequence[Path], progress: Progress | None = None
    ) -> Iterator[ImageAnalysis]:
        """Find and assess the faces of many pictures; a bad file is an outcome and stops nothing.

        Parameters
        ----------
        paths : sequence of Path
            Pictures, videos (their first frame) or folders (their pictures).
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
        yield from self._analyzer().analyze_paths(paths, progress or Progress())

    def attention_overlay(
        self, values: NDArray[np.floating], size: int, *, informative: bool = True
    ) -> NDArray[np.uint8]:
        """Paint an attention map.

        Parameters
        ----------
        values : ndarray, shape (rows, columns)
            Values of an :class:`~core.types.AttentionMap` or a :class:`~core.types.PairEvidence`.
        size : int
            Height and width of the picture, in px.
        informative : bool
            Whether to paint in colours, or all in grey.

        Returns
        -------
        ndarray of uint8, shape (size, size, 4)
            RGBA, transparent where a region contributes nothing.
        """
        return attention_rgba(values, size, informative=informative)

    def _at_hand(self, path: Path) -> Path:
        if os.path.lexists(path):
            return path
        with self._database.read() as session:
            piece = copied_file(session, path)
        copy = None if piece is None else self._files.plain_path(piece.sha256)
        return copy or path
