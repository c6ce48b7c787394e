"""A case travels from one workspace to another and back, and says the same everywhere."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from core.errors import Cancelled, Conflict, IntegrityFailure, NotFound, UsageError
from core.progress import Progress
from core.storage.case_rows import LEFT_BEHIND, TABLES
from core.storage.schema import Base
from core.types import CaseStatus, Conclusion, EvidenceMode, FaceState, Suitability
from core.workspace import Workspace
from core.workspace.exchange import case_import
from tests.core.workspace.exchange.conftest import OTHERS, Sent


def in_report(workspace: Workspace, search_id: int, out: Path) -> dict[str, Any]:
    """Return what the report of a search says."""
    said: dict[str, Any] = json.loads(workspace.report(search_id, out).json.read_text())
    return said


def without_keys(candidates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return candidates without the numbers that subjects have in a workspace."""
    numbers = {"subject_id", "template_id", "sample_id"}
    return [{key: value for key, value in one.items() if key not in numbers} for one in candidates]


def test_every_table_travels_or_is_said_to_stay() -> None:
    carried = {table.name for table in TABLES}
    assert carried | LEFT_BEHIND == set(Base.metadata.tables)
    assert not carried & LEFT_BEHIND


def test_the_same_state_gives_the_same_bytes(source: Workspace, sent: Sent, tmp_path: Path) -> None:
    # The original is gone since the first export, but the search kept its bytes.
    again = [source.export_case(sent.case_id, tmp_path / name).sha256 for name in ("1.zip", "2.zip")]
    assert again[0] == again[1] == sent.export.sha256


def test_a_case_arrives_under_keys_of_its_own_and_says_the_same(
    target: Workspace, source: Workspace, sent: Sent, tmp_path: Path
) -> None:
    before = {case.case_id: case for case in target.cases()}
    stats = target.gallery_stats()
    made = target.import_case(sent.bundle, manifest_sha256=sent.export.manifest_sha256)
    assert made.source_case_id in before
    assert made.case.case_id not in before
    assert {key: target.case(key) for key in before} == before
    assert target.gallery_stats() == stats
    there, here = source.case(sent.case_id), made.case
    for name in (
        "title",
        "reference",
        "authority",
        "notes",
        "status",
        "blind",
        "created",
        "pictures",
        "faces",
    ):
        assert getattr(here, name) == getattr(there, name)
    pictures = zip(source.case_pictures(there.case_id), target.case_pictures(here.case_id), strict=True)
    for one, other in pictures:
        assert (one.sha256, one.operation, one.created) == (other.sha256, other.operation, other.created)
        read = target.read_case_picture(other.picture_id).pixels
        assert (source.read_case_picture(one.picture_id).pixels == read).all()
        assert source.picture_thumbnail(one.picture_id) == target.picture_thumbnail(other.picture_id)
    (old,), (new,) = source.case_faces(there.case_id), target.case_faces(here.case_id)
    assert (new.state, new.subject, new.recognizability) == (old.state, old.subject, old.recognizability)
    assert (new.state, new.subject) == (FaceState.CONFIRMED, "Person X")
    assert source.face_crop(old.face_id) == target.face_crop(new.face_id)
    searches = zip(source.searches(there.case_id), target.searches(here.case_id), strict=True)
    for there_search, here_search in searches:
        said = in_report(source, there_search.search_id, tmp_path / "a")
        told = in_report(target, here_search.search_id, tmp_path / "b")
        assert without_keys(said["search"]["candidates"]) == without_keys(told["search"]["candidates"])
        assert here_search.audit_hash == there_search.audit_hash
        assert here_search.probe.sha256 == there_search.probe.sha256
        assert (here_search.probe.embedding == there_search.probe.embedding).all()
        assert [face.face_id for face in here_search.faces] == [new.face_id]
        judged = [
            [(j.rank, j.examiner, j.suitability, j.conclusion, j.features, j.note, j.created) for j in said]
            for said in (
                source.judgements_of(there_search.search_id),
                target.judgements_of(here_search.search_id),
            )
        ]
        assert judged[0] == judged[1]
        for there_one, here_one in zip(
            there_search.result.candidates, here_search.result.candidates, strict=True
        ):
            assert here_one.sample_id < 0
            crop = target.sample_crop(here_one.sample_id)
            assert crop == source.sample_crop(there_one.sample_id)
            with pytest.raises(NotFound):
                target.sample(here_one.sample_id)
    assert target.verify() == ()


