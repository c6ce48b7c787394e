"""Pictures with boxes in a table, for measuring a detector on one's own data."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from core.errors import UnreadableImage, UsageError
from core.evaluation.detection_curve import DetectionCurve
from core.evaluation.detection_pairing import pair
from core.evaluation.protocols.mosaic_faces import DetectorResult, Find, MosaicEvaluation, result_of
from core.imaging.isolated import StillDecoder
from core.imaging.mosaics.labels import FaceLabels
from core.imaging.still import read_still
from core.progress import Progress
from core.settings import ImagingSettings

EDGES = (0.0, 12.0, 16.0, 24.0, 32.0, 64.0, math.inf)
"""Ranges of the sides of faces in px; the whole range is measured as well."""

_BOX = ("x", "y", "width", "height")
_POINTS = tuple(
    f"{name}_{axis}"
    for name in ("right_eye", "left_eye", "nose", "mouth_right", "mouth_left")
    for axis in "xy"
)


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A picture and its faces.

    Attributes
    ----------
    path : Path
        The file.
    labels : FaceLabels
        Its faces; those of the table with a 1 in the column `ignore` are not certain.
    """

    path: Path
    labels: FaceLabels


def read_table(table: Path) -> tuple[LabelledPicture, ...]:
    """Read which faces are where.

    Parameters
    ----------
    table : Path
        CSV with the columns image (relative to the table), x, y, width and height in px; optionally the ten
        of the landmarks (right_eye_x .. mouth_left_y) and ignore (1 for a place that does not count). A row
        with an empty x stands for a picture without faces.

    Returns
    -------
    tuple of LabelledPicture
        In the order in which the table names them first.

    Raises
    ------
    UsageError
        If the table cannot be read, lacks a column, or has a value that is none.
    """
    rows: dict[str, list[tuple[list[float], list[float], bool]]] = {}
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                faces = rows.setdefault(row["image"], [])
                if row["x"].strip():
                    x, y, width, height = (float(row[name]) for name in _BOX)
                    points = [float(row.get(name) or "nan") for name in _POINTS]
                    faces.append(
                        ([x, y, x + width, y + height], points, (row.get("ignore") or "0").strip() != "1")
                    )
    except OSError as error:
        raise UsageError(f"The table {table} cannot be read: {error.strerror}.") from error
    except (KeyError, TypeError, ValueError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The table {table} needs the columns image, x, y, width and height with numbers: {error}."
        ) from error
    if not rows:
        raise UsageError(f"The table {table} names no picture.")
    return tuple(LabelledPicture(table.parent / image, _labels(faces)) for image, faces in rows.items())


def evaluate_pictures(
    name: str,
    detector_id: str,
    find: Find,
    pictures: Sequence[LabelledPicture],
    limits: ImagingSettings,
    evaluation: MosaicEvaluation,
    progress: Progress | None = None,
) -> DetectorResult:
    """Measure a detector on labelled pictures, by size of face.

    Parameters
    ----------
    name, detector_id : str
        The detector.
    find : callable
        From pixels to what it finds, with all confidences.
    pictures : sequence of LabelledPicture
        From :func:`read_table`.
    limits : ImagingSettings
        Limits for the decoder.
    evaluation : MosaicEvaluation
        Seed and samples of the bootstrap, and the allowed false positives.
    progress : Progress, optional
        Told before each picture.

    Returns
    -------
    DetectorResult
        The whole range first, then the ranges of :data:`EDGES` that hold a face.

    Raises
    ------
    UsageError
        If a picture cannot be read.
    Cancelled
        If `progress` asks for it.
    """
    progress = progress or Progress()
    found = []
    with StillDecoder() as decoder:
        for number, picture in enumerate(pictures):
            progress.step(number, len(pictures), f"{name}, {picture.path.name}")
            try:
                found.append(find(read_still(picture.path, limits, decoder.decode).pixels))
            except UnreadableImage as error:
                raise UsageError(f"A picture of the table cannot be used: {error}") from error
    sizes = []
    for low, high in ((EDGES[0], EDGES[-1]), *pairwise(EDGES)):
        pairings = [
            pair(picture.labels, faces, (low, high)) for picture, faces in zip(pictures, found, strict=True)
        ]
        curve = DetectionCurve(pairings)
        if curve.faces or (low, high) == (EDGES[0], EDGES[-1]):
            sizes.append(result_of(curve, (low, high), evaluation))
    return DetectorResult(name, detector_id, tuple(sizes), None)


def _labels(faces: Sequence[tuple[list[float], list[float], bool]]) -> FaceLabels:
    boxes, points, certain = (list(column) for column in zip(*faces, strict=True)) if faces else ([], [], [])
    landmarks = np.array(points, np.float32).reshape(-1, 5, 2)
    # Five landmarks or none: eyes that coincide say that they are not known.
    landmarks[np.isnan(landmarks).any((1, 2))] = 0.0
    return FaceLabels(np.array(boxes, np.float32).reshape(-1, 4), landmarks, np.array(certain, bool))
