"""The laboratory's labelled faces: Labeled Faces in the Wild with machine-made landmarks."""

from __future__ import annotations

import csv
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import UnreadableImage
from core.imaging.alignment import CROP_SIZE, align
from core.imaging.still import read_still
from core.settings import ImagingSettings
from core.types import BoundingBox, FaceDetection

_log = logging.getLogger(__name__)

_SIDE = 250
"""Width and height of every picture of the deep-funneled set, in px."""


@dataclass(frozen=True, slots=True)
class LabelledFace:
    """The labelled person's face in one picture.

    Attributes
    ----------
    person : str
        Name, which is the folder of the picture.
    path : Path
        The picture.
    detection : FaceDetection
        Box and landmarks by libfacedetection; a teacher, not ground truth.
    """

    person: str
    path: Path
    detection: FaceDetection


def split_of(person: str) -> int:
    """Return the split of a person, 0 to 9, which depends on the name alone."""
    return int(hashlib.sha256(person.encode()).hexdigest(), 16) % 10


def read_faces(root: Path) -> tuple[LabelledFace, ...]:
    """Read who is where.

    Parameters
    ----------
    root : Path
        Directory with `faces.csv` and `images/<person>/<person>_NNNN.jpg`.

    Returns
    -------
    tuple of LabelledFace
        One for each picture with a face, in order of path: of several faces the one nearest the centre, which
        is the labelled person's.
    """
    nearest: dict[str, tuple[float, LabelledFace]] = {}
    with (root / "faces.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            values = [float(value) for name, value in row.items() if name != "image"]
            box = BoundingBox(*values[1:5])
            landmarks = np.array(values[5:], np.float32).reshape(5, 2)
            centre = (box.x + box.width / 2, box.y + box.height / 2)
            distance = float(np.hypot(centre[0] - _SIDE / 2, centre[1] - _SIDE / 2))
            if row["image"] not in nearest or distance < nearest[row["image"]][0]:
                detection = FaceDetection(box, landmarks, values[0], "libfacedetection")
                face = LabelledFace(row["image"].partition("/")[0], root / "images" / row["image"], detection)
                nearest[row["image"]] = (distance, face)
    return tuple(nearest[image][1] for image in sorted(nearest))


def aligned_crops(
    faces: Sequence[LabelledFace], limits: ImagingSettings
) -> tuple[tuple[LabelledFace, ...], NDArray[np.uint8]]:
    """Read pictures and align their faces.

    Parameters
    ----------
    faces : sequence of LabelledFace
        Which faces.
    limits : ImagingSettings
        Limits for the decoder.

    Returns
    -------
    readable : tuple of LabelledFace
        The faces whose picture could be read; the set holds a truncated file.
    crops : ndarray of uint8, shape (len(readable), 112, 112, 3)
        Their crops.
    """
    readable: list[LabelledFace] = []
    crops = np.empty((len(faces), CROP_SIZE, CROP_SIZE, 3), np.uint8)
    for face in faces:
        try:
            pixels = read_still(face.path, limits).pixels
        except UnreadableImage as error:
            _log.warning("Left out: %s", error)
            continue
        crops[len(readable)] = align(pixels, face.detection).crop
        readable.append(face)
    return tuple(readable), crops[: len(readable)]
