"""Lists of labelled pictures, from folders and from the MATLAB files that data sets come with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import UsageError

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp"})


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPictures:
    """Pictures and who is on them.

    Attributes
    ----------
    paths : tuple of Path
        The files.
    labels : ndarray of int64, shape (n,)
        The person on each.
    """

    paths: tuple[Path, ...]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        if len(self.paths) != len(self.labels):
            raise ValueError(f"{len(self.paths)} pictures cannot have {len(self.labels)} labels")

    @classmethod
    def of(cls, pairs: Sequence[tuple[Path, int]]) -> LabelledPictures:
        """Put (path, label) pairs into two columns."""
        return cls(tuple(path for path, _ in pairs), np.array([label for _, label in pairs], np.int64))


def require_folder(path: Path) -> Path:
    """Return a folder that must be there; UsageError with a sentence when it is not."""
    if not path.is_dir():
        raise UsageError(f"The data set lacks the folder {path}.")
    return path


def pictures_in(folder: Path) -> tuple[Path, ...]:
    """Return the pictures of a folder and its sub-folders in order of path."""
    return tuple(
        sorted(path for path in require_folder(folder).rglob("*") if path.suffix.lower() in SUFFIXES)
    )


def read_names(path: Path, key: str, columns: int = 1) -> tuple[tuple[str, ...], ...]:
    """Read a cell array of names.

    Parameters
    ----------
    path : Path
        A MATLAB file.
    key : str
        Name of the array in it.
    columns : int
        Names in a row; a single column may also lie on its side.

    Returns
    -------
    tuple of tuple of str
        Its rows.

    Raises
    ------
    UsageError
        If file or array are missing or damaged.
    """
    cells = _read(path, key)
    if columns > 1 and cells.shape[1:] != (columns,):
        raise UsageError(f"The array {key!r} of {path} should have {columns} columns.")
    rows = cells.reshape(-1, columns)
    return tuple(tuple(str(np.asarray(cell).reshape(-1)[0]) for cell in row) for row in rows)


def read_ids(path: Path, key: str) -> NDArray[np.int64]:
    """Read an array of numbers as int64, shape (n,); UsageError when it is missing or damaged."""
    return np.asarray(_read(path, key)).reshape(-1).astype(np.int64)


def labelled_by(path: Path, names_key: str, ids_key: str, folder: Path) -> LabelledPictures:
    """Read who is on which picture of a folder.

    Parameters
    ----------
    path : Path
        A MATLAB file.
    names_key, ids_key : str
        Its arrays of file names and of people.
    folder : Path
        Where the pictures lie.

    Returns
    -------
    LabelledPictures
        In the order of the file.

    Raises
    ------
    UsageError
        If anything is missing, or names and people are not equally many.
    """
    names, ids = read_names(path, names_key), read_ids(path, ids_key)
    if len(names) != len(ids):
        raise UsageError(f"{path} has {len(names)} names in {names_key} but {len(ids)} ids in {ids_key}.")
    return LabelledPictures(tuple(require_folder(folder) / row[0] for row in names), ids)


def _read(path: Path, key: str) -> NDArray[np.generic]:
    try:
        load = import_module("scipy.io").loadmat
    except ImportError as error:
        raise UsageError("MATLAB files need scipy, which is not installed (pip install scipy).") from error
    try:
        return np.asarray(load(path, variable_names=[key])[key])
    except OSError as error:
        raise UsageError(f"The list {path} cannot be read: {error.strerror or error}.") from error
    except Exception as error:  # a damaged file makes scipy raise almost anything
        raise UsageError(f"The list {path} holds no array {key!r} that can be read.") from error
