"""Recipes: what is read, and what is refused in one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import UsageError
from core.training.recipe import load_recipe
from core.training.tasks import load_any_recipe

ROOT = Path(__file__).parents[3]
SMALLEST = 'name = "n"\nstart = "s"\nsteps = 3\nbatch_size = 4\n'
DATA = '[data]\nroot = "faces"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_recipe_may_leave_out_all_that_has_a_default(tmp_path: Path) -> None:
    recipe = load_recipe(written(tmp_path, SMALLEST + DATA))
    assert (recipe.name, recipe.steps, recipe.data.root) == ("n", 3, "faces")
    assert recipe.optimizer.kind == "adamw"


def test_whole_numbers_serve_where_fractions_are_wanted_and_lists_become_tuples(tmp_path: Path) -> None:
    recipe = load_recipe(
        written(tmp_path, SMALLEST + DATA + "train = [0, 1]\n[losses]\nidentity = 1\n[optimizer]\nclip = 2\n")
    )
    assert recipe.data.train == (0, 1)
    assert recipe.losses.identity == 1.0
    assert isinstance(recipe.optimizer.clip, float)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "resources" / "recipes").glob("*.toml")), ids=lambda p: p.name
)
def test_the_recipes_that_come_with_the_application_can_be_read(path: Path) -> None:
    assert load_any_recipe(path).name


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (SMALLEST, "lacks data"),
        (SMALLEST + DATA + "rot = 1\n", "unknown key data.rot"),
        ("colour = 1\n" + SMALLEST + DATA, "unknown key colour"),
        (SMALLEST + 'data = "faces"\n', "data must be a table"),
        (SMALLEST + DATA + 'layout = "zip"\n', "data.layout must be one of lfw, folders, csv"),
        (SMALLEST + DATA + "train = [0, 0.5]\n", "data.train must be a list of whole numbers"),
        (SMALLEST + "seed = true\n" + DATA, "seed must be a int"),
        (SMALLEST.replace("3", '"3"') + DATA, "steps must be a int"),
        (SMALLEST.replace("3", "0") + DATA, "steps must be at least 1"),
        (SMALLEST.replace('"n"', '"../n"') + DATA, "name must be a file name"),
        (SMALLEST + DATA + "validation = [5]\n", "must not share a split"),
        (SMALLEST + DATA + "[degradation]\nclean = 1.5\n", "between 0 and 1"),
        (SMALLEST + DATA + "[degradation]\nsmallest = 70\n", "must ascend"),
        (SMALLEST + DATA + "[losses]\ndirection = 0\nsimilarity = 0\n", "nor all 0"),
        (SMALLEST + DATA + '[unrecognizable]\nsource = "folder"\n', "folder is needed"),
        ("steps =", "is no TOML"),
    ],
)
def test_a_recipe_that_makes_no_sense_is_refused_with_the_place(tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises(UsageError, match=part.replace(".", r"\.")):
        load_recipe(written(tmp_path, text))


def test_a_recipe_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_recipe(tmp_path / "absent.toml")


@pytest.mark.parametrize("module", ["core.training.recipe", "core.training.events"])
def test_recipes_and_events_leave_torch_out(module: str) -> None:
    program = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
