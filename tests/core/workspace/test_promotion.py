"""From a labelled set to a model that serves, and back to the bit; nothing passes the gate unnoticed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import Conflict, ModelMismatch, NotFound, UsageError
from core.progress import Progress
from core.training.events import StepDone, TrainingEvent, TrainingFinished, TrainingStopped
from core.training.gate.judge import GateVerdict
from core.training.tuning.presets import Method
from core.types import Search
from core.workspace import Workspace
from core.workspace.tuning.child import record_event
from core.workspace.tuning.tuning_run import GATE
from core.workspace.tuning.tuning_task import TuningTask, run_task
from tests.core.made_people import write_people
from tests.core.workspace.test_labelled_sets import entries


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a step of a tuning be eight pictures, in this process, and do not measure how long it takes."""
    tune_here(monkeypatch)


def tune_here(patch: pytest.MonkeyPatch) -> None:
    """Tune without a process of its own, which takes seconds to start; another test file has such ones."""
    patch.setattr("core.training.tuning.presets.BATCH_SIZE", 8)
    patch.setattr("core.training.tuning.run.seconds_a_step", lambda *_: 0.5)
    patch.setattr("core.workspace.tuning.tuning.run_apart", run_recorded)


def run_recorded(task: TuningTask, progress: Progress) -> Iterator[TrainingEvent]:
    """Do what the process does."""
    for event in run_task(task, progress):
        record_event(task.run, event)
        yield event


@pytest.fixture(scope="module")
def tuned_once(tmp_path_factory: pytest.TempPathFactory, enrolled_once: Path) -> Path:
    """The directory of a workspace with a gallery, a labelled set and a finished run."""
    directory = tmp_path_factory.mktemp("tuned") / "workspace"
    shutil.copytree(enrolled_once, directory)
    people = write_people(directory.parent / "people", range(12), 2)
    with pytest.MonkeyPatch.context() as patch, Workspace.open(directory) as opened:
        tune_here(patch)
        opened.make_labelled_set("camera", [people])
        events = list(opened.tune("mine", "camera", method=Method.HEADS, steps=2))
        assert any(isinstance(event, TrainingFinished) for event in events)
    return directory


