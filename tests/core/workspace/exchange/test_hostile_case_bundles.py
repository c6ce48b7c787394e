"""Bundles that somebody spoiled or made up: each is refused in one sentence, and nothing is written."""

from __future__ import annotations

import base64
import hashlib
import json
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core.errors import DiscernError, IntegrityFailure, UsageError
from core.workspace import Workspace
from resources import verify
from tests.core.workspace.exchange.conftest import Sent

Files = dict[str, bytes]
Change = Callable[[Files], None]


def unpacked(bundle: Path) -> Files:
    """Return the files of a bundle by name."""
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def forged(files: Files, path: Path, about: Callable[[dict[str, Any]], None] | None = None) -> Path:
    """Write a bundle anew with every hash right, as somebody would who wants nobody to notice."""
    manifest = json.loads(files["manifest.json"])
    del manifest["self_sha256"]
    manifest["files"] = {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in files.items()
        if name != "manifest.json"
    }
    if about is not None:
        about(manifest)
    manifest["self_sha256"] = hashlib.sha256(verify.canonical(manifest)).hexdigest()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in (files | {"manifest.json": verify.canonical(manifest)}).items():
            archive.writestr(name, data)
    return path


@contextmanager
def refusal(workspace: Workspace, kind: type[DiscernError]) -> Iterator[pytest.ExceptionInfo[DiscernError]]:
    """Expect a refusal of one sentence after which everything in the workspace is as it was."""
    cases, head, kept = workspace.cases(), workspace.audit_head(), workspace._files.paths()
    with pytest.raises(kind) as error:
        yield error
    said = str(error.value)
    assert said.endswith(".")
    assert "\n" not in said
    assert "Traceback" not in said
    assert (workspace.cases(), workspace.audit_head(), workspace._files.paths()) == (cases, head, kept)


def of_rows(table: str, change: Callable[[list[dict[str, Any]]], object]) -> Change:
    """Return what changes the rows of a table."""

    def apply(files: Files) -> None:
        name = f"rows/{table}.jsonl"
        rows = [json.loads(line) for line in files[name].splitlines()]
        change(rows)
        files[name] = "".join(f"{json.dumps(row)}\n" for row in rows).encode()

    return apply


def put(column: str, value: object) -> Callable[[list[dict[str, Any]]], object]:
    """Return what gives the first row of a table another value."""
    return lambda rows: rows[0].update({column: value})


