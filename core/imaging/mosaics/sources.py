"""What mosaics are made from: photographs of labelled faces, and backgrounds."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import UnreadableImage, UsageError
from core.imaging.mosaics.labels import FaceLabels
from core.imaging.still import list_pictures, read_still
from core.settings import ImagingSettings

_SIDE = 250
_END_OF_IMAGE = b"\xff\xd9"
_FLAGS = {1: cv2.IMREAD_COLOR, 2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4}


@dataclass(frozen=True, slots=True, eq=False)
class LabelledFrame:
    """One photograph, compressed as it was found.

    Attributes
    ----------
    person : str
        Whose face is in the middle.
    encoded : ndarray of uint8, shape (n,)
        The JPEG.
    labels : FaceLabels
        All faces that the teacher found.
    main : int
        Which of them is in the middle.
    """

    person: str
    encoded: NDArray[np.uint8]
    labels: FaceLabels
    main: int

    @property
    def main_side(self) -> float:
        """Size in px of the face in the middle."""
        return float(self.labels.sides[self.main])

    def pixels(self, reduction: int = 1) -> NDArray[np.uint8]:
        """Decode the photograph, RGB; a reduction of 2 or 4 shrinks it by that factor, quickly."""
        decoded = np.asarray(cv2.imdecode(self.encoded, _FLAGS[reduction]), np.uint8)
        return decoded[..., ::-1]


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """A photograph that stands behind the faces.

    Attributes
    ----------
    name : str
        Of the file.
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    uncertain : FaceLabels
        Places that may be faces.
    """

    name: str
    pixels: NDArray[np.uint8]
    uncertain: FaceLabels


@dataclass(frozen=True, slots=True, eq=False)
class MosaicSources:
    """All that a generator draws from.

    Attributes
    ----------
    frames : tuple of LabelledFrame
        In order of path.
    backgrounds : tuple of Background
        In order of name; may be empty.
    """

    frames: tuple[LabelledFrame, ...]
    backgrounds: tuple[Background, ...]


def read_frames(
    root: Path, wanted: Callable[[str], bool], certain_confidence: float
) -> tuple[LabelledFrame, ...]:
    """Read photographs with all faces that the teacher found in them.

    Parameters
    ----------
    root : Path
        Directory with `faces.csv` and `images/<person>/<person>_NNNN.jpg`, 250x250 px.
    wanted : callable
        Says of a person's name whether the pictures are wanted.
    certain_confidence : float
        Faces whose confidence is lower are uncertain.

    Returns
    -------
    tuple of LabelledFrame
        In order of path; files that break off are left out.

    Raises
    ------
    UsageError
        If the directory is not as described, or holds nobody that is wanted.
    """
    rows: dict[str, list[list[float]]] = {}
    try:
        with (root / "faces.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                image = row.pop("image")
                if wanted(image.partition("/")[0]):
                    rows.setdefault(image, []).append([float(value) for value in row.values()])
    except OSError as error:
        raise UsageError(
            f"The list of faces {root / 'faces.csv'} cannot be read: {error.strerror}."
        ) from error
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"The list of faces {root / 'faces.csv'} is damaged: {error}.") from error
    frames = []
    for image in sorted(rows):
        values = np.array(rows[image], np.float32)
        labels = FaceLabels(
            np.concatenate([values[:, 1:3], values[:, 1:3] + values[:, 3:5]], axis=1),
            values[:, 5:].reshape(-1, 5, 2),
            values[:, 0] >= certain_confidence,
        )
        try:
            encoded = (root / "images" / image).read_bytes()
        except OSError as error:
            raise UsageError(
                f"The picture {root / 'images' / image} cannot be read: {error.strerror}."
            ) from error
        if not encoded.endswith(_END_OF_IMAGE):
            continue
        centres = (labels.boxes[:, :2] + labels.boxes[:, 2:] - _SIDE) / 2
        main = int(np.hypot(*centres.T).argmin())
        # The person that the picture is named for is in the middle, whatever the teacher's doubts.
        labels.certain[main] = True
        frames.append(LabelledFrame(image.partition("/")[0], np.frombuffer(encoded, np.uint8), labels, main))
    if not frames:
        raise UsageError(f"{root} holds no readable picture of the people that are wanted.")
    return tuple(frames)


def read_backgrounds(
    folder: Path,
    wanted: Callable[[str], bool],
    uncertain: Callable[[str, NDArray[np.uint8]], NDArray[np.float32]],
    limits: ImagingSettings,
) -> tuple[Background, ...]:
    """Read the pictures of a folder.

    Parameters
    ----------
    folder : Path
        Pictures of any size.
    wanted : callable
        Says of a file's name without its suffix whether it is wanted.
    uncertain : callable
        From name and pixels to the boxes (n, 4) that may be faces: left, top, right, bottom.
    limits : ImagingSettings
        Limits for the decoder.

    Returns
    -------
    tuple of Background
        In order of name; unreadable files are left out.

    Raises
    ------
    UsageError
        If the folder holds none.
    """
    found = []
    for path in list_pictures(folder) if folder.is_dir() else []:
        if not wanted(path.stem):
            continue
        try:
            pixels = read_still(path, limits).pixels
        except UnreadableImage:
            continue
        found.append(Background(path.stem, pixels, FaceLabels.uncertain(uncertain(path.stem, pixels))))
    if not found:
        raise UsageError(f"{folder} holds no background picture that is wanted.")
    return tuple(found)


def people_of(frames: Sequence[LabelledFrame]) -> int:
    """Count the people of frames."""
    return len({frame.person for frame in frames})
