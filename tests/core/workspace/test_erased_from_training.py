"""A person is erased from labelled sets and runs; what learnt from them stays, and says so."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import Conflict
from core.imaging.still import encode_png
from core.recognition.cards import read_card, write_card
from core.training.events import StageReported, to_record
from core.training.run_files import CHECKPOINT
from core.training.sets.manifest import Part, read_crops
from core.training.tuning.control import RunControl
from core.training.tuning.presets import Method, Preset
from core.types import Subject
from core.workspace import EnrolmentItem, Workspace
from core.workspace.tuning.tuning_run import EVENTS, GATE, MODEL, TuningRun, write_run
from tests.core.made_people import write_people

LEARNT = "Learnt from a person who was erased since (erased subject {}); its weights were not unlearned."


@pytest.fixture(scope="module")
def trained_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a workspace with one person in the gallery and in a set, and two runs that learnt."""
    directory = tmp_path_factory.mktemp("trained") / "workspace"
    people = write_people(directory.parent / "people", range(12), 2)
    (people / "person 003").rename(people / "Zacharias Oxenfree")
    with Workspace.open(directory) as opened:
        opened.make_labelled_set("camera", [people], holdout_share=0, seed=1)
        picture = people / "Zacharias Oxenfree" / "0.png"
        assert len(list(opened.enroll((EnrolmentItem("Zacharias Oxenfree", picture),)))) == 1
        keep_run(opened, "mine", opened.active_model().name)
        keep_run(opened, "next", "mine")
    return directory


def keep_run(workspace: Workspace, name: str, parent: str) -> None:
    """Write a run with a model and a checkpoint, as a tuning would, without the time it takes."""
    directory = workspace.directory / "training" / "runs" / name
    (directory / MODEL).mkdir(parents=True)
    labelled = "camera" if name == "mine" else "other"
    run = TuningRun(name, labelled, parent, "0" * 64, Preset.QUICK, Method.HEADS, "", 9, "2026-01-01", "Ada")
    write_run(run, directory)
    (directory / CHECKPOINT).write_bytes(b"mean embeddings")
    told = to_record(StageReported("It shows Zacharias Oxenfree."))
    (directory / EVENTS).write_text(json.dumps(told) + "\n", encoding="utf-8")
    verdict = {"verdict": "promote", "left_out": ["Zacharias Oxenfree was tuned on and is not judged."]}
    (directory / GATE).write_text(json.dumps(verdict), encoding="utf-8")
    card = dataclasses.replace(read_card("ril-mobilefacenet-v1"), name=name)
    write_card(card, directory / MODEL)


@pytest.fixture
def trained(trained_once: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of it to work in."""
    shutil.copytree(trained_once, tmp_path / "workspace")
    with Workspace.open(tmp_path / "workspace") as opened:
        yield opened


@pytest.fixture
def person(trained: Workspace) -> Subject:
    """Who is to be erased."""
    return trained.subjects(text="oxenfree")[0]


def test_pictures_leave_the_set_and_no_byte_of_them_is_left(trained: Workspace, person: Subject) -> None:
    before = trained.labelled_set("camera")
    own = [one for one in before.pictures if one.subject == person.name]
    crops = [encode_png(crop) for crop in read_crops(trained.directory / "training/sets/camera", own)]
    certificate = trained.erase_subject(person.subject_id, "Request 113")
    after = trained.labelled_set("camera")
    assert set(before.subjects) - set(after.subjects) == {person.name}
    assert after.erased == (f"erased subject {person.subject_id}",)
    assert len(after.of(Part.TRAIN)) < len(before.of(Part.TRAIN))
    files = [path for path in trained.directory.rglob("*") if path.is_file()]
    left = b"".join(path.read_bytes() for path in files)
    assert person.name.encode() not in left
    assert not any(crop in left for crop in crops)
    assert certificate.verified, [place for place in certificate.places if place.bad]
    assert (certificate.sets, certificate.set_pictures) == (("camera",), 2)
    text = Path(certificate.files[1]).read_text(encoding="utf-8")
    assert "2 pictures of the labelled sets camera" in text


def test_models_that_learnt_say_so_in_card_and_certificate_and_are_not_called_unlearned(
    trained: Workspace, person: Subject
) -> None:
    learnt = trained.directory / "training" / "runs" / "mine"
    certificate = trained.erase_subject(person.subject_id, "Request 113")
    assert certificate.learnt == ("mine", "next")
    assert not (learnt / CHECKPOINT).exists()
    assert (learnt.with_name("next") / CHECKPOINT).exists()
    assert trained.tuned_model("mine").limitations[0] == LEARNT.format(person.subject_id)
    assert trained.tuned_model("next").limitations[0].startswith("Was tuned from a model that learnt from")
    text = Path(certificate.files[1]).read_text(encoding="utf-8")
    assert "the model mine: it was not unlearned, and its card says so" in text


def test_what_was_told_of_a_run_bears_the_pseudonym(trained: Workspace, person: Subject) -> None:
    trained.erase_subject(person.subject_id, "Request 113")
    instead = f"erased subject {person.subject_id}"
    record = trained.gate_record("mine")
    assert record is not None
    assert record["left_out"] == [f"{instead} was tuned on and is not judged."]
    told = (trained.directory / "training" / "runs" / "mine" / EVENTS).read_text(encoding="utf-8")
    assert json.loads(told)["message"] == f"It shows {instead}."


def test_a_person_that_a_run_learns_from_now_is_not_erased_under_it(
    trained: Workspace, person: Subject
) -> None:
    control = RunControl(trained.directory / "training" / "runs" / "mine")
    with control.held(), pytest.raises(Conflict, match="The run 'mine' learns from this person now: stop it"):
        trained.erase_subject(person.subject_id, "Request 113")
    assert person.name in trained.labelled_set("camera").subjects
    assert trained.subjects(text="oxenfree")


def test_a_set_that_has_too_few_people_left_stops_a_training(trained: Workspace, person: Subject) -> None:
    people = write_people(trained.directory.parent / "ten", range(9), 2)
    shutil.copytree(trained.directory.parent / "ten" / "person 000", people / person.name, dirs_exist_ok=True)
    shutil.rmtree(people / "person 000")
    write_people(people, range(20, 21), 2)
    assert trained.make_labelled_set("ten", [people]).stopped_by == ()
    trained.erase_subject(person.subject_id, "Request 113")
    assert trained.labelled_set("ten").stopped_by == ("There are 9 people, and 10 are needed at least.",)
