"""Low resolution by computer: Labeled Faces in the Wild, resampled through few pixels.

Low-to-high: one picture is resampled through S px (Pillow BOX down, BICUBIC up), the other is as it is.
Low-to-low: both are resampled. At 112 px, the size of a crop, nothing is resampled.

Mated pairs
    All pairs of pictures of one person; the earlier one by path is the reference, the later one the probe.
Non-mated pairs
    The first picture of each person as reference, the later pictures of all *other* people as probes.
Closed set
    The gallery is the first picture of each person as it is, also of people who have no other picture; the
    probes are all later pictures at S px.
Open set
    A person is enrolled when the first byte of sha256("<seed>:<name>") is even. Enrolled people have their
    first picture as it is in the gallery; their later pictures at S px are the mated probes, so that a person
    with one picture is in the gallery only. All pictures at S px of people who are not enrolled are the
    non-mated probes.
Quality
    Each picture is resampled through one size of its own, 8 to 112 px, even on a logarithmic scale; then
    pairs as above, both of low-to-high and of low-to-low. Within one size the low-to-low pairs of that size
    are used. The native eye distance of a picture is the smaller of that in the photograph and that of the
    template (35.2 px in a crop of 112 px) at the size it went through.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.evaluation.identification import ClosedSet, OpenSet, closed_set, open_set
from core.evaluation.intervals import person_weights
from core.evaluation.protocols.lfw_faces import LfwFaces
from core.evaluation.quality import pair_quality, spearman
from core.evaluation.quality_results import PairQuality, QualityResult, evaluate_quality
from core.evaluation.systems import Descriptions, FaceSystem, ResampledFaces
from core.evaluation.verification import Comparisons, Verification, verify
from core.imaging.alignment import ARCFACE_TEMPLATE, CROP_SIZE
from core.progress import Progress

SIZES = (112, 32, 24, 20, 16, 12, 8)
NATIVE_EYE_DISTANCE = "native eye distance"
SMALLEST, LARGEST = 8, CROP_SIZE
_TEMPLATE_EYES = float(np.linalg.norm(ARCFACE_TEMPLATE[1] - ARCFACE_TEMPLATE[0]))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured.

    Attributes
    ----------
    sizes : tuple of int
        Sizes in px.
    seed : int
        For the open-set split, the mixed sizes and the bootstrap.
    replicates : int
        Bootstrap samples of people.
    """

    sizes: tuple[int, ...] = SIZES
    seed: int = 20261124
    replicates: int = 1000


@dataclass(frozen=True, slots=True)
class SizeResult:
    """What was measured at one size.

    Attributes
    ----------
    size : int
        In px.
    low_to_high, low_to_low : Verification
        One-to-one comparison.
    closed_set : ClosedSet
        Search, low probes against a clean gallery of everybody.
    open_set : OpenSet
        Search, low probes against a clean gallery of about half the people.
    quality : QualityResult or None
        How the system's quality measures order the errors of the low-to-low pairs of this size.
    """

    size: int
    low_to_high: Verification
    low_to_low: Verification
    closed_set: ClosedSet
    open_set: OpenSet
    quality: QualityResult | None


@dataclass(frozen=True, slots=True)
class SystemResult:
    """What was measured of one system.

    Attributes
    ----------
    name, system_id : str
        The system.
    sizes : tuple of SizeResult
        In the order of the plan.
    mixed_low_to_high, mixed_low_to_low : QualityResult or None
        Quality measures on pictures of mixed sizes; None for a system that has none.
    spearman_with_size : tuple of (str, float or None)
        Rank correlation of each measure with the mixed sizes of the pictures.
    """

    name: str
    system_id: str
    sizes: tuple[SizeResult, ...]
    mixed_low_to_high: QualityResult | None
    mixed_low_to_low: QualityResult | None
    spearman_with_size: tuple[tuple[str, float | None], ...]


def evaluate_system(
    system: FaceSystem,
    faces: LfwFaces,
    resampled: ResampledFaces,
    plan: Plan,
    progress: Progress | None = None,
) -> SystemResult:
    """Run the protocol.

    Parameters
    ----------
    system : FaceSystem
        What is evaluated.
    faces : LfwFaces
        The people.
    resampled : ResampledFaces
        Their crops; shared between systems and calls so that nothing is embedded twice.
    plan : Plan
        Sizes, seed, replicates.
    progress : Progress, optional
        Told after each batch.

    Returns
    -------
    SystemResult
        Rates with counts and intervals over people.

    Raises
    ------
    Cancelled
        If `progress` asks for it.
    """
    progress = progress or Progress()
    weights = person_weights(len(faces.names), plan.replicates, plan.seed)
    pairs = _Pairs.of(faces)
    at_sizes = tuple(
        _at_size(system, faces, resampled, pairs, weights, size, plan.seed, progress) for size in plan.sizes
    )
    if not resampled.at(system, CROP_SIZE, progress).qualities:
        return SystemResult(system.name, system.system_id, at_sizes, None, None, ())
    sizes = mixed_sizes(len(faces.person), plan.seed)
    low = _with_eye_distance(resampled.at(system, sizes, progress), faces, sizes)
    high = _with_eye_distance(resampled.at(system, CROP_SIZE, progress), faces, CROP_SIZE)
    return SystemResult(
        name=system.name,
        system_id=system.system_id,
        sizes=at_sizes,
        mixed_low_to_high=_mixed(system, pairs, high, low, weights, progress),
        mixed_low_to_low=_mixed(system, pairs, low, low, weights, progress),
        spearman_with_size=tuple((name, spearman(values, sizes)) for name, values in low.qualities.items()),
    )


