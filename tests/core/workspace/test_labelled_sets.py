"""Labelled sets of a workspace: from cases, folders and tables, with provenance; poison is stopped."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from core.errors import Cancelled, Conflict, NotFound, UsageError
from core.imaging.degradation import gaussian_blur
from core.progress import Progress
from core.training.sets.manifest import LabelledSet, Part
from core.types import BoundingBox, FaceState
from core.workspace import Workspace
from tests.core.made_people import photograph, write_people


def stops(labelled: LabelledSet) -> set[str]:
    """Return the kinds of warnings that stop a training."""
    return {warning.kind for warning in labelled.warnings if warning.stops}


def entries(workspace: Workspace, action: str) -> list[dict[str, Any]]:
    """Return the particulars of the audit entries of an action."""
    with sqlite3.connect(workspace.directory / "discern.db") as connection:
        query = "SELECT details FROM audit_log WHERE action = ? ORDER BY sequence"
        return [json.loads(details) for (details,) in connection.execute(query, (action,))]


def test_a_folder_becomes_a_set_with_provenance_and_a_split(workspace: Workspace, tmp_path: Path) -> None:
    people = write_people(tmp_path / "people", range(12), 2)
    made = workspace.make_labelled_set("camera", [people])
    assert workspace.labelled_set("camera") == made == workspace.labelled_sets()[0]
    assert (len(made.subjects), stops(made)) == (12, set())
    picture = made.pictures[0]
    original = people / "person 000" / "0.png"
    assert (picture.subject, picture.source) == ("person 000", str(original))
    assert picture.sha256 == hashlib.sha256(original.read_bytes()).hexdigest()
    assert (picture.width, picture.height, picture.compression) == (112, 112, "PNG")
    stored = workspace.directory / "training" / "sets" / "camera"
    assert np.array_equal(cv2.imread(str(stored / picture.file)), cv2.imread(str(original)))
    parts: dict[str, set[Part]] = {}
    for one in made.pictures:
        parts.setdefault(one.subject, set()).add(one.part)
    assert all(len(of_person) == 1 for of_person in parts.values())
    assert sum(of_person == {Part.HOLDOUT} for of_person in parts.values()) == 2
    (entry,) = entries(workspace, "training.set")
    assert (entry["people"], entry["pictures"], entry["held_out"]) == (12, 24, 2)
    with pytest.raises(Conflict, match="'camera' already"):
        workspace.make_labelled_set("camera", [people])
    workspace.remove_labelled_set("camera")
    assert not stored.exists()
    with pytest.raises(NotFound):
        workspace.labelled_set("camera")


def test_a_table_says_how_large_faces_were_and_what_cannot_be_read_is_left_out(
    workspace: Workspace, tmp_path: Path
) -> None:
    write_people(tmp_path / "people", range(10), 2)
    (tmp_path / "people" / "person 001" / "1.png").write_bytes(b"no picture")
    with (tmp_path / "faces.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("subject", "path", "face_px", "group"))
        for person in range(10):
            for number in range(2):
                path = f"people/person {person:03}/{number}.png"
                rows.writerow((f"P{person}", path, 14 if number else "", "north" if person else ""))
    made = workspace.make_labelled_set("table", [tmp_path / "faces.csv"], holdout_share=0)
    assert len(made.pictures) == 19
    assert {picture.face_px for picture in made.pictures} == {None, 14.0}
    assert {picture.group for picture in made.pictures if picture.subject != "P0"} == {"north"}
    assert made.left_out[0].startswith("1.png is not a JPEG")
    assert Part.HOLDOUT not in {picture.part for picture in made.pictures}


def test_a_person_in_two_groups_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "faces.csv"
    table.write_text("subject,path,group\nAda,1.png,north\nAda,2.png,south\n", encoding="utf-8")
    with pytest.raises(UsageError, match="puts Ada into two groups, 'north' and 'south'"):
        workspace.make_labelled_set("table", [table])


def test_confirmed_faces_of_a_case_become_a_set(
    workspace: Workspace, astronaut: Path, analysis_of: Callable[..., Any]
) -> None:
    case_id = workspace.new_case("Till robbery").case_id
    boxes = [BoundingBox(40.0 * number, 10.0, 30.0 + number, 40.0) for number in range(4)]
    _, faces = workspace.keep_analysis(case_id, analysis_of(astronaut, *boxes))
    workspace.set_face_states([faces[0].face_id], FaceState.CONFIRMED, "Ann")
    workspace.set_face_states([faces[1].face_id], FaceState.CONFIRMED, "Bea")
    workspace.set_face_states([faces[2].face_id], FaceState.SUGGESTED, "Ann")
    made = workspace.make_labelled_set("case", case_ids=[case_id])
    assert [(one.subject, one.case_id, one.face_id) for one in made.pictures] == [
        ("Ann", case_id, faces[0].face_id),
        ("Bea", case_id, faces[1].face_id),
    ]
    assert made.pictures[0].source == f"case {case_id}, face {faces[0].face_id}"
    assert made.pictures[0].face_px == 30.0
    assert stops(made) == {"people", "unrecognizable"}
    with pytest.raises(NotFound):
        workspace.make_labelled_set("none", case_ids=[99])


@pytest.mark.parametrize(
    ("name", "share", "message"),
    [
        ("../out", 0.2, "A set's name consists of"),
        ("good", 1.0, "share that is held out"),
        ("good", 0.2, "Name a folder, a CSV file or a case"),
    ],
)
def test_what_makes_no_sense_is_refused(workspace: Workspace, name: str, share: float, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        workspace.make_labelled_set(name, holdout_share=share)


def test_a_set_that_is_cancelled_leaves_nothing(workspace: Workspace, tmp_path: Path) -> None:
    people = write_people(tmp_path / "people", range(2), 2)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        workspace.make_labelled_set("camera", [people], progress=progress)
    assert workspace.labelled_sets() == ()


def test_shuffled_labels_are_stopped(workspace: Workspace, tmp_path: Path) -> None:
    order = np.random.default_rng(1).permutation(36)
    for place, row in enumerate(order.tolist()):
        folder = tmp_path / "people" / f"person {place // 3:03}"
        folder.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / f"{place}.png"), photograph(row // 3, row % 3))
    assert "labels" in stops(workspace.make_labelled_set("shuffled", [tmp_path / "people"]))


def test_pictures_of_one_person_are_stopped(workspace: Workspace, tmp_path: Path) -> None:
    people = write_people(tmp_path / "people", range(1), 12)
    made = workspace.make_labelled_set("one", [people])
    assert made.stopped_by == (
        "All 12 pictures are of one person, person 000: nothing can be learnt about telling people apart.",
    )


def test_copies_of_one_picture_are_stopped_whether_or_not_their_bytes_are_the_same(
    workspace: Workspace, tmp_path: Path
) -> None:
    people = write_people(tmp_path / "people", range(10), 2)
    for number in range(100):
        cv2.imwrite(
            str(people / "person 003" / f"copy {number:03}.jpg"), photograph(3, 0), [1, 80 + number % 20]
        )
        shutil.copy(people / "person 003" / "0.png", people / "person 003" / f"copy {number:03}.png")
    made = workspace.make_labelled_set("copies", [people])
    assert sum("the same picture as" in reason for reason in made.left_out) >= 100
    assert sum("nearly the same as" in reason for reason in made.left_out) >= 15
    assert len([picture for picture in made.pictures if picture.subject == "person 003"]) < 8


def test_copies_of_one_picture_under_many_names_are_stopped(workspace: Workspace, tmp_path: Path) -> None:
    for number in range(200):
        folder = tmp_path / "people" / f"person {number % 20:03}"
        folder.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / f"{number}.jpg"), photograph(3, 0), [1, 85 + number % 15])
    made = workspace.make_labelled_set("copies", [tmp_path / "people"])
    assert {"copies", "labels"} <= stops(made)


def test_a_subject_of_smears_is_left_out(workspace: Workspace, tmp_path: Path) -> None:
    people = write_people(tmp_path / "people", range(11), 2)
    (people / "smears").mkdir()
    for number in range(6):
        small = cv2.resize(photograph(40 + number, 0), (22, 22), interpolation=cv2.INTER_AREA)
        smear = gaussian_blur(np.asarray(small, np.uint8), 5.0)
        large = cv2.resize(smear, (112, 112), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(people / "smears" / f"{number}.png"), large)
    made = workspace.make_labelled_set("smears", [people])
    assert "smears" not in made.subjects
    assert any(reason.startswith("smears: 6 of 6 pictures are below") for reason in made.left_out)
