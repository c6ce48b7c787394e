"""Small faces by computer: mosaics on which every face has one size.

Each size has mosaics of its own, made of people and backgrounds that no detector was trained on, with a
seed of their own. Faces, one to `most_faces` on a picture, are placed on photographs and on made-up canvases,
half of them leaning by some degrees; light, lens, sensor and compression make the pictures poorer, at
half the strength that training uses. A face of S px has a box of the area S * S.

Recall is told at the threshold at which one picture in ten has a false positive, found for each size on its
own mosaics. Places of which the teacher was not sure are not counted. The landmarks of a face are compared
with those that the teacher gave in the photograph, at full size: its errors are in every figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluation.detection_curve import AveragePrecision, DetectionCurve, OperatingPoint
from core.evaluation.detection_pairing import pair
from core.imaging.mosaics.mosaic import MosaicGenerator
from core.imaging.mosaics.plan import MosaicPlan
from core.imaging.mosaics.sources import Background, MosaicSources
from core.progress import Progress
from core.types import FaceDetection

Find = Callable[[NDArray[np.uint8]], Sequence[FaceDetection]]

SIZES = (32, 20, 16, 12, 8)
FALSE_POSITIVES = 0.1
"""Allowed for each picture: one in ten."""

THRESHOLDS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9)
_TOLERANCE = 1.25
_STRENGTH = 0.5


@dataclass(frozen=True, slots=True)
class MosaicEvaluation:
    """What is measured.

    Attributes
    ----------
    sizes : tuple of int
        Sides of faces in px.
    pictures : int
        Mosaics of each size.
    width, height : int
        Their size in px.
    seed : int
        Of mosaics and bootstrap.
    replicates : int
        Bootstrap samples of pictures.
    false_positives : float
        Per picture, at which the recall is told.
    """

    sizes: tuple[int, ...] = SIZES
    pictures: int = 200
    width: int = 480
    height: int = 360
    seed: int = 20261125
    replicates: int = 1000
    false_positives: float = FALSE_POSITIVES


@dataclass(frozen=True, slots=True)
class SizeOfFace:
    """What was measured at one size.

    Attributes
    ----------
    side : int or None
        Nominal side in px, where all faces have the same.
    low, high : float
        Sides in px from `low` up to but not `high`.
    pictures : int
        In which there could have been false positives.
    average_precision : AveragePrecision
        At an intersection over union of 0.5.
    point : OperatingPoint
        Recall and landmarks at the allowed number of false positives.
    curve : tuple of (float, float, float)
        Threshold, recall and precision, in order of falling threshold.
    """

    side: int | None
    low: float
    high: float
    pictures: int
    average_precision: AveragePrecision
    point: OperatingPoint
    curve: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class BackgroundResult:
    """False positives on pictures without faces.

    Attributes
    ----------
    pictures : int
        How many there were.
    megapixels : float
        Their area together.
    false_positives : tuple of (float, int)
        By threshold: boxes with at least that confidence.
    """

    pictures: int
    megapixels: float
    false_positives: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class DetectorResult:
    """What was measured of one detector.

    Attributes
    ----------
    name, detector_id : str
        The detector.
    sizes : tuple of SizeOfFace
        By size of face.
    backgrounds : BackgroundResult or None
        None where there are none.
    """

    name: str
    detector_id: str
    sizes: tuple[SizeOfFace, ...]
    backgrounds: BackgroundResult | None


def plan_for(size: int, width: int, height: int, strength: float = _STRENGTH) -> MosaicPlan:
    """Return the plan of mosaics on which every face has one size in px."""
    return MosaicPlan(
        width=width,
        height=height,
        smallest=size,
        largest=size,
        small=0.0,
        most_faces=8,
        empty=0.0,
        block=0.0,
        enlarged=0.0,
        far_turned=0.0,
        occluded=0.0,
        strength=strength,
    )


def measure_size(
    find: Find, generator: MosaicGenerator, size: int, pictures: int, progress: Progress | None = None
) -> DetectionCurve:
    """Let a detector look at mosaics with faces of one size.

    Parameters
    ----------
    find : callable
        From pixels (height, width, 3) to what the detector finds, with all confidences.
    generator : MosaicGenerator
        With the plan of :func:`plan_for`.
    size : int
        Of the faces in px.
    pictures : int
        How many mosaics.
    progress : Progress, optional
        Told before each.

    Returns
    -------
    DetectionCurve
        Of this size.
    """
    progress = progress or Progress()
    pairings = []
    for number in range(pictures):
        progress.step(number, pictures, f"faces of {size} px")
        mosaic = generator.make(number)
        sides = mosaic.labels.sides
        other = (sides < size / _TOLERANCE) | (sides > size * _TOLERANCE)
        pairings.append(pair(mosaic.labels.doubted(other), find(mosaic.pixels)))
    return DetectionCurve(pairings)


def evaluate_detector(
    name: str,
    detector_id: str,
    find: Find,
    sources: MosaicSources,
    evaluation: MosaicEvaluation,
    progress: Progress | None = None,
) -> DetectorResult:
    """Run the protocol.

    Parameters
    ----------
    name, detector_id : str
        The detector.
    find : callable
        From pixels to what it finds, with all confidences.
    sources : MosaicSources
        People and backgrounds.
    evaluation : MosaicEvaluation
        Sizes, pictures, seed.
    progress : Progress, optional
        Told before each picture.

    Returns
    -------
    DetectorResult
        By size, and on the backgrounds that may hold no face at all.

    Raises
    ------
    Cancelled
        If `progress` asks for it.
    """
    sizes = []
    for size in evaluation.sizes:
        plan = plan_for(size, evaluation.width, evaluation.height)
        generator = MosaicGenerator(sources, plan, evaluation.seed + size)
        curve = measure_size(find, generator, size, evaluation.pictures, progress)
        sizes.append(result_of(curve, (size / _TOLERANCE, size * _TOLERANCE), evaluation, size))
    empty = [one for one in sources.backgrounds if not len(one.uncertain)]
    backgrounds = measure_backgrounds(find, empty, progress) if empty else None
    return DetectorResult(name, detector_id, tuple(sizes), backgrounds)


def result_of(
    curve: DetectionCurve,
    sides: tuple[float, float],
    evaluation: MosaicEvaluation,
    side: int | None = None,
) -> SizeOfFace:
    """Sum a curve up.

    Parameters
    ----------
    curve : DetectionCurve
        Of all pictures.
    sides : tuple of float
        Which faces were counted, in px.
    evaluation : MosaicEvaluation
        Seed and samples of the bootstrap, and the allowed false positives.
    side : int, optional
        What all faces measure, where they were made so.

    Returns
    -------
    SizeOfFace
        Ready to be told.
    """
    replicates, seed = evaluation.replicates, evaluation.seed
    return SizeOfFace(
        side,
        *sides,
        curve.pictures,
        curve.average_precision(replicates, seed),
        curve.operating_point(evaluation.false_positives, replicates, seed),
        tuple(zip(*(axis.tolist() for axis in curve.points()), strict=True)),
    )


def measure_backgrounds(
    find: Find, backgrounds: Sequence[Background], progress: Progress | None = None
) -> BackgroundResult:
    """Count what a detector finds where there is nothing to be found.

    Parameters
    ----------
    find : callable
        From pixels to what it finds.
    backgrounds : sequence of Background
        Without faces.
    progress : Progress, optional
        Told before each picture.

    Returns
    -------
    BackgroundResult
        By threshold.
    """
    progress = progress or Progress()
    confidences: list[float] = []
    for number, background in enumerate(backgrounds):
        progress.step(number, len(backgrounds), "backgrounds")
        confidences += [face.confidence or 0.0 for face in find(background.pixels)]
    return BackgroundResult(
        len(backgrounds),
        sum(one.pixels.shape[0] * one.pixels.shape[1] for one in backgrounds) / 1e6,
        tuple((threshold, sum(one >= threshold for one in confidences)) for threshold in THRESHOLDS),
    )
