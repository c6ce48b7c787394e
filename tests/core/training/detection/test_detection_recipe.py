"""Recipes of detectors: the shipped one is read, and nonsense is refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import UsageError
from core.training.detection.recipe import DetectionRecipe, load_detection_recipe
from core.training.recipe_file import build, plain

ROOT = Path(__file__).parents[4]
SMALLEST = 'task = "detection"\nname = "a"\nsteps = 1\nbatch_size = 2\n'
DATA = '[data]\nroot = "faces"\nbackgrounds = "pictures"\n'


def test_the_shipped_recipe_is_read() -> None:
    recipe = load_detection_recipe(ROOT / "resources" / "recipes" / "retinaface-mnet025.toml")
    assert recipe.name == "retinaface-mnet025-v1"
    assert not set(recipe.data.train) & {6, 7, 8, 9}
    assert not set(recipe.data.train_backgrounds) & {8, 9}


def test_a_recipe_survives_the_way_through_a_checkpoint() -> None:
    recipe = load_detection_recipe(ROOT / "resources" / "recipes" / "retinaface-mnet025.toml")
    assert build(DetectionRecipe, plain(recipe), "checkpoint") == recipe


def test_what_is_not_given_has_a_default(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(SMALLEST + DATA, encoding="utf-8")
    assert load_detection_recipe(path).losses.negatives == 7


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SMALLEST, "lacks data"),
        ('task = "recognition"\n' + SMALLEST.partition("\n")[2] + DATA, "task must be one of detection"),
        (SMALLEST + "seed = -1\n" + DATA, "seed must not be negative"),
        (SMALLEST + DATA + "[mosaic]\nwidth = 100\n", "multiples of 32"),
        (SMALLEST + DATA + "[mosaic]\nsmallest = 2\n", "must ascend from 4"),
        (SMALLEST + DATA + "[mosaic]\nplain = 1.5\n", "must lie between 0 and 1"),
        (SMALLEST + DATA + "[mosaic]\ncolour = 1\n", "unknown key mosaic.colour"),
        (SMALLEST + DATA + "[assignment]\nface_iou = 0.1\n", "must ascend between 0 and 1"),
        (SMALLEST + DATA + "[losses]\nboxes = -1\n", "must not be negative"),
        (SMALLEST + DATA + '[optimizer]\nkind = "scaled_adamw"\n', "adamw or sgd"),
        (SMALLEST + DATA + "[validation]\nsizes = []\n", "validation.sizes must lie"),
        (SMALLEST + DATA + "train = [5]\n", "must not share a split"),
        (SMALLEST + DATA + "train_backgrounds = [11]\n", "between 0 and 9"),
        (SMALLEST + DATA + "[network]\nmin_sizes = [16, 32]\n", "network.min_sizes must be a list"),
        (SMALLEST + DATA + '[network]\nmean = ["a"]\n', "must be a list of numbers"),
        (SMALLEST + DATA + "[network]\nchannels = 3\n", "network: channels must be a positive multiple of 4"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=sentence):
        load_detection_recipe(path)
