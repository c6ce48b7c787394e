"""The pieces of a run, each against another way to get the same."""

from __future__ import annotations

import copy
import dataclasses
import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.optim import AdamW

from core.errors import UsageError
from core.recognition.backbones import MobileFaceNet
from core.settings import load_settings
from core.training.average import WeightAverage
from core.training.batches import NOBODY, BatchSource
from core.training.blending import Blends
from core.training.dataset import FaceSet, load_faces
from core.training.fast_slopes import FastPReLU, speed_up_slopes
from core.training.labelled_faces import split_of
from core.training.precision import choose_precision
from core.training.recipe import (
    DataRecipe,
    DegradationRecipe,
    OptimizerRecipe,
    Recipe,
    UnrecognizableRecipe,
)
from core.training.sampler import IdentitySampler
from core.training.scaled_adam import ScaledAdamW, measure_units
from core.training.schedule import build_optimizer, rate_factor, set_rate
from core.training.teacher import TargetBank
from core.training.unrecognizable_crops import UnrecognizableCrops, largest_cluster
from core.training.validation import Validator, true_accept_rate

LIMITS = load_settings().imaging


def faces_of(root: Path) -> FaceSet:
    return load_faces(DataRecipe(str(root), layout="folders"), LIMITS).train


# Sampler


def test_an_epoch_shows_each_person_as_often_as_there_are_pictures_up_to_the_limit() -> None:
    labels = np.array([0] * 10 + [1] * 2 + [2] * 4)
    sampler = IdentitySampler(labels, batch_size=4, largest_per_person=3, seed=0)
    assert sampler.steps_per_epoch == 2
    epoch = np.concatenate([sampler.batch(step) for step in range(2)])
    assert len(set(epoch.tolist())) == 8
    assert np.bincount(labels[epoch]).tolist() == [3, 2, 3]


def test_other_epochs_show_other_pictures_of_a_person_with_many() -> None:
    labels = np.zeros(20, np.int64)
    sampler = IdentitySampler(labels, batch_size=4, largest_per_person=4, seed=0)
    assert len({index for step in range(12) for index in sampler.batch(step).tolist()}) > 12


def test_a_batch_depends_on_seed_and_step_alone() -> None:
    labels = np.arange(50) % 9
    forward = IdentitySampler(labels, 8, 5, seed=3)
    ahead = IdentitySampler(labels, 8, 5, seed=3)
    ahead.batch(40)
    np.testing.assert_array_equal(forward.batch(7), ahead.batch(7))
    assert (IdentitySampler(labels, 8, 5, seed=4).batch(7) != forward.batch(7)).any()


def test_fewer_pictures_than_a_batch_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fill"):
        IdentitySampler(np.zeros(3, np.int64), 4, 8, seed=0)


# Data


def test_splits_follow_the_names_and_share_no_person(made_up_faces: Path) -> None:
    splits = load_faces(DataRecipe(str(made_up_faces), layout="folders"), LIMITS)
    assert all(split_of(name) <= 5 for name in splits.train.people)
    assert all(split_of(name) in (6, 7) for name in splits.validation.people)
    assert splits.train.crops.shape == (18, 112, 112, 3)
    assert np.bincount(splits.train.labels).tolist() == [3] * 6


def test_a_table_may_name_splits_itself_and_an_unreadable_picture_is_left_out(
    made_up_faces: Path, tmp_path: Path
) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    pictures = sorted(made_up_faces.rglob("*.png"))[:4]
    rows = [f"a,{pictures[0]},0", f"a,{pictures[1]},0", f"b,{pictures[2]},6", f"b,{pictures[3]},6"]
    table = tmp_path / "faces.csv"
    table.write_text("\n".join(["person,path,split", *rows, "c,broken.png,0"]), encoding="utf-8")
    splits = load_faces(DataRecipe(str(table), layout="csv"), LIMITS)
    assert (splits.train.people, splits.validation.people) == (("a",), ("b",))
    direct = cv2.imread(str(pictures[0]))
    assert direct is not None
    np.testing.assert_array_equal(splits.train.crops[0], direct[..., ::-1])


