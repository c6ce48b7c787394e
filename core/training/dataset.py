"""The faces of a recipe: aligned crops in memory, and who is on them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import UnreadableImage, UsageError
from core.imaging.alignment import CROP_SIZE
from core.imaging.still import list_pictures, read_still
from core.settings import ImagingSettings
from core.training.labelled_faces import aligned_crops, read_faces, split_of
from core.training.recipe import DataRecipe


@dataclass(frozen=True, slots=True, eq=False)
class FaceSet:
    """Crops with their persons.

    Attributes
    ----------
    crops : ndarray of uint8, shape (n, 112, 112, 3)
        RGB, aligned.
    labels : ndarray of int64, shape (n,)
        Number of the person, 0 to people - 1.
    people : tuple of str
        Names, by number.
    """

    crops: NDArray[np.uint8]
    labels: NDArray[np.int64]
    people: tuple[str, ...]

    @classmethod
    def of(cls, crops: NDArray[np.uint8], names: Sequence[str]) -> FaceSet:
        """Number the persons in order of name."""
        people, labels = np.unique(np.asarray(names, dtype=str), return_inverse=True)
        return cls(crops, labels.astype(np.int64), tuple(str(name) for name in people))

    def pairs(self, largest: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the first and the second picture of each person that has two, `largest` people at most."""
        order = np.argsort(self.labels, kind="stable")
        starts = np.flatnonzero(np.diff(self.labels[order], prepend=-1))
        several = starts[np.diff(starts, append=len(order)) >= 2]
        several = several[: largest or None]
        return order[several], order[several + 1]


@dataclass(frozen=True, slots=True, eq=False)
class FaceSplits:
    """Faces to learn from and faces to measure on; no person is in both.

    Attributes
    ----------
    train, validation : FaceSet
        The two sets.
    """

    train: FaceSet
    validation: FaceSet


def load_faces(recipe: DataRecipe, limits: ImagingSettings) -> FaceSplits:
    """Read the faces of a recipe.

    Pictures of the layouts "folders" and "csv" are taken as aligned crops; another size than 112x112 px is
    resampled. Unreadable pictures are left out, and logged for "lfw".

    Parameters
    ----------
    recipe : DataRecipe
        Where they are.
    limits : ImagingSettings
        Limits for the decoder.

    Returns
    -------
    FaceSplits
        The faces, in order of path.

    Raises
    ------
    UsageError
        If the data are not there, or leave a set empty.
    """
    root = Path(recipe.root)
    if not root.exists():
        raise UsageError(f"The training data {root} are not there.")
    sets = []
    for splits in (recipe.train, recipe.validation):
        crops, names = _READERS[recipe.layout](root, frozenset(splits), limits)
        if not names:
            raise UsageError(f"{root} holds no face of the splits {', '.join(map(str, splits))}.")
        sets.append(FaceSet.of(crops, names))
    return FaceSplits(*sets)


def _read_lfw(
    root: Path, splits: frozenset[int], limits: ImagingSettings
) -> tuple[NDArray[np.uint8], list[str]]:
    faces = [face for face in read_faces(root) if split_of(face.person) in splits]
    readable, crops = aligned_crops(faces, limits)
    return crops, [face.person for face in readable]


def _read_folders(
    root: Path, splits: frozenset[int], limits: ImagingSettings
) -> tuple[NDArray[np.uint8], list[str]]:
    folders = sorted(path for path in root.iterdir() if path.is_dir() and split_of(path.name) in splits)
    listed = [(folder.name, path) for folder in folders for path in list_pictures(folder)]
    return _read_crops(listed, limits)


def _read_csv(
    table: Path, splits: frozenset[int], limits: ImagingSettings
) -> tuple[NDArray[np.uint8], list[str]]:
    listed = []
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not row.get("person") or not row.get("path"):
                raise UsageError(f"The table {table} needs the columns person and path in every row.")
            given = row.get("split")
            split = int(given) if given and given.isdigit() else split_of(row["person"])
            if split in splits:
                listed.append((row["person"], table.parent / row["path"]))
    return _read_crops(listed, limits)


def _read_crops(
    listed: Sequence[tuple[str, Path]], limits: ImagingSettings
) -> tuple[NDArray[np.uint8], list[str]]:
    crops, names = [], []
    for name, path in listed:
        try:
            pixels = read_still(path, limits).pixels
        except UnreadableImage:
            continue
        if pixels.shape[:2] != (CROP_SIZE, CROP_SIZE):
            pixels = np.asarray(
                cv2.resize(pixels, (CROP_SIZE, CROP_SIZE), interpolation=cv2.INTER_AREA), np.uint8
            )
        crops.append(pixels)
        names.append(name)
    empty = np.empty((0, CROP_SIZE, CROP_SIZE, 3), np.uint8)
    return (np.stack(crops) if crops else empty), names


_READERS = {"lfw": _read_lfw, "folders": _read_folders, "csv": _read_csv}
