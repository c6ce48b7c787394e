"""Who is learnt from, who the curves are of and who is held out: by people, even in recognizability."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from core.training.sets.manifest import Part

CURVES_SHARE = 0.1
_LEAST_CURVES = 2


def partition(
    subjects: Sequence[str], recognizability: Sequence[float], holdout: float, seed: int
) -> dict[str, Part]:
    """Give every person of a set one part.

    People with two pictures or more are put in order of their mean index and cut into equal stretches; one
    of each stretch is held out, so that those held out are as recognizable as the others. The same is then
    done for the curves. People with one picture are only learnt from.

    Parameters
    ----------
    subjects : sequence of str
        The person of each picture.
    recognizability : sequence of float
        The index of each picture.
    holdout : float
        Share of the people who are held out, at least 0 and below 1.
    seed : int
        Of the choice.

    Returns
    -------
    dict of str to Part
        The part of each person.
    """
    indices: dict[str, list[float]] = {}
    for subject, index in zip(subjects, recognizability, strict=True):
        indices.setdefault(subject, []).append(index)
    several = sorted(
        (one for one in indices if len(indices[one]) >= 2), key=lambda one: (np.mean(indices[one]), one)
    )
    rng = np.random.default_rng(seed)
    parts = dict.fromkeys(sorted(indices), Part.TRAIN)
    held = _one_of_each_stretch(several, round(holdout * len(several)), rng)
    rest = [one for one in several if one not in held]
    wanted = max(_LEAST_CURVES, round(CURVES_SHARE * len(several)))
    # Curves are only looked at; where people are few, learning goes first.
    curves = _one_of_each_stretch(rest, wanted, rng) if wanted <= len(rest) // 2 else frozenset()
    return parts | dict.fromkeys(sorted(held), Part.HOLDOUT) | dict.fromkeys(sorted(curves), Part.CURVES)


def _one_of_each_stretch(ordered: Sequence[str], count: int, rng: np.random.Generator) -> frozenset[str]:
    ends = np.linspace(0, len(ordered), count + 1).astype(int).tolist()
    return frozenset(ordered[int(rng.integers(start, stop))] for start, stop in itertools.pairwise(ends))
