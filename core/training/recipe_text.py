"""Recipes as text."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from core.training.recipe import Recipe


def recipe_text(recipe: Recipe) -> str:
    """Write a recipe as TOML that :func:`core.training.recipe.load_recipe` reads back.

    Parameters
    ----------
    recipe : Recipe
        The recipe.

    Returns
    -------
    str
        Every field, also those at their default, so that later defaults do not change what it says.
    """
    fields = dataclasses.asdict(recipe)
    tables = {name: value for name, value in fields.items() if isinstance(value, dict)}
    lines = [f"{name} = {_value(value)}" for name, value in fields.items() if name not in tables]
    for table, values in tables.items():
        lines += ["", f"[{table}]", *(f"{name} = {_value(value)}" for name, value in values.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    # Strings, numbers, truth values and lists of numbers are written in TOML as in JSON.
    return json.dumps(value, ensure_ascii=False)
