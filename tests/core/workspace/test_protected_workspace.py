"""A whole examination in an encrypted workspace: it works like a plain one, and its disk tells nothing."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import Conflict, PassphraseRefused, UsageError
from core.storage.protection import keys as keys_module
from core.types import Suitability
from core.workspace import EnrolmentItem, Workspace, is_protected

PASSPHRASE = "correct horse battery staple"
OTHER = "another one of five words"
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\x00\x10JFIF", b"IHDR", b"SQLite format 3", b"DISCERNX")
NAMES = ("Eileen Collins", "stranger 3", "Secret title", "astronaut.png", "Ada Examiner", "a private remark")


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive keys fast; what is tested does not depend on the cost."""
    monkeypatch.setattr(keys_module, "N", 1 << 4)


def examine(workspace: Workspace, astronaut: Path, strangers: tuple[EnrolmentItem, ...]) -> int:
    """Enrol three people, take a picture in, search for its face and judge; return the search."""
    workspace.sign_in("Ada Examiner")
    items = (EnrolmentItem("Eileen Collins", astronaut), strangers[3], strangers[4])
    assert [one.status.value for one in workspace.enroll(items)] == ["enrolled"] * 3
    case = workspace.new_case("Secret title", notes="a private remark")
    analysis = workspace.analyze(workspace.read_still(astronaut))
    workspace.keep_analysis(case.case_id, analysis, thumbnail=b"\x89PNG\r\n\x1a\n small IHDR")
    assert analysis.image is not None
    found = workspace.search(analysis.image, analysis.assessed[0], case_id=case.case_id)
    workspace.judge_probe(found.search_id, Suitability.SUITABLE, note="a private remark")
    return found.search_id


@pytest.fixture(scope="module")
def examined_once(
    tmp_path_factory: pytest.TempPathFactory, astronaut: Path, strangers: tuple[EnrolmentItem, ...]
) -> tuple[Path, int]:
    """The directory of a closed workspace that was encrypted while it was empty, and a search in it."""
    directory = tmp_path_factory.mktemp("examined") / "workspace"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keys_module, "N", 1 << 4)
        with Workspace.open(directory) as opened:
            opened.protect(PASSPHRASE)
            search_id = examine(opened, astronaut, strangers)
            check_that_nothing_is_told(opened, astronaut)
    return directory, search_id


@pytest.fixture
def examined(examined_once: tuple[Path, int]) -> Iterator[Workspace]:
    with Workspace.open(examined_once[0], passphrase=PASSPHRASE) as opened:
        yield opened


def check_that_nothing_is_told(workspace: Workspace, astronaut: Path) -> None:
    """Scan the names and bytes of all files for names, signatures, embeddings, crops and pictures."""
    secrets = [name.encode() for name in NAMES] + list(SIGNATURES) + pieces(workspace, astronaut)
    files = [path for path in workspace.directory.rglob("*") if path.is_file()]
    # What marks a program that runs lies outside and is scanned like the rest.
    assert {path.relative_to(workspace.directory).parts[0] for path in files} <= {"protected", "uses"}
    assert any(path.name.endswith("-wal") for path in files), "the log is scanned as well"
    assert any(path.suffix == ".idx" for path in files), "the index is scanned as well"
    for path in files:
        raw = path.read_bytes()
        assert not [secret for secret in secrets if secret in raw], path
    # Whoever has a picture must not find its hash, which would tell that it is in the workspace.
    known = {path.name for path in files} & set(hashes(workspace))
    assert not known


def pieces(workspace: Workspace, astronaut: Path) -> list[bytes]:
    """Return parts of every embedding and crop, and of the picture."""
    found = [astronaut.read_bytes()[1000:1048]]
    with workspace._database.read() as session:
        for query in (
            "SELECT vector FROM embeddings",
            "SELECT vector FROM templates",
            "SELECT png FROM crops",
        ):
            for (value,) in session.connection().exec_driver_sql(query):
                found += [value[100:132], value[-64:-32]]
    assert len(found) > 12
    return found


def hashes(workspace: Workspace) -> list[str]:
    with workspace._database.read() as session:
        query = "SELECT sha256 FROM evidence UNION SELECT picture_sha256 FROM searches"
        found = session.connection().exec_driver_sql(query).scalars().all()
    assert all(re.fullmatch("[0-9a-f]{64}", sha256) for sha256 in found)
    return list(found)


def test_the_disk_tells_nothing_after_the_workspace_is_closed(
    examined_once: tuple[Path, int], examined: Workspace, astronaut: Path
) -> None:
    # Opening begins a log again, so the same scan serves; the index was left by the search.
    examined.sign_in("Ada Examiner")
    check_that_nothing_is_told(examined, astronaut)


def test_what_was_found_is_there_again_and_sound(
    examined: Workspace, examined_once: tuple[Path, int], astronaut: Path
) -> None:
    assert examined.verify() == ()
    record = examined.search_record(examined_once[1])
    assert record.result.gallery_size == 3
    assert record.case_id is not None
    (picture,) = examined.case_pictures(record.case_id)
    assert examined.read_case_picture(picture.picture_id).width == 512
    image = examined.read_still(astronaut)
    again = examined.search(image, examined.analyze(image).assessed[0])
    assert again.result.candidates[0].subject == "Eileen Collins"


def test_an_index_that_was_changed_is_built_anew(examined: Workspace, astronaut: Path) -> None:
    (path,) = (examined.directory / "protected" / "index").glob("*.idx")
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)
    assert [sentence for sentence in examined.verify() if "builds it anew" in sentence]
    image = examined.read_still(astronaut)
    assert examined.search(image, examined.analyze(image).assessed[0]).result.gallery_size == 3
    assert examined.verify() == ()


