from __future__ import annotations

import dataclasses
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from core.errors import Conflict, IntegrityFailure, NotFound, UsageError
from core.storage.cases import case, cases, new_case
from core.storage.database import Database
from core.storage.evidence import add_evidence, evidence, find_evidence, piece_of_evidence
from core.storage.files import FileStore
from core.storage.samples import NewSample, add_samples
from core.storage.searches import NewSearch, add_search, candidate_crop, probe_crop, search, searches
from core.storage.subjects import remove_subject
from core.types import (
    AlignmentSource,
    Band,
    BoundingBox,
    Candidate,
    CandidateList,
    CaseStatus,
    EvidenceKind,
    FrameReference,
    Fusion,
    Probe,
    Recognizability,
)

MakeSample = Callable[..., NewSample]
SHA = "5" * 64


def make_search(evidence_id: int, *, bare: bool = False, case_id: int | None = None) -> NewSearch:
    probe = Probe(
        evidence_id=evidence_id,
        path="/e/1.mp4",
        sha256=SHA,
        picture_sha256="6" * 64,
        width=640,
        height=480,
        frame=None if bare else FrameReference(0, 3003, Fraction(1, 90000), 1),
        box=BoundingBox(1, 2, 3.25, 4),
        landmarks=None if bare else np.arange(10, dtype=np.float32).reshape(5, 2),
        detector="manual",
        confidence=None,
        eye_distance_px=7.5,
        alignment=AlignmentSource.BOX,
        recognizability=Recognizability(0.31, Band.LOW, "ERS", True),
        embedding=np.array([0.6, 0.8], dtype=np.float32),
    )
    candidates = tuple(
        Candidate(rank, 0.9 - rank / 10, rank, rank, rank, f"S{rank}", "g", f"/s/{rank}", 0.5, Band.FAIR)
        for rank in (1, 2)
    )
    result = CandidateList(() if bare else candidates, 2, 7, "d" * 64, ("g", "h"), "a" * 64, Fusion.BEST)
    return NewSearch(case_id, probe, b"png of the probe", result, 20, "Zoë")


def take_in(database: Database, case_id: int | None = None) -> int:
    with database.write() as session:
        return add_evidence(session, case_id, EvidenceKind.VIDEO, "/e/1.mp4", SHA, 99, False).evidence_id


