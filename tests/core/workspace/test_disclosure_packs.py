"""Disclosure packs of a case with hostile names, and every way of spoiling one."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from core.errors import IntegrityFailure, NotFound, UsageError
from core.types import Component, Conclusion, FeatureNote, Finding, Suitability
from core.workspace import EnrolmentItem, Originals, Workspace, WrittenPack, check_pack
from resources import verify

HOSTILE = ("../../etc/passwd", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "محمد العربي", "山田太郎")
SEED = 20261124


@dataclass(frozen=True)
class Made:
    """A pack and the workspace that it was written from."""

    workspace: Path
    case_id: int
    pack: WrittenPack
    folder: Path


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory,
    enrolled_once: Path,
    astronaut: Path,
    strangers: tuple[EnrolmentItem, ...],
) -> Made:
    """A case with pictures, a derived one, judgements and three searches, one of them without candidates."""
    place = tmp_path_factory.mktemp("disclosed")
    shutil.copytree(enrolled_once, place / "workspace")
    probe = place / "=cmd\n<script>..jpg"
    Image.open(astronaut).resize((102, 102), Image.Resampling.BOX).save(probe, "JPEG", quality=95)
    with Workspace.open(place / "workspace") as opened:
        aliases = [
            EnrolmentItem(name, one.path, one.box) for name, one in zip(HOSTILE, strangers, strict=False)
        ]
        assert [one.status.value for one in opened.enroll(aliases)] == ["enrolled"] * len(HOSTILE)
        opened.create_gallery("empty")
        other = opened.new_case("Somebody else's case").case_id
        case = opened.new_case('<b onload="x">山田</b> محمد', "=1+1", "@SUM(1)", "../..\n<script>").case_id
        for key in (other, case):
            opened.set_case_blind(key, False, "A test.")
        (analysis,) = opened.analyze_paths([probe])
        assert analysis.image is not None
        assert analysis.main is not None
        opened.search(analysis.image, analysis.main, top=2, case_id=other)
        picture, faces = opened.keep_analysis(case, analysis)
        opened.derive_picture(picture.picture_id, "exposure", {"stops": 1.0})
        found = opened.search(analysis.image, analysis.main, top=16, case_id=case)
        opened.search(analysis.image, analysis.main, galleries=["empty"], case_id=case)
        opened.search_faces([faces[0].face_id], top=2)
        note = FeatureNote(Component.NOSE, True, Finding.SIMILAR, "<i>مثل</i>")
        opened.judge_probe(found.search_id, Suitability.LIMITED, note="=2+2")
        opened.judge_comparison(found.search_id, 1, Conclusion.UNDECIDED, [note], "Too small\nfor more.")
        pack = opened.disclose(place / "pack.zip", case_id=case)
    folder = place / "unpacked"
    with zipfile.ZipFile(pack.path) as archive:
        archive.extractall(folder)
    return Made(place / "workspace", case, pack, folder)


@pytest.fixture
def folder(made: Made, tmp_path: Path) -> Path:
    """An unpacked copy to spoil."""
    shutil.copytree(made.folder, tmp_path / "pack")
    return tmp_path / "pack"


@pytest.fixture
def opened(made: Made, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of the workspace that the pack was written from."""
    shutil.copytree(made.workspace, tmp_path / "copy")
    with Workspace.open(tmp_path / "copy") as workspace:
        yield workspace


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a program of the pack as a stranger does: alone, without this project on its path."""
    command = [sys.executable, "-I", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)


def forge(folder: Path) -> None:
    """Write the manifest anew, as somebody would who wants nobody to notice."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["self_sha256"]
    files = [one for one in folder.rglob("*") if one.is_file() and one != path]
    manifest["files"] = {
        one.relative_to(folder).as_posix(): {
            "size": one.stat().st_size,
            "sha256": hashlib.sha256(one.read_bytes()).hexdigest(),
        }
        for one in files
    }
    manifest["self_sha256"] = hashlib.sha256(verify.canonical(manifest)).hexdigest()
    path.write_bytes(verify.canonical(manifest))


