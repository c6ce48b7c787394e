"""People and backgrounds of the mosaic protocol."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np

from core.errors import UsageError
from core.evaluation.protocols.lfw_faces import split_of
from core.imaging.mosaics.sources import MosaicSources, read_backgrounds, read_frames
from core.settings import ImagingSettings

CERTAIN_CONFIDENCE = 0.8


def with_people() -> frozenset[str]:
    """Return the names of the laboratory's backgrounds that show people or likenesses of them."""
    return read_list(Path(str(files("resources").joinpath("evaluation/backgrounds-with-people.txt"))))


def read_list(path: Path) -> frozenset[str]:
    """Read names that stand in a text file with spaces between; a line that begins with # is a remark.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    frozenset of str
        The names.

    Raises
    ------
    UsageError
        If it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The list {path} cannot be read: {error}.") from error
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(name for line in lines for name in line.split())


def load_mosaic_sources(
    root: Path, backgrounds: Path, people: range, pictures: range, limits: ImagingSettings
) -> MosaicSources:
    """Read what the mosaics of the protocol are made from.

    Parameters
    ----------
    root : Path
        Directory with `faces.csv` and `images/<person>/`.
    backgrounds : Path
        Directory of pictures.
    people : range
        Which people, by :func:`core.evaluation.protocols.lfw_faces.split_of`.
    pictures : range
        Which backgrounds, by the same function of the file's name without its suffix; those with people are
        left out.
    limits : ImagingSettings
        Limits for the decoder.

    Returns
    -------
    MosaicSources
        Faces of which the teacher was sure, and backgrounds without faces.

    Raises
    ------
    UsageError
        If there are none.
    """
    shown = with_people()
    return MosaicSources(
        read_frames(root, lambda name: split_of(name) in people, CERTAIN_CONFIDENCE),
        read_backgrounds(
            backgrounds,
            lambda name: split_of(name) in pictures and name not in shown,
            lambda *_: np.zeros((0, 4), np.float32),
            limits,
        ),
    )
