"""What to train, on what and how: a recipe in TOML."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from core.training.recipe_file import build, read_table, require
from core.training.run_rules import run_rules


@dataclass(frozen=True, slots=True)
class DataRecipe:
    """Where the faces are.

    Attributes
    ----------
    root : str
        Directory, or CSV file; relative to where the command runs.
    layout : str
        "lfw": `faces.csv` and `images/<person>/`, split by the hash of the name. "folders": one folder for
        each person. "csv": a table with the columns person and path, and optionally split.
    train, validation : tuple of int
        Splits, 0 to 9, as :func:`core.training.labelled_faces.split_of` gives them.
    largest_per_person : int
        Pictures of one person in one epoch; others take their turn in the next.
    """

    root: str
    layout: Literal["lfw", "folders", "csv"] = "lfw"
    train: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
    validation: tuple[int, ...] = (6, 7)
    largest_per_person: int = 8


@dataclass(frozen=True, slots=True)
class DegradationRecipe:
    """How clean crops become poor ones.

    Attributes
    ----------
    smallest, largest : float
        Sides in px that a face is taken through, even on a logarithmic scale.
    clean : float
        Share of pictures left as they are, but for misalignment and mirroring.
    plain : float
        Share of the degraded ones that are only taken through their size.
    blend : float
        Share of pictures that are two faces blended into one that nobody has; only distillation learns
        from them.
    blends : int
        How many different ones there are.
    misalignment : float
        Standard deviation of the shift of a crop in px; rotation and scale follow it.
    """

    smallest: float = 6.0
    largest: float = 64.0
    clean: float = 0.15
    plain: float = 0.5
    blend: float = 0.0
    blends: int = 8000
    misalignment: float = 0.7


@dataclass(frozen=True, slots=True)
class LossRecipe:
    """Weights and constants of the losses; a weight of 0 leaves a loss out.

    Attributes
    ----------
    identity : float
        Classification of persons (L_ArcFace).
    margin : str
        "arcface" or "adaface".
    margin_scale, margin_angle : float
        s and m.
    direction, similarity, contrast : float
        Distillation in direction, in the similarity matrix, and against the bank of all targets.
    contrast_scale, contrast_margin : float
        Inverse temperature and margin of the last one.
    clean_weight : float
        How many times a clean picture counts in the distillation of the direction.
    recognizability : float
        alpha, the regression of the index.
    target : str
        Form of its target: "ratio", "log1p" or "bounded".
    target_with_centre : bool
        Whether d_UI is a factor of the target.
    prototypes : str
        What the target is measured against: "leave_one_out", the person's other pictures in the frozen
        network, or "classifier", the rows of the classification.
    diversion : float
        beta, index diversion.
    tau : float
        Its margin.
    standardized : bool
        Whether it divides by sigma_UI.
    perceptibility : float
        gamma, perceptibility attention.
    """

    identity: float = 0.0
    margin: Literal["arcface", "adaface"] = "arcface"
    margin_scale: float = 64.0
    margin_angle: float = 0.5
    direction: float = 1.0
    similarity: float = 5.0
    contrast: float = 0.0
    contrast_scale: float = 30.0
    contrast_margin: float = 0.1
    clean_weight: float = 1.0
    recognizability: float = 0.0
    target: Literal["ratio", "log1p", "bounded"] = "bounded"
    target_with_centre: bool = True
    prototypes: Literal["leave_one_out", "classifier"] = "leave_one_out"
    diversion: float = 0.0
    tau: float = 2.0
    standardized: bool = True
    perceptibility: float = 0.0


@dataclass(frozen=True, slots=True)
class UnrecognizableRecipe:
    """Where the unrecognizable crops come from.

    Attributes
    ----------
    source : str
        "synthetic": training crops degraded until cos(clean, degraded) < `max_cosine` in the network at
        hand. "folder": all crops of `folder`. "largest_cluster": the largest cluster of the crops of
        `folder`.
    folder : str
        For the other two sources.
    crops : int
        How many are tried.
    max_cosine : float
        What counts as lost.
    every : int
        Steps between measurements of the centre; 0 means once an epoch.
    keep : float
        Weight of the past in the moving average of mu_UI and sigma_UI.
    """

    source: Literal["synthetic", "folder", "largest_cluster"] = "synthetic"
    folder: str = ""
    crops: int = 256
    max_cosine: float = 0.25
    every: int = 0
    keep: float = 0.9


@dataclass(frozen=True, slots=True)
class OptimizerRecipe:
    """How weights move.

    Attributes
    ----------
    kind : str
        "adamw", "sgd" (momentum 0.9) or "scaled_adamw", whose steps are measured in the size of what they
        change, see :mod:`core.training.scaled_adam`.
    learning_rate : float
        Its peak; it rises evenly over `warmup` steps and then falls as a cosine to `last_rate` of the peak.
    heads_rate : float
        Peak rate of attention, index head and prototypes.
    weight_decay : float
        Of matrices and filters; biases and slopes have none.
    warmup : int
        Steps.
    last_rate : float
        Share of the peak that is left at the end.
    clip : float
        Largest norm of the gradient.
    average : float
        Decay of the moving average of the weights, which is what is validated and kept; 0 keeps none.
    """

    kind: Literal["adamw", "sgd", "scaled_adamw"] = "adamw"
    learning_rate: float = 2e-4
    heads_rate: float = 1e-3
    weight_decay: float = 0.01
    warmup: int = 200
    last_rate: float = 0.01
    clip: float = 5.0
    average: float = 0.999


@dataclass(frozen=True, slots=True)
class NetworkRecipe:
    """What is added to the backbone.

    Attributes
    ----------
    dropout : float
        Before the index head.
    with_norm : bool
        Whether the index head sees log |v| as well.
    """

    dropout: float = 0.4
    with_norm: bool = True


@dataclass(frozen=True, slots=True)
class ValidationRecipe:
    """When the network is measured, and when to give up.

    Attributes
    ----------
    every : int
        Steps between measurements; the last step is always measured.
    sizes : tuple of int
        Sides in px that probes are taken through; 112 leaves them as they are.
    people : int
        Persons at most, 0 for all that have two pictures.
    patience : int
        Measurements without a better one before training stops; 0 never stops.
    """

    every: int = 1000
    sizes: tuple[int, ...] = (112, 24, 16, 12, 8)
    people: int = 0
    patience: int = 0


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides what a training run gives.

    Attributes
    ----------
    name : str
        Of the model that is made, and of its files.
    start : str
        Name of the installed model to begin with.
    steps, batch_size : int
        Steps in all, and pictures in each.
    data : DataRecipe
        The faces.
    teacher : str
        Name of the installed model whose embeddings of clean pictures are the targets; empty for `start`.
    seed : int
        Everything random follows from it and the number of the step.
    threads : int
        Processor threads, 0 for torch's own choice.
    precision : str
        "float32", "bfloat16", or "auto": bfloat16 where the processor multiplies it in hardware.
    log_every, checkpoint_every : int
        Steps between reports, and between checkpoints.
    network, degradation, losses, unrecognizable, optimizer, validation
        The parts.
    """

    name: str
    start: str
    steps: int
    batch_size: int
    data: DataRecipe
    teacher: str = ""
    seed: int = 0
    threads: int = 0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    log_every: int = 50
    checkpoint_every: int = 500
    network: NetworkRecipe = field(default_factory=NetworkRecipe)
    degradation: DegradationRecipe = field(default_factory=DegradationRecipe)
    losses: LossRecipe = field(default_factory=LossRecipe)
    unrecognizable: UnrecognizableRecipe = field(default_factory=UnrecognizableRecipe)
    optimizer: OptimizerRecipe = field(default_factory=OptimizerRecipe)
    validation: ValidationRecipe = field(default_factory=ValidationRecipe)


