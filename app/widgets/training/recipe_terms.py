"""The fields of a recipe that an examiner may change: what they mean, in which unit, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from PySide6.QtCore import QCoreApplication

from core.training.recipe import Recipe

_translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class RecipeField:
    """A number of a recipe.

    Attributes
    ----------
    key : str
        Name of the field, with that of its part before a dot.
    label : str
        What to call it.
    meaning : str
        One sentence for the tooltip.
    unit : str
        Behind the number; may be empty.
    smallest, largest : float
        How far it may be changed.
    decimals : int
        Digits after the point; 0 for a whole number.
    """

    key: str
    label: str
    meaning: str
    unit: str
    smallest: float
    largest: float
    decimals: int = 0


def groups() -> dict[str, tuple[RecipeField, ...]]:
    """Return the fields under the titles that they are shown under."""
    return {
        _translate("recipe", "Length"): _length(),
        _translate("recipe", "How good pictures are made poor ones"): _degradation(),
        _translate("recipe", "What holds the network to what it could do"): _losses(),
        _translate("recipe", "How fast weights move"): _optimizer(),
    }


def value_of(recipe: Recipe, key: str) -> Any:
    """Return a field of a recipe by its key."""
    value: Any = recipe
    for name in key.split("."):
        value = getattr(value, name)
    return value


def with_values(recipe: Recipe, values: Mapping[str, Any]) -> Recipe:
    """Return a recipe with other values.

    Parameters
    ----------
    recipe : Recipe
        The recipe.
    values : mapping of str to number
        By key.

    Returns
    -------
    Recipe
        All that is not named stays.
    """
    parts: dict[str, Any] = {}
    for one in fields(recipe):
        inside = getattr(recipe, one.name)
        given = {
            key.partition(".")[2]: value
            for key, value in values.items()
            if key.startswith(f"{one.name}.") and is_dataclass(inside)
        }
        if given:
            parts[one.name] = replace(inside, **given)
        elif one.name in values:
            parts[one.name] = values[one.name]
    return replace(recipe, **parts)


def _length() -> tuple[RecipeField, ...]:
    tr = _translate
    steps = tr("recipe", " steps")
    return (
        RecipeField("steps", tr("recipe", "Length"), tr("recipe", "Steps in all."), steps, 1, 1_000_000),
        RecipeField(
            "batch_size",
            tr("recipe", "Pictures in a step"),
            tr("recipe", "More are steadier, and slower."),
            tr("recipe", " pictures"),
            2,
            512,
        ),
        RecipeField(
            "validation.every",
            tr("recipe", "Measure every"),
            tr("recipe", "How often the people of the curves are measured."),
            steps,
            1,
            100_000,
        ),
        RecipeField(
            "checkpoint_every",
            tr("recipe", "Checkpoint every"),
            tr("recipe", "From where a run goes on after a power cut."),
            steps,
            1,
            100_000,
        ),
        RecipeField(
            "seed",
            tr("recipe", "Seed"),
            tr("recipe", "The same recipe with the same seed gives the same model."),
            "",
            0,
            2_000_000_000,
        ),
    )


def _degradation() -> tuple[RecipeField, ...]:
    tr = _translate
    return (
        RecipeField(
            "degradation.smallest",
            tr("recipe", "Smallest face"),
            tr("recipe", "Faces are made as small as this."),
            " px",
            1,
            112,
            1,
        ),
        RecipeField(
            "degradation.largest",
            tr("recipe", "Largest face"),
            tr("recipe", "And as large as this; both follow the set."),
            " px",
            1,
            112,
            1,
        ),
        RecipeField(
            "degradation.clean",
            tr("recipe", "Left as they are"),
            tr("recipe", "Share of pictures that are not degraded."),
            "",
            0,
            1,
            2,
        ),
        RecipeField(
            "degradation.plain",
            tr("recipe", "Only made small"),
            tr("recipe", "Share of the degraded pictures without blur, noise and compression."),
            "",
            0,
            1,
            2,
        ),
        RecipeField(
            "degradation.misalignment",
            tr("recipe", "Misalignment"),
            tr("recipe", "How far a face may be off its place: standard deviation."),
            " px",
            0,
            10,
            2,
        ),
    )


def _losses() -> tuple[RecipeField, ...]:
    tr = _translate
    weight = tr("recipe", "A weight of 0 leaves the term out.")
    return (
        RecipeField("losses.direction", tr("recipe", "Weight of direction"), weight, "", 0, 100, 2),
        RecipeField("losses.similarity", tr("recipe", "Weight of similarity"), weight, "", 0, 100, 2),
        RecipeField("losses.contrast", tr("recipe", "Weight of contrast"), weight, "", 0, 100, 2),
        RecipeField(
            "losses.clean_weight",
            tr("recipe", "Weight of a clean picture"),
            tr("recipe", "How many times a picture that is not degraded counts."),
            "",
            0,
            100,
            2,
        ),
    )


def _optimizer() -> tuple[RecipeField, ...]:
    tr = _translate
    return (
        RecipeField(
            "optimizer.learning_rate",
            tr("recipe", "Learning rate"),
            tr("recipe", "Its peak. Ten times more usually spoils the network."),
            "",
            0,
            1,
            6,
        ),
        RecipeField(
            "optimizer.warmup",
            tr("recipe", "Rises over"),
            tr("recipe", "Steps until the learning rate has its peak."),
            tr("recipe", " steps"),
            0,
            100_000,
        ),
        RecipeField(
            "optimizer.weight_decay",
            tr("recipe", "Weight decay"),
            tr("recipe", "Pulls weights towards 0."),
            "",
            0,
            1,
            4,
        ),
        RecipeField(
            "optimizer.clip",
            tr("recipe", "Longest gradient"),
            tr("recipe", "A longer one is cut to this length."),
            "",
            0,
            1000,
            2,
        ),
        RecipeField(
            "optimizer.average",
            tr("recipe", "Moving average"),
            tr("recipe", "Share of the past in the weights that are kept; under 1."),
            "",
            0,
            1,
            4,
        ),
    )