def test_an_imported_search_says_in_its_report_where_it_comes_from(
    target: Workspace, sent: Sent, tmp_path: Path
) -> None:
    made = target.import_case(sent.bundle)
    (first,) = [one for one in target.searches(made.case.case_id) if len(one.result.candidates) == 6]
    conditions = dict(first.conditions)
    assert conditions["imported.search"] == str(sent.search_id)
    assert conditions["imported.log_head"] == made.log_head
    assert sent.export.manifest_sha256 in (target.report(first.search_id, tmp_path)).html.read_text()


def test_candidates_who_came_along_are_compared_and_their_evidence_is_tested(
    target: Workspace, sent: Sent
) -> None:
    made = target.import_case(sent.bundle)
    first = target.searches(made.case.case_id)[-1]
    faces = target.compared_faces(first.search_id, 1)
    assert faces.crop.pixels.shape == (112, 112, 3)
    assert faces.source is None
    assert "did not come with the case" in faces.why
    evidence = target.test_maps(first.search_id, [1]).of(1)
    assert evidence is not None
    assert evidence.faithfulness is not None
    assert target.verify() == ()


def test_work_goes_on_where_the_case_was_left(target: Workspace, sent: Sent) -> None:
    made = target.import_case(sent.bundle)
    case_id = made.case.case_id
    first = target.searches(case_id)[-1]
    target.judge_comparison(first.search_id, 2, Conclusion.UNDECIDED)
    (face,) = target.case_faces(case_id)
    again = target.search_faces([face.face_id], top=2)
    assert again.case_id == case_id
    assert all(one.sample_id > 0 for one in again.result.candidates)
    # Whom the imported search rejected had another number, so nobody here is called rejected before.
    assert [one.rejected_before for one in target.search_view(again.search_id).candidates] == [None, None]
    assert target.verify() == ()


def test_the_log_of_the_source_is_kept_and_the_log_goes_on_from_its_head(
    target: Workspace, source: Workspace, sent: Sent
) -> None:
    made = target.import_case(sent.bundle)
    entry = next(one for one in target.audit_entries() if one.action == "case.import")
    details = json.loads(entry.details)
    assert details["manifest_sha256"] == sent.export.manifest_sha256
    assert details["source"]["case_id"] == sent.case_id
    hashes = {one.entry_hash: one for one in source.audit_entries()}
    assert details["source"]["log_head"] == made.log_head
    assert hashes[made.log_head].sequence == details["source"]["log_entries"]
    kept = target._files.read(details["source"]["log_sha256"]).decode()
    lines = [json.loads(line) for line in kept.splitlines()]
    assert [one["entry_hash"] for one in lines] == list(hashes)[: len(lines)]
    assert OTHERS not in kept


@pytest.mark.parametrize("harm", ["changed", "removed"])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("audit/log.jsonl", "The audit log that came with case"),
        ("candidates/", "A candidate list that came with case"),
        ("files/", "A file that came with case"),
        ("manifest.json", "The manifest that came with case"),
    ],
)
def test_verify_names_what_came_along_and_is_no_longer_what_it_was(
    target: Workspace, sent: Sent, name: str, said: str, harm: str
) -> None:
    made = target.import_case(sent.bundle)
    manifest = json.loads(zipfile.ZipFile(sent.bundle).read("manifest.json"))
    found = [one["sha256"] for file, one in manifest["files"].items() if file.startswith(name)]
    path = target._files.plain_path(found[0] if found else made.manifest_sha256)
    assert path is not None
    if harm == "removed":
        path.unlink()
    else:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    assert [one for one in target.verify() if one.startswith(f"{said} {made.case.case_id} is not")]


