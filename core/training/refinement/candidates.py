"""Candidates: what a detector proposes on mosaics, with what is known to be there."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.detection.detector import Detector
from core.detection.refinement.views import Square, cut_out
from core.errors import ModelUnavailable
from core.evaluation.detection_pairing import overlaps
from core.imaging.mosaics.labels import FaceLabels
from core.imaging.mosaics.mosaic import MosaicGenerator
from core.progress import Progress
from core.training.refinement.recipe import CandidateRecipe
from core.training.run_files import write_whole
from core.types import FaceDetection

REACH = 2.0
"""Side of a kept crop in sides of the box: room to turn and to shift what the network sees."""

SIDE = 96
"""Of a kept crop in px."""


class Candidate(NamedTuple):
    """One proposal.

    Attributes
    ----------
    crop : ndarray of uint8, shape (96, 96, 3)
        RGB, twice as wide and as high as the box.
    landmarks : ndarray of float32, shape (5, 2)
        From the middle of the box in sides of it; zeros where there is no face.
    is_face : bool
        Whether it is one.
    side : float
        Of the box in px of the mosaic.
    """

    crop: NDArray[np.uint8]
    landmarks: NDArray[np.float32]
    is_face: bool
    side: float


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Many candidates, the fields of :class:`Candidate` as arrays.

    Attributes
    ----------
    crops : ndarray of uint8, shape (n, 96, 96, 3)
        RGB.
    landmarks : ndarray of float32, shape (n, 5, 2)
        In sides of the box.
    is_face : ndarray of bool, shape (n,)
        Whether each is one.
    sides : ndarray of float32, shape (n,)
        In px.
    """

    crops: NDArray[np.uint8]
    landmarks: NDArray[np.float32]
    is_face: NDArray[np.bool_]
    sides: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.is_face)


def kept_candidates(
    directory: Path,
    key: dict[str, object],
    detector: Detector,
    generator: MosaicGenerator,
    numbers: Sequence[int],
    recipe: CandidateRecipe,
    progress: Progress,
) -> Candidates:
    """Return what a detector proposes, from a file when an earlier run left it there.

    Parameters
    ----------
    directory : Path
        Where files are kept.
    key : dict
        Of plain values: everything that decides what comes out.
    detector : Detector
        Proposes.
    generator : MosaicGenerator
        Makes the pictures.
    numbers : sequence of int
        Of the mosaics.
    recipe : CandidateRecipe
        What counts.
    progress : Progress
        Told before each picture.

    Returns
    -------
    Candidates
        In order of the mosaics.

    Raises
    ------
    ModelUnavailable
        If the file is damaged.
    Cancelled
        If `progress` asks for it; nothing is kept then.
    """
    digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:16]
    path = directory / f"candidates-{digest}.npz"
    if not path.is_file():
        found: list[Candidate] = []
        for place, number in enumerate(numbers):
            progress.step(place, len(numbers), "proposals")
            mosaic = generator.make(number)
            found += judged(mosaic.pixels, detector.detect(mosaic.pixels), mosaic.labels, recipe)
        _keep(path, found)
    try:
        with np.load(path) as kept:
            return Candidates(**{field.name: kept[field.name] for field in dataclasses.fields(Candidates)})
    except (OSError, ValueError, KeyError) as error:
        raise ModelUnavailable(
            f"The candidates {path} are damaged; delete the file and they are made anew."
        ) from error


def judged(
    pixels: NDArray[np.uint8], proposed: Sequence[FaceDetection], labels: FaceLabels, recipe: CandidateRecipe
) -> list[Candidate]:
    """Say of each proposal on a picture whether it is a face; doubtful ones are left out.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        The picture, RGB.
    proposed : sequence of FaceDetection
        By the detector.
    labels : FaceLabels
        What is there.
    recipe : CandidateRecipe
        What counts.

    Returns
    -------
    list of Candidate
        In order.
    """
    if not proposed:
        return []
    boxes = np.array([face.box.corners for face in proposed], np.float64)
    shared = overlaps(boxes, labels.boxes)
    doubtful = labels.boxes[~labels.certain]
    found = []
    for place, face in enumerate(proposed):
        best = int(shared[place].argmax()) if len(labels) else -1
        overlap = float(shared[place, best]) if len(labels) else 0.0
        points = np.zeros((5, 2), np.float32)
        square = Square.around(face.box, 1.0)
        if overlap >= recipe.face_iou:
            if not labels.certain[best] or not np.any(labels.landmarks[best, 0] - labels.landmarks[best, 1]):
                continue
            points = ((labels.landmarks[best] - (square.x, square.y)) / square.side).astype(np.float32)
        elif overlap >= recipe.background_iou or _covered(boxes[place], doubtful) > recipe.ignored_share:
            continue
        crop = cut_out(pixels, Square.around(face.box, REACH), SIDE)
        found.append(Candidate(crop, points, overlap >= recipe.face_iou, square.side))
    return found


def _covered(box: NDArray[np.float64], places: NDArray[np.float32]) -> float:
    if not len(places):
        return 0.0
    extent = np.minimum(box[2:], places[:, 2:]) - np.maximum(box[:2], places[:, :2])
    return float(np.maximum(extent, 0.0).prod(1).max() / max((box[2:] - box[:2]).prod(), 1e-12))


def _keep(path: Path, found: Sequence[Candidate]) -> None:
    buffer = io.BytesIO()
    np.savez(
        buffer,
        crops=np.array([one.crop for one in found], np.uint8).reshape(-1, SIDE, SIDE, 3),
        landmarks=np.array([one.landmarks for one in found], np.float32).reshape(-1, 5, 2),
        is_face=np.array([one.is_face for one in found], bool),
        sides=np.array([one.side for one in found], np.float32),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, buffer.getvalue())