@pytest.mark.parametrize("what", ["absent", "empty", "columns"])
def test_data_that_are_not_there_are_refused(tmp_path: Path, what: str) -> None:
    recipe = DataRecipe(str(tmp_path / "no"), layout="folders")
    if what == "empty":
        recipe = DataRecipe(str(tmp_path), layout="folders")
    if what == "columns":
        (tmp_path / "t.csv").write_text("name,file\na,b\n", encoding="utf-8")
        recipe = DataRecipe(str(tmp_path / "t.csv"), layout="csv")
    with pytest.raises(UsageError):
        load_faces(recipe, LIMITS)


def test_pairs_are_the_first_two_pictures_of_each_person_that_has_two() -> None:
    faces = FaceSet.of(np.zeros((6, 112, 112, 3), np.uint8), ["b", "a", "b", "c", "b", "c"])
    first, second = faces.pairs()
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == [(0, 2), (3, 5)]
    assert len(faces.pairs(largest=1)[0]) == 1


@pytest.mark.faces
def test_the_laboratory_faces_give_the_people_of_their_splits(lfw: Path) -> None:
    splits = load_faces(DataRecipe(str(lfw), train=(0,), validation=(6,)), LIMITS)
    assert all(split_of(name) == 0 for name in splits.train.people)
    assert len(splits.train.people) > 500


# Batches


def test_a_batch_is_the_same_whenever_it_is_made(made_up_faces: Path, short_recipe: Recipe) -> None:
    faces = faces_of(made_up_faces)
    source = BatchSource(faces, Blends(faces, 20, 1), short_recipe)
    ahead = dict(source.batches(0, 6))
    for step in (5, 0, 3):
        again = source.batch(step)
        for field in dataclasses.fields(again):
            np.testing.assert_array_equal(getattr(again, field.name), getattr(ahead[step], field.name))


def test_blends_are_nobody_and_name_both_their_people(made_up_faces: Path, short_recipe: Recipe) -> None:
    faces = faces_of(made_up_faces)
    recipe = dataclasses.replace(short_recipe, degradation=DegradationRecipe(blend=1.0, blends=5))
    blends = Blends(faces, 5, recipe.seed)
    batch = BatchSource(faces, blends, recipe).batch(0)
    assert (batch.labels == NOBODY).all()
    for place, number in enumerate(batch.blends):
        blend = blends[int(number)]
        assert batch.indices[place] == blend.first
        assert batch.partners[place] == faces.labels[blend.second]
    with pytest.raises(IndexError):
        blends[5]


# Targets


def test_the_bank_leaves_the_picture_itself_out_of_its_prototype() -> None:
    targets = functional.normalize(torch.randn(5, 4), dim=1)
    bank = TargetBank(targets.numpy(), np.array([0, 0, 0, 1, 2]))
    assert bank.has_others.tolist() == [True, True, True, False, False]
    expected = functional.normalize((targets[1] + targets[2])[None], dim=1)[0]
    torch.testing.assert_close(bank.without[0], expected)
    torch.testing.assert_close(bank.means[0], functional.normalize(targets[:3].mean(0), dim=0))


# Slopes


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_fast_slopes_have_the_values_and_the_gradients_of_prelu(dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    slow, fast = nn.PReLU(6), FastPReLU(6)
    slow.weight.data = torch.randn(6, dtype=dtype)
    fast.weight.data = slow.weight.data.clone()
    x = torch.randn(3, 6, 5, 4, dtype=dtype)
    results = []
    for layer in (slow, fast):
        given = x.clone().requires_grad_()
        out = layer(given)
        (out * torch.arange(out.numel(), dtype=dtype).view_as(out) / 100).sum().backward()
        assert given.grad is not None
        assert layer.weight.grad is not None
        results.append((out, given.grad, layer.weight.grad))
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other, rtol=2e-2 if dtype is torch.bfloat16 else 1e-9, atol=1e-9)


def test_speeding_up_keeps_the_names_and_the_outputs_of_a_network() -> None:
    torch.manual_seed(0)
    network = MobileFaceNet(16).eval()
    names = list(network.state_dict())
    x = torch.rand(1, 3, 112, 112)
    before = network(x).embedding
    speed_up_slopes(network)
    assert list(network.state_dict()) == names
    assert not any(type(module) is nn.PReLU for module in network.modules())
    torch.testing.assert_close(network(x).embedding, before)


