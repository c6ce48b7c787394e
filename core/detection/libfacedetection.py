"""The teacher of our own detector: libfacedetection (Yu et al., YuNet 2023), through the package yuface.

The package is a single wheel for CPython 3.11 on x86-64 Linux. It reads the memory of an array without
regard to its strides and holds the interpreter lock while it runs (about 0.1 s for 960x960 px), so
pictures reach it contiguous and in tiles.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from core.detection.detector import Refiner
from core.errors import ModelUnavailable
from core.types import BoundingBox, FaceDetection

MAX_SIDE = 960
"""Longest side in px that the library was made for."""

FACE_PX = (24.0, float(MAX_SIDE))
"""Below the first side in px, faces begin to be missed; the largest may fill the picture."""


class LibFaceDetection:
    """libfacedetection behind the protocol :class:`core.detection.detector.Detector`.

    Parameters
    ----------
    min_confidence : float
        Least confidence that is reported, in [0, 1].

    Raises
    ------
    ModelUnavailable
        If yuface cannot be imported.
    """

    def __init__(self, min_confidence: float) -> None:
        try:
            with _patient_threads():
                import yuface
        except ImportError as error:
            raise ModelUnavailable(
                "The face detector libfacedetection cannot be loaded because yuface is not "
                "installed (its wheels need CPython 3.11 on x86-64 Linux); boxes can be drawn by hand."
            ) from error
        self._find = yuface.detect
        self._min_confidence = min_confidence
        self.max_side = MAX_SIDE
        self.face_px = FACE_PX
        self.refiner: Refiner | None = None
        self.detector_id = f"libfacedetection (yuface {version('yuface')})"

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[FaceDetection, ...]:
        """Find faces.

        Parameters
        ----------
        pixels : ndarray of uint8, shape (height, width, 3)
            RGB, no side longer than :data:`MAX_SIDE`.

        Returns
        -------
        tuple of FaceDetection
            Coordinates are whole px, as the library gives them; a box may reach beyond the picture.

        Raises
        ------
        ValueError
            If the picture is too large.
        """
        if max(pixels.shape[:2]) > MAX_SIDE:
            raise ValueError(f"no side may be longer than {MAX_SIDE} px, not {pixels.shape[:2]}")
        bgr = np.ascontiguousarray(pixels[:, :, ::-1])
        # Documented as unsigned, but signed: a box that begins left of the picture has a negative x.
        confidences, boxes, points = self._find(bgr, self._min_confidence)
        return tuple(
            FaceDetection(
                box=BoundingBox(*(float(value) for value in box)),
                landmarks=landmarks.astype(np.float32).reshape(5, 2),
                confidence=float(confidence) / 100.0,
                detector=self.detector_id,
            )
            for confidence, box, landmarks in zip(
                confidences, boxes.astype(np.int16), points.astype(np.int16), strict=True
            )
            if box[2] > 0 and box[3] > 0
        )

    def detect_many(self, pictures: Sequence[NDArray[np.uint8]]) -> list[tuple[FaceDetection, ...]]:
        """Find faces in several pictures, one after the other.

        Parameters
        ----------
        pictures : sequence of ndarray of uint8, shape (height, width, 3)
            As for :meth:`detect`.

        Returns
        -------
        list of tuple of FaceDetection
            One for each picture, in order.

        Raises
        ------
        ValueError
            If a picture is too large.
        """
        return [self.detect(pixels) for pixels in pictures]


@contextmanager
def _patient_threads() -> Iterator[None]:
    """Let an OpenMP that is loaded meanwhile put its waiting threads to sleep.

    By default they spin, which on a machine with other work to do was measured to make a call three
    to forty times slower. OpenMP reads the variable once, and the package brings an OpenMP of its own.
    """
    name = "OMP_WAIT_POLICY"
    if name in os.environ:
        yield
        return
    os.environ[name] = "PASSIVE"
    try:
        yield
    finally:
        del os.environ[name]
