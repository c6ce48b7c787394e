"""Labeled Faces in the Wild as this project keeps it: pictures and machine-made landmarks."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import UnreadableImage, UsageError
from core.imaging.alignment import CROP_SIZE, align
from core.imaging.still import read_still
from core.progress import Progress
from core.settings import ImagingSettings
from core.types import BoundingBox, FaceDetection

SPLITS = 10
_DETECTOR = "libfacedetection"


@dataclass(frozen=True, slots=True, eq=False)
class LfwFaces:
    """The labelled faces of some people, grouped by person and in order of path.

    Attributes
    ----------
    names : tuple of str
        The people, in order.
    person : ndarray of int64, shape (n,)
        For each picture the place of its person in `names`, ascending.
    crops : ndarray of uint8, shape (n, 112, 112, 3)
        Aligned crops.
    eye_distance_px : ndarray of float64, shape (n,)
        Distance of the eyes in the picture.
    unreadable : tuple of str
        Why pictures were left out, one sentence each.
    over_cap : int
        Pictures left out because their person has enough.
    """

    names: tuple[str, ...]
    person: NDArray[np.int64]
    crops: NDArray[np.uint8]
    eye_distance_px: NDArray[np.float64]
    unreadable: tuple[str, ...]
    over_cap: int

    @property
    def first(self) -> NDArray[np.int64]:
        """The row of each person's first picture, in order of `names`."""
        return np.flatnonzero(np.diff(self.person, prepend=-1))

    @property
    def later(self) -> NDArray[np.int64]:
        """The rows of all other pictures."""
        return np.flatnonzero(np.diff(self.person, prepend=-1) == 0)


def split_of(person: str) -> int:
    """Return the split of a person, 0 to 9, which depends on the name alone."""
    return int(hashlib.sha256(person.encode()).hexdigest(), 16) % SPLITS


def load_lfw(
    root: Path,
    splits: range,
    cap: int,
    limits: ImagingSettings,
    progress: Progress | None = None,
) -> LfwFaces:
    """Read and align the faces of the people of some splits.

    Parameters
    ----------
    root : Path
        Directory with `faces.csv` and `images/<person>/<person>_NNNN.jpg`.
    splits : range
        Which people, by :func:`split_of`.
    cap : int
        Most pictures of one person, the first ones by path: pairs grow with the square of their number, and
        one person would otherwise outweigh hundreds.
    limits : ImagingSettings
        Limits for the decoder.
    progress : Progress, optional
        Told after each picture.

    Returns
    -------
    LfwFaces
        Of several faces in a picture the one whose box is nearest the centre, which is the labelled person's.

    Raises
    ------
    UsageError
        If the directory is not as described, or holds nobody of these splits.
    Cancelled
        If `progress` asks for it.
    """
    progress = progress or Progress()
    detections = _read_detections(root / "faces.csv", splits)
    names: list[str] = []
    person: list[int] = []
    crops: list[NDArray[np.uint8]] = []
    distances: list[float] = []
    unreadable: list[str] = []
    over_cap = 0
    for done, (image, candidates) in enumerate(sorted(detections.items())):
        progress.step(done, len(detections), "reading pictures")
        name = image.partition("/")[0]
        if names and name == names[-1] and person.count(len(names) - 1) >= cap:
            over_cap += 1
            continue
        try:
            pixels = read_still(root / "images" / image, limits).pixels
        except UnreadableImage as error:
            unreadable.append(str(error))
            continue
        aligned = align(pixels, _nearest_centre(candidates, pixels.shape[1], pixels.shape[0]))
        if not names or name != names[-1]:
            names.append(name)
        person.append(len(names) - 1)
        crops.append(aligned.crop)
        distances.append(aligned.eye_distance_px)
    if not names:
        raise UsageError(f"There are no readable faces of people {splits.start}-{splits.stop - 1} in {root}.")
    return LfwFaces(
        names=tuple(names),
        person=np.array(person, np.int64),
        crops=np.stack(crops).reshape(-1, CROP_SIZE, CROP_SIZE, 3),
        eye_distance_px=np.array(distances, np.float64),
        unreadable=tuple(unreadable),
        over_cap=over_cap,
    )


def _read_detections(path: Path, splits: range) -> dict[str, list[FaceDetection]]:
    found: dict[str, list[FaceDetection]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                image = row.pop("image")
                if split_of(image.partition("/")[0]) in splits:
                    values = [float(value) for value in row.values()]
                    landmarks = np.array(values[5:], np.float32).reshape(5, 2)
                    detection = FaceDetection(BoundingBox(*values[1:5]), landmarks, values[0], _DETECTOR)
                    found.setdefault(image, []).append(detection)
    except OSError as error:
        raise UsageError(f"The list of faces {path} cannot be read: {error.strerror}.") from error
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"The list of faces {path} is damaged: {error}.") from error
    return found


def _nearest_centre(candidates: list[FaceDetection], width: int, height: int) -> FaceDetection:
    def distance(detection: FaceDetection) -> float:
        box = detection.box
        return float(np.hypot(box.x + box.width / 2 - width / 2, box.y + box.height / 2 - height / 2))

    return min(candidates, key=distance)
