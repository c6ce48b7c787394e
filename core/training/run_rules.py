"""What every recipe keeps to, whatever it trains."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Optimization(Protocol):
    """How weights move, as far as every run is alike."""

    @property
    def learning_rate(self) -> float:
        """Largest rate."""

    @property
    def clip(self) -> float:
        """Longest gradient."""

    @property
    def average(self) -> float:
        """Share that the average keeps at each step."""


class RunRecipe(Protocol):
    """What a run is called, how long it is and how often it reports."""

    @property
    def name(self) -> str:
        """Stem of the files that it makes."""

    @property
    def steps(self) -> int:
        """Steps in all."""

    @property
    def batch_size(self) -> int:
        """Pictures in each."""

    @property
    def seed(self) -> int:
        """Everything random follows from it."""

    @property
    def log_every(self) -> int:
        """Steps between reports."""

    @property
    def checkpoint_every(self) -> int:
        """Steps between checkpoints."""

    @property
    def optimizer(self) -> Optimization:
        """How weights move."""


def run_rules(recipe: RunRecipe) -> dict[str, bool]:
    """Return the rules that hold for every run, and whether a recipe keeps them.

    Parameters
    ----------
    recipe : RunRecipe
        The recipe.

    Returns
    -------
    dict of str to bool
        For :func:`core.training.recipe_file.require`.
    """
    optimizer = recipe.optimizer
    return {
        "name must be a file name": recipe.name == Path(recipe.name).name and recipe.name.strip(".") != "",
        "steps must be at least 1": recipe.steps >= 1,
        "batch_size must be at least 2": recipe.batch_size >= 2,
        "seed must not be negative": recipe.seed >= 0,
        "log_every and checkpoint_every must be at least 1": (
            min(recipe.log_every, recipe.checkpoint_every) >= 1
        ),
        "optimizer.learning_rate and clip must be over 0": min(optimizer.learning_rate, optimizer.clip) > 0,
        "optimizer.average must be at least 0 and under 1": 0 <= optimizer.average < 1,
    }