# Optimizer


def test_the_rate_rises_evenly_then_falls_as_a_cosine() -> None:
    recipe = OptimizerRecipe(warmup=4, last_rate=0.1)
    rates = [rate_factor(step, 25, recipe) for step in range(25)]
    assert rates[:4] == pytest.approx([0.25, 0.5, 0.75, 1.0])
    assert rates[4] == pytest.approx(1.0)
    assert rates[14] == pytest.approx(0.55)
    assert rates[24] == pytest.approx(0.1)
    assert all(a >= b for a, b in itertools.pairwise(rates[4:]))


@pytest.mark.parametrize("kind", ["adamw", "sgd", "scaled_adamw"])
def test_heads_have_their_own_rate_and_only_matrices_decay(kind: str) -> None:
    recipe = OptimizerRecipe(kind=kind, learning_rate=1e-3, heads_rate=3e-3)  # type: ignore[arg-type]
    optimizer = build_optimizer(nn.Linear(2, 3), [nn.Linear(3, 1)], recipe, {})
    assert set_rate(optimizer, 0.5) == pytest.approx(5e-4)
    found = [(group["lr"], group["weight_decay"], len(group["params"])) for group in optimizer.param_groups]
    assert found == [
        (pytest.approx(5e-4), 0.01, 1),
        (pytest.approx(5e-4), 0.0, 1),
        (pytest.approx(1.5e-3), 0.01, 1),
        (pytest.approx(1.5e-3), 0.0, 1),
    ]


def test_with_units_of_1_scaled_adam_is_adamw() -> None:
    torch.manual_seed(0)
    start = nn.Linear(4, 3)
    networks = [copy.deepcopy(start) for _ in range(2)]
    groups = [[{"params": list(one.parameters()), "lr": 1e-2, "weight_decay": 0.1}] for one in networks]
    optimizers = (AdamW(groups[0], eps=1e-12), ScaledAdamW(groups[1], {}, eps=1e-12))
    for seed in range(5):
        x = torch.randn(6, 4, generator=torch.Generator().manual_seed(seed))
        for network, optimizer in zip(networks, optimizers, strict=True):
            optimizer.zero_grad()
            network(x).square().sum().backward()
            optimizer.step()
    torch.testing.assert_close(networks[0].state_dict(), networks[1].state_dict())


def test_scaled_adam_moves_every_number_by_its_unit() -> None:
    layer = nn.Conv2d(1, 2, 1)
    before = layer.weight.detach().clone()
    unit = torch.tensor([2.0, 0.5])[:, None, None, None]
    optimizer = ScaledAdamW(
        [{"params": [layer.weight], "lr": 0.1, "weight_decay": 0.0}], {layer.weight: unit}
    )
    layer(torch.ones(1, 1, 1, 1)).sum().backward()
    optimizer.step()
    torch.testing.assert_close(before - layer.weight.detach(), 0.1 * unit)


def test_units_are_the_size_of_each_filter_and_the_spread_of_each_output() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(2, 3, 3), nn.PReLU(3))
    x = torch.randn(4, 2, 9, 9)
    units = measure_units(network, x)
    conv, slopes = network[0], network[1]
    assert isinstance(conv, nn.Conv2d)
    assert isinstance(slopes, nn.PReLU)
    assert conv.bias is not None
    for channel in range(3):
        filters = conv.weight[channel].detach().numpy()
        assert float(units[conv.weight][channel]) == pytest.approx(np.sqrt((filters**2).mean()))
        assert float(units[conv.bias][channel]) == pytest.approx(
            conv(x)[:, channel].detach().numpy().std(ddof=1), rel=1e-4
        )
    assert float(units[slopes.weight]) == pytest.approx(0.25)


def test_the_average_lags_behind_the_network_by_its_decay() -> None:
    network = nn.Linear(1, 1, bias=False)
    nn.init.constant_(network.weight, 1.0)
    average = WeightAverage(network, 0.9)
    nn.init.constant_(network.weight, 2.0)
    average.update(network, step=0)
    assert float(average.network.weight) == pytest.approx(1 + 0.9)
    average.update(network, step=10**6)
    assert float(average.network.weight) == pytest.approx(0.9 * 1.9 + 0.1 * 2)