def mixed_sizes(count: int, seed: int) -> NDArray[np.int64]:
    """Draw `count` sizes from 8 to 112 px, even on a logarithmic scale."""
    low, high = math.log(SMALLEST - 0.5), math.log(LARGEST + 0.5)
    return np.rint(np.exp(np.random.default_rng(seed).uniform(low, high, count))).astype(np.int64)


def enrolled(names: Sequence[str], seed: int) -> NDArray[np.bool_]:
    """Say who is in the gallery of the open set; it depends on each name and the seed alone."""
    return np.array([hashlib.sha256(f"{seed}:{name}".encode()).digest()[0] % 2 == 0 for name in names], bool)


def native_eye_distance(faces: LfwFaces, sizes: int | NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the eye distance in px of the coarsest picture a face went through, shape (n,)."""
    return np.minimum(faces.eye_distance_px, _TEMPLATE_EYES * np.asarray(sizes) / CROP_SIZE)


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Rows (reference, probe) of all pairs, and the people in them."""

    mated: NDArray[np.int64]
    mated_people: NDArray[np.int64]
    non_mated: NDArray[np.int64]
    non_mated_people: NDArray[np.int64]

    @classmethod
    def of(cls, faces: LfwFaces) -> _Pairs:
        person = faces.person
        bounds = [*faces.first.tolist(), len(person)]
        mated = np.array(
            [
                (i, j)
                for start, stop in pairwise(bounds)
                for i in range(start, stop)
                for j in range(i + 1, stop)
            ],
            np.int64,
        ).reshape(-1, 2)
        reference, probe = (grid.ravel() for grid in np.meshgrid(faces.first, faces.later, indexing="ij"))
        other = person[reference] != person[probe]
        non_mated = np.column_stack([reference[other], probe[other]])
        return cls(mated, person[mated[:, :1]], non_mated, person[non_mated])

    def comparisons(self, similarities: NDArray[np.float32]) -> Comparisons:
        """Pick the pairs out of the matrix (references, probes) of all pictures."""
        return Comparisons(
            similarities[self.mated[:, 0], self.mated[:, 1]],
            self.mated_people,
            similarities[self.non_mated[:, 0], self.non_mated[:, 1]],
            self.non_mated_people,
        )

    def qualities(self, reference: Descriptions, probe: Descriptions) -> dict[str, PairQuality]:
        """Give the quality of the pairs by each measure."""

        def lower(name: str, rows: NDArray[np.int64]) -> NDArray[np.float64]:
            return pair_quality(reference.qualities[name][rows[:, 0]], probe.qualities[name][rows[:, 1]])

        return {
            name: PairQuality(lower(name, self.mated), lower(name, self.non_mated))
            for name in probe.qualities
        }


def _at_size(
    system: FaceSystem,
    faces: LfwFaces,
    resampled: ResampledFaces,
    pairs: _Pairs,
    weights: NDArray[np.int32],
    size: int,
    seed: int,
    progress: Progress,
) -> SizeResult:
    high = resampled.at(system, CROP_SIZE, progress)
    low = resampled.at(system, size, progress)
    progress.step(0, None, f"{system.name}, {size} px, rates and intervals")
    to_high = system.similarities(high.vectors, low.vectors)
    to_low = pairs.comparisons(system.similarities(low.vectors, low.vectors))
    person, first, later = faces.person, faces.first, faces.later
    inside = enrolled(faces.names, seed)
    gallery = first[inside]
    mated, others = later[inside[person[later]]], np.flatnonzero(~inside[person])
    quality = None
    if low.qualities and size < CROP_SIZE:
        quality = evaluate_quality(to_low, pairs.qualities(low, low), weights, recompute=False)
    return SizeResult(
        size=size,
        low_to_high=verify(pairs.comparisons(to_high), weights),
        low_to_low=verify(to_low, weights),
        closed_set=closed_set(to_high[np.ix_(first, later)].T, person[later], person[first], weights),
        open_set=open_set(
            mated=to_high[np.ix_(gallery, mated)].T,
            mated_people=person[mated],
            non_mated=to_high[np.ix_(gallery, others)].T,
            non_mated_people=person[others],
            gallery_people=person[gallery],
            weights=weights,
        ),
        quality=quality,
    )


def _mixed(
    system: FaceSystem,
    pairs: _Pairs,
    reference: Descriptions,
    probe: Descriptions,
    weights: NDArray[np.int32],
    progress: Progress,
) -> QualityResult:
    progress.step(0, None, f"{system.name}, error versus discard on mixed sizes")
    comparisons = pairs.comparisons(system.similarities(reference.vectors, probe.vectors))
    return evaluate_quality(comparisons, pairs.qualities(reference, probe), weights)


def _with_eye_distance(
    described: Descriptions, faces: LfwFaces, sizes: int | NDArray[np.integer]
) -> Descriptions:
    distance = native_eye_distance(faces, sizes)
    return Descriptions(described.vectors, {**described.qualities, NATIVE_EYE_DISTANCE: distance})