@pytest.fixture
def tuned(tuned_once: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of it to work in."""
    shutil.copytree(tuned_once, tmp_path / "tuned")
    with Workspace.open(tmp_path / "tuned") as opened:
        yield opened


def set_verdict(workspace: Workspace, verdict: str, *reasons: str) -> None:
    """Write a verdict as if the gate had come to it."""
    card = workspace.tuned_model("mine")
    record = {
        "verdict": verdict,
        "reasons": list(reasons),
        "model_id": card.model_id,
        "parent": workspace.tuning_run("mine").parent,
        "changes": [],
        "orders": [],
        "left_out": [],
    }
    path = workspace.directory / "training" / "runs" / "mine" / GATE
    path.write_text(json.dumps(record), encoding="utf-8")


def ranking(workspace: Workspace, picture: Path) -> Search:
    """Search for a picture."""
    image = workspace.read_still(picture)
    return workspace.search(image, workspace.analyze(image).faces[0], top=11)


def test_a_tuning_is_logged_and_reported(tuned: Workspace) -> None:
    (begun,), (ended,) = entries(tuned, "training.start"), entries(tuned, "training.end")
    assert (begun["run"], begun["set"], begun["resumed"]) == ("mine", "camera", False)
    assert ended["outcome"] == "finished"
    assert ended["model_id"] == tuned.tuned_model("mine").model_id
    record, document = tuned.run_report("mine")
    told = json.loads(record.read_text(encoding="utf-8"))
    assert told["set"]["parts"]["all"]["people"] == 12
    assert [event["step"] for event in told["events"] if event["event"] == "step_done"] == [1, 2]
    text = document.read_text(encoding="utf-8")
    assert "The gate has not judged this run." in text
    assert "<polyline" in text
    assert "<script" not in text


def test_a_small_hold_out_is_not_enough_to_judge_and_nothing_is_promoted(tuned: Workspace) -> None:
    with pytest.raises(Conflict, match="has not judged mine yet"):
        list(tuned.promote("mine"))
    result = tuned.judge_run("mine")
    assert result.verdict in (GateVerdict.NOT_ENOUGH_DATA, GateVerdict.REFUSE)
    (entry,) = entries(tuned, "gate.verdict")
    assert (entry["verdict"], entry["reasons"]) == (result.verdict.value, list(result.reasons))
    assert tuned.gate_record("mine")["reasons"] == list(result.reasons)  # type: ignore[index]
    with pytest.raises(Conflict, match="The gate has not let mine through"):
        list(tuned.promote("mine"))
    assert "not let" not in tuned.run_report("mine")[1].read_text(encoding="utf-8")
    assert "mine" not in {card.name for card in tuned.models()}


def test_a_promoted_model_serves_and_its_parent_comes_back_to_the_bit(
    tuned: Workspace, astronaut: Path
) -> None:
    parent = tuned.active_model()
    before = ranking(tuned, astronaut)
    set_verdict(tuned, "promote", "None of 9 rates is worse.")
    steps = list(tuned.promote("mine"))
    assert steps[-1].complete
    card = tuned.active_model()
    assert (card.name, card.model_id) == ("mine", tuned.tuned_model("mine").model_id)
    assert card.figures == (
        f"Verdict of the gate against {parent.name}: promote.",
        "None of 9 rates is worse.",
    )
    during = ranking(tuned, astronaut)
    assert during.result.model_id == card.model_id
    kept = {one.search_id: one.result.model_id for one in tuned.searches()}
    assert kept[before.search_id] == parent.model_id
    with pytest.raises(ModelMismatch):
        tuned.search_again(before.search_id)
    assert list(tuned.promote("mine"))[-1].complete  # saying it twice changes nothing
    assert len(entries(tuned, "model.promote")) == 1

    with pytest.raises(UsageError, match="Say why"):
        list(tuned.rollback(" "))
    assert list(tuned.rollback("it was too soon"))[-1].complete
    after = ranking(tuned, astronaut)
    assert after.result.model_id == parent.model_id
    told = [
        [(one.rank, one.subject_id, one.similarity.hex()) for one in search.result.candidates]
        for search in (before, after)
    ]
    assert told[0] == told[1]
    (entry,) = entries(tuned, "model.rollback")
    assert (entry["model"], entry["parent"]) == ("mine", parent.name)
    (logged,) = [one for one in tuned.audit_entries() if one.action == "model.rollback"]
    assert logged.reason == "it was too soon"
    with pytest.raises(Conflict, match="was not tuned in a workspace"):
        list(tuned.rollback("again"))


def test_an_override_is_in_the_log_and_in_the_card(tuned: Workspace) -> None:
    set_verdict(tuned, "refuse", "Rank 1 is worse.")
    with pytest.raises(Conflict, match="Rank 1 is worse"):
        list(tuned.promote("mine", "  "))
    list(tuned.promote("mine", "a demonstration"))
    (entry,) = entries(tuned, "model.promote")
    assert (entry["verdict"], entry["override"]) == ("refuse", "a demonstration")
    against = tuned.active_model().limitations[0]
    assert against.startswith("Promoted against the verdict of the gate (refuse) by ")
    assert against.endswith("a demonstration")


def test_weights_that_the_gate_did_not_judge_are_not_installed(tuned: Workspace) -> None:
    set_verdict(tuned, "promote")
    weights = tuned.directory / "training" / "runs" / "mine" / "model" / "mine.safetensors"
    weights.write_bytes(weights.read_bytes() + b" ")
    with pytest.raises(Conflict, match="no longer those that the gate judged"):
        list(tuned.promote("mine"))


def test_a_stopped_run_goes_on_and_other_options_are_a_conflict(
    tuned: Workspace,
) -> None:
    progress = Progress()
    told = []
    for event in tuned.tune("other", "camera", method=Method.HEADS, steps=2, progress=progress):
        told.append(event)
        if isinstance(event, StepDone):
            progress.cancel()
    assert told[-1] == TrainingStopped(1)
    assert entries(tuned, "training.end")[-1]["outcome"] == "stopped"
    with pytest.raises(NotFound, match="has made no model yet"):
        tuned.tuned_model("other")
    with pytest.raises(Conflict, match="begun with other options"):
        list(tuned.tune("other", "camera", method=Method.WHOLE, steps=2))
    list(tuned.tune("other", "camera", method=Method.HEADS, steps=2))
    assert entries(tuned, "training.start")[-1]["resumed"] is True
    assert tuned.tuned_model("other").name == "other"


@pytest.mark.parametrize(
    ("name", "labelled", "kind"),
    [
        ("../out", "camera", UsageError),
        ("new", "no such set", NotFound),
        ("ril-mobilefacenet-v1", "camera", Conflict),
    ],
)
def test_what_cannot_be_tuned_is_refused(
    tuned: Workspace, name: str, labelled: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        list(tuned.tune(name, labelled))
    assert [run.name for run in tuned.tuning_runs()] == ["mine"]
