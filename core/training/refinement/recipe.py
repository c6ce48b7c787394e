"""What refinement network to train, on what and how: a recipe in TOML with `task = "refinement"`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from core.imaging.mosaics.plan import MosaicPlan
from core.training.detection.recipe import DetectionDataRecipe
from core.training.recipe import OptimizerRecipe
from core.training.recipe_file import build, read_table, require
from core.training.run_rules import run_rules
from core.types.detectors import RefinerConfig

TASK = "refinement"


@dataclass(frozen=True, slots=True)
class CandidateRecipe:
    """Where candidates come from: what a detector proposes on mosaics.

    Attributes
    ----------
    detector : str
        Name of an installed detector; its own refinement network, if it has one, is not asked.
    least_confidence : float
        From which a proposal is a candidate.
    mosaics, validation_mosaics : int
        How many pictures are looked at.
    face_iou : float
        A candidate that overlaps a face at least so much is one.
    background_iou : float
        A candidate that overlaps every face less is none; between the two it is left out.
    ignored_share : float
        A candidate of which more lies in an uncertain place is left out, unless it is a face.
    """

    detector: str
    least_confidence: float = 0.1
    mosaics: int = 9000
    validation_mosaics: int = 800
    face_iou: float = 0.4
    background_iou: float = 0.2
    ignored_share: float = 0.3


@dataclass(frozen=True, slots=True)
class JitterRecipe:
    """How a candidate is seen anew each time.

    Attributes
    ----------
    turn : float
        Standard deviation of a rotation, in radians.
    zoom : float
        Standard deviation of the logarithm of a change of size.
    shift : float
        Standard deviation of a shift along each axis, in sides of the box.
    gain : float
        Standard deviation of the logarithm of a change of brightness.
    offset : float
        Standard deviation of what is added, in units of an 8-bit value.
    grey : float
        Share of views without colour.
    """

    turn: float = 0.1
    zoom: float = 0.1
    shift: float = 0.06
    gain: float = 0.15
    offset: float = 8.0
    grey: float = 0.1


@dataclass(frozen=True, slots=True)
class RefinementLossRecipe:
    """Weights and constants of the losses.

    Attributes
    ----------
    landmarks, classification : float
        Weights.
    bend : float
        Error in sides of the view below which the loss of the landmarks is quadratic.
    faces : float
        Share of a batch that are faces.
    """

    landmarks: float = 20.0
    classification: float = 1.0
    bend: float = 0.02
    faces: float = 0.7


@dataclass(frozen=True, slots=True)
class RefinementValidationRecipe:
    """When the network is measured.

    Attributes
    ----------
    every : int
        Steps between measurements; the last step is always measured.
    patience : int
        Measurements without a better one before training stops; 0 never stops.
    """

    every: int = 500
    patience: int = 0


@dataclass(frozen=True, slots=True)
class RefinementRecipe:
    """All that decides what a training run gives.

    Attributes
    ----------
    name : str
        Of the run.
    steps, batch_size : int
        Steps in all, and candidates in each.
    data : DetectionDataRecipe
        Faces and backgrounds.
    candidates : CandidateRecipe
        What is proposed.
    task : str
        "refinement".
    seed : int
        Everything random follows from it and the number of the step.
    threads : int
        Processor threads, 0 for torch's own choice.
    log_every, checkpoint_every : int
        Steps between reports, and between checkpoints.
    network : RefinerConfig
        What the network sees.
    mosaic : MosaicPlan
        What the pictures look like.
    jitter, losses, optimizer, validation
        The parts.
    """

    name: str
    steps: int
    batch_size: int
    data: DetectionDataRecipe
    candidates: CandidateRecipe
    task: Literal["refinement"] = "refinement"
    seed: int = 0
    threads: int = 0
    log_every: int = 100
    checkpoint_every: int = 500
    network: RefinerConfig = field(default_factory=RefinerConfig)
    mosaic: MosaicPlan = field(default_factory=MosaicPlan)
    jitter: JitterRecipe = field(default_factory=JitterRecipe)
    losses: RefinementLossRecipe = field(default_factory=RefinementLossRecipe)
    optimizer: OptimizerRecipe = field(default_factory=OptimizerRecipe)
    validation: RefinementValidationRecipe = field(default_factory=RefinementValidationRecipe)


def load_refinement_recipe(path: Path) -> RefinementRecipe:
    """Read and check a recipe.

    Parameters
    ----------
    path : Path
        A TOML file; each table and key is a field of :class:`RefinementRecipe` and its parts.

    Returns
    -------
    RefinementRecipe
        The recipe.

    Raises
    ------
    UsageError
        If the file cannot be read, has an unknown key or a value that makes no sense, or lacks one.
    """
    recipe = build(RefinementRecipe, read_table(path), str(path))
    _check(recipe, str(path))
    return recipe


def _check(recipe: RefinementRecipe, origin: str) -> None:
    candidates, jitter, losses = recipe.candidates, recipe.jitter, recipe.losses
    spreads = (jitter.turn, jitter.zoom, jitter.shift, jitter.gain, jitter.offset)
    rules = {
        **run_rules(recipe),
        "candidates.mosaics and validation_mosaics must be at least 1": (
            min(candidates.mosaics, candidates.validation_mosaics) >= 1
        ),
        "candidates.least_confidence and ignored_share must lie between 0 and 1": (
            0 <= candidates.least_confidence < 1 and 0 <= candidates.ignored_share <= 1
        ),
        "candidates.background_iou and face_iou must ascend between 0 and 1": (
            0 <= candidates.background_iou <= candidates.face_iou < 1
        ),
        "the spreads of jitter must not be negative, and grey must lie between 0 and 1": (
            min(spreads) >= 0 and 0 <= jitter.grey <= 1
        ),
        "the weights of the losses must not be negative": min(losses.landmarks, losses.classification) >= 0,
        "losses.bend must be over 0, and faces must lie between 0 and 1": (
            losses.bend > 0 and 0 < losses.faces < 1
        ),
        "optimizer.kind must be adamw or sgd": recipe.optimizer.kind != "scaled_adamw",
        "validation.every must be at least 1": recipe.validation.every >= 1,
    }
    require(rules, origin)
