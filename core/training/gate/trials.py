"""What both models are tried on: references, probes, and the groups that probes are judged in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.imaging.alignment import CROP_SIZE
from core.imaging.degradation import resample_through
from core.types import Band, BandEdges

ALL = "all"
LABELLED = "group "
"""What the names of groups of people begin with, as the laboratory labelled them."""

SIZES = (112, 24, 16, 12, 8)
"""Sides in px that faces of a reference are taken through."""

_SIZE_CLASSES = ((0.0, 12.0), (12.0, 16.0), (16.0, 24.0), (24.0, 48.0), (48.0, np.inf))


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """References and probes of people, each person enrolled once.

    Attributes
    ----------
    name : str
        Whose faces they are.
    laboratory : bool
        Whether they are of the laboratory, not of the shipped reference.
    references : ndarray of uint8, shape (p, 112, 112, 3)
        One crop of each of p people; row i is person i.
    probes : ndarray of uint8, shape (n, 112, 112, 3)
        Other crops, or the same ones degraded.
    people : ndarray of int64, shape (n,)
        The person of each probe.
    groups : dict of str to ndarray of bool, shape (n,)
        Which probes are judged together; "all" comes first.
    """

    name: str
    laboratory: bool
    references: NDArray[np.uint8]
    probes: NDArray[np.uint8]
    people: NDArray[np.int64]
    groups: dict[str, NDArray[np.bool_]]


def laboratory_trial(
    crops: NDArray[np.uint8],
    subjects: Sequence[str],
    index: NDArray[np.float64],
    face_px: Sequence[float | None],
    edges: BandEdges,
    name: str,
    labels: Sequence[str] = (),
) -> Trial | None:
    """Make the trial of pictures as they are.

    Parameters
    ----------
    crops : ndarray of uint8, shape (n, 112, 112, 3)
        Aligned.
    subjects : sequence of str
        Who is on each.
    index : ndarray of float64, shape (n,)
        Recognizability in the parent: the groups must not depend on the model that is judged.
    face_px : sequence of (float or None)
        Native widths of the faces, where they are known.
    edges : BandEdges
        Bands of the parent.
    name : str
        What to call it.
    labels : sequence of str
        Group of people of each picture, empty where there is no label; nothing without any label.

    Returns
    -------
    Trial or None
        The picture of highest index of each person who has two is the reference; None without such people.
    """
    references: list[int] = []
    probes: list[int] = []
    people: list[int] = []
    rows: dict[str, list[int]] = {}
    for row, subject in enumerate(subjects):
        rows.setdefault(subject, []).append(row)
    for several in rows.values():
        if len(several) >= 2:
            best = max(several, key=lambda row: (index[row], -row))
            others = [row for row in several if row != best]
            people += [len(references)] * len(others)
            references.append(best)
            probes += others
    if not references:
        return None
    bands = np.array([edges.band(value) for value in index[probes]], dtype=str)
    sizes = np.array([np.nan if face_px[row] is None else face_px[row] for row in probes], np.float64)
    groups = {ALL: np.ones(len(probes), bool)}
    groups |= {f"recognizability {band.value}": bands == band.value for band in Band}
    for low, high in _SIZE_CLASSES:
        label = f"{low:g} px or more" if np.isinf(high) else f"{low:g} to {high:g} px"
        groups[label] = (sizes >= low) & (sizes < high)
    if labels:
        labelled = np.array([labels[row] for row in probes], dtype=str)
        groups |= {f"{LABELLED}{label}": labelled == label for label in sorted(set(labels) - {""})}
    return Trial(name, True, crops[references], crops[probes], np.array(people, np.int64), _occupied(groups))


def reference_trial(crops: NDArray[np.uint8], subjects: Sequence[str], name: str) -> Trial | None:
    """Make the trial of clean faces at synthetic sizes.

    Parameters
    ----------
    crops : ndarray of uint8, shape (n, 112, 112, 3)
        Aligned.
    subjects : sequence of str
        Who is on each.
    name : str
        What to call it.

    Returns
    -------
    Trial or None
        The first picture of each person is the reference and the second one, or the first where there is no
        other, is the probe at each size; None without faces.
    """
    rows: dict[str, list[int]] = {}
    for row, subject in enumerate(subjects):
        rows.setdefault(subject, []).append(row)
    if not rows:
        return None
    first = [several[0] for several in rows.values()]
    second = [several[min(1, len(several) - 1)] for several in rows.values()]
    alone = first == second
    sizes = [size for size in SIZES if not (alone and size == CROP_SIZE)]
    probes = [
        crops[row] if size == CROP_SIZE else resample_through(crops[row], size)
        for size in sizes
        for row in second
    ]
    through = np.repeat(sizes, len(second))
    groups = {ALL: np.ones(len(probes), bool)} | {f"{size} px": through == size for size in sizes}
    return Trial(
        name, False, crops[first], np.stack(probes), np.tile(np.arange(len(first)), len(sizes)), groups
    )


def _occupied(groups: dict[str, NDArray[np.bool_]]) -> dict[str, NDArray[np.bool_]]:
    return {name: chosen for name, chosen in groups.items() if chosen.any()}
