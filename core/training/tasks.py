"""Recipes of every kind: the key `task` of the file says what is trained."""

from __future__ import annotations

from pathlib import Path

from core.training.detection import recipe as detection
from core.training.detection.recipe import DetectionRecipe, load_detection_recipe
from core.training.recipe import Recipe, load_recipe
from core.training.recipe_file import read_table
from core.training.refinement import recipe as refinement
from core.training.refinement.recipe import RefinementRecipe, load_refinement_recipe


def load_any_recipe(path: Path) -> Recipe | DetectionRecipe | RefinementRecipe:
    """Read a recipe.

    Parameters
    ----------
    path : Path
        A TOML file; with `task = "detection"` one of a detector, with "refinement" one of its refinement
        network, without the key one of a recognition model.

    Returns
    -------
    Recipe, DetectionRecipe or RefinementRecipe
        The recipe, checked.

    Raises
    ------
    UsageError
        If the file cannot be read, or is no such recipe.
    """
    match read_table(path).get("task"):
        case detection.TASK:
            return load_detection_recipe(path)
        case refinement.TASK:
            return load_refinement_recipe(path)
        case _:
            return load_recipe(path)
