"""What the teacher sees in the background pictures: they hold people, whom nobody labelled."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.detection.detector import load_detector
from core.detection.tiling import detect_faces
from core.errors import ModelUnavailable
from core.progress import Progress
from core.settings import DetectionSettings
from core.training.run_files import write_whole

TEACHER = "libfacedetection"
SUSPICION = 0.35
"""Confidence of the teacher from which a place is no longer taken for background."""

_FILE = "backgrounds.json"
_REACH = 0.25
"""By which a suspicious box is widened on each side, as a share of its extent."""


class BackgroundLabels:
    """Asks the teacher once and remembers.

    Parameters
    ----------
    directory : Path
        Where the answers are kept.
    settings : DetectionSettings
        How the teacher looks; its least confidence is replaced by :data:`SUSPICION`.
    progress : Progress
        Told before each picture that the teacher looks at.
    """

    def __init__(self, directory: Path, settings: DetectionSettings, progress: Progress) -> None:
        self._path = directory / _FILE
        self._settings = dataclasses.replace(settings, min_confidence=SUSPICION)
        self._progress = progress
        self._find: Callable[[NDArray[np.uint8]], list[list[float]]] | None = None
        self._known: dict[str, list[list[float]]] = {}
        if self._path.is_file():
            try:
                self._known = json.loads(self._path.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise ModelUnavailable(f"The labels of the backgrounds {self._path} are damaged.") from error

    def __call__(self, name: str, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the places that may be faces.

        Parameters
        ----------
        name : str
            Of the picture.
        pixels : ndarray of uint8, shape (height, width, 3)
            RGB.

        Returns
        -------
        ndarray of float32, shape (n, 4)
            Left, top, right and bottom in px, somewhat widened.

        Raises
        ------
        ModelUnavailable
            If the teacher has to be asked and is not installed.
        """
        key = hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()
        if key not in self._known:
            self._progress.step(len(self._known), None, f"the teacher looks at {name}")
            self._known[key] = self._ask(pixels)
        return np.array(self._known[key], np.float32).reshape(-1, 4)

    def keep(self) -> None:
        """Write the answers."""
        write_whole(self._path, json.dumps(self._known, sort_keys=True).encode())

    def _ask(self, pixels: NDArray[np.uint8]) -> list[list[float]]:
        if self._find is None:
            teacher = load_detector(TEACHER, self._settings)
            self._find = lambda pixels: [
                face.box.as_list() for face in detect_faces(pixels, teacher, self._settings)
            ]
        return [
            [x - _REACH * width, y - _REACH * height, x + (1 + _REACH) * width, y + (1 + _REACH) * height]
            for x, y, width, height in self._find(pixels)
        ]
