"""What a face detector is, and which ones there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.detection.cards import list_detector_cards, read_detector_card
from core.errors import ModelUnavailable
from core.settings import DetectionSettings
from core.types import FaceDetection


class Refiner(Protocol):
    """Looks at each face that a detector proposes once more."""

    def refine(self, faces: Sequence[FaceDetection], pixels: NDArray[np.uint8]) -> list[FaceDetection]:
        """Place landmarks anew and doubt what is no face.

        Parameters
        ----------
        faces : sequence of FaceDetection
            As they were proposed, in px of the picture.
        pixels : ndarray of uint8, shape (height, width, 3)
            The picture, RGB.

        Returns
        -------
        list of FaceDetection
            One for each of `faces`, never more confident.
        """


class Detector(Protocol):
    """Finds faces in one picture of moderate size; see :func:`core.detection.tiling.detect_faces`."""

    @property
    def detector_id(self) -> str:
        """Name and version, as results record it."""

    @property
    def max_side(self) -> int:
        """Longest side in px of a picture that it takes."""

    @property
    def face_px(self) -> tuple[float, float]:
        """Smallest and largest side of a face in px that it finds reliably."""

    @property
    def refiner(self) -> Refiner | None:
        """What looks at its faces once more; without one it looks again itself, at the small ones."""

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

    def detect_many(self, pictures: Sequence[NDArray[np.uint8]]) -> list[tuple[FaceDetection, ...]]:
        """Find faces in several pictures.

        Parameters
        ----------
        pictures : sequence of ndarray of uint8, shape (height, width, 3)
            As for :meth:`detect`.

        Returns
        -------
        list of tuple of FaceDetection
            What :meth:`detect` finds in each picture, in order.
        """


def available_detectors(directories: Iterable[Path | None] = (None,)) -> tuple[str, ...]:
    """Return the names that :func:`load_detector` knows, whether or not their packages are installed.

    Parameters
    ----------
    directories : iterable of Path or None
        Where cards of detectors lie; None stands for the models that come with the application.

    Returns
    -------
    tuple of str
        In order.
    """
    cards = (card for directory in directories for card in list_detector_cards(directory))
    return tuple(sorted({*_PACKAGES, *(card.name for card in cards)}))


def load_detector(
    name: str,
    settings: DetectionSettings,
    *,
    device: str = "auto",
    directories: Iterable[Path | None] = (None,),
) -> Detector:
    """Load a detector by name.

    Parameters
    ----------
    name : str
        One of :func:`available_detectors`.
    settings : DetectionSettings
        The least confidence that is reported, and the overlap from which two boxes are the same face.
    device : str
        "auto", "cpu" or "cuda", for a detector that can run on a GPU.
    directories : iterable of Path or None
        Where cards of detectors lie, in order of preference; None stands for the models that come with the
        application.

    Returns
    -------
    Detector
        Ready for use from one thread at a time.

    Raises
    ------
    ModelUnavailable
        If the name is not known, or the detector cannot run on this machine.
    """
    directories = tuple(directories)
    if name in _PACKAGES:
        return _PACKAGES[name](settings)
    for directory in directories:
        card = read_detector_card(name, directory)
        if card is not None:
            # torch takes seconds to import, and whoever imports this module may only want its protocol.
            from core.detection.retinaface.detector import open_retinaface

            return open_retinaface(card, settings, device, directory)
    known = ", ".join(available_detectors(directories))
    raise ModelUnavailable(f"There is no detector {name!r}; known are: {known}.")


def _libfacedetection(settings: DetectionSettings) -> Detector:
    from core.detection.libfacedetection import LibFaceDetection

    return LibFaceDetection(settings.min_confidence)


_PACKAGES: dict[str, Callable[[DetectionSettings], Detector]] = {"libfacedetection": _libfacedetection}