def plain(value: object) -> object:
    """A data object with its arrays as lists, so that two can be compared."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value


@pytest.mark.parametrize("bare", [False, True])
def test_a_search_is_read_back_as_it_was_kept(database: Database, bare: bool) -> None:
    new = make_search(take_in(database), bare=bare)
    with database.write() as session:
        key = add_search(session, new)
    with database.read() as session:
        found = search(session, key)
        assert probe_crop(session, key) == b"png of the probe"
        assert [plain(one) for one in searches(session)] == [plain(found)]
    assert plain(found.probe) == plain(new.probe)
    assert found.result == new.result
    assert (found.search_id, found.case_id, found.top, found.operator) == (key, None, 20, "Zoë")


def test_searches_are_listed_by_case_the_newest_first(database: Database) -> None:
    with database.write() as session:
        first, second = (new_case(session, title).case_id for title in ("one", "two"))
    piece = take_in(database)
    with database.write() as session:
        keys = [add_search(session, make_search(piece, case_id=one)) for one in (first, first, second, None)]
    with database.read() as session:
        assert [one.search_id for one in searches(session, first)] == [keys[1], keys[0]]
        assert [one.search_id for one in searches(session)] == keys[::-1]
        assert [len(one.result.candidates) for one in searches(session)] == [2, 2, 2, 2]
        assert [(one.title, one.searches) for one in cases(session)] == [("two", 1), ("one", 2)]


def test_a_candidate_outlives_its_subject_as_text_without_its_picture(
    database: Database, make_sample: MakeSample
) -> None:
    with database.write() as session:
        for name in ("S1", "S2"):
            add_samples(session, "g", name, [make_sample(name)])
    piece = take_in(database)
    with database.write() as session:
        key = add_search(session, make_search(piece))
        assert candidate_crop(session, key, 1) == b"png of S1"
    with database.write() as session:
        remove_subject(session, 1)
    with database.write() as session:
        add_samples(session, "g", "S1", [make_sample("another")])
    with database.read() as session:
        first = search(session, key).result.candidates[0]
        assert (first.rank, first.subject, first.similarity) == (1, "S1", 0.8)
        assert candidate_crop(session, key, 1) is None
        assert candidate_crop(session, key, 2) == b"png of S2"


@pytest.mark.parametrize(
    "call",
    [
        lambda session: search(session, 5),
        lambda session: probe_crop(session, 5),
        lambda session: candidate_crop(session, 5, 1),
        lambda session: case(session, 5),
        lambda session: add_search(session, make_search(5)),
        lambda session: add_evidence(session, 5, EvidenceKind.STILL, "x", SHA, 1, True),
    ],
)
def test_what_is_not_there_is_told(database: Database, call: Callable[..., object]) -> None:
    with pytest.raises(NotFound), database.write() as session:
        call(session)


def test_the_same_file_in_the_same_case_is_one_piece_of_evidence(database: Database) -> None:
    with database.write() as session:
        case_id = new_case(session, "one").case_id

        def add(case_id: int | None, path: str = "/e/1.jpg", stored: bool = False) -> int:
            piece = add_evidence(session, case_id, EvidenceKind.STILL, Path(path), SHA, 10, stored)
            return piece.evidence_id

        first = add(None)
        assert add(None, stored=True) == first
        assert add(case_id) != first
        assert add(case_id) == add(case_id)
        assert add(None, "/e/copy.jpg") not in (first, add(case_id))
        assert [one.stored for one in evidence(session)] == [True, False, False]
        assert [one.case_id for one in evidence(session, case_id)] == [case_id]


def test_a_case_is_opened_with_what_was_said_of_it(database: Database) -> None:
    with database.write() as session:
        made = new_case(session, " Door camera ", "LAB-7", "Public prosecutor", "two\nlines")
    with database.read() as session:
        assert case(session, made.case_id) == made
    assert (made.title, made.reference, made.authority) == ("Door camera", "LAB-7", "Public prosecutor")
    assert (made.notes, made.status, made.searches) == ("two\nlines", CaseStatus.OPEN, 0)


def test_a_reference_is_unique_and_an_empty_one_is_none(database: Database) -> None:
    with database.write() as session:
        new_case(session, "a", "LAB-7")
        new_case(session, "b")
        new_case(session, "c", " ")
        with pytest.raises(Conflict, match="LAB-7"):
            new_case(session, "d", "LAB-7 ")
        with pytest.raises(UsageError, match="empty"):
            new_case(session, " ")


def test_a_kept_file_is_read_back_under_its_hash(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    key = store.put(b"bytes")
    assert key == "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"
    assert store.put(b"bytes") == key
    assert store.read(key) == b"bytes"
    (file,) = (one for one in store.directory.rglob("*") if one.is_file())
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert store.directory.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("damage", [b"byteS", b"byte", b""])
def test_a_changed_file_is_not_handed_out_and_can_be_kept_anew(tmp_path: Path, damage: bytes) -> None:
    store = FileStore(tmp_path)
    key = store.put(b"bytes")
    (tmp_path / key[:2] / key).write_bytes(damage)
    with pytest.raises(IntegrityFailure, match="changed"):
        store.read(key)
    assert store.put(b"bytes") == key
    assert store.read(key) == b"bytes"


@pytest.mark.parametrize("key", ["0" * 64, "../../etc/passwd", "A" * 64, ""])
def test_a_file_that_is_not_kept_is_told(tmp_path: Path, key: str) -> None:
    with pytest.raises(NotFound):
        FileStore(tmp_path).read(key)


def test_files_that_nobody_wants_are_found_and_removed(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    keys = sorted(store.put(bytes([i])) for i in range(4))
    (tmp_path / keys[0][:2] / ".writing-x").write_bytes(b"")
    assert store.orphans(keys[:2]) == tuple(keys[2:])
    store.remove(keys[2])
    store.remove(keys[2])
    assert store.orphans(keys[:2]) == (keys[3],)


def test_evidence_is_found_by_its_key_and_by_what_makes_it_one_piece(database: Database) -> None:
    with database.write() as session:
        piece = add_evidence(session, None, EvidenceKind.STILL, "a.png", SHA, 10, True)
    with database.read() as session:
        assert piece_of_evidence(session, piece.evidence_id) == piece
        assert find_evidence(session, None, Path("a.png"), SHA) == piece
        assert find_evidence(session, None, "b.png", SHA) is None
        with pytest.raises(NotFound):
            piece_of_evidence(session, piece.evidence_id + 1)