def test_a_flipped_byte_in_any_file_is_found_and_the_file_is_named(
    target: Workspace, sent: Sent, tmp_path: Path
) -> None:
    data = sent.bundle.read_bytes()
    with zipfile.ZipFile(sent.bundle) as archive:
        entries = [one for one in archive.infolist() if one.file_size]
    for entry in entries:
        start = entry.header_offset + 30 + len(entry.filename)
        spoiled = bytearray(data)
        spoiled[start + entry.file_size // 2] ^= 1
        path = tmp_path / "spoiled.zip"
        path.write_bytes(spoiled)
        kind = DiscernError if entry.filename == "manifest.json" else IntegrityFailure
        with refusal(target, kind) as error:
            target.import_case(path)
        named = entry.filename if kind is IntegrityFailure else "spoiled.zip"
        assert named in str(error.value)


def test_a_bundle_that_was_cut_short_is_none(target: Workspace, sent: Sent, tmp_path: Path) -> None:
    path = tmp_path / "short.zip"
    path.write_bytes(sent.bundle.read_bytes()[:-100])
    with refusal(target, UsageError):
        target.import_case(path)


@pytest.mark.parametrize("content", [None, b"", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_refused(target: Workspace, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "none.zip"
    if content is not None:
        path.write_bytes(content)
    with refusal(target, UsageError):
        target.import_case(path)


def test_a_folder_and_a_gallery_bundle_are_no_bundles_of_a_case(target: Workspace, tmp_path: Path) -> None:
    target.export_gallery_bundle("default", tmp_path / "gallery.zip")
    for path in (tmp_path, tmp_path / "gallery.zip"):
        with refusal(target, UsageError) as error:
            target.import_case(path)
        assert "is no bundle of a case" in str(error.value)


@pytest.mark.parametrize(
    "name",
    [
        "../outside.txt",
        "/etc/passwd",
        "files/../../x",
        "C:\\x",
        "files/x.exe",
        "rows/../x.jsonl",
        "rows/",
        "é",
    ],
)
def test_a_name_that_has_no_place_in_a_bundle_is_refused(
    target: Workspace, sent: Sent, tmp_path: Path, name: str
) -> None:
    path = forged(unpacked(sent.bundle) | {name: b"x"}, tmp_path / "names.zip")
    with refusal(target, IntegrityFailure) as error:
        target.import_case(path)
    assert "has no place in it" in str(error.value)


def test_a_file_that_is_missing_or_more_than_the_manifest_says_is_refused(
    target: Workspace, sent: Sent, tmp_path: Path
) -> None:
    files = unpacked(sent.bundle)
    lacking = {name: data for name, data in files.items() if name != "rows/faces.jsonl"}
    more = files | {f"files/{hashlib.sha256(b'x').hexdigest()}": b"x"}
    for content, said in ((lacking, "is missing"), (more, "is not in the manifest")):
        path = tmp_path / "other.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for name, data in content.items():
                archive.writestr(name, data)
        with refusal(target, IntegrityFailure) as error:
            target.import_case(path)
        assert said in str(error.value)


@pytest.mark.parametrize("trick", ["twice", "link", "bomb", "declared"])
def test_tricks_of_the_zip_format_are_refused(
    target: Workspace, sent: Sent, tmp_path: Path, trick: str
) -> None:
    files, path = unpacked(sent.bundle), tmp_path / "trick.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            if trick == "link" and name == "README.txt":
                info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
            packed = trick == "bomb" and name == "README.txt"
            archive.writestr(info, bytes(50 << 20) if packed else data, zipfile.ZIP_DEFLATED if packed else 0)
        if trick == "twice":
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr("README.txt", b"another")
    if trick == "declared":
        whole = bytearray(path.read_bytes())
        place = whole.rindex(b"PK\x01\x02", 0, whole.rindex(b"README.txt"))
        whole[place + 24 : place + 28] = (0xFFFFFFF0).to_bytes(4, "little")
        path.write_bytes(whole)
    with refusal(target, IntegrityFailure) as error:
        target.import_case(path)
    assert "trick.zip" in str(error.value)


@pytest.mark.parametrize(
    ("key", "value", "kind", "said"),
    [
        ("schema", "discern.disclosure/1", UsageError, "is no bundle of a case"),
        ("schema", 7, UsageError, "is no bundle of a case"),
        ("schema", "discern.case/2", UsageError, "newer version"),
        ("database", "9999", UsageError, "newer version"),
        ("case", {"case_id": "1"}, IntegrityFailure, "makes no sense"),
        ("log", None, IntegrityFailure, "makes no sense"),
        ("left_behind", [7], IntegrityFailure, "makes no sense"),
        ("log", {"entries": 3, "in_full": 3, "head": "0" * 64}, IntegrityFailure, "audit log"),
        ("case", {"case_id": 999}, IntegrityFailure, "not in it"),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(
    target: Workspace,
    sent: Sent,
    tmp_path: Path,
    key: str,
    value: object,
    kind: type[DiscernError],
    said: str,
) -> None:
    path = forged(unpacked(sent.bundle), tmp_path / "m.zip", lambda manifest: manifest.update({key: value}))
    with refusal(target, kind) as error:
        target.import_case(path)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("cases", put("status", "solved"), "make no sense"),
        ("cases", put("title", "\u202egnp.exe"), "must not hold the character"),
        ("cases", lambda rows: rows.append(dict(rows[0])), "2 cases"),
        ("cases", lambda rows: rows.clear(), "0 cases"),
        ("faces", put("box_x", float("nan")), "NaN is no number"),
        ("faces", put("picture_id", 4711), "number 4711 of table pictures"),
        ("faces", put("embedding", base64.b64encode(bytes(16)).decode()), "damaged embedding"),
        ("faces", put("landmarks", "AAAA"), "landmarks"),
        ("faces", put("id", 1 << 70), "holds something else"),
        ("face_crops", put("png", base64.b64encode(b"no picture").decode()), "holds no picture"),
        ("pictures", put("nobody", 1), "'nobody'"),
        ("pictures", put("created", "yesterday"), "makes no sense"),
        ("pictures", lambda rows: rows[-1].update(sha256="0" * 64), "is missing"),
        ("pictures", lambda rows: rows[0].update(parent_id=rows[-1]["id"]), "pictures"),
        ("searches", put("picture_sha256", "../../x"), "is missing"),
        ("searches", put("gallery_size", 7), "disagree on 'gallery_size'"),
        ("searches", put("conditions", "[1]"), "makes no sense"),
        ("searches", lambda rows: rows.pop(), "table searches"),
        ("candidates", put("similarity", 0.999), "disagree on the candidates"),
        ("candidates", lambda rows: rows.append(dict(rows[0])), "make no sense together"),
        ("judgements", put("conclusion", "same person"), "make no sense"),
        ("judgements", put("note", "He did it."), "not one that the log tells of"),
        ("judgements", put("examiner", "Somebody else"), "not one that the log tells of"),
    ],
)
def test_rows_that_make_no_sense_or_contradict_the_log_are_refused(
    target: Workspace,
    sent: Sent,
    tmp_path: Path,
    table: str,
    change: Callable[[list[dict[str, Any]]], object],
    said: str,
) -> None:
    files = unpacked(sent.bundle)
    of_rows(table, change)(files)
    with refusal(target, IntegrityFailure) as error:
        target.import_case(forged(files, tmp_path / "rows.zip"))
    assert said in str(error.value)


def withhold(files: Files) -> None:
    """Take the last search out with all that belongs to it."""
    gone = json.loads(files["rows/searches.jsonl"].splitlines()[-1])["id"]
    tables = ("probe_crops", "search_maps", "search_probes", "candidates", "judgements", "candidate_verdicts")
    for table in ("searches", *tables):
        key = "id" if table == "searches" else "search_id"
        name = f"rows/{table}.jsonl"
        kept = [line for line in files[name].splitlines() if json.loads(line)[key] != gone]
        files[name] = b"".join(line + b"\n" for line in kept)


def change_an_entry(files: Files) -> None:
    lines = files["audit/log.jsonl"].splitlines(keepends=True)
    place = next(place for place, line in enumerate(lines) if b'"comparison.judge"' in line)
    lines[place] = lines[place].replace(b"comparison.judge", b"comparison.fudge")
    files["audit/log.jsonl"] = b"".join(lines)


def damage_candidates(files: Files) -> None:
    name = next(one for one in files if one.startswith("candidates/"))
    files[name] = files[name].replace(b'"rank": 2', b'"rank": 3', 1)


def damage_card(files: Files) -> None:
    name = next(one for one in files if one.startswith("models/"))
    files[name] = b"{}"


def add_a_log_of_nobody(files: Files) -> None:
    files[f"earlier/{hashlib.sha256(b'{}').hexdigest()}.json"] = b"{}"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (withhold, "is withheld"),
        (change_an_entry, "was changed after it was written"),
        (damage_candidates, "makes no sense"),
        (damage_card, "makes no sense"),
        (add_a_log_of_nobody, "is not what its name says"),
        (lambda files: files.update({"audit/log.jsonl": b"[]\n"}), "audit log cannot be understood"),
        (lambda files: files.update({"rows/faces.jsonl": b"\xff\n"}), "Line 1 of the file rows/faces.jsonl"),
    ],
)
def test_logs_and_files_that_contradict_each_other_are_refused(
    target: Workspace, sent: Sent, tmp_path: Path, change: Change, said: str
) -> None:
    files = unpacked(sent.bundle)
    change(files)
    with refusal(target, IntegrityFailure) as error:
        target.import_case(forged(files, tmp_path / "forged.zip"))
    assert said in str(error.value)
