"""The ablation: its rows, what it measures, and the table it makes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from skimage.data import lfw_subset

from core.evaluation.intervals import Interval
from core.imaging.degradation import resample_through
from core.progress import Progress
from core.recognition.backbones import MobileFaceNet
from core.recognition.cards import read_card
from core.recognition.network import RecognizabilityNetwork
from core.recognition.weights import load_network
from core.training.ablation import shortened, variants
from core.training.ablation_table import WEIGHTS, Figure, Row, ablation_table
from core.training.checkpoint import read_network
from core.training.diversion_evidence import UnrecognizedShare, unrecognized_share
from core.training.network_system import NetworkSystem
from core.training.recipe import Recipe, load_recipe
from core.training.recipe_text import recipe_text
from core.training.run import train
from core.training.run_loop import BEST, CHECKPOINT
from core.training.unrecognizable_centre import degrade_beyond_recognition
from core.types import Preprocessing

RECIPE = Path(__file__).parents[3] / "resources/recipes/ril-mobilefacenet.toml"


@pytest.fixture
def network() -> RecognizabilityNetwork:
    torch.manual_seed(2)
    made = RecognizabilityNetwork(MobileFaceNet(16), 16, with_norm=True)
    for parameter in made.attention.parameters():
        torch.nn.init.normal_(parameter, 0, 0.3)
    return made.eval()


def crops(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 112, 112, 3), dtype=np.uint8)


def test_a_recipe_survives_being_written(short_recipe: Recipe, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(recipe_text(short_recipe), encoding="utf-8")
    assert load_recipe(path) == short_recipe


def test_every_row_trains_with_another_set_of_losses() -> None:
    losses = load_recipe(RECIPE).losses
    weights = [tuple(getattr(variant.losses(losses), name) for name in WEIGHTS) for variant in variants()]
    assert len(set(weights)) == len(weights)
    assert all(any(row) for row in weights)


def test_a_shortened_recipe_is_measured_at_its_end_only(short_recipe: Recipe) -> None:
    found = shortened(dataclasses.replace(short_recipe, steps=900), 80)
    assert (found.steps, found.checkpoint_every, found.validation.every) == (80, 80, 80)
    assert found.optimizer.warmup == 2


@pytest.mark.parametrize("compared", ["v", "v_attn", "sum"])
def test_a_network_is_compared_by_the_vector_that_was_chosen(
    network: RecognizabilityNetwork, compared: str
) -> None:
    system = NetworkSystem("x", network, Preprocessing(), compared=compared)  # type: ignore[arg-type]
    pictures = crops(3)
    with torch.inference_mode():
        output = network((torch.from_numpy(pictures).permute(0, 3, 1, 2) - 127.5) / 127.5)
    v, attended = (x.numpy() / np.linalg.norm(x.numpy(), axis=1)[:, None] for x in output[:2])
    expected = {"v": v, "v_attn": attended, "sum": v + attended}[compared]
    expected = expected / np.linalg.norm(expected, axis=1)[:, None]
    described = system.describe(pictures)
    np.testing.assert_allclose(described.vectors, expected, atol=1e-5)
    np.testing.assert_allclose(described.qualities["RI"], output.recognizability.numpy(), rtol=1e-4)


def test_the_share_counts_hard_faces_near_the_unrecognizable_mean() -> None:
    card = read_card("mobilefacenet-ms1m")
    torch.manual_seed(2)
    network = RecognizabilityNetwork(load_network(card).backbone, card.embedding_dim, with_norm=True)
    faces = [Image.fromarray(np.uint8(face * 255)).convert("RGB") for face in lfw_subset()[:16]]
    pictures = np.stack([np.asarray(face.resize((112, 112))) for face in faces])
    found = unrecognized_share(network, card.preprocessing, pictures, 2.0, 1)
    assert found is not None
    assert 8 <= found.unrecognizable <= 16

    rng = np.random.default_rng(1)
    ruined = np.stack([degrade_beyond_recognition(crop, rng) for crop in pictures])
    hard = np.stack([resample_through(crop, 16) for crop in pictures])
    system = NetworkSystem("x", network, card.preprocessing)
    clean, lost, small = (system.describe(crops) for crops in (pictures, ruined, hard))
    beyond = lost.qualities["RI"][(clean.vectors * lost.vectors).sum(1) < 0.25]
    assert (found.mean, found.std) == pytest.approx((beyond.mean(), beyond.std(ddof=1)))
    assert found.within == int(((small.qualities["RI"] - beyond.mean()) / beyond.std(ddof=1) < 2.0).sum())
    assert (found.faces, found.unrecognizable) == (16, len(beyond))


def test_a_network_that_recognizes_whatever_is_left_has_no_share(network: RecognizabilityNetwork) -> None:
    assert unrecognized_share(network, Preprocessing(), crops(12), 2.0, 1) is None


def test_the_averaged_network_is_read_from_a_checkpoint(short_recipe: Recipe, tmp_path: Path) -> None:
    recipe = dataclasses.replace(short_recipe, steps=2)
    list(train(recipe, tmp_path / "run", Progress(), tmp_path / "kept"))
    card = read_card(recipe.start)
    network = read_network(tmp_path / "run" / CHECKPOINT, card)
    assert not network.training
    assert (tmp_path / "run" / BEST).is_file()


def test_the_table_has_a_line_for_each_row_and_says_what_is_not_known(short_recipe: Recipe) -> None:
    figure = Figure(0.75, Interval(0.7, 0.8, "bootstrap over people"))
    measured = Row("everything", {}, {16: figure}, figure, figure, None, UnrecognizedShare(3, 9, 2, 0, 1, 8))
    plain = Row("start", {}, {16: Figure(0.5, None)}, figure, None, None, None)
    lines = ablation_table((plain, measured), short_recipe, 4, 9, 30).splitlines()
    assert lines[-2] == "| start | 0.500 | 0.750 [0.700, 0.800] | - | - | - |"
    assert lines[-1].endswith("| - | 3/9 (8 UI crops) |")
