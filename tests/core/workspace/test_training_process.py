"""A tuning in a process of its own: stopped, held, killed, without room or a picture, and gone on with."""

from __future__ import annotations

import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import Conflict, UsageError, WorkspaceUnusable
from core.progress import Progress
from core.training.events import (
    CheckpointSaved,
    StepDone,
    TrainingContinued,
    TrainingEvent,
    TrainingFinished,
    TrainingPaused,
    TrainingStarted,
    TrainingStopped,
)
from core.training.tuning.control import RunControl
from core.training.tuning.presets import Method
from core.workspace import Workspace
from core.workspace.tuning.child_process import TrainingInterrupted
from core.workspace.tuning.run_controls import TuningState
from core.workspace.tuning.tuning_run import EVENTS, read_events
from tests.core.made_people import write_people
from tests.core.workspace.test_labelled_sets import entries

STEPS = 10
ROOM_FOR_ALL_BUT_CHECKPOINTS = 3 << 20

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are followed as Linux can")


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a step be eight pictures."""
    monkeypatch.setattr("core.training.tuning.presets.BATCH_SIZE", 8)


@pytest.fixture(scope="module")
def labelled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a workspace with a labelled set."""
    directory = tmp_path_factory.mktemp("labelled") / "workspace"
    people = write_people(directory.parent / "people", range(12), 2)
    with Workspace.open(directory) as opened:
        opened.make_labelled_set("camera", [people])
    return directory