def edit(path: Path, change: Callable[[Any], None]) -> None:
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value, sort_keys=True, indent=1))


def log_lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "audit/log.jsonl").read_text().splitlines()]


def write_log(folder: Path, entries: list[dict[str, Any]]) -> None:
    (folder / "audit/log.jsonl").write_text("".join(json.dumps(one) + "\n" for one in entries))
    forge(folder)


def test_a_stranger_finds_no_problem_with_the_program_in_the_pack(made: Made) -> None:
    for arguments in (
        (made.folder / "verify.py",),
        (made.folder / "verify.py", made.pack.path, "--manifest-sha256", made.pack.manifest_sha256),
    ):
        checked = run(*arguments)
        assert checked.returncode == 0, checked.stderr
        assert checked.stderr == ""
        assert f"Manifest: SHA-256 {made.pack.manifest_sha256}" in checked.stdout
        assert "No problem was found." in checked.stdout


def test_a_pack_holds_every_search_of_the_case_and_nothing_of_others(made: Made) -> None:
    manifest = json.loads((made.folder / "manifest.json").read_text())
    assert manifest["searches"] == manifest["reports"] == [2, 3, 4]
    assert {path.name for path in (made.folder / "report").iterdir()} == {
        f"search-{key}.{ending}" for key in (2, 3, 4) for ending in ("pdf", "html", "json", "csv")
    }
    without = json.loads((made.folder / "searches/search-3.json").read_text())
    assert without["search"]["candidates"] == []
    assert "Somebody else" not in "".join(
        path.read_text(errors="replace")
        for path in made.folder.rglob("*")
        if path.suffix != ".pdf" and path.is_file()
    )


def test_the_log_is_given_in_full_for_the_case_alone_and_by_its_hashes_otherwise(
    made: Made, opened: Workspace
) -> None:
    entries = {entry.sequence: entry for entry in opened.audit_entries()}
    lines = log_lines(made.folder)
    assert [line["sequence"] for line in lines] == list(range(1, len(lines) + 1))
    for line in lines:
        entry = entries[line["sequence"]]
        assert line["entry_hash"] == entry.entry_hash
        assert line["previous_hash"] == entry.previous_hash
        concerned = json.loads(entry.details).get("case_id") == made.case_id
        assert ("details" in line) or not concerned
        if "details" in line:
            assert line["details"] == entry.details
    told = {line["action"] for line in lines if "details" in line}
    assert {"case.create", "search.run", "picture.derive", "probe.judge", "comparison.judge"} <= told
    assert not told & {"subject.enroll", "gallery.create"}


def test_two_exports_give_the_same_bytes_and_the_log_names_their_manifest(
    made: Made, opened: Workspace, tmp_path: Path
) -> None:
    first = opened.disclose(tmp_path / "first.zip", case_id=made.case_id)
    second = opened.disclose(tmp_path / "second.zip", case_id=made.case_id)
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    assert (tmp_path / "first.zip").read_bytes() == made.pack.path.read_bytes()
    assert first.manifest_sha256 == second.manifest_sha256 == made.pack.manifest_sha256
    (entry,) = opened.audit_entries(limit=1)
    assert entry.action == "report.bundle"
    assert json.loads(entry.details)["manifest_sha256"] == second.manifest_sha256
    assert opened.verify() == ()


def test_an_export_of_a_report_in_between_is_told_of_in_the_next_pack(
    made: Made, opened: Workspace, tmp_path: Path
) -> None:
    opened.report(2, tmp_path / "out")
    pack = opened.disclose(tmp_path / "pack.zip", case_id=made.case_id)
    assert pack.manifest_sha256 != made.pack.manifest_sha256
    with zipfile.ZipFile(pack.path) as archive:
        lines = [json.loads(line) for line in archive.read("audit/log.jsonl").splitlines()]
    assert lines[-1]["action"] == "report.export"
    assert check_pack(pack.path).problems == ()


def test_a_pack_on_one_search_reports_on_it_and_holds_the_others_of_its_case(
    opened: Workspace, tmp_path: Path
) -> None:
    pack = opened.disclose(tmp_path / "pack.zip", search_id=3)
    with zipfile.ZipFile(pack.path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["reports"], manifest["searches"]) == ([3], [2, 3, 4])
    assert check_pack(pack.path, pack.manifest_sha256).problems == ()


