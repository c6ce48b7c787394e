"""What detector to train, on what and how: a recipe in TOML with `task = "detection"`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from core.imaging.mosaics.plan import MosaicPlan
from core.training.recipe import OptimizerRecipe
from core.training.recipe_file import build, read_table, require
from core.training.run_rules import run_rules
from core.types.detectors import RetinaFaceConfig

TASK = "detection"
_SPLITS = 10


@dataclass(frozen=True, slots=True)
class DetectionDataRecipe:
    """Where faces and backgrounds are.

    Attributes
    ----------
    root : str
        Directory with `faces.csv` and `images/<person>/`; relative to where the command runs.
    backgrounds : str
        Directory of pictures.
    backgrounds_with_people : str
        Text file with the names of the backgrounds that show people; all others teach what is no face, also
        where the teacher sees one in a tiger. Empty: the teacher is asked about every background.
    train, validation : tuple of int
        Splits of people, 0 to 9, by the hash of the name.
    train_backgrounds, validation_backgrounds : tuple of int
        Splits of the backgrounds, by the hash of the file's name without its suffix.
    certain_confidence : float
        Faces of which the teacher is less sure are neither face nor background.
    """

    root: str
    backgrounds: str
    backgrounds_with_people: str = ""
    train: tuple[int, ...] = (0, 1, 2, 3, 4)
    validation: tuple[int, ...] = (5,)
    train_backgrounds: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    validation_backgrounds: tuple[int, ...] = (7,)
    certain_confidence: float = 0.8


@dataclass(frozen=True, slots=True)
class AssignmentRecipe:
    """Which anchors answer for which face, see :mod:`core.training.detection.anchor_assignment`.

    Attributes
    ----------
    face_iou : float
        An anchor that overlaps a face at least so much (intersection over union) answers for it.
    background_iou : float
        An anchor that overlaps every face less is background; between the two it is neither.
    least_anchors : int
        So many anchors answer for every face at least, the best ones.
    compensated_iou : float
        Least overlap of those anchors.
    ignored_share : float
        An anchor of which so much lies in an uncertain place is neither face nor background.
    """

    face_iou: float = 0.35
    background_iou: float = 0.3
    least_anchors: int = 6
    compensated_iou: float = 0.12
    ignored_share: float = 0.4


@dataclass(frozen=True, slots=True)
class DetectionLossRecipe:
    """Weights and constants of the losses.

    Attributes
    ----------
    classification, boxes, landmarks : float
        Weights.
    negatives : float
        Background anchors for each face anchor, the ones that are most wrong.
    least_negatives : int
        So many of each picture at least.
    landmarks_from_px : float
        Side from which a face has landmarks that can be learned.
    """

    classification: float = 1.0
    boxes: float = 2.0
    landmarks: float = 1.0
    negatives: float = 7.0
    least_negatives: int = 32
    landmarks_from_px: float = 8.0


@dataclass(frozen=True, slots=True)
class DetectionValidationRecipe:
    """When the network is measured.

    Attributes
    ----------
    every : int
        Steps between measurements; the last step is always measured.
    sizes : tuple of int
        Sides of faces in px.
    pictures : int
        Mosaics of each size.
    false_positives : float
        Per picture, at which the recall is told.
    patience : int
        Measurements without a better one before training stops; 0 never stops.
    """

    every: int = 1000
    sizes: tuple[int, ...] = (32, 20, 16, 12, 8)
    pictures: int = 40
    false_positives: float = 0.1
    patience: int = 0


@dataclass(frozen=True, slots=True)
class DetectionRecipe:
    """All that decides what a training run gives.

    Attributes
    ----------
    name : str
        Of the detector that is made, and of its files.
    steps, batch_size : int
        Steps in all, and pictures in each.
    data : DetectionDataRecipe
        Faces and backgrounds.
    task : str
        "detection".
    seed : int
        Everything random follows from it and the number of the step.
    threads : int
        Processor threads, 0 for torch's own choice.
    precision : str
        "float32", "bfloat16", or "auto": bfloat16 where the processor multiplies it in hardware.
    log_every, checkpoint_every : int
        Steps between reports, and between checkpoints.
    network : RetinaFaceConfig
        Backbone, anchors and preprocessing.
    mosaic : MosaicPlan
        What the pictures look like.
    assignment, losses, optimizer, validation
        The parts.
    """

    name: str
    steps: int
    batch_size: int
    data: DetectionDataRecipe
    task: Literal["detection"] = "detection"
    seed: int = 0
    threads: int = 0
    precision: Literal["auto", "float32", "bfloat16"] = "float32"
    log_every: int = 50
    checkpoint_every: int = 250
    network: RetinaFaceConfig = field(default_factory=RetinaFaceConfig)
    mosaic: MosaicPlan = field(default_factory=MosaicPlan)
    assignment: AssignmentRecipe = field(default_factory=AssignmentRecipe)
    losses: DetectionLossRecipe = field(default_factory=DetectionLossRecipe)
    optimizer: OptimizerRecipe = field(default_factory=OptimizerRecipe)
    validation: DetectionValidationRecipe = field(default_factory=DetectionValidationRecipe)


def load_detection_recipe(path: Path) -> DetectionRecipe:
    """Read and check a recipe.

    Parameters
    ----------
    path : Path
        A TOML file; each table and key is a field of :class:`DetectionRecipe` and its parts.

    Returns
    -------
    DetectionRecipe
        The recipe.

    Raises
    ------
    UsageError
        If the file cannot be read, has an unknown key or a value that makes no sense, or lacks one.
    """
    recipe = build(DetectionRecipe, read_table(path), str(path))
    _check(recipe, str(path))
    return recipe


def _check(recipe: DetectionRecipe, origin: str) -> None:
    data, plan, assignment = recipe.data, recipe.mosaic, recipe.assignment
    losses, optimizer, validation = recipe.losses, recipe.optimizer, recipe.validation
    shares = [plan.small, plan.empty, plan.plain, plan.block, plan.enlarged, plan.turned, plan.far_turned]
    shares += [plan.occluded, assignment.ignored_share, data.certain_confidence]
    splits = (data.train, data.validation, data.train_backgrounds, data.validation_backgrounds)
    weights = (losses.classification, losses.boxes, losses.landmarks)
    coarsest = recipe.network.steps[-1]
    rules = {
        **run_rules(recipe),
        f"mosaic.width and height must be multiples of {coarsest}": (
            min(plan.width, plan.height) >= coarsest and plan.width % coarsest == plan.height % coarsest == 0
        ),
        "mosaic.smallest, small_limit and largest must ascend from 4": (
            4 <= plan.smallest <= plan.small_limit <= plan.largest
        ),
        "mosaic.most_faces must be at least 1": plan.most_faces >= 1,
        "mosaic.strength must not be negative": plan.strength >= 0,
        "the shares of mosaic, ignored_share and certain_confidence must lie between 0 and 1": (
            all(0 <= share <= 1 for share in shares)
        ),
        "assignment.compensated_iou, background_iou and face_iou must ascend between 0 and 1": (
            0 < assignment.compensated_iou <= assignment.background_iou <= assignment.face_iou < 1
        ),
        "assignment.least_anchors must be at least 1": assignment.least_anchors >= 1,
        "the weights of the losses must not be negative, nor that of the classification 0": (
            min(weights) >= 0 and losses.classification > 0
        ),
        "losses.negatives and least_negatives must be at least 1": (
            min(losses.negatives, losses.least_negatives) >= 1
        ),
        "optimizer.kind must be adamw or sgd": optimizer.kind != "scaled_adamw",
        "validation.every and pictures must be at least 1": min(validation.every, validation.pictures) >= 1,
        "validation.sizes must lie between 4 and the size of a mosaic": bool(validation.sizes)
        and all(4 <= size <= min(plan.width, plan.height) for size in validation.sizes),
        "the splits of data must lie between 0 and 9, and none be empty": (
            all(splits) and all(0 <= one < _SPLITS for split in splits for one in split)
        ),
        "data.train and validation must not share a split": not set(data.train) & set(data.validation),
        "data.train_backgrounds and validation_backgrounds must not share a split": (
            not set(data.train_backgrounds) & set(data.validation_backgrounds)
        ),
    }
    require(rules, origin)
