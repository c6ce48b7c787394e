"""A person is erased: nothing of them is left where it should not be, and the certificate can be believed."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from core.errors import Conflict, NotFound, UsageError
from core.types import Subject
from core.workspace import EnrolmentItem, Workspace


@pytest.fixture
def person(populated: Workspace) -> Subject:
    """A subject who is on candidate lists, was renamed, and got a sample of somebody else."""
    subject = populated.subjects(text="stranger 1")[0]
    (sample,) = populated.samples(subject_id=subject.subject_id)
    image = populated.read_still(Path(sample.source))
    drawn = populated.manual_face(image, sample.box)
    (face,) = populated.analyze(image, (drawn,), detect=False).faces
    populated.search(image, face)
    other = populated.subjects(text="stranger 2")[0]
    populated.merge_subjects(subject.subject_id, [other.subject_id])
    populated.rename_subject(subject.subject_id, "Zacharias Oxenfree")
    populated.search(image, face)
    return populated.subjects(text="oxenfree")[0]


def held(workspace: Workspace, subject: Subject) -> list[bytes]:
    """Return the crops, embeddings and templates of a subject."""
    with sqlite3.connect(workspace.directory / "discern.db") as connection:
        queries = (
            "SELECT png FROM crops JOIN samples ON id = sample_id WHERE subject_id = ?",
            "SELECT vector FROM embeddings JOIN samples ON id = sample_id WHERE subject_id = ?",
            "SELECT vector FROM templates WHERE subject_id = ?",
        )
        return [row[0] for query in queries for row in connection.execute(query, (subject.subject_id,))]


def everything(workspace: Workspace) -> bytes:
    """Return the bytes of all files of a workspace."""
    return b"".join(path.read_bytes() for path in workspace.directory.rglob("*") if path.is_file())


def test_no_byte_of_the_person_is_left_and_the_certificate_says_so(
    populated: Workspace, person: Subject
) -> None:
    traces = held(populated, person)
    assert len(traces) == 5
    assert all(trace[100:200] in everything(populated) for trace in traces)
    certificate = populated.erase_subject(person.subject_id, "Request 113")
    left = everything(populated)
    # The probe was cut from the person's own picture, and is evidence; the second sample was not.
    evidence = [trace for trace in traces if trace[100:200] in left]
    assert len(evidence) <= 2
    for name in ("Zacharias Oxenfree", "stranger 2"):
        assert name.encode() not in left
    assert certificate.verified, [place for place in certificate.places if place.bad]
    assert (certificate.samples, certificate.crops, certificate.embeddings) == (2, 2, 2)
    assert not populated.subjects(text="oxenfree")
    assert populated.verify() == ()


def test_candidate_lists_keep_rank_and_similarity_under_a_pseudonym(
    populated: Workspace, person: Subject
) -> None:
    before = [one for search in populated.searches() for one in search.result.candidates]
    populated.erase_subject(person.subject_id, "Request 113")
    after = [one for search in populated.searches() for one in search.result.candidates]
    assert [(one.rank, one.similarity, one.subject_id) for one in after] == [
        (one.rank, one.similarity, one.subject_id) for one in before
    ]
    assert not {"Zacharias Oxenfree", "stranger 1", "stranger 2"} & {one.subject for one in after}
    erased = [one for one in after if one.subject == f"erased subject {person.subject_id}"]
    # Both subjects on the first list, the merged one on the second.
    assert len(erased) == 3
    assert {one.sample_source for one in erased} == {""}
    assert populated.search_again(1).result.gallery_size == 9


def test_the_journal_forgets_and_the_log_goes_on_without_the_name(
    populated: Workspace, person: Subject
) -> None:
    assert len(populated.steps(None)) == 2
    certificate = populated.erase_subject(person.subject_id, "Request 113")
    assert populated.steps(None) == ()
    assert certificate.steps == 2
    entries = populated.audit_entries()
    assert [entry.action for entry in entries[-2:]] == ["subject.erase", "subject.certify"]
    assert certificate.audit_head == entries[-2].entry_hash
    assert not any("Oxenfree" in entry.details for entry in entries)
    with pytest.raises(NotFound):
        populated.undo(None)


def test_the_certificate_is_written_as_json_and_text_without_the_name(
    populated: Workspace, person: Subject
) -> None:
    certificate = populated.erase_subject(person.subject_id, "Request 113")
    data, text = (Path(name).read_text(encoding="utf-8") for name in certificate.files)
    record = json.loads(data)
    assert record["verified"] is True
    assert record["reason"] == "Request 113"
    assert record["examiner"] == populated.settings.operator
    assert record["audit_head"] in text
    assert "append-only" in text
    assert "Oxenfree" not in data + text
    assert Path(certificate.files[0]).stat().st_mode & 0o777 == 0o600


def test_a_name_that_stands_in_the_log_or_in_a_case_is_reported(
    populated: Workspace, person: Subject
) -> None:
    populated.new_case("Who is Zacharias Oxenfree?")
    certificate = populated.erase_subject(person.subject_id, "Request 113")
    found = {place.place: place for place in certificate.remaining}
    assert found["table cases"].note
    assert found["table audit_log"].found >= 1
    assert certificate.verified


def test_another_subject_of_the_same_picture_is_reported_and_nothing_is_certified(
    populated: Workspace, astronaut: Path
) -> None:
    list(populated.enroll([EnrolmentItem("E. C.", astronaut)], gallery="other"))
    certificate = populated.erase_subject(populated.subjects(text="eileen")[0].subject_id, "Request 113")
    assert not certificate.verified
    assert any("same picture" in place.note for place in certificate.places if place.bad)
    assert "NOT VERIFIED" in Path(certificate.files[1]).read_text(encoding="utf-8")


def test_a_picture_inside_the_workspace_is_reported(populated: Workspace, astronaut: Path) -> None:
    inside = populated.directory / "people" / "Zoe Zeppelin" / "1.png"
    inside.parent.mkdir(parents=True)
    inside.write_bytes(astronaut.read_bytes())
    list(populated.enroll([EnrolmentItem("Zoe Zeppelin", inside)], gallery="other"))
    certificate = populated.erase_subject(populated.subjects("other")[0].subject_id, "Request 113")
    (paths,) = [place for place in certificate.places if place.place.startswith("paths")]
    assert paths.found == 1
    assert paths.bad


def test_a_copy_made_before_an_upgrade_must_go_too(populated: Workspace, person: Subject) -> None:
    copy = populated.directory / "discern-schema-0002-20260101T000000000000.db"
    with sqlite3.connect(populated.directory / "discern.db") as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    with pytest.raises(Conflict, match="made before an upgrade"):
        populated.erase_subject(person.subject_id, "Request 113")
    assert populated.subjects(text="oxenfree")
    certificate = populated.erase_subject(person.subject_id, "Request 113", with_copies=True)
    assert certificate.copies == (copy.name,)
    assert not copy.exists()
    assert certificate.verified


@pytest.mark.parametrize("reason", ["", "  ", "Mr zacharias oxenfree asked for it"])
def test_a_reason_is_needed_and_must_not_name_the_person(
    populated: Workspace, person: Subject, reason: str
) -> None:
    with pytest.raises(UsageError, match="reason"):
        populated.erase_subject(person.subject_id, reason)
    assert populated.subjects(text="oxenfree")


def test_somebody_who_is_not_there_cannot_be_erased(populated: Workspace) -> None:
    with pytest.raises(NotFound):
        populated.erase_subject(999, "Request 113")
