"""Degraded probes against one clean picture of each person: what bands are derived from."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.imaging.alignment import CROP_SIZE
from core.imaging.degradation import resample_through
from core.recognition.features import Backbone
from core.recognition.index_head import IndexHead
from core.recognition.passes import FixedPasses
from core.recognition.recognizability import embedding_recognizability_score
from core.training.bands import ProbeOutcomes, probe_outcomes
from core.training.unrecognizable_centre import PASS_SIZE
from core.training.vectors import unit_rows
from core.types import Preprocessing

FMR = 1e-3
PROBES_PER_PERSON = 3
SMALLEST, LARGEST = 8, CROP_SIZE


@dataclass(frozen=True, slots=True, eq=False)
class ProbeMeasurement:
    """Probes and how they fared.

    Attributes
    ----------
    outcomes : ProbeOutcomes
        Their recognizability, and whether they reach their mated reference.
    sizes : ndarray of int64, shape (n,)
        Side in px that each was taken through.
    people, seed : int
        Behind them.
    """

    outcomes: ProbeOutcomes
    sizes: NDArray[np.int64]
    people: int
    seed: int

    def conditions(self, whose: str) -> str:
        """Say in words how it was measured; `whose` tells where the people are from."""
        return (
            f"at the similarity threshold {self.outcomes.threshold:.3f} (FMR {FMR:g} over "
            f"{self.outcomes.non_mated:,} non-mated pairs). {self.people} people of {whose}, two pictures "
            f"each: the second, resampled through {SMALLEST} to {LARGEST} px ({PROBES_PER_PERSON} sizes "
            f"each, even on a logarithmic scale, seed {self.seed}), against the first as it is"
        )


def measure_probes(
    backbone: Backbone,
    preprocessing: Preprocessing,
    centre: NDArray[np.float32],
    references: NDArray[np.uint8],
    seconds: NDArray[np.uint8],
    seed: int,
    head: IndexHead | None = None,
) -> ProbeMeasurement:
    """Degrade one picture of each person to several sizes and compare it with everybody's other one.

    Parameters
    ----------
    backbone : Backbone
        The network.
    preprocessing : Preprocessing
        How to feed it.
    centre : ndarray of float32, shape (dim,)
        Centre of its unrecognizable cluster.
    references, seconds : ndarray of uint8, shape (n, 112, 112, 3)
        Two aligned pictures of each of n people; the second is degraded.
    seed : int
        For the sizes of the probes.
    head : IndexHead, optional
        The trained index; without one recognizability is the ERS.

    Returns
    -------
    ProbeMeasurement
        Three probes for each person.
    """
    owners = np.repeat(np.arange(len(references)), PROBES_PER_PERSON)
    ends = math.log(SMALLEST - 0.5), math.log(LARGEST + 0.5)
    logarithms = np.random.default_rng(seed).uniform(*ends, len(owners))
    sizes = np.rint(np.exp(logarithms)).astype(np.int64)
    probes = np.stack([resample_through(seconds[i], int(s)) for i, s in zip(owners, sizes, strict=True)])
    passes = FixedPasses(backbone, preprocessing, torch.device("cpu"), PASS_SIZE)
    reference_raw = np.concatenate([raw for raw, _ in passes.run(references)])
    raws, index = [], []
    for raw, feature_maps in passes.run(probes):
        raws.append(raw)
        if head is None:
            index += [embedding_recognizability_score(one, centre) for one in raw]
        else:
            index += [head.index(one, features) for one, features in zip(raw, feature_maps, strict=True)]
    outcomes = probe_outcomes(
        unit_rows(np.concatenate(raws)), owners, unit_rows(reference_raw), np.array(index), FMR
    )
    return ProbeMeasurement(outcomes, sizes, len(references), seed)
