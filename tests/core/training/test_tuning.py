"""Tuning: what may move moves, what must stay stays, and a model that has an index head keeps it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import safetensors.torch
import torch

from core.errors import UsageError
from core.progress import Progress
from core.recognition.backbones import build_backbone
from core.recognition.cards import models_directory, read_card
from core.recognition.network import RecognizabilityNetwork
from core.recognition.weights import load_network, read_notes
from core.settings import load_settings
from core.training.batches import NOBODY
from core.training.checkpoint import read_network, trained_architecture
from core.training.dataset import FaceSet
from core.training.events import TrainingEvent, TrainingFinished, TrainingStopped
from core.training.recipe import Recipe, load_recipe
from core.training.recipe_text import recipe_text
from core.training.run_loop import CHECKPOINT
from core.training.sets.manifest import LabelledSet, Part, SetPicture, SetWarning, write_set
from core.training.tuning.export import carried_over, export_tuned
from core.training.tuning.freezing import hold
from core.training.tuning.material import Material, TuningBatches, material_targets, read_material
from core.training.tuning.presets import Method, Preset, tuning_recipe
from core.training.tuning.run import Tuning, tune
from core.training.tuning.run_time import in_words
from core.types import BandEdges

START = "ril-mobilefacenet-v1"


def labelled_set(folder: Path, *, warnings: tuple[SetWarning, ...] = ()) -> LabelledSet:
    """Write a set of eight smooth random faces, two pictures each."""
    rng = np.random.default_rng(5)
    (folder / "crops").mkdir(parents=True)
    pictures: list[SetPicture] = []
    for person in range(8):
        face = rng.integers(0, 256, (9, 9, 3))
        for _ in range(2):
            varied = np.clip(face + rng.integers(-30, 31, face.shape), 0, 255).astype(np.uint8)
            file = f"crops/{len(pictures):06}.png"
            cv2.imwrite(str(folder / file), cv2.resize(varied, (112, 112), interpolation=cv2.INTER_CUBIC))
            pictures.append(
                SetPicture(
                    subject=f"person {person}",
                    file=file,
                    source=file,
                    sha256=file,
                    case_id=None,
                    face_id=None,
                    recognizability=0.5 + 0.01 * len(pictures),
                    band="fair",
                    face_px=12.0 + person,
                    width=112,
                    height=112,
                    compression="PNG",
                    part=Part.CURVES if person < 2 else Part.TRAIN,
                )
            )
    labelled = LabelledSet(
        folder.name, "2026-01-01", "Ada", START, "0" * 64, 3, tuple(pictures), (), warnings
    )
    write_set(labelled, folder)
    return labelled


@pytest.fixture
def tuning(tmp_path: Path) -> Tuning:
    """Two steps of eight pictures from the model that comes with the application."""
    folder = tmp_path / "camera"
    labelled = labelled_set(folder)
    recipe = tuning_recipe("mine", START, labelled, folder, Preset.QUICK, Method.HEADS, steps=2, threads=1)
    kept = np.random.default_rng(1).integers(0, 256, (6, 112, 112, 3), np.uint8)
    return Tuning(
        recipe=dataclasses.replace(recipe, batch_size=8, checkpoint_every=1),
        method=Method.HEADS,
        models=models_directory(),
        labelled=folder,
        kept=kept,
        kept_people=("x", "x", "y", "z", "person 3", "w"),
        limits=load_settings().imaging,
    )


@pytest.fixture(autouse=True)
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not spend the time of these tests on measuring the time of a step."""
    monkeypatch.setattr("core.training.tuning.run.seconds_a_step", lambda *_: 0.5)


def test_a_recipe_of_a_tuning_is_one_that_can_be_written_and_read(tmp_path: Path, tuning: Tuning) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(recipe_text(tuning.recipe), encoding="utf-8")
    assert load_recipe(path) == tuning.recipe
    assert (tuning.recipe.degradation.smallest, tuning.recipe.degradation.largest) == (11.0, 24.0)


@pytest.mark.parametrize("architecture", ["mobilefacenet", "mbf", "iresnet-18"])
def test_what_is_held_asks_for_no_gradient(architecture: str) -> None:
    backbone = build_backbone(architecture, 128).eval()
    everything = sum(one.numel() for one in backbone.parameters())
    heads = hold(backbone, Method.HEADS)
    assert not next(iter(backbone.parameters())).requires_grad
    feature_map = torch.randn(2, backbone.channels, backbone.grid, backbone.grid)
    moving = [one for one in backbone.parameters() if one.requires_grad]
    gradients = torch.autograd.grad(backbone.project(feature_map).square().sum(), moving)
    assert all((gradient != 0).any() for gradient in gradients)
    assert 0 < heads < hold(backbone, Method.LAST_STAGE) < everything
    assert hold(backbone, Method.WHOLE) == everything


def test_a_batch_leaves_pictures_of_the_set_as_poor_as_they_are(tuning: Tuning) -> None:
    material = read_material(tuning.labelled, tuning.kept, tuning.kept_people)
    source = TuningBatches(material, tuning.recipe)
    batch = source.batch(0)
    learnt = batch.indices < material.learnt
    assert (learnt.sum(), (~learnt).sum()) == (2, 6 - 1)
    assert (batch.labels[~learnt] == NOBODY).all()
    assert (batch.labels[learnt] == material.faces.labels[batch.indices[learnt]]).all()
    assert (batch.sizes[learnt] == 0).all()
    assert (batch.sizes[~learnt] >= 11).all()
    again = dict(TuningBatches(material, tuning.recipe).batches(0, 3))
    assert np.array_equal(again[0].crops, batch.crops)
    assert not np.array_equal(again[2].crops, batch.crops)


