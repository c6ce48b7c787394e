"""The log across versions and clocks, what it tells of uses, and copies that the file store takes."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from core.errors import EvidenceChanged, IntegrityFailure, NotFound
from core.storage import audit, audit_clock
from core.storage.alive import AliveMark, is_alive
from core.storage.database import Database
from core.storage.files import FileStore
from core.storage.schema import now
from core.storage.upgrade import upgrade
from core.storage.uses import unended, uses
from core.types import UseEnd

TRIGGERS = ("audit_log_no_update", "audit_log_no_delete", "audit_log_no_gap")


def old_entries() -> list[tuple[object, ...]]:
    """Three entries as the version before wrote them: six keys, and no others, are hashed."""
    previous, rows = "0" * 64, []
    told: tuple[tuple[str, dict[str, object]], ...] = (
        ("session.start", {"before": "zoe"}),
        ("case.status", {"case_id": 1, "from": "open", "reason": "why not", "to": "closed"}),
        ("session.end", {}),
    )
    for sequence, (action, details) in enumerate(told, start=1):
        body = {
            "sequence": sequence,
            "created": f"2026-11-24T08:00:0{sequence}.000001+00:00",
            "operator": "Zoë",
            "action": action,
            "details": json.dumps(details, sort_keys=True, separators=(",", ":")),
            "previous_hash": previous,
        }
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(text.encode()).hexdigest()
        rows.append((*body.values(), previous))
    return rows


@pytest.fixture
def aged(path: Path) -> Database:
    """A database of the schema before, with its log, brought up to date."""
    path.parent.mkdir()
    engine = create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT")
    upgrade(engine, path, head="0003")
    engine.dispose()
    with closing(sqlite3.connect(path)) as file, file:
        file.executemany("INSERT INTO audit_log VALUES (?, ?, ?, ?, ?, ?, ?)", old_entries())
        file.execute("INSERT INTO counters VALUES ('audit', 3)")
    return Database.open(path)


def test_a_log_of_the_version_before_still_verifies_and_goes_on(aged: Database) -> None:
    with aged.write() as session:
        audit.append(session, "Ada", "case.open", {"case_id": 1}, "a second look")
    with aged.read() as session:
        assert audit.problems(session) == ()
        found = audit.entries(session)
    assert [one.entry_hash for one in found[:3]] == [row[-1] for row in old_entries()]
    assert [one.reason for one in found] == [None, None, None, "a second look"]
    assert found[0].session is None
    assert found[3].session == audit.SESSION
    aged.close()


def test_a_known_old_entry_has_the_hash_that_it_was_given_then(aged: Database) -> None:
    with aged.read() as session:
        first = audit.entries(session)[0]
    assert first.entry_hash == "e0a948fad6303d4e0dbbfbd1f452ce5cf65038f4357d8378baa6f4c846a99e9d"
    aged.close()


@pytest.mark.parametrize(
    "change",
    ["reason = 'another'", "session = 'f'", "monotonic_ns = 1", "reason = NULL", "monotonic_ns = NULL"],
)
def test_reason_session_and_monotonic_time_cannot_be_changed_unnoticed(
    database: Database, path: Path, change: str
) -> None:
    for number in range(3):
        with database.write() as session:
            audit.append(session, "Ada", "case.open", {"case_id": number}, "asked for")
    with closing(sqlite3.connect(path)) as file, file:
        for trigger in TRIGGERS:
            file.execute(f"DROP TRIGGER {trigger}")
        file.execute(f"UPDATE audit_log SET {change} WHERE sequence = 2")
    with database.read() as session:
        assert audit.problems(session) == ("Entry 2 of the audit log was changed after it was written.",)


def test_a_clock_that_goes_back_is_a_notice_and_no_damage(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([50_000_000_000, 52_500_000_000, 53_000_000_000])
    monkeypatch.setattr(time, "monotonic_ns", lambda: next(clock))
    instants = iter([now().replace(second=30), now().replace(second=10), now().replace(second=11)])
    monkeypatch.setattr(audit, "now", lambda: next(instants).replace(microsecond=0))
    for _ in range(3):
        with database.write() as session:
            audit.append(session, "Ada", "case.open", {})
    with database.read() as session:
        assert audit.problems(session) == ()
        (notice,) = audit_clock.clock_notices(session)
    assert notice == (
        "The clock of the machine went back by 20.000 s before entry 2 of the audit log; by the monotonic "
        "clock 2.500 s had passed since the entry before."
    )


def test_between_sessions_the_chain_alone_gives_the_order(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = now().replace(year=2030)
    with database.write() as session, monkeypatch.context() as changed:
        changed.setattr(audit, "now", lambda: later)
        audit.append(session, "Ada", "case.open", {})
    monkeypatch.setattr(audit, "SESSION", "b" * 32)
    with database.write() as session:
        audit.append(session, "Ada", "case.open", {})
    with database.read() as session:
        (notice,) = audit_clock.clock_notices(session)
    assert notice.endswith("before entry 2 of the audit log; the chain still gives the order of the entries.")


def test_uses_are_told_from_the_log_alone(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    run = {
        "search_id": 5,
        "case_id": 1,
        "probe": "/e/1.png",
        "probe_sha256": "1" * 64,
        "galleries": ["g"],
        "gallery_size": 40,
        "gallery_revision": 7,
        "gallery_digest": "d" * 64,
    }
    told = (
        ("a" * 32, "Ada", "use.start", {"what": "discern search"}),
        ("b" * 32, "Ben", "use.start", {"what": "discern case add"}),
        ("a" * 32, "Ada", "search.run", run),
        ("b" * 32, "Ben", "evidence.intake", {"evidence_id": 3, "path": "/e/2.png", "sha256": "2" * 64}),
        ("b" * 32, "Ben", "picture.analyze", {"evidence_id": 3, "picture_id": 1}),
        ("a" * 32, "Ada", "use.end", {"start": 1, "outcome": "cancelled"}),
        ("c" * 32, "Cleo", "use.lost", {"start": 2}),
        ("c" * 32, "Cleo", "session.start", {"before": "x"}),
        ("c" * 32, "Cleo", "comparison.judge", {"search_id": 5, "rank": 1}),
    )
    for run_of, operator, action, details in told:
        monkeypatch.setattr(audit, "SESSION", run_of)
        with database.write() as session:
            audit.append(session, operator, action, details)
    with database.read() as session:
        entries = audit.entries(session)
        assert list(unended(session)) == [8]
    first, second, third = uses(entries)
    assert (first.end, second.end, third.end) == (UseEnd.CANCELLED, UseEnd.LOST, UseEnd.OPEN)
    assert (first.what, third.what) == ("discern search", "desk")
    assert [(one.galleries, one.revision, one.size) for one in first.databases] == [(("g",), 7, 40)]
    assert [one.sha256 for one in first.inputs] == ["1" * 64], "what another run took in is not its input"
    assert [one.path for one in second.inputs] == ["/e/2.png"]
    assert first.verified_by == ("Cleo",)
    assert [one.first for one in uses(entries, lambda entry: entry.sequence == 4)] == [2]


def test_a_mark_is_alive_as_long_as_somebody_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "uses" / "x.alive"
    assert not is_alive(path)
    mark = AliveMark(path)
    assert is_alive(path)
    mark.release()
    assert not is_alive(path)
    path.write_bytes(b"")
    assert not is_alive(path)
    assert not path.exists(), "what a crash left is cleared away"


def test_a_file_is_copied_verified_and_read_in_pieces(tmp_path: Path) -> None:
    source, store = tmp_path / "clip.mp4", FileStore(tmp_path / "files")
    data = bytes(range(256)) * 9000
    source.write_bytes(data)
    source.chmod(0o400)
    sha256 = hashlib.sha256(data).hexdigest()
    for _ in range(2):
        store.put_file(source, sha256)
    assert b"".join(store.chunks(sha256)) == data == store.read(sha256)
    copy = store.plain_path(sha256)
    assert copy is not None
    assert copy.stat().st_mode & 0o777 == 0o600
    copy.write_bytes(data[:-1] + b"x")
    with pytest.raises(IntegrityFailure, match="changed after it was kept"):
        list(store.chunks(sha256))
    store.put_file(source, sha256)
    assert store.read(sha256) == data


def test_a_file_that_is_gone_or_another_one_is_not_kept(tmp_path: Path) -> None:
    source, store = tmp_path / "clip.mp4", FileStore(tmp_path / "files")
    with pytest.raises(IntegrityFailure, match="can no longer be read"):
        store.put_file(source, "0" * 64)
    source.write_bytes(b"other")
    with pytest.raises(EvidenceChanged):
        store.put_file(source, "0" * 64)
    assert not [path for path in store.directory.rglob("*") if path.is_file()]
    with pytest.raises(NotFound):
        list(store.chunks("0" * 64))
