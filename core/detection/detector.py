"""What a face detector is, and which ones there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelUnavailable
from core.settings import DetectionSettings
from core.types import FaceDetection


class Detector(Protocol):
    """Finds faces in one picture of moderate size; see :func:`core.detection.tiling.detect_faces`."""

    @property
    def detector_id(self) -> str:
        """Name and version, as results record it."""

    @property
    def max_side(self) -> int:
        """Longest side in px of a picture that it takes."""

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[FaceDetection, ...]:
        """Find faces.

        Parameters
        ----------
        pixels : ndarray of uint8, shape (height, width, 3)
            RGB, from 1x1 px up to `max_side` px a side.

        Returns
        -------
        tuple of FaceDetection
            In no particular order; coordinates are px of `pixels`.
        """


def available_detectors() -> tuple[str, ...]:
    """Return the names that :func:`load_detector` knows, whether or not their packages are installed."""
    return tuple(sorted(_LOADERS))


def load_detector(name: str, settings: DetectionSettings) -> Detector:
    """Load a detector by name.

    Parameters
    ----------
    name : str
        One of :func:`available_detectors`.
    settings : DetectionSettings
        The least confidence that is reported.

    Returns
    -------
    Detector
        Ready for use from one thread at a time.

    Raises
    ------
    ModelUnavailable
        If the name is not known, or the detector cannot run on this machine.
    """
    loader = _LOADERS.get(name)
    if loader is None:
        known = ", ".join(available_detectors())
        raise ModelUnavailable(f"There is no detector {name!r}; known are: {known}.")
    return loader(settings)


def _libfacedetection(settings: DetectionSettings) -> Detector:
    from core.detection.libfacedetection import LibFaceDetection

    return LibFaceDetection(settings.min_confidence)


_LOADERS: dict[str, Callable[[DetectionSettings], Detector]] = {"libfacedetection": _libfacedetection}
