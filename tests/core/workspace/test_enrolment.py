"""Enrolment: who comes into a gallery, who does not, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import Cancelled, UsageError
from core.progress import Progress, Step
from core.types import EnrolmentStatus
from core.workspace import EnrolmentItem, Workspace


def test_a_folder_a_subject_is_a_plan(tmp_path: Path, workspace: Workspace, astronaut: Path) -> None:
    for name in ("Ö Person", "Анна"):
        (tmp_path / "people" / name).mkdir(parents=True)
        (tmp_path / "people" / name / "1.png").write_bytes(astronaut.read_bytes())
    (tmp_path / "people" / "empty").mkdir()
    plan = workspace.plan_enrolment(tmp_path / "people")
    assert [item.subject for item in plan] == sorted(["Ö Person", "Анна"])


def test_a_list_may_name_boxes_and_its_paths_are_relative_to_it(tmp_path: Path, workspace: Workspace) -> None:
    listing = tmp_path / "people.csv"
    listing.write_text("\ufeffsubject,path,x,y,width,height\nB,b.png,1,2,3,4\nA,sub/a.png,,,,\n", "utf-8")
    plan = workspace.plan_enrolment(listing)
    assert [(item.subject, item.path, item.box is None) for item in plan] == [
        ("A", tmp_path / "sub" / "a.png", True),
        ("B", tmp_path / "b.png", False),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name,file\nA,a.png\n",
        "subject,path\n",
        "subject,path\n,a.png\n",
        "subject,path,x,y,width,height\nA,a.png,1,2,-3,4\n",
        "subject,path,x,y,width,height\nA,a.png,1,2,,4\n",
    ],
    ids=["empty", "wrong columns", "no rows", "no subject", "negative width", "half a box"],
)
def test_a_list_that_makes_no_sense_is_refused_with_a_sentence(
    tmp_path: Path, workspace: Workspace, text: str
) -> None:
    listing = tmp_path / "people.csv"
    listing.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="list"):
        workspace.plan_enrolment(listing)


def test_a_bad_picture_is_refused_and_the_rest_is_enrolled(
    tmp_path: Path, workspace: Workspace, astronaut: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    items = [EnrolmentItem("A", broken), EnrolmentItem("A", astronaut), EnrolmentItem("B", broken)]
    results = list(workspace.enroll(items))
    assert [result.status.value for result in results] == ["refused", "enrolled", "refused"]
    assert all(result.reason for result in results if result.status is EnrolmentStatus.REFUSED)
    assert [subject.name for subject in workspace.subjects()] == ["A"]


def test_the_same_picture_is_enrolled_once(workspace: Workspace, astronaut: Path) -> None:
    item = EnrolmentItem("A", astronaut)
    first = list(workspace.enroll([item, item]))
    again = list(workspace.enroll([item]))
    assert [result.status.value for result in first] == ["enrolled", "already_enrolled"]
    assert [result.status.value for result in again] == ["already_enrolled"]
    assert again[0].sample_id == first[0].sample_id
    assert workspace.gallery_stats().samples == 1


def test_a_face_below_the_gate_is_refused_unless_a_reason_is_given(
    workspace: Workspace, astronaut: Path
) -> None:
    item = EnrolmentItem("A", astronaut)
    refused = list(workspace.enroll([item], min_recognizability=1.5))
    assert refused[0].status is EnrolmentStatus.REFUSED
    assert "gate" in refused[0].reason
    assert not workspace.subjects()
    enrolled = list(
        workspace.enroll([item], min_recognizability=1.5, override_reason="only picture there is")
    )
    assert enrolled[0].status is EnrolmentStatus.ENROLLED
    assert enrolled[0].overridden
    (sample,) = workspace.samples()
    assert sample.overridden
    logged = workspace.audit_entries()[-1]
    assert logged.action == "subject.enroll"
    assert logged.reason == "only picture there is"


def test_a_dry_run_says_what_would_happen_and_changes_nothing(workspace: Workspace, astronaut: Path) -> None:
    before = workspace.audit_head()
    results = list(workspace.enroll([EnrolmentItem("A", astronaut)], dry_run=True))
    assert results[0].status is EnrolmentStatus.ENROLLED
    assert results[0].sample_id is None
    assert not workspace.subjects()
    assert workspace.audit_head() == before


def test_cancelling_keeps_the_subjects_that_were_reported_and_no_other(
    workspace: Workspace, strangers: tuple[EnrolmentItem, ...]
) -> None:
    progress = Progress()

    def stop_after_three(step: Step) -> None:
        if step.done == 3:
            progress.cancel()

    progress.on_step = stop_after_three
    reported: list[str] = []
    enrolments = workspace.enroll(strangers, progress=progress)
    with pytest.raises(Cancelled):
        reported.extend(result.subject for result in enrolments)
    assert [subject.name for subject in workspace.subjects()] == reported
    assert 3 <= len(reported) < 10
    assert workspace.verify() == ()


def test_removing_a_subject_needs_a_reason_and_leaves_nothing_of_it(populated: Workspace) -> None:
    (subject,) = populated.subjects(text="eileen")
    (sample,) = populated.samples(subject_id=subject.subject_id)
    face = populated.analyze(populated.read_still(Path(sample.source))).faces[0]
    assert face.embedding is not None
    traces = (face.embedding.astype("<f4").tobytes(), populated.sample_crop(sample.sample_id))
    populated.search(populated.read_still(Path(sample.source)), face)
    with pytest.raises(UsageError):
        populated.remove_subject(subject.subject_id, " ")
    populated.remove_subject(subject.subject_id, "withdrawn")
    assert not populated.subjects(text="eileen")
    assert not populated.samples(subject_id=subject.subject_id)
    assert populated.audit_entries()[-1].reason == "withdrawn"
    held = [path.read_bytes() for path in (populated.directory / "index").iterdir()]
    assert not any(trace in content for trace in traces for content in held)
    assert populated.verify() == ()


def test_a_chosen_face_is_enrolled_where_it_is_not_the_main_one(
    workspace: Workspace, astronaut: Path
) -> None:
    image = workspace.read_still(astronaut)
    found = workspace.analyze(image).faces[0]
    drawn = workspace.manual_face(image, found.detection.box, found.detection.landmarks)
    (face,) = workspace.analyze(image, (drawn,), detect=False).faces
    refused = workspace.enroll_face(image, face, "By hand", min_recognizability=2.0)
    assert refused.status is EnrolmentStatus.REFUSED
    enrolled = workspace.enroll_face(image, face, "By hand")
    assert enrolled.status is EnrolmentStatus.ENROLLED
    assert workspace.enroll_face(image, face, "By hand").status is EnrolmentStatus.ALREADY
    (sample,) = workspace.samples()
    assert sample.sample_id == enrolled.sample_id
    assert sample.source == str(astronaut)