def load_recipe(path: Path) -> Recipe:
    """Read and check a recipe.

    Parameters
    ----------
    path : Path
        A TOML file; each table and key is a field of :class:`Recipe` and its parts.

    Returns
    -------
    Recipe
        The recipe.

    Raises
    ------
    UsageError
        If the file cannot be read, has an unknown key or a value that makes no sense, or lacks one.
    """
    recipe = build(Recipe, read_table(path), str(path))
    check_recipe(recipe, str(path))
    return recipe


def check_recipe(recipe: Recipe, origin: str) -> None:
    """Make sure that the values of a recipe go together.

    Parameters
    ----------
    recipe : Recipe
        The recipe.
    origin : str
        Where it comes from, for the sentence of an error.

    Raises
    ------
    UsageError
        With the first rule that it breaks.
    """
    degradation, losses = recipe.degradation, recipe.losses
    shares = (degradation.clean, degradation.plain, degradation.blend, recipe.network.dropout)
    weights = [losses.identity, losses.direction, losses.similarity, losses.contrast]
    weights += [losses.recognizability, losses.diversion, losses.perceptibility]
    rules = {
        **run_rules(recipe),
        "degradation.smallest and largest must ascend from 1 to 112": (
            1 <= degradation.smallest <= degradation.largest <= 112
        ),
        "degradation.clean, plain and blend and network.dropout must lie between 0 and 1": (
            all(0 <= share <= 1 for share in shares)
        ),
        "the weights of the losses must not be negative, nor all 0": min(weights) >= 0 and sum(weights) > 0,
        "degradation.blends must be at least 1": degradation.blends >= 1,
        "validation.every must be at least 1": recipe.validation.every >= 1,
        "validation.sizes must lie between 1 and 112": (
            all(1 <= size <= 112 for size in recipe.validation.sizes) and bool(recipe.validation.sizes)
        ),
        "data.train and validation must not share a split": (
            not set(recipe.data.train) & set(recipe.data.validation)
        ),
        "unrecognizable.folder is needed for this source": (
            recipe.unrecognizable.source == "synthetic" or bool(recipe.unrecognizable.folder)
        ),
    }
    require(rules, origin)
