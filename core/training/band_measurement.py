"""The measurement behind the bands of a model: degraded probes of LFW against one picture of each person."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.recognition.features import Backbone
from core.recognition.index_head import RI, IndexHead
from core.recognition.recognizability import ERS
from core.settings import ImagingSettings
from core.training.bands import LEVELS, area_under_curve, band_edges
from core.training.labelled_faces import LabelledFace, aligned_crops, split_of
from core.training.probe_measurement import LARGEST, SMALLEST, ProbeMeasurement, measure_probes
from core.types import Band, BandEdges, Preprocessing

_SIZE_CLASSES = ((11, 17), (18, 24), (25, 112))


def measure_bands(
    backbone: Backbone,
    preprocessing: Preprocessing,
    centre: NDArray[np.float32],
    faces: Sequence[LabelledFace],
    limits: ImagingSettings,
    seed: int,
    head: IndexHead | None = None,
) -> BandEdges:
    """Derive the edges of the bands from people of the validation split.

    Parameters
    ----------
    backbone : Backbone
        The network.
    preprocessing : Preprocessing
        How to feed it.
    centre : ndarray of float32, shape (dim,)
        Centre of its unrecognizable cluster.
    faces : sequence of LabelledFace
        LFW; only people of the splits 6 and 7 with two pictures are used.
    limits : ImagingSettings
        Limits for the decoder.
    seed : int
        For the sizes of the probes.
    head : IndexHead, optional
        The trained index; without one the bands are those of the ERS.

    Returns
    -------
    BandEdges
        The edges, and in words how they came about and how well they hold.

    Raises
    ------
    ValueError
        If a picture that is needed cannot be read.
    """
    pairs = _two_pictures_each(faces)
    _, references = aligned_crops([first for first, _ in pairs], limits)
    _, seconds = aligned_crops([second for _, second in pairs], limits)
    if not len(references) == len(seconds) == len(pairs):
        raise ValueError("a picture of the validation split cannot be read")
    measured = measure_probes(backbone, preprocessing, centre, references, seconds, seed, head)
    low, fair, good = band_edges(measured.outcomes)
    text = _derivation(ERS if head is None else RI, measured, (low, fair, good))
    return BandEdges(low, fair, good, text)


def _two_pictures_each(faces: Sequence[LabelledFace]) -> list[tuple[LabelledFace, LabelledFace]]:
    by_person: dict[str, list[LabelledFace]] = {}
    for face in faces:
        if split_of(face.person) in (6, 7):
            by_person.setdefault(face.person, []).append(face)
    return [(several[0], several[1]) for several in by_person.values() if len(several) >= 2]


def _derivation(kind: str, measured: ProbeMeasurement, edges: tuple[float, ...]) -> str:
    outcomes, sizes = measured.outcomes, measured.sizes
    bounds = (-np.inf, *edges, np.inf)
    rates = []
    for band, lower, upper in zip(Band, bounds[:-1], bounds[1:], strict=True):
        accepted = outcomes.accepted[(outcomes.index >= lower) & (outcomes.index < upper)]
        rates.append(f"{band} {int(accepted.sum())}/{len(accepted)}")
    discards = []
    for edge in edges:
        kept = outcomes.accepted[outcomes.index >= edge]
        discards.append(
            f"{1 - len(kept) / len(outcomes.index):.0%} discarded, FNMR {1 - kept.mean():.3f} of the others"
        )
    areas = []
    for smallest, largest in ((SMALLEST, LARGEST), *_SIZE_CLASSES):
        chosen = (sizes >= smallest) & (sizes <= largest)
        area = area_under_curve(outcomes.index[chosen], outcomes.accepted[chosen])
        areas.append(f"{smallest} to {largest} px {'undefined' if area is None else f'{area:.2f}'}")
    levels = ", ".join(f"{level:.0%}" for level in LEVELS)
    whose = "LFW with sha256(name) mod 10 in 6-7"
    return (
        f"Smallest {kind} at which the true accept rate of low-to-high pairs, fitted by isotonic regression, "
        f"reaches {levels} {measured.conditions(whose)}. Mated pairs accepted, by band: {', '.join(rates)}. "
        f"Error versus discard at the three edges, FNMR {1 - outcomes.accepted.mean():.3f} with nothing "
        f"discarded: {'; '.join(discards)}. Chance that an accepted probe has a higher {kind} than a "
        f"rejected one (0.5 is no order): {', '.join(areas)}. One data set and one kind of degradation, and "
        "the same probes give edges and rates."
    )