@pytest.fixture
def labelled(labelled_once: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of it to work in."""
    shutil.copytree(labelled_once, tmp_path / "workspace")
    with Workspace.open(tmp_path / "workspace") as opened:
        yield opened


def run_directory(workspace: Workspace) -> Path:
    """Return where the run lies."""
    return workspace.directory / "training" / "runs" / "mine"


def tune(workspace: Workspace, progress: Progress | None = None) -> Iterator[TrainingEvent]:
    """Begin the run, or go on with it."""
    return workspace.tune("mine", "camera", method=Method.HEADS, steps=STEPS, progress=progress)


def until(events: Iterator[TrainingEvent], kind: type[TrainingEvent]) -> TrainingEvent:
    """Follow a run until something happens."""
    return next(event for event in events if isinstance(event, kind))


def begin_and_stop(workspace: Workspace) -> int:
    """Begin the run and stop it after its first checkpoint; return the step it goes on from."""
    progress = Progress()
    events = tune(workspace, progress)
    until(events, CheckpointSaved)
    progress.cancel()
    stopped = until(events, TrainingStopped)
    assert isinstance(stopped, TrainingStopped)
    return stopped.step


def goes_on(workspace: Workspace, step: int) -> None:
    """Make sure that the run goes on from a step."""
    events = tune(workspace)
    assert until(events, TrainingStarted).step == step  # type: ignore[union-attr]
    events.close()  # type: ignore[attr-defined]


def test_a_run_that_is_stopped_goes_on_and_cannot_be_done_twice_at_once(labelled: Workspace) -> None:
    progress = Progress()
    events = tune(labelled, progress)
    until(events, StepDone)
    assert labelled.tuning_status("mine").state is TuningState.RUNNING
    with pytest.raises(Conflict, match="Another process works on the run 'mine'"):
        next(tune(labelled))
    progress.cancel()
    stopped = until(events, TrainingStopped)
    assert list(events) == []
    status = labelled.tuning_status("mine")
    assert (status.state, status.step, status.steps) == (TuningState.STOPPED, stopped.step, STEPS)  # type: ignore[union-attr]
    assert entries(labelled, "training.end")[-1]["outcome"] == "stopped"
    with pytest.raises(Conflict, match="Nothing works on the run 'mine' now"):
        labelled.pause_tuning("mine")
    rest = list(tune(labelled))
    (started,) = [event for event in rest if isinstance(event, TrainingStarted)]
    assert started.step == status.step
    assert any(isinstance(event, TrainingFinished) for event in rest)
    assert labelled.tuning_status("mine").state is TuningState.FINISHED
    assert labelled.tuned_model("mine").name == "mine"


def test_a_process_that_does_not_end_in_time_is_killed_and_its_last_checkpoint_counts(
    labelled: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.workspace.tuning.child_process.GRACE_SECONDS", -1.0)
    step = begin_and_stop(labelled)
    saved = [
        one["step"] for one in read_events(run_directory(labelled)) if one["event"] == "checkpoint_saved"
    ]
    assert step == saved[-1]
    assert labelled.tuning_status("mine").state is TuningState.STOPPED
    goes_on(labelled, step)


def test_a_run_whose_process_is_killed_says_so_in_a_sentence_and_goes_on(labelled: Workspace) -> None:
    events = tune(labelled)
    saved = until(events, CheckpointSaved)
    process = RunControl(run_directory(labelled)).process_id
    assert process is not None
    os.kill(process, signal.SIGKILL)
    with pytest.raises(
        TrainingInterrupted, match=r"was killed \(SIGKILL\).* goes on from the checkpoint of step"
    ):
        list(events)
    status = labelled.tuning_status("mine")
    assert status.state is TuningState.INTERRUPTED
    assert status.step >= saved.step  # type: ignore[union-attr]
    assert entries(labelled, "training.end")[-1]["outcome"] == "failed"
    goes_on(labelled, status.step)


def test_a_run_whose_parent_is_killed_ends_by_itself_and_goes_on(labelled: Workspace) -> None:
    command = ["train", "tune", "camera", "--name", "mine", "--method", "heads", "--steps", str(STEPS)]
    parent = subprocess.Popen(
        [sys.executable, "-m", "core.cli", "--json", "--workspace", labelled.directory, *command],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    with parent.stdout:
        next(line for line in parent.stdout if json.loads(line)["event"] == "checkpoint_saved")
        child = RunControl(run_directory(labelled)).process_id
        assert child is not None
        watched = os.pidfd_open(child)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    assert select.select([watched], [], [], 60.0)[0], "the training process outlives who started it"
    os.close(watched)
    status = labelled.tuning_status("mine")
    assert status.state is TuningState.INTERRUPTED
    assert status.step >= 1
    goes_on(labelled, status.step)


def test_a_run_waits_and_goes_on_or_ends_from_anywhere(labelled: Workspace) -> None:
    events = tune(labelled)
    until(events, StepDone)
    labelled.pause_tuning("mine")
    paused = until(events, TrainingPaused)
    status = labelled.tuning_status("mine")
    assert (status.state, status.step) == (TuningState.PAUSED, paused.step)  # type: ignore[union-attr]
    labelled.continue_tuning("mine")
    assert until(events, TrainingContinued) == TrainingContinued(paused.step)  # type: ignore[union-attr]
    labelled.pause_tuning("mine")
    paused = until(events, TrainingPaused)
    labelled.stop_tuning("mine")
    assert list(events) == [TrainingStopped(paused.step)]  # type: ignore[union-attr]
    goes_on(labelled, paused.step)  # type: ignore[union-attr]


def test_without_room_a_run_ends_in_a_sentence_and_its_checkpoint_stays(
    labelled: Workspace, request: pytest.FixtureRequest
) -> None:
    step = begin_and_stop(labelled)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_FOR_ALL_BUT_CHECKPOINTS, hard))
    request.addfinalizer(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard)))
    with pytest.raises(
        WorkspaceUnusable, match=r"cannot be written: File too large; its last checkpoint is kept"
    ):
        list(tune(labelled))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(run_directory(labelled).glob("*.writing"))
    status = labelled.tuning_status("mine")
    assert (status.state, status.step) == (TuningState.FAILED, step)
    assert "File too large" in status.message
    goes_on(labelled, step)


def delete(crop: Path) -> None:
    """Take a picture away."""
    crop.unlink()


def exchange(crop: Path) -> None:
    """Put another picture in its place."""
    shutil.copy(crop.with_name("000001.png"), crop)


@pytest.mark.parametrize(("spoil", "how"), [(delete, "is gone"), (exchange, "is no longer what it was")])
def test_a_picture_that_goes_during_a_run_is_named_and_nothing_is_lost(
    labelled: Workspace, tmp_path: Path, spoil: Callable[[Path], None], how: str
) -> None:
    crop = labelled.directory / "training" / "sets" / "camera" / "crops" / "000003.png"
    shutil.copy(crop, tmp_path / "kept.png")
    events = tune(labelled)
    until(events, CheckpointSaved)
    spoil(crop)
    told = rf"The crop crops/000003\.png of the labelled set 'camera' {how}: put it back and the run goes on"
    with pytest.raises(UsageError, match=told):
        list(events)
    status = labelled.tuning_status("mine")
    assert status.state is TuningState.FAILED
    with pytest.raises(UsageError, match=told):
        list(tune(labelled))
    shutil.copy(tmp_path / "kept.png", crop)
    goes_on(labelled, status.step)


def test_a_record_that_was_cut_short_loses_one_line(labelled: Workspace) -> None:
    step = begin_and_stop(labelled)
    with (run_directory(labelled) / EVENTS).open("ab") as file:
        file.write(b'{"event": "step_do')
    goes_on(labelled, step)
    kinds = [record["event"] for record in read_events(run_directory(labelled))]
    assert kinds.count("training_started") == 2


def test_the_time_of_a_step_is_measured_for_every_preset(labelled: Workspace) -> None:
    found = labelled.estimate_tuning("camera", method=Method.HEADS)
    assert found.seconds_a_step > 0
    assert found.threads >= 1
    assert list(found.seconds.values()) == sorted(found.seconds.values())
    assert labelled.tuning_runs() == ()