def test_people_of_the_set_are_not_kept_to(tuning: Tuning) -> None:
    material = read_material(tuning.labelled, tuning.kept, tuning.kept_people)
    assert (material.learnt, len(material.faces.crops)) == (12, 12 + 5)
    assert material.faces.people[:6] == tuple(f"0/person {number}" for number in range(2, 8))
    assert material.faces.labels[:12].max() == 5


def test_a_picture_belongs_where_its_person_lies_on_the_average() -> None:
    rng = np.random.default_rng(0)
    crops = rng.integers(0, 256, (3, 112, 112, 3), np.uint8)
    material = Material(
        FaceSet.of(crops, ["0/a", "0/a", "1/b"]), 2, np.array([0.5, 0.25]), FaceSet.of(crops[:0], [])
    )
    network = load_network(read_card(START))
    alone = Material(FaceSet.of(crops, ["1/a", "1/b", "1/c"]), 0, np.empty(0), FaceSet.of(crops[:0], []))
    first, second, third = material_targets(network.backbone, network.card.preprocessing, alone, Progress())
    found = material_targets(network.backbone, network.card.preprocessing, material, Progress())
    mean = 4 * first + second
    assert np.allclose(found[0], mean / np.linalg.norm(mean), atol=1e-6)
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[2], third)


def test_a_set_that_stops_a_training_does(tmp_path: Path) -> None:
    labelled_set(tmp_path / "bad", warnings=(SetWarning("labels", "They contradict the faces.", True),))
    with pytest.raises(UsageError, match=r"set 'bad': They contradict the faces\."):
        read_material(tmp_path / "bad", np.empty((0, 112, 112, 3), np.uint8), ())


def test_a_deleted_picture_is_named(tuning: Tuning) -> None:
    (tuning.labelled / "crops" / "000007.png").unlink()
    with pytest.raises(UsageError, match=r"crops/000007\.png of the labelled set 'camera' is gone"):
        read_material(tuning.labelled, tuning.kept, tuning.kept_people)


def run(tuning: Tuning, directory: Path, *, stop_at: int | None = None) -> list[TrainingEvent]:
    """Run a tuning, and ask it to stop after some step."""
    progress = Progress()

    def events() -> Iterator[TrainingEvent]:
        for event in tune(tuning, directory, progress):
            yield event
            if getattr(event, "step", None) == stop_at and type(event).__name__ == "StepDone":
                progress.cancel()

    return list(events())


def test_a_model_with_an_index_head_is_tuned_resumed_and_made_into_another_one(
    tuning: Tuning, tmp_path: Path
) -> None:
    stopped = run(tuning, tmp_path / "run", stop_at=1)
    assert stopped[-1] == TrainingStopped(1)
    assert isinstance(run(tuning, tmp_path / "run")[-1], TrainingFinished)
    run(tuning, tmp_path / "straight")
    paths = [tmp_path / name / CHECKPOINT for name in ("run", "straight")]
    resumed, straight = (safetensors.torch.load_file(path) for path in paths)
    assert resumed.keys() == straight.keys()
    assert all(torch.equal(resumed[name], straight[name]) for name in straight)

    parent = load_network(read_card(START))
    card, lineage = export_tuned(tuning, Preset.QUICK, tmp_path / "run", tmp_path / "model", Progress())
    made = load_network(card, tmp_path / "model")
    assert (card.architecture, card.recognizability) == (parent.card.architecture, "RI")
    assert (lineage.parent, lineage.parent_id) == (START, parent.card.model_id)
    assert read_notes(tmp_path / "model" / "mine.safetensors")["parent_id"] == parent.card.model_id
    before, after = parent.backbone.state_dict(), made.backbone.state_dict()
    changed = {name.split(".")[1] for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"head_depthwise", "head_mix", "head_project"}
    assert made.head is not None
    assert parent.head is not None
    raw, feature_map = np.ones(192), np.ones((1024, 7, 7))
    assert made.head.index(raw, feature_map) == parent.head.index(raw, feature_map)
    assert card.bands.low <= card.bands.fair <= card.bands.good
    assert card.bands.derivation.startswith("Carried over from ril-mobilefacenet-v1")
    again, _ = export_tuned(tuning, Preset.QUICK, tmp_path / "run", tmp_path / "again", Progress())
    assert again == card


def test_a_run_from_a_model_with_an_index_head_can_be_read_as_a_network(
    tmp_path: Path, short_recipe: Recipe
) -> None:
    card = read_card(START)
    assert trained_architecture(card) == card.architecture
    assert trained_architecture(read_card("mobilefacenet-ms1m")) == "ril-mobilefacenet"
    network = RecognizabilityNetwork(build_backbone("mobilefacenet", 192), 192)
    state = {f"average.{name}": value for name, value in network.state_dict().items()}
    safetensors.torch.save_file(state, tmp_path / "checkpoint.safetensors")
    found = read_network(tmp_path / "checkpoint.safetensors", card)
    assert all(torch.equal(found.state_dict()[name], one) for name, one in network.state_dict().items())


def test_bands_are_carried_over_by_shares() -> None:
    before = np.linspace(0, 1, 1001)
    found = carried_over(BandEdges(0.2, 0.5, 0.8, "by hand"), before, np.sqrt(before), "parent")
    assert (found.low, found.fair, found.good) == (0.45, 0.71, 0.89)
    beyond = carried_over(BandEdges(0.2, 0.5, 2.0, "by hand"), before, before + 0.1, "parent")
    assert (beyond.low, beyond.fair, beyond.good) == (0.3, 0.6, 2.1)


def test_durations_are_told_as_a_person_would() -> None:
    assert [in_words(seconds) for seconds in (0.2, 45, 600, 9000)] == [
        "about 1 s",
        "about 45 s",
        "about 10 min",
        "about 2.5 h",
    ]