def test_a_case_comes_home_with_the_logs_of_both_workspaces(
    target: Workspace, source: Workspace, sent: Sent, tmp_path: Path
) -> None:
    first = target.import_case(sent.bundle)
    search = target.searches(first.case.case_id)[-1]
    target.judge_comparison(search.search_id, 3, Conclusion.UNDECIDED, note="Seen there.")
    back = target.export_case(first.case.case_id, tmp_path / "back.zip")
    home = source.import_case(back.path)
    assert home.case.reference == "L-17 (imported)"
    assert [one for one in home.notes if "'L-17 (imported)'" in one]
    assert [one for one in home.notes if one.startswith(f"Case {sent.case_id} comes from")]
    found = source.searches(home.case.case_id)[-1]
    assert [one.note for one in source.judgements_of(found.search_id)][-1] == "Seen there."
    assert found.result.candidates[0].sample_id < 0
    there = source.search_record(sent.search_id).result.candidates[0].sample_id
    assert source.sample_crop(found.result.candidates[0].sample_id) == source.sample_crop(there)
    with zipfile.ZipFile(back.path) as archive:
        assert f"earlier/{sent.export.manifest_sha256}.jsonl" in archive.namelist()
    assert source.verify() == ()


def test_a_later_state_is_another_case_that_names_the_earlier_one(
    target: Workspace, source: Workspace, sent: Sent, tmp_path: Path
) -> None:
    first = target.import_case(sent.bundle)
    source.edit_case(sent.case_id, notes="more notes")
    second = target.import_case(source.export_case(sent.case_id, tmp_path / "later.zip").path)
    assert second.case.case_id != first.case.case_id
    assert [one for one in second.notes if one.startswith(f"Case {first.case.case_id} comes from")]


def test_one_bundle_is_imported_once(target: Workspace, sent: Sent) -> None:
    made = target.import_case(sent.bundle)
    with pytest.raises(Conflict, match=f"it is case {made.case.case_id} here"):
        target.import_case(sent.bundle)


def test_a_workspace_takes_no_second_copy_of_its_own_case(source: Workspace, sent: Sent) -> None:
    with pytest.raises(Conflict, match="was written by this workspace"):
        source.import_case(sent.bundle)


def test_a_bundle_that_is_not_the_one_handed_over_is_refused(target: Workspace, sent: Sent) -> None:
    with pytest.raises(IntegrityFailure, match="not the one that was handed over"):
        target.import_case(sent.bundle, manifest_sha256="0" * 64)


def test_while_candidates_are_hidden_a_case_is_not_exported(
    source: Workspace, sent: Sent, tmp_path: Path
) -> None:
    source.set_case_status(sent.case_id, CaseStatus.IN_VERIFICATION)
    source.sign_in("Second examiner")
    with pytest.raises(UsageError, match="cannot be exported yet"):
        source.export_case(sent.case_id, tmp_path / "hidden.zip")
    assert not list(tmp_path.glob("*.zip"))


def test_who_verifies_an_imported_case_does_not_see_what_was_judged_elsewhere(
    target: Workspace, source: Workspace, sent: Sent, tmp_path: Path
) -> None:
    source.set_case_status(sent.case_id, CaseStatus.IN_VERIFICATION)
    source.judge_probe(sent.search_id + 1, Suitability.LIMITED)
    made = target.import_case(source.export_case(sent.case_id, tmp_path / "case.zip").path)
    target.sign_in("Second examiner")
    first = target.searches(made.case.case_id)[-1]
    view = target.search_view(first.search_id)
    assert view.hidden
    assert view.second
    assert view.search is None
    assert view.judgements == ()
    (shown,) = view.candidates
    target.judge_comparison(first.search_id, shown.rank, Conclusion.UNDECIDED)
    assert not target.search_view(first.search_id).hidden


def test_results_of_a_model_that_is_not_here_stay_and_are_reported(
    target: Workspace, sent: Sent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(target), "models", lambda workspace: ())
    made = target.import_case(sent.bundle)
    assert [one for one in made.notes if "is not in this workspace" in one]
    first = target.searches(made.case.case_id)[-1]
    assert target.report(first.search_id, tmp_path).pdf.is_file()


