"""Recipes of every kind: the key `task` of the file says what is trained."""

from __future__ import annotations

from pathlib import Path

from core.training.detection.recipe import TASK, DetectionRecipe, load_detection_recipe
from core.training.recipe import Recipe, load_recipe
from core.training.recipe_file import read_table


def load_any_recipe(path: Path) -> Recipe | DetectionRecipe:
    """Read a recipe.

    Parameters
    ----------
    path : Path
        A TOML file; with `task = "detection"` one of a detector, without the key one of a recognition model.

    Returns
    -------
    Recipe or DetectionRecipe
        The recipe, checked.

    Raises
    ------
    UsageError
        If the file cannot be read, or is no such recipe.
    """
    if read_table(path).get("task") == TASK:
        return load_detection_recipe(path)
    return load_recipe(path)
