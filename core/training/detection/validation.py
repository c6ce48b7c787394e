"""The quick measurement inside a training run: recall by size of face, on people it never saw."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from core.detection.retinaface.detector import RetinaFace
from core.detection.retinaface.network import RetinaFaceNet
from core.evaluation.protocols.mosaic_faces import measure_size, plan_for
from core.imaging.mosaics.mosaic import MosaicGenerator
from core.imaging.mosaics.sources import MosaicSources
from core.training.detection.recipe import DetectionRecipe

LEAST_CONFIDENCE = 0.05
NMS_IOU = 0.4


@dataclass(frozen=True, slots=True)
class DetectorMeasurement:
    """How many faces of each size are found.

    Attributes
    ----------
    pictures : int
        Mosaics of each size.
    recall : dict of int to float
        By side in px, at the allowed number of false positives.
    landmark_error : dict of int to float
        By side in px, in units of the distance of the eyes; 0 where nothing was found.
    """

    pictures: int
    recall: dict[int, float]
    landmark_error: dict[int, float]

    @property
    def score(self) -> float:
        """Mean recall over the sizes."""
        return sum(self.recall.values()) / len(self.recall)


class DetectorValidator:
    """Always the same mosaics, looked at once, without enlargement.

    Parameters
    ----------
    sources : MosaicSources
        People and backgrounds that are not learned from.
    recipe : DetectionRecipe
        Sizes, number and shape of the mosaics.
    """

    def __init__(self, sources: MosaicSources, recipe: DetectionRecipe) -> None:
        self._recipe = recipe.validation
        # A seed that no training picture has: those are numbered from the recipe's own.
        self._generators = {
            size: MosaicGenerator(
                sources, plan_for(size, recipe.mosaic.width, recipe.mosaic.height), recipe.seed + 1 + size
            )
            for size in recipe.validation.sizes
        }

    def measure(self, network: RetinaFaceNet) -> DetectorMeasurement:
        """Measure a network, which is left as it is."""
        detector = RetinaFace(
            network,
            "in training",
            min_confidence=LEAST_CONFIDENCE,
            nms_iou=NMS_IOU,
            device=torch.device("cpu"),
        )
        recall, errors = {}, {}
        for size, generator in self._generators.items():
            curve = measure_size(detector.detect, generator, size, self._recipe.pictures)
            point = curve.operating_point(self._recipe.false_positives)
            recall[size], errors[size] = point.recall.value or 0.0, point.landmark_error or 0.0
        return DetectorMeasurement(self._recipe.pictures, recall, errors)
