"""How many people and pictures a labelled set holds, how recognizable and how large."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from core.training.sets.manifest import LabelledSet, Part

QUARTILES = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class PartSummary:
    """One part of a set in numbers.

    Attributes
    ----------
    people, pictures : int
        How many.
    bands : dict of str to int
        Pictures by band of recognizability.
    recognizability : tuple of float
        Smallest index, quartiles and largest index; empty without pictures.
    face_px : tuple of float
        The same of the native widths of faces in px, of the pictures where it is known.
    """

    people: int
    pictures: int
    bands: dict[str, int]
    recognizability: tuple[float, ...]
    face_px: tuple[float, ...]


def summarize(labelled: LabelledSet) -> dict[str, PartSummary]:
    """Return the numbers of the whole set and of each of its parts.

    Parameters
    ----------
    labelled : LabelledSet
        The set.

    Returns
    -------
    dict of str to PartSummary
        Under "all" and the name of each part.
    """
    groups = {"all": labelled.pictures} | {part.value: labelled.of(part) for part in Part}
    return {
        name: PartSummary(
            people=len({picture.subject for picture in pictures}),
            pictures=len(pictures),
            bands=dict(Counter(picture.band for picture in pictures)),
            recognizability=_five([picture.recognizability for picture in pictures]),
            face_px=_five([picture.face_px for picture in pictures if picture.face_px is not None]),
        )
        for name, pictures in groups.items()
    }


def _five(values: list[float]) -> tuple[float, ...]:
    return tuple(float(value) for value in np.percentile(values, QUARTILES)) if values else ()