def test_a_disclosure_pack_of_an_imported_search_is_refused(
    target: Workspace, sent: Sent, tmp_path: Path
) -> None:
    made = target.import_case(sent.bundle)
    with pytest.raises(UsageError, match="workspace that the case comes from"):
        target.disclose(tmp_path / "pack.zip", case_id=made.case.case_id)


def test_an_export_overwrites_nothing_and_a_cancelled_one_leaves_nothing(
    source: Workspace, sent: Sent, tmp_path: Path
) -> None:
    there = tmp_path / "out" / "case.zip"
    there.parent.mkdir()
    there.write_bytes(b"mine")
    with pytest.raises(Conflict, match="overwrites nothing"):
        source.export_case(sent.case_id, there)
    assert there.read_bytes() == b"mine"
    there.unlink()
    stop = Progress(lambda step: stop.cancel())
    with pytest.raises(Cancelled):
        source.export_case(sent.case_id, there, stop)
    assert list(there.parent.iterdir()) == []


def test_a_changed_file_of_the_case_blocks_its_export_and_is_logged(
    source: Workspace, sent: Sent, tmp_path: Path
) -> None:
    picture = next(one for one in source.case_pictures(sent.case_id) if one.derived)
    path = source._files.plain_path(picture.sha256)
    assert path is not None
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IntegrityFailure, match=picture.sha256):
        source.export_case(sent.case_id, tmp_path / "case.zip")
    assert source.audit_entries()[-1].action == "evidence.failure"
    assert not (tmp_path / "case.zip").exists()


def test_a_cancelled_import_leaves_no_case_and_the_next_one_succeeds(target: Workspace, sent: Sent) -> None:
    cases = target.cases()
    steps: list[str] = []

    def watch(step: object) -> None:
        steps.append(str(step))
        # Every hash was checked by then, and a few files are kept.
        if len(steps) == sent.export.files + 3:
            stop.cancel()

    stop = Progress(watch)
    with pytest.raises(Cancelled):
        target.import_case(sent.bundle, progress=stop)
    assert target.cases() == cases
    target.import_case(sent.bundle)
    assert target.verify() == ()


def test_files_of_an_import_that_ended_before_its_rows_are_found_and_do_no_harm(
    target: Workspace, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, head = target.cases(), target.audit_head()

    def fail(*arguments: object) -> dict[str, object]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(case_import, "_details", fail)
        with pytest.raises(KeyboardInterrupt):
            target.import_case(sent.bundle)
    assert target.cases() == cases
    assert target.audit_head() == head
    assert all("belongs to nothing" in one for one in target.left_over())
    assert target.left_over()
    assert target.verify() == ()
    target.import_case(sent.bundle)
    assert target.verify() == ()
    assert target.left_over() == ()


def test_an_original_that_is_neither_kept_nor_at_hand_stays_behind_and_is_named(
    source: Workspace, astronaut: Path, target: Workspace, tmp_path: Path
) -> None:
    gone = tmp_path / "gone.png"
    shutil.copy(astronaut, gone)
    case = source.new_case("References", evidence_mode=EvidenceMode.REFERENCES).case_id
    (analysis,) = source.analyze_paths([gone])
    picture, _ = source.keep_analysis(case, analysis)
    with_file = source.export_case(case, tmp_path / "with.zip")
    gone.unlink()
    without = source.export_case(case, tmp_path / "without.zip")
    assert not [one for one in with_file.left_behind if "gone.png" in one]
    assert [one for one in without.left_behind if "gone.png" in one and picture.sha256 in one]
    made = target.import_case(with_file.path)
    (here,) = target.case_pictures(made.case.case_id)
    assert target.read_case_picture(here.picture_id).sha256 == picture.sha256
    lacking = target.import_case(without.path)
    (here,) = target.case_pictures(lacking.case.case_id)
    with pytest.raises(IntegrityFailure):
        target.read_case_picture(here.picture_id)
