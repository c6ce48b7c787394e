"""Runs: they learn, stop, go on to the bit, and end with a sentence when the numbers explode."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import safetensors.torch
import torch

from core.errors import ModelUnavailable, UsageError
from core.progress import Progress
from core.recognition.network import build_network
from core.training.checkpoint import read_state
from core.training.events import (
    CheckpointSaved,
    StepDone,
    TrainingEvent,
    TrainingFinished,
    TrainingStopped,
    Validated,
)
from core.training.recipe import OptimizerRecipe, Recipe, ValidationRecipe
from core.training.run import train
from core.training.run_loop import BEST, CHECKPOINT, Diverged

ROOT = Path(__file__).parents[3]


def run(recipe: Recipe, out: Path, stop_after: int | None = None) -> list[TrainingEvent]:
    progress, events = Progress(), []
    for event in train(recipe, out, progress, out.parent / "kept"):
        events.append(event)
        if isinstance(event, StepDone) and event.step == stop_after:
            progress.cancel()
    return events


def steps(events: list[TrainingEvent]) -> list[StepDone]:
    return [event for event in events if isinstance(event, StepDone)]


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(short_recipe: Recipe, tmp_path: Path) -> None:
    whole = run(short_recipe, tmp_path / "whole")
    first = run(short_recipe, tmp_path / "parts", stop_after=3)
    second = run(short_recipe, tmp_path / "parts")

    assert isinstance(first[-2], CheckpointSaved)
    assert first[-1] == TrainingStopped(3)
    assert isinstance(second[-1], TrainingFinished)
    curve = [(one.step, one.loss, one.losses) for one in steps(first) + steps(second)]
    assert curve == [(one.step, one.loss, one.losses) for one in steps(whole)]
    for name in (CHECKPOINT, BEST):
        left, right = (safetensors.torch.load_file(tmp_path / run / name) for run in ("whole", "parts"))
        assert left.keys() == right.keys()
        assert all(torch.equal(left[key], right[key]) for key in left), name
    assert read_state(tmp_path / "whole" / CHECKPOINT) == read_state(tmp_path / "parts" / CHECKPOINT)


def test_a_run_reports_every_loss_and_leaves_a_network_that_loads(
    short_recipe: Recipe, tmp_path: Path
) -> None:
    events = run(short_recipe, tmp_path / "run")
    wanted = {
        "direction",
        "similarity",
        "contrast",
        "identity",
        "recognizability",
        "diversion",
        "perceptibility",
    }
    assert all(set(one.losses) == wanted for one in steps(events))
    assert [one.step for one in events if isinstance(one, Validated)] == [0, 2, 4]
    network = build_network("ril-mobilefacenet", 192, safetensors.torch.load_file(tmp_path / "run" / BEST))
    output = network(torch.zeros(1, 3, 112, 112))
    assert output.embedding.shape == output.attended.shape == (1, 192)
    assert output.attention.shape == (1, 7, 7)
    assert output.recognizability.shape == (1,)


def test_numbers_that_explode_stop_the_run_and_leave_the_last_good_checkpoint(
    short_recipe: Recipe, tmp_path: Path
) -> None:
    wild = dataclasses.replace(
        short_recipe,
        steps=40,
        checkpoint_every=1,
        optimizer=OptimizerRecipe(kind="sgd", learning_rate=1e8, clip=1e8, warmup=0),
    )
    with pytest.raises(Diverged, match=r"diverged at step \d+ .*checkpoint"):
        run(wild, tmp_path / "wild")
    tensors = safetensors.torch.load_file(tmp_path / "wild" / CHECKPOINT)
    assert all(tensor.isfinite().all() for tensor in tensors.values())


def test_a_run_stops_early_when_no_measurement_is_better(short_recipe: Recipe, tmp_path: Path) -> None:
    patient = dataclasses.replace(
        short_recipe,
        steps=30,
        optimizer=OptimizerRecipe(learning_rate=1e-12),
        validation=ValidationRecipe(every=1, sizes=(112,), patience=2),
    )
    events = run(patient, tmp_path / "run")
    assert isinstance(events[-1], TrainingFinished)
    assert (events[-1].step, events[-1].best_step) == (2, 0)


def test_another_recipe_cannot_go_on_with_a_run(short_recipe: Recipe, tmp_path: Path) -> None:
    run(short_recipe, tmp_path / "run", stop_after=1)
    with pytest.raises(UsageError, match="another recipe"):
        run(dataclasses.replace(short_recipe, seed=12), tmp_path / "run")


@pytest.mark.parametrize("damage", ["truncated", "other"])
def test_a_damaged_checkpoint_is_refused(short_recipe: Recipe, tmp_path: Path, damage: str) -> None:
    (tmp_path / "run").mkdir()
    path = tmp_path / "run" / CHECKPOINT
    if damage == "truncated":
        run(short_recipe, tmp_path / "run", stop_after=1)
        path.write_bytes(path.read_bytes()[:-1000])
    else:
        safetensors.torch.save_file({"a": torch.zeros(1)}, path)
    with pytest.raises(ModelUnavailable, match="damaged or belongs to another network"):
        run(short_recipe, tmp_path / "run")


def written(recipe: Recipe, path: Path) -> Path:
    lines, tables = [], []
    for key, value in dataclasses.asdict(recipe).items():
        if isinstance(value, dict):
            tables += [f"[{key}]", *(f"{name} = {json.dumps(one)}" for name, one in value.items())]
        else:
            lines.append(f"{key} = {json.dumps(value)}")
    path.write_text("\n".join(lines + tables), encoding="utf-8")
    return path


def curve(output: str) -> list[float]:
    records = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return [record["loss"] for record in records if record["event"] == "step_done"]


@pytest.mark.slow
def test_two_processes_give_the_loss_curve_of_one(even_recipe: Recipe, tmp_path: Path) -> None:
    recipe = written(even_recipe, tmp_path / "recipe.toml")
    verb = ["-m", "core.cli", "train", str(recipe), "--json", "--kept", str(tmp_path / "kept"), "--out"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    outputs = []
    for launcher in ([], ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]):
        out = str(tmp_path / f"out{len(launcher)}")
        command = [sys.executable, *launcher, *verb, out]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, done.stderr
        outputs.append(curve(done.stdout))
    assert len(outputs[0]) == even_recipe.steps
    assert outputs[1] == pytest.approx(outputs[0], rel=1e-3)


@pytest.mark.parametrize("how", ["SIGTERM", "closed stdin"])
def test_the_command_stops_with_a_checkpoint_when_it_is_asked_to(
    short_recipe: Recipe, tmp_path: Path, how: str
) -> None:
    endless = dataclasses.replace(short_recipe, steps=100_000)
    recipe = written(endless, tmp_path / "recipe.toml")
    command = [sys.executable, "-m", "core.cli", "train", str(recipe), "--json", "--until-stdin-closes"]
    process = subprocess.Popen(
        [*command, "--out", str(tmp_path / "out")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "step_done":
            break
    if how == "SIGTERM":
        process.send_signal(signal.SIGTERM)
    else:
        process.stdin.close()
        process.stdin = None
    rest, _ = process.communicate(timeout=120)
    assert process.returncode == 3
    assert json.loads(rest.splitlines()[-1])["event"] == "training_stopped"
    assert read_state(tmp_path / "out" / CHECKPOINT).step > 0
