"""Runs of a detector: they learn, stop, go on to the bit, and end in files that load."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from numpy.typing import NDArray

from core.detection.cards import read_detector_card
from core.detection.retinaface.network import RetinaFaceNet
from core.detection.retinaface.weights import load_retinaface
from core.errors import ModelUnavailable, UsageError
from core.progress import Progress
from core.settings import load_settings
from core.training.checkpoint import read_state
from core.training.detection import background_labels
from core.training.detection.background_labels import BackgroundLabels
from core.training.detection.data import load_sources
from core.training.detection.export import export, main
from core.training.detection.recipe import DetectionRecipe
from core.training.detection.trainer import expect_few_faces
from core.training.events import (
    CheckpointSaved,
    DetectorValidated,
    StepDone,
    TrainingEvent,
    TrainingFinished,
    TrainingStopped,
)
from core.training.recipe_file import plain
from core.training.run import train
from core.training.run_loop import BEST, CHECKPOINT
from core.types import BoundingBox, FaceDetection
from core.types.detectors import RetinaFaceConfig

ROOT = Path(__file__).parents[4]


def run(recipe: DetectionRecipe, out: Path, kept: Path, stop_after: int | None = None) -> list[TrainingEvent]:
    progress, events = Progress(), []
    for event in train(recipe, out, progress, kept):
        events.append(event)
        if isinstance(event, StepDone) and event.step == stop_after:
            progress.cancel()
    return events


@pytest.fixture
def kept(detection_data: Path) -> Path:
    return detection_data / "kept"


def losses(events: list[TrainingEvent]) -> list[tuple[int, float, dict[str, float]]]:
    return [(one.step, one.loss, one.losses) for one in events if isinstance(one, StepDone)]


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(
    short_detection: DetectionRecipe, tmp_path: Path, kept: Path
) -> None:
    whole = run(short_detection, tmp_path / "whole", kept)
    first = run(short_detection, tmp_path / "parts", kept, stop_after=3)
    second = run(short_detection, tmp_path / "parts", kept)

    assert isinstance(first[-2], CheckpointSaved)
    assert first[-1] == TrainingStopped(3)
    assert isinstance(second[-1], TrainingFinished)
    assert losses(first) + losses(second) == losses(whole)
    for name in (CHECKPOINT, BEST):
        left, right = (safetensors.torch.load_file(tmp_path / part / name) for part in ("whole", "parts"))
        assert left.keys() == right.keys()
        assert all(torch.equal(left[key], right[key]) for key in left), name
    assert read_state(tmp_path / "whole" / CHECKPOINT) == read_state(tmp_path / "parts" / CHECKPOINT)


def test_a_run_learns_and_says_what_it_measures(
    short_detection: DetectionRecipe, tmp_path: Path, kept: Path
) -> None:
    recipe = dataclasses.replace(short_detection, steps=24, log_every=8, checkpoint_every=24)
    events = run(recipe, tmp_path / "run", kept)
    curve = losses(events)
    assert curve[-1][1] < curve[0][1]
    assert all(set(parts) == {"class", "box", "landmark"} for _, _, parts in curve)
    measured = [one for one in events if isinstance(one, DetectorValidated)]
    assert [one.step for one in measured] == list(range(2, 25, 2))
    assert set(measured[0].recall) == {"24", "16"}


def test_another_recipe_cannot_go_on_with_a_run(
    short_detection: DetectionRecipe, tmp_path: Path, kept: Path
) -> None:
    run(short_detection, tmp_path / "run", kept, stop_after=1)
    with pytest.raises(UsageError, match="another recipe"):
        run(dataclasses.replace(short_detection, seed=6), tmp_path / "run", kept)


def test_data_that_are_not_there_are_told_in_a_sentence(
    short_detection: DetectionRecipe, tmp_path: Path
) -> None:
    data = dataclasses.replace(short_detection.data, root=str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="are not there"):
        run(dataclasses.replace(short_detection, data=data), tmp_path / "run", tmp_path / "kept")


def test_the_detector_of_a_run_is_written_with_its_card(
    short_detection: DetectionRecipe, tmp_path: Path, kept: Path
) -> None:
    run(short_detection, tmp_path / "run", kept)
    first = export(tmp_path / "run", tmp_path / "models")
    measured = {
        "detectors": [
            {
                "name": "short-v1",
                "backgrounds": {
                    "pictures": 4,
                    "points": [{"threshold": 0.5, "false_positives": 1, "per_megapixel": 0.25}],
                },
                "sizes": [
                    {
                        "side": 16,
                        "pictures": 9,
                        "recall": {"value": 0.5, "numerator": 3, "denominator": 6, "low": 0.2, "high": 0.8},
                        "false_positives_per_picture": 0.1,
                        "average_precision": {"value": 0.4},
                        "landmark_error": {"value": None},
                    }
                ],
            }
        ]
    }
    evaluation = tmp_path / "evaluation.json"
    evaluation.write_text(json.dumps(measured), encoding="utf-8")
    arguments = [str(tmp_path / "run"), "--out", str(tmp_path / "models"), "--evaluation", str(evaluation)]
    assert main(arguments) == 0
    card = read_detector_card("short-v1", tmp_path / "models")
    assert card is not None
    assert card.model_id == first.model_id
    assert card.figures[0].startswith(
        "Mosaics with faces of 16 px, 9 pictures: recall 0.500 [0.200, 0.800] (3/6)"
    )
    assert len(card.figures) == 2
    best = safetensors.torch.load_file(tmp_path / "run" / BEST)
    loaded = load_retinaface(card, tmp_path / "models")[0].state_dict()
    assert all(torch.equal(loaded[name], best[name]) for name in best)


def test_what_is_no_run_is_not_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ModelUnavailable, match="holds no finished run"):
        export(tmp_path, tmp_path / "models")
    assert main([str(tmp_path), "--out", str(tmp_path / "models")]) == 1
    assert "holds no finished run" in capsys.readouterr().err


def test_the_teacher_is_asked_once_about_each_background(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def look(pixels: object, *_: object) -> tuple[FaceDetection, ...]:
        asked.append(pixels)
        return (FaceDetection(BoundingBox(10, 20, 8, 12), None, 0.5, "teacher"),)

    monkeypatch.setattr(background_labels, "load_detector", lambda *_: None)
    monkeypatch.setattr(background_labels, "detect_faces", look)
    settings = load_settings().detection
    pixels = np.zeros((40, 40, 3), np.uint8)
    labels = BackgroundLabels(tmp_path, settings, Progress())
    assert labels("one", pixels).tolist() == [[8, 17, 20, 35]]
    labels.keep()
    again = BackgroundLabels(tmp_path, settings, Progress())
    assert again("renamed", pixels).tolist() == [[8, 17, 20, 35]]
    assert len(asked) == 1
    (tmp_path / "backgrounds.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="are damaged"):
        BackgroundLabels(tmp_path, settings, Progress())


def test_a_background_that_is_known_to_be_empty_teaches_what_is_no_face(
    short_detection: DetectionRecipe, tmp_path: Path
) -> None:
    def suspicious(name: str, pixels: object) -> NDArray[np.float32]:
        return np.array([[1, 2, 30, 40]], np.float32)

    limits = load_settings().imaging
    train, validation = load_sources(short_detection.data, suspicious, limits)
    assert all(len(one.uncertain) for one in (*train.backgrounds, *validation.backgrounds))
    names = tmp_path / "names.txt"
    names.write_text(f"# shown\n{train.backgrounds[0].name} another", encoding="utf-8")
    data = dataclasses.replace(short_detection.data, backgrounds_with_people=str(names))
    train, _ = load_sources(data, suspicious, limits)
    assert [len(one.uncertain) for one in train.backgrounds] == [1] + [0] * (len(train.backgrounds) - 1)
    data = dataclasses.replace(data, backgrounds_with_people=str(tmp_path / "nowhere.txt"))
    with pytest.raises(UsageError, match="cannot be read"):
        load_sources(data, suspicious, limits)


def test_a_network_begins_with_the_belief_that_faces_are_rare() -> None:
    network = RetinaFaceNet(RetinaFaceConfig(channels=16, steps=(8, 16), min_sizes=((12, 20), (32,))))
    expect_few_faces(network)
    for head in network.ClassHead:
        torch.nn.init.zeros_(head.conv1x1.weight)
    belief = network.eval()(torch.zeros(1, 3, 64, 64)).logits.softmax(-1)[..., 1]
    assert torch.allclose(belief, torch.tensor(0.01), atol=1e-6)


def written(recipe: DetectionRecipe, path: Path) -> Path:
    """Write a recipe as TOML; JSON values are TOML values here."""
    lines, tables = [], []
    for key, value in plain(recipe).items():
        if isinstance(value, dict):
            tables += [f"[{key}]", *(f"{name} = {json.dumps(one)}" for name, one in value.items())]
        else:
            lines.append(f"{key} = {json.dumps(value)}")
    path.write_text("\n".join(lines + tables), encoding="utf-8")
    return path


@pytest.mark.slow
def test_two_processes_share_a_run_and_go_on_with_it(
    short_detection: DetectionRecipe, tmp_path: Path, kept: Path
) -> None:
    recipe = written(short_detection, tmp_path / "recipe.toml")
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    verb = ["-m", "core.cli", "train", str(recipe), "--json", "--kept", str(kept), "--out"]
    curves = []
    for attempt in range(2):
        done = subprocess.run(
            [sys.executable, *launcher, *verb, str(tmp_path / f"run{attempt}")],
            cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        records = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        curves.append([record["loss"] for record in records if record["event"] == "step_done"])
    assert len(curves[0]) == short_detection.steps
    assert curves[0] == curves[1]
    alone = [loss for _, loss, _ in losses(run(short_detection, tmp_path / "alone", kept))]
    # Not to the bit: each process normalises its own half of a batch.
    assert curves[0][0] == pytest.approx(alone[0], rel=0.25)