def test_a_kept_picture_that_was_changed_is_named(examined: Workspace) -> None:
    path = max((examined.directory / "protected" / "files").glob("??/*"), key=lambda one: one.stat().st_size)
    sound = path.read_bytes()
    path.write_bytes(sound[:-1])
    assert examined.verify()
    path.write_bytes(sound)
    assert examined.verify() == ()


@pytest.mark.parametrize("passphrase", [None, "", "correct horse battery stapl"])
def test_without_the_passphrase_nothing_opens_and_nothing_is_changed(
    examined_once: tuple[Path, int], passphrase: str | None
) -> None:
    directory = examined_once[0]
    before = {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    with pytest.raises(PassphraseRefused):
        Workspace.open(directory, passphrase=passphrase)
    assert {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()} == before


def test_an_erasure_looks_into_what_is_encrypted(examined: Workspace) -> None:
    person = examined.subjects(text="stranger 3")[0]
    certificate = examined.erase_subject(person.subject_id, "Request 113")
    assert certificate.verified, [place for place in certificate.places if place.bad]
    assert [place.place for place in certificate.places if "protected/discern.db" in place.place]
    with examined._database.read() as session:
        (left,) = session.connection().exec_driver_sql("SELECT count(*) FROM crops").scalars()
    assert left == 2
    other = examined.subjects(text="stranger 4")[0]
    name = other.name.encode()
    examined._files.put(b"a file that somebody else put there names " + name)
    certificate = examined.erase_subject(other.subject_id, "Request 114")
    assert not certificate.verified
    assert [place.place for place in certificate.places if place.bad and "protected/files" in place.place]


def test_a_populated_workspace_is_encrypted_while_it_is_open_and_goes_on(
    populated: Workspace, astronaut: Path
) -> None:
    image = populated.read_still(astronaut)
    before = populated.search(image, populated.analyze(image).assessed[0])
    assert not populated.protected
    told = populated.protect(PASSPHRASE)
    assert populated.protected
    assert (told.encrypted, told.derivation) == (True, "scrypt with N = 16, r = 8, p = 1")
    after = populated.search(image, populated.analyze(image).assessed[0])
    assert [(one.subject, one.similarity) for one in after.result.candidates] == [
        (one.subject, one.similarity) for one in before.result.candidates
    ]
    assert populated.verify() == ()
    assert {"workspace.protect"} < {entry.action for entry in populated.audit_entries()}
    assert {path.name for path in populated.directory.iterdir()} <= {"protected", "uses"}
    with pytest.raises(Conflict, match="already"):
        populated.protect(PASSPHRASE)


def test_work_under_way_is_waited_for(workspace: Workspace) -> None:
    entered, leave, done = threading.Event(), threading.Event(), threading.Event()

    def _write() -> None:
        with workspace._database.write():
            entered.set()
            assert leave.wait(60)

    def _protect() -> None:
        workspace.protect(PASSPHRASE)
        done.set()

    writer, protector = threading.Thread(target=_write), threading.Thread(target=_protect)
    writer.start()
    assert entered.wait(60)
    protector.start()
    assert not done.is_set()
    assert not is_protected(workspace.directory)
    leave.set()
    writer.join()
    protector.join()
    assert done.is_set()
    assert workspace.new_case("After").title == "After"


def test_a_short_passphrase_changes_nothing(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="at least 12"):
        workspace.protect("short")
    assert not is_protected(workspace.directory)
    assert workspace.new_case("Still plain").title == "Still plain"
    with pytest.raises(UsageError, match="not encrypted"):
        workspace.change_passphrase(PASSPHRASE, OTHER)


def test_another_passphrase_opens_the_same_content_and_the_old_one_no_more(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w") as opened:
        opened.protect(PASSPHRASE)
        opened.new_case("Kept")
        database = (tmp_path / "w" / "protected" / "discern.db").read_bytes()[:16]
        with pytest.raises(PassphraseRefused):
            opened.change_passphrase(OTHER, OTHER)
        with pytest.raises(UsageError, match="at least 12"):
            opened.change_passphrase(PASSPHRASE, "short")
        opened.change_passphrase(PASSPHRASE, OTHER)
        assert "workspace.passphrase" in {entry.action for entry in opened.audit_entries()}
    assert (tmp_path / "w" / "protected" / "discern.db").read_bytes()[:16] == database
    with pytest.raises(PassphraseRefused):
        Workspace.open(tmp_path / "w", passphrase=PASSPHRASE)
    with Workspace.open(tmp_path / "w", passphrase=OTHER) as opened:
        assert [case.title for case in opened.cases()] == ["Kept"]
    record = json.loads((tmp_path / "w" / "protected" / "keys.json").read_bytes())
    assert {"kdf": "scrypt", "cipher": "AES-256-GCM", "format": 1}.items() <= record.items()


def test_a_plain_workspace_lies_where_it_always_did(workspace: Workspace) -> None:
    assert not workspace.protected
    assert not workspace.protection().encrypted
    assert (workspace.directory / "discern.db").read_bytes().startswith(b"SQLite format 3")
    assert not is_protected(workspace.directory)


def test_a_new_passphrase_is_never_weaker_by_a_test_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert 128 * keys_module.N * keys_module.R >= 128 << 20
    with closing(open(keys_module.__file__, encoding="utf-8")) as source:
        assert "N, R, P = 1 << 17, 8, 1" in source.read()
