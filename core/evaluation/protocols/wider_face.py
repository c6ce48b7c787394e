"""WIDER FACE, validation part (Yang et al., CVPR 2016), in its official layout and by its official rules.

    ROOT/WIDER_val/images/<event>/<picture>.jpg
    ROOT/<any folder>/wider_face_val.mat, wider_easy_val.mat, wider_medium_val.mat, wider_hard_val.mat

The four lists come with the official evaluation tools (`ground_truth`); the first holds all boxes, the
others which of them count in each setting, by number from 1. The rules are those of the official tools:
confidences are brought to [0, 1] over all pictures; each box takes the face that it overlaps most, at least
0.5, whether or not it is taken already; on a face that does not count in the setting a box is not counted,
and a face that is found twice is a false positive; sides count as one px longer when boxes are compared;
precision is read at 1,000 evenly spaced thresholds, made to fall, and integrated over recall. Pictures
without faces are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import UnreadableImage, UsageError
from core.evaluation.detection_pairing import IOU
from core.evaluation.protocols.mosaic_faces import Find
from core.imaging.still import read_still
from core.progress import Progress
from core.settings import ImagingSettings

SETTINGS = ("easy", "medium", "hard")
THRESHOLDS = 1000
_ALL = "wider_face_val.mat"


@dataclass(frozen=True, slots=True, eq=False)
class WiderPicture:
    """One picture of the validation part.

    Attributes
    ----------
    path : Path
        The file.
    boxes : ndarray of float64, shape (n, 4)
        Left, top, width and height in px.
    counted : dict of str to ndarray of bool, shape (n,)
        By setting: which faces count.
    """

    path: Path
    boxes: NDArray[np.float64]
    counted: dict[str, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class WiderSetting:
    """The result of one setting.

    Attributes
    ----------
    name : str
        "easy", "medium" or "hard".
    faces : int
        That count.
    average_precision : float
        By the official rules.
    """

    name: str
    faces: int
    average_precision: float


def is_wider(root: Path) -> bool:
    """Return whether a folder has the layout of WIDER FACE."""
    return (root / "WIDER_val" / "images").is_dir()


def load_wider(root: Path) -> tuple[WiderPicture, ...]:
    """Read the lists.

    Parameters
    ----------
    root : Path
        As the module says.

    Returns
    -------
    tuple of WiderPicture
        In the order of the lists.

    Raises
    ------
    UsageError
        If a list is missing or damaged, or they do not belong together.
    """
    found = sorted(root.rglob(_ALL))
    if not found:
        raise UsageError(f"{root} lacks the list {_ALL} of the official evaluation tools.")
    path = found[0]
    events, files, boxes = (_cells(path, key) for key in ("event_list", "file_list", "face_bbx_list"))
    kept = {name: _cells(path.with_name(f"wider_{name}_val.mat"), "gt_list") for name in SETTINGS}
    pictures = []
    try:
        for event, name in enumerate(_text(one) for one in events):
            for number, file in enumerate(_text(one) for one in np.ravel(files[event])):
                faces = np.asarray(np.ravel(boxes[event])[number], np.float64).reshape(-1, 4)
                counted = {}
                for setting, lists in kept.items():
                    chosen = np.ravel(np.ravel(lists[event])[number]).astype(int) - 1
                    counted[setting] = np.isin(np.arange(len(faces)), chosen)
                folder = root / "WIDER_val" / "images" / name
                pictures.append(WiderPicture(folder / f"{file}.jpg", faces, counted))
    except (IndexError, TypeError, ValueError) as error:
        raise UsageError(f"The lists beside {path} do not belong together.") from error
    return tuple(pictures)


def evaluate_wider(
    find: Find, pictures: Sequence[WiderPicture], limits: ImagingSettings, progress: Progress | None = None
) -> tuple[WiderSetting, ...]:
    """Run a detector over the pictures and rate it.

    Parameters
    ----------
    find : callable
        From pixels to what the detector finds, with all confidences.
    pictures : sequence of WiderPicture
        From :func:`load_wider`.
    limits : ImagingSettings
        Limits for the decoder.
    progress : Progress, optional
        Told before each picture.

    Returns
    -------
    tuple of WiderSetting
        Easy, medium, hard.

    Raises
    ------
    UsageError
        If a picture cannot be read.
    Cancelled
        If `progress` asks for it.
    """
    progress = progress or Progress()
    found = []
    for number, picture in enumerate(pictures):
        progress.step(number, len(pictures), picture.path.name)
        try:
            faces = find(read_still(picture.path, limits).pixels)
        except UnreadableImage as error:
            raise UsageError(f"WIDER FACE is not complete: {error}") from error
        rows = [(*face.box.as_list(), face.confidence or 0.0) for face in faces]
        found.append(np.array(rows, np.float64).reshape(-1, 5))
    return rate_wider(pictures, found)


def rate_wider(
    pictures: Sequence[WiderPicture], found: Sequence[NDArray[np.float64]]
) -> tuple[WiderSetting, ...]:
    """Rate what a detector found.

    Parameters
    ----------
    pictures : sequence of WiderPicture
        The truth.
    found : sequence of ndarray of float64, shape (n, 5)
        For each picture left, top, width, height and confidence, in any order.

    Returns
    -------
    tuple of WiderSetting
        Easy, medium, hard.
    """
    confidences = np.concatenate([np.zeros(0), *(one[:, 4] for one in found)])
    low, span = (confidences.min(), float(np.ptp(confidences)) or 1.0) if len(confidences) else (0.0, 1.0)
    grid = 1.0 - np.arange(1, THRESHOLDS + 1) / THRESHOLDS
    results = []
    for setting in SETTINGS:
        proposed, hits = np.zeros(THRESHOLDS), np.zeros(THRESHOLDS)
        for picture, boxes in zip(pictures, found, strict=True):
            if not len(picture.boxes) or not len(boxes):
                continue
            boxes = boxes[np.argsort(-boxes[:, 4], kind="stable")]
            counts, hit = _judged(picture.boxes, boxes[:, :4], picture.counted[setting])
            accepted = np.searchsorted(-(boxes[:, 4] - low) / span, -grid, side="right")
            proposed += np.concatenate([[0], np.cumsum(counts)])[accepted]
            hits += np.concatenate([[0], np.cumsum(hit)])[accepted]
        faces = int(sum(picture.counted[setting].sum() for picture in pictures))
        results.append(WiderSetting(setting, faces, _area(hits, proposed, faces)))
    return tuple(results)


def _judged(
    faces: NDArray[np.float64], boxes: NDArray[np.float64], counted: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say of each box, most confident first, whether it is counted and whether it is a new hit."""
    overlap = _official_overlap(boxes, faces)
    best = overlap.argmax(1)
    on_face = overlap[np.arange(len(boxes)), best] >= IOU
    first = np.zeros(len(boxes), bool)
    first[np.unique(np.where(on_face, best, -1), return_index=True)[1]] = True
    wanted = on_face & counted[best]
    return ~(on_face & ~counted[best]), wanted & first