def test_originals_are_copied_or_named_by_their_hashes(made: Made, opened: Workspace, tmp_path: Path) -> None:
    def originals(path: Path) -> tuple[list[str], list[dict[str, Any]]]:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.startswith("originals/")]
            return names, json.loads(archive.read("evidence.json"))["evidence"]

    names, evidence = originals(made.pack.path)
    assert names == [evidence[0]["file"]] == [f"originals/{evidence[0]['sha256']}.jpg"]
    hashed = opened.disclose(tmp_path / "pack.zip", case_id=made.case_id, originals=Originals.HASHES)
    names, evidence = originals(hashed.path)
    assert names == []
    assert (evidence[0]["file"], len(evidence[0]["sha256"])) == (None, 64)
    assert check_pack(hashed.path).problems == ()


def test_hostile_names_are_text_in_every_file_and_no_path_leaves_the_folder(made: Made) -> None:
    with zipfile.ZipFile(made.pack.path) as archive:
        assert all(verify.SAFE_NAME.fullmatch(name) and ".." not in name for name in archive.namelist())
        assert archive.namelist() == sorted(archive.namelist())
    page = (made.folder / "report/search-2.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<b onload" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    for name in ("محمد العربي", "山田太郎"):
        assert f"<bdi>{name}</bdi>" in page
    table = (made.folder / "report/search-2.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd|' /C calc'!A0" in table
    assert "../../etc/passwd" in table
    document = json.loads((made.folder / "report/search-2.json").read_text())
    assert {one["subject"] for one in document["search"]["candidates"]} >= set(HOSTILE)
    assert (made.folder / "report/search-2.pdf").read_bytes().startswith(b"%PDF-")


def test_any_flipped_byte_of_any_file_is_noticed_and_the_file_is_named(folder: Path) -> None:
    generator = random.Random(SEED)
    names = sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())
    # Each file once, and then as chance will have it.
    chosen = names + generator.choices(names, k=max(0, 200 - len(names)))
    for name in chosen:
        data = (folder / name).read_bytes()
        place = generator.randrange(len(data))
        flipped = data[place] ^ generator.randrange(1, 256)
        (folder / name).write_bytes(data[:place] + bytes([flipped]) + data[place + 1 :])
        problems, _ = verify.check(folder)
        assert problems, (name, place)
        assert problems[0].startswith(f"{name} "), (name, place, problems[0])
        (folder / name).write_bytes(data)
    assert verify.check(folder)[0] == []


@pytest.mark.parametrize("name", ["manifest.json", "verify.py", "audit/log.jsonl", "report/search-2.pdf"])
def test_the_program_itself_ends_with_one_and_names_the_file(folder: Path, name: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    checked = run(folder / "verify.py")
    assert checked.returncode == 1
    assert name in checked.stderr


def test_no_flipped_byte_of_the_zip_file_changes_what_is_in_it_unnoticed(made: Made, tmp_path: Path) -> None:
    generator = random.Random(SEED)
    data = made.pack.path.read_bytes()
    spoilt = tmp_path / "pack.zip"
    with zipfile.ZipFile(made.pack.path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(100):
        place = generator.randrange(len(data))
        flipped = data[place] ^ generator.randrange(1, 256)
        spoilt.write_bytes(data[:place] + bytes([flipped]) + data[place + 1 :])
        if not check_pack(spoilt).problems:
            with zipfile.ZipFile(spoilt) as archive:
                assert {name: archive.read(name) for name in archive.namelist()} == content, place


def test_missing_added_and_linked_files_are_named(folder: Path) -> None:
    (folder / "case.json").unlink()
    (folder / "report/search-9.pdf").write_bytes(b"%PDF-")
    (folder / "link").symlink_to("/etc/passwd")
    assert verify.check(folder)[0][:3] == [
        "case.json is missing.",
        "link does not belong to the pack.",
        "report/search-9.pdf does not belong to the pack.",
    ]


def test_a_name_that_leads_out_of_the_folder_is_refused_and_nothing_is_read_there(
    made: Made, tmp_path: Path
) -> None:
    shutil.copy(made.pack.path, tmp_path / "pack.zip")
    with zipfile.ZipFile(tmp_path / "pack.zip", "a") as archive:
        archive.writestr("../../evil.txt", "x")
    (problem,) = check_pack(tmp_path / "pack.zip").problems
    assert problem == "'../../evil.txt' is no name for a file of a pack: it could lead out of its folder."


def removed(entries: list[dict[str, Any]], place: int) -> None:
    del entries[place]


def removed_and_renumbered(entries: list[dict[str, Any]], place: int) -> None:
    del entries[place]
    for number, entry in enumerate(entries, start=1):
        entry["sequence"] = number


def added(entries: list[dict[str, Any]], place: int) -> None:
    entries.insert(place, dict(entries[place - 1], sequence=place + 1))


def exchanged(entries: list[dict[str, Any]], place: int) -> None:
    entries[place], entries[place + 1] = (
        dict(entries[place + 1], sequence=place + 1),
        dict(entries[place], sequence=place + 2),
    )


def given_another_hash(entries: list[dict[str, Any]], place: int) -> None:
    entries[place]["previous_hash"] = "f" * 64


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (removed, "Entry {0} of the audit log is missing."),
        (removed_and_renumbered, "Entry {0} of the audit log does not follow on the entry before it."),
        (added, "Entry {0} of the audit log does not follow on the entry before it."),
        (exchanged, "Entry {0} of the audit log does not follow on the entry before it."),
        (given_another_hash, "Entry {0} of the audit log does not follow on the entry before it."),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
@pytest.mark.parametrize("place", [2, -5])
def test_the_first_bad_entry_is_named_even_when_the_manifest_was_written_anew(
    folder: Path, spoil: Callable[[list[dict[str, Any]], int], None], sentence: str, place: int
) -> None:
    entries = log_lines(folder)
    place %= len(entries)
    spoil(entries, place)
    write_log(folder, entries)
    assert verify.check(folder)[0][0] == sentence.format(place + 1)


@pytest.mark.parametrize("key", ["created", "operator", "action", "details"])
def test_an_edited_entry_is_named(folder: Path, key: str) -> None:
    entries = log_lines(folder)
    place = next(place for place, one in enumerate(entries) if one.get("action") == "case.create")
    entries[place][key] = entries[place][key].replace("2", "3", 1) if key == "created" else "{}"
    write_log(folder, entries)
    assert (
        verify.check(folder)[0][0] == f"Entry {place + 1} of the audit log was changed after it was written."
    )


def test_a_log_that_was_cut_short_is_noticed_with_its_manifest_and_by_what_is_bound_to_it(
    folder: Path,
) -> None:
    entries = log_lines(folder)
    write_log(folder, entries[:-1])
    assert verify.check(folder)[0][0] == (
        f"Entry {len(entries)} of the audit log is missing: the log was cut short."
    )
    place = next(place for place, one in enumerate(entries) if one.get("action") == "search.run")
    write_log(folder, entries[:place])
    edit_manifest(folder, lambda one: one["log"].update(entries=place, head=entries[place - 1]["entry_hash"]))
    assert "Search 2 is bound to no entry of the audit log that is given in full." in verify.check(folder)[0]


def edit_manifest(folder: Path, change: Callable[[Any], None]) -> None:
    edit(folder / "manifest.json", change)
    forge(folder)


def better(one: Any) -> None:
    one["search"]["candidates"][2]["similarity"] += 0.01


def renamed(one: Any) -> None:
    one["search"]["candidates"][0]["subject"] = "Somebody else"


def moved(one: Any) -> None:
    candidates = one["search"]["candidates"]
    candidates[0], candidates[1] = candidates[1], candidates[0]


def other_vector(one: Any) -> None:
    one["candidates"][0]["compared"] = one["candidates"][1]["compared"]


@pytest.mark.parametrize(
    ("names", "change", "sentence"),
    [
        (["searches/search-2.json", "report/search-2.json"], better, "audit log disagree on 'candidates'"),
        (["searches/search-2.json", "report/search-2.json"], moved, "audit log disagree on 'candidates'"),
        (["report/search-2.json"], renamed, "searches/search-2.json disagree on 'candidates'"),
        (["searches/search-2.json"], other_vector, "rank 1: the similarity does not follow from the embed"),
        (
            ["judgements.json"],
            lambda one: one["judgements"][1].update(answer="same_strongly"),
            "Judgement 2 is not the one that entry",
        ),
        (
            ["judgements.json"],
            lambda one: one["judgements"][0].update(note="Good enough."),
            "Judgement 1 is not the one that entry",
        ),
        (["judgements.json"], lambda one: one["judgements"].pop(), "The pack withholds what entry"),
        (["evidence.json"], lambda one: one["evidence"].clear(), "(evidence.intake) tells of: evidence_id 2"),
        (["manifest.json"], lambda one: one["searches"].remove(3), "(search.run) tells of: search_id 3"),
    ],
)
def test_figures_that_were_changed_together_with_the_manifest_do_not_fit_the_log(
    folder: Path, names: list[str], change: Callable[[Any], None], sentence: str
) -> None:
    for name in names:
        edit(folder / name, change)
    forge(folder)
    assert any(sentence in problem for problem in verify.check(folder)[0]), verify.check(folder)[0]


def test_what_only_the_hash_of_the_manifest_shows_is_shown_by_it(made: Made, folder: Path) -> None:
    (folder / "README.txt").write_text("All is proven.\n")
    forge(folder)
    assert verify.check(folder)[0] == []
    (problem,) = verify.check(folder, made.pack.manifest_sha256)[0]
    assert problem.startswith("manifest.json is not the one that was handed over: its SHA-256 is ")


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"null", b'{"files": 3, "self_sha256": 1}', b"\xff" * 9])
def test_nonsense_is_a_problem_and_no_crash(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(data)
    assert verify.check(tmp_path)[0][0].startswith("manifest.json was changed after it was written.")
    (tmp_path / "pack.zip").write_bytes(data)
    assert len(verify.check(tmp_path / "pack.zip")[0]) == 1
    assert len(verify.check(tmp_path / "no such file")[0]) == 1


def test_a_changed_original_blocks_the_pack_and_is_logged(
    made: Made, opened: Workspace, tmp_path: Path
) -> None:
    sha256 = json.loads((made.folder / "evidence.json").read_text())["evidence"][0]["sha256"]
    kept = opened.directory / "files" / sha256[:2] / sha256
    kept.write_bytes(kept.read_bytes() + b"x")
    with pytest.raises(IntegrityFailure, match="no longer what was taken in"):
        opened.disclose(tmp_path / "pack.zip", case_id=made.case_id)
    assert not (tmp_path / "pack.zip").exists()
    (entry,) = opened.audit_entries(limit=1)
    assert (entry.action, sha256 in entry.details) == ("evidence.failure", True)


def test_a_pack_of_hidden_candidates_is_refused(opened: Workspace, made: Made, tmp_path: Path) -> None:
    opened.set_case_blind(made.case_id, True, "")
    opened.sign_in("Second examiner")
    with pytest.raises(UsageError, match="Search 2 cannot be disclosed yet"):
        opened.disclose(tmp_path / "pack.zip", case_id=made.case_id)


def test_what_makes_no_sense_is_refused_in_a_sentence(opened: Workspace, tmp_path: Path) -> None:
    for keys in ({}, {"search_id": 2, "case_id": 2}):
        with pytest.raises(UsageError):
            opened.disclose(tmp_path / "pack.zip", **keys)
    for keys in ({"search_id": 99}, {"case_id": 99}):
        with pytest.raises(NotFound):
            opened.disclose(tmp_path / "pack.zip", **keys)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="cannot be written"):
        opened.disclose(tmp_path / "file" / "pack.zip", search_id=2)


def test_the_program_of_a_pack_can_be_read_by_python_3_8() -> None:
    import ast

    source = Path(verify.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
