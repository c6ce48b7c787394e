"""Faces to measure a model with, from a folder of pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.analysis.examination import Examiner
from core.detection.detector import Detector, load_detector
from core.errors import ModelUnavailable, UnreadableImage, UsageError
from core.imaging.alignment import CROP_SIZE
from core.imaging.isolated import StillDecoder
from core.imaging.still import Decode, list_pictures, read_still
from core.progress import Progress
from core.settings import Settings
from core.types import ImageAnalysis, Outcome

LEAST_FACES = 20
LEAST_EYE_DISTANCE_PX = 16.0
"""Smaller faces have lost too much to show what a degraded picture loses."""


@dataclass(frozen=True, slots=True, eq=False)
class FolderFaces:
    """Aligned faces and whose they are.

    Attributes
    ----------
    crops : ndarray of uint8, shape (n, 112, 112, 3)
        The main face of each picture.
    people : tuple of str
        For each crop the folder its picture lies in; empty for one that lies in the given folder itself.
    pictures : int
        How many pictures were looked at.
    """

    crops: NDArray[np.uint8]
    people: tuple[str, ...]
    pictures: int

    def one_each(self) -> NDArray[np.uint8]:
        """Return the first crop of each person, and every crop that lies in no person's folder."""
        known: set[str] = set()
        rows = []
        for row, person in enumerate(self.people):
            if not person or person not in known:
                known.add(person)
                rows.append(row)
        return self.crops[rows]

    def two_each(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return the first and the second crop of each person who has two."""
        rows: dict[str, list[int]] = {}
        for row, person in enumerate(self.people):
            if person:
                rows.setdefault(person, []).append(row)
        pairs = [several[:2] for several in rows.values() if len(several) >= 2]
        chosen = np.array(pairs, np.int64).reshape(-1, 2)
        return self.crops[chosen[:, 0]], self.crops[chosen[:, 1]]


def read_face_folder(folder: Path, settings: Settings, models: Path, progress: Progress) -> FolderFaces:
    """Read and align the main face of each picture of a folder.

    Parameters
    ----------
    folder : Path
        With pictures in it or in folders below. A picture of exactly 112 x 112 px counts as an aligned crop
        and is taken as it is.
    settings : Settings
        Detector and limits.
    models : Path
        The workspace's models, in which the detector may be.
    progress : Progress
        Hears of each picture and may cancel.

    Returns
    -------
    FolderFaces
        At least :data:`LEAST_FACES` faces.

    Raises
    ------
    UsageError
        If there is no such folder or it holds fewer usable faces.
    Cancelled
        If a stop was asked for.
    """
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.")
    paths = list_pictures(folder)
    crops, people = [], []
    with StillDecoder() as decoder:
        finder = _Finder(settings, models, decoder.decode)
        for number, path in enumerate(paths):
            progress.step(number, len(paths), path.name)
            crop = finder.crop(path)
            if crop is not None:
                crops.append(crop)
                people.append("" if path.parent == folder else str(path.parent))
    faces = FolderFaces(
        np.array(crops, np.uint8).reshape(-1, CROP_SIZE, CROP_SIZE, 3), tuple(people), len(paths)
    )
    if len(faces.one_each()) < LEAST_FACES:
        without = f" {finder.without_detector}" if finder.without_detector else ""
        raise UsageError(
            f"{folder} holds {len(faces.one_each())} usable faces in {len(paths)} pictures (of a person's "
            f"folder one is counted), and {LEAST_FACES} are needed with {LEAST_EYE_DISTANCE_PX:g} px or more "
            f"between the eyes.{without}"
        )
    return faces


class _Finder:
    def __init__(self, settings: Settings, models: Path, decode: Decode) -> None:
        self._limits = settings.imaging
        self._decode = decode
        self.without_detector = ""
        detector: Detector | None = None
        try:
            detector = load_detector(
                settings.detection.detector,
                settings.detection,
                device=settings.recognition.device,
                directories=(None, models),
            )
        except ModelUnavailable as error:
            self.without_detector = str(error)
        self._examiner = Examiner(detector, settings)

    def crop(self, path: Path) -> NDArray[np.uint8] | None:
        try:
            image = read_still(path, self._limits, self._decode)
        except UnreadableImage:
            return None
        if image.pixels.shape[:2] == (CROP_SIZE, CROP_SIZE):
            return image.pixels
        return _main_crop(self._examiner.examine_safely(image))


def _main_crop(analysis: ImageAnalysis) -> NDArray[np.uint8] | None:
    face = analysis.main
    if face is None or face.outcome is not Outcome.OK or face.aligned is None:
        return None
    return face.aligned.crop if face.aligned.eye_distance_px >= LEAST_EYE_DISTANCE_PX else None
