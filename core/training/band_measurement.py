"""The measurement behind the bands of a model: degraded probes of LFW against one picture of each person."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from core.imaging.degradation import resample_through
from core.recognition.backbones import MobileFaceNet
from core.recognition.passes import FixedPasses
from core.recognition.recognizability import embedding_recognizability_score
from core.settings import ImagingSettings
from core.training.bands import LEVELS, ProbeOutcomes, area_under_curve, band_edges, probe_outcomes
from core.training.labelled_faces import LabelledFace, aligned_crops, split_of
from core.training.unrecognizable_centre import PASS_SIZE
from core.types import Band, BandEdges, Preprocessing

FMR = 1e-3
PROBES_PER_PERSON = 3
SMALLEST, LARGEST = 8, 112
_SIZE_CLASSES = ((11, 17), (18, 24), (25, 112))


def measure_bands(
    backbone: MobileFaceNet,
    preprocessing: Preprocessing,
    centre: NDArray[np.float32],
    faces: Sequence[LabelledFace],
    limits: ImagingSettings,
    seed: int,
) -> BandEdges:
    """Derive the edges of the bands from people of the validation split.

    Parameters
    ----------
    backbone : MobileFaceNet
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
    owners = np.repeat(np.arange(len(pairs)), PROBES_PER_PERSON)
    logarithms = np.random.default_rng(seed).uniform(
        math.log(SMALLEST - 0.5), math.log(LARGEST + 0.5), len(owners)
    )
    sizes = np.rint(np.exp(logarithms)).astype(np.int64)
    probes = np.stack([resample_through(seconds[i], int(s)) for i, s in zip(owners, sizes, strict=True)])
    passes = FixedPasses(backbone, preprocessing, torch.device("cpu"), PASS_SIZE)
    probe_raw, reference_raw = (
        np.concatenate([raw for raw, _ in passes.run(crops)]) for crops in (probes, references)
    )
    index = np.array([embedding_recognizability_score(raw, centre) for raw in probe_raw])
    outcomes = probe_outcomes(_unit(probe_raw), owners, _unit(reference_raw), index, FMR)
    low, fair, good = band_edges(outcomes)
    return BandEdges(low, fair, good, _derivation(outcomes, sizes, (low, fair, good), len(pairs), seed))


def _two_pictures_each(faces: Sequence[LabelledFace]) -> list[tuple[LabelledFace, LabelledFace]]:
    by_person: dict[str, list[LabelledFace]] = {}
    for face in faces:
        if split_of(face.person) in (6, 7):
            by_person.setdefault(face.person, []).append(face)
    return [(several[0], several[1]) for several in by_person.values() if len(several) >= 2]


def _derivation(
    outcomes: ProbeOutcomes,
    sizes: NDArray[np.int64],
    edges: tuple[float, ...],
    people: int,
    seed: int,
) -> str:
    bounds = (-np.inf, *edges, np.inf)
    rates = []
    for band, lower, upper in zip(Band, bounds[:-1], bounds[1:], strict=True):
        accepted = outcomes.accepted[(outcomes.index >= lower) & (outcomes.index < upper)]
        rates.append(f"{band} {int(accepted.sum())}/{len(accepted)}")
    areas = []
    for smallest, largest in ((SMALLEST, LARGEST), *_SIZE_CLASSES):
        chosen = (sizes >= smallest) & (sizes <= largest)
        area = area_under_curve(outcomes.index[chosen], outcomes.accepted[chosen])
        areas.append(f"{smallest} to {largest} px {'undefined' if area is None else f'{area:.2f}'}")
    levels = ", ".join(f"{level:.0%}" for level in LEVELS)
    return (
        "Smallest ERS at which the true accept rate of low-to-high pairs, fitted by isotonic regression, "
        f"reaches {levels} at the similarity threshold {outcomes.threshold:.3f} (FMR {FMR:g} over "
        f"{outcomes.non_mated:,} non-mated pairs). {people} people of LFW with sha256(name) mod 10 in 6-7 "
        f"and two pictures: the second, resampled through {SMALLEST} to {LARGEST} px ({PROBES_PER_PERSON} "
        f"sizes each, even on a logarithmic scale, seed {seed}), against the first as it is. Mated pairs "
        f"accepted, by band: {', '.join(rates)}. Chance that an accepted probe has a higher ERS than a "
        f"rejected one (0.5 is no order): {', '.join(areas)}. One data set and one kind of degradation, and "
        "the same probes give edges and rates: provisional."
    )


def _unit(raw: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(raw / np.linalg.norm(raw, axis=1, keepdims=True))