def test_a_wanted_precision_is_taken_as_it_is() -> None:
    assert choose_precision("float32") == "float32"
    assert choose_precision("bfloat16") == "bfloat16"
    assert choose_precision("auto") in ("float32", "bfloat16")


# Unrecognizable crops


def test_the_largest_cluster_is_found_among_smaller_ones() -> None:
    rng = np.random.default_rng(0)
    centres = np.eye(8, dtype=np.float32)[:3]
    parts = [centre + rng.normal(0, 0.05, (n, 8)) for centre, n in zip(centres, (5, 20, 7), strict=True)]
    assert largest_cluster(np.concatenate(parts).astype(np.float32)).tolist() == list(range(5, 25))


def test_synthetic_crops_count_only_when_the_identity_is_lost(made_up_faces: Path) -> None:
    faces = faces_of(made_up_faces)
    n = len(faces.crops)
    targets = np.zeros((n, 4), np.float32)
    targets[:, 0] = 1
    source = UnrecognizableCrops(UnrecognizableRecipe(crops=n), faces, targets, LIMITS, seed=0)
    lost = np.zeros((n, 4), np.float32)
    lost[:, 1] = 2
    lost[:5, 0] = 2

    kept, tried = source.embeddings(lambda crops: lost, step=0)
    assert (len(kept), tried) == (n - 5, n)
    assert (kept[:, 0] == 0).all()
    few, _ = source.embeddings(lambda crops: targets, step=0)
    assert len(few) == 8


@pytest.mark.parametrize("source", ["folder", "largest_cluster"])
def test_crops_of_a_folder_are_all_tried(made_up_faces: Path, source: str) -> None:
    recipe = UnrecognizableRecipe(source=source, folder=str(made_up_faces))  # type: ignore[arg-type]
    faces = faces_of(made_up_faces)
    crops = UnrecognizableCrops(recipe, faces, np.empty((0, 4), np.float32), LIMITS, seed=0)
    raw = np.eye(27, 30, dtype=np.float32)
    raw[3:20, :] = raw[3]
    kept, tried = crops.embeddings(lambda given: raw[: len(given)], step=0)
    assert tried == 27
    assert len(kept) == (27 if source == "folder" else 17)


def test_a_folder_without_enough_crops_is_refused(made_up_faces: Path, tmp_path: Path) -> None:
    recipe = UnrecognizableRecipe(source="folder", folder=str(tmp_path))
    with pytest.raises(UsageError, match="fewer than 8"):
        UnrecognizableCrops(recipe, faces_of(made_up_faces), np.empty((0, 4), np.float32), LIMITS, seed=0)


# Validation


def test_the_true_accept_rate_is_that_counted_pair_by_pair() -> None:
    rng = np.random.default_rng(0)
    similarities = rng.normal(0, 1, (30, 30)) + 1.5 * np.eye(30)
    others = sorted(similarities[i, j] for i in range(30) for j in range(30) if i != j)
    allowed = int(0.01 * len(others))
    threshold = others[-allowed - 1]
    counted = sum(similarities[i, i] > threshold for i in range(30)) / 30
    assert true_accept_rate(similarities, 0.01) == pytest.approx(counted)


def test_a_validator_measures_each_size_and_a_perfect_network_is_perfect(made_up_faces: Path) -> None:
    faces = load_faces(DataRecipe(str(made_up_faces), layout="folders"), LIMITS).validation
    validator = Validator(faces, (112, 16), people=0)
    found = validator.measure(lambda crops: np.eye(len(crops), dtype=np.float32))
    assert found.people == 3
    assert found.acceptance == found.rank_one == {112: 1.0, 16: 1.0}
    assert found.score == 1.0


def test_without_two_pictures_of_anybody_nothing_is_measured() -> None:
    faces = FaceSet.of(np.zeros((2, 112, 112, 3), np.uint8), ["a", "b"])
    found = Validator(faces, (16,), people=0).measure(lambda crops: np.ones((len(crops), 2), np.float32))
    assert (found.people, found.acceptance, found.score) == (0, {}, 0.0)