def _official_overlap(boxes: NDArray[np.float64], faces: NDArray[np.float64]) -> NDArray[np.float64]:
    low = np.maximum(boxes[:, None, :2], faces[:, :2])
    high = np.minimum((boxes[:, :2] + boxes[:, 2:])[:, None], faces[:, :2] + faces[:, 2:])
    shared = np.maximum(high - low + 1, 0).prod(-1)
    areas = (boxes[:, 2:] + 1).prod(-1)[:, None] + (faces[:, 2:] + 1).prod(-1)
    return np.asarray(shared / (areas - shared))


def _area(hits: NDArray[np.float64], proposed: NDArray[np.float64], faces: int) -> float:
    recall = np.concatenate([[0.0], hits / max(faces, 1), [1.0]])
    precision = np.concatenate([[0.0], hits / np.maximum(proposed, 1), [0.0]])
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(recall) * falling[1:]).sum())


def _cells(path: Path, key: str) -> NDArray[Any]:
    """Read the cells of one list; each may hold further cells."""
    try:
        load = import_module("scipy.io").loadmat
    except ImportError as error:
        raise UsageError("MATLAB files need scipy, which is not installed (pip install scipy).") from error
    try:
        return np.ravel(np.asarray(load(path, variable_names=[key])[key]))
    except OSError as error:
        raise UsageError(f"The list {path} cannot be read: {error.strerror or error}.") from error
    except Exception as error:  # a damaged file makes scipy raise almost anything
        raise UsageError(f"The list {path} holds no {key!r} that can be read.") from error


def _text(cell: Any) -> str:
    return str(np.ravel(cell)[0])
