from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from core.storage.audit import GENESIS, append, canonical_json, entries, head, problems
from core.storage.database import Database

TRIGGERS = ("audit_log_no_update", "audit_log_no_delete", "audit_log_no_gap")


@pytest.fixture
def log(database: Database) -> Database:
    for i in range(5):
        with database.write() as session:
            append(session, "Zoë", "subject.enrol", {"subject": f"n {i}", "ri": 0.1 * i, "why": None})
    return database


def tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as file, file:
        for trigger in TRIGGERS:
            file.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            file.execute(statement)


def test_an_untouched_log_has_no_problems(log: Database) -> None:
    with log.read() as session:
        assert problems(session) == ()


def test_an_empty_log_has_no_problems_and_the_head_of_none(database: Database) -> None:
    with database.read() as session:
        assert problems(session) == ()
        assert head(session) == GENESIS
        assert entries(session) == ()


def test_a_stranger_recomputes_every_hash_with_the_standard_library(log: Database, path: Path) -> None:
    columns = ("sequence", "created", "operator", "action", "details", "previous_hash", "entry_hash")
    columns = (*columns, "reason", "session", "monotonic_ns")
    previous = "0" * 64
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute(f"SELECT {', '.join(columns)} FROM audit_log ORDER BY sequence").fetchall()
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5]
    for row in rows:
        body = dict(zip(columns, row, strict=True))
        stored = body.pop("entry_hash")
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(text.encode("utf-8")).hexdigest() == stored
        assert body["previous_hash"] == previous
        previous = stored
    with log.read() as session:
        assert head(session) == previous


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE audit_log SET details = '{}' WHERE sequence = 3", "Entry 3 of the audit log was changed"),
        ("UPDATE audit_log SET operator = 'Eve' WHERE sequence = 1", "Entry 1 of the audit log was changed"),
        ("UPDATE audit_log SET created = '2020' WHERE sequence = 5", "Entry 5 of the audit log was changed"),
        (
            "UPDATE audit_log SET entry_hash = previous_hash WHERE sequence = 2",
            "Entry 2 of the audit log was",
        ),
        ("DELETE FROM audit_log WHERE sequence = 1", "Entry 1 of the audit log is missing"),
        ("DELETE FROM audit_log WHERE sequence = 4", "Entry 4 of the audit log is missing"),
        ("DELETE FROM audit_log WHERE sequence = 5", "Entry 5 of the audit log is missing: the log was cut"),
        ("DELETE FROM audit_log", "Entry 1 of the audit log is missing: the log was cut short"),
        (
            "INSERT INTO audit_log SELECT 6, created, operator, action, details, previous_hash, entry_hash, "
            "reason, session, monotonic_ns FROM audit_log WHERE sequence = 5",
            "Entry 6 of the audit log does not follow",
        ),
    ],
)
def test_tampering_is_noticed_and_the_first_bad_entry_named(
    log: Database, path: Path, statement: str, sentence: str
) -> None:
    tamper(path, statement)
    with log.read() as session:
        (problem,) = problems(session)
    assert problem.startswith(sentence)


def test_exchanged_entries_are_noticed(log: Database, path: Path) -> None:
    tamper(
        path,
        "UPDATE audit_log SET sequence = 99 WHERE sequence = 2",
        "UPDATE audit_log SET sequence = 2 WHERE sequence = 3",
        "UPDATE audit_log SET sequence = 3 WHERE sequence = 99",
    )
    with log.read() as session:
        assert problems(session) == ("Entry 2 of the audit log does not follow on the entry before it.",)


def test_an_entry_removed_from_the_middle_and_renumbered_is_noticed(log: Database, path: Path) -> None:
    tamper(
        path,
        "DELETE FROM audit_log WHERE sequence = 2",
        "UPDATE audit_log SET sequence = sequence - 1 WHERE sequence > 2",
    )
    with log.read() as session:
        assert problems(session) == ("Entry 2 of the audit log does not follow on the entry before it.",)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET operator = 'Eve'",
        "DELETE FROM audit_log",
        "INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log WHERE sequence = 2",
        "INSERT INTO audit_log VALUES (9, '', '', '', '', '', '', '', '', 9)",
    ],
)
def test_the_database_itself_forbids_to_change_the_log(log: Database, path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as file, pytest.raises(sqlite3.IntegrityError, match="audit log"):
        file.execute(statement)
    with log.read() as session:
        assert problems(session) == ()


def test_the_program_cannot_change_the_log_either(log: Database) -> None:
    with pytest.raises(IntegrityError, match="append-only"), log.write() as session:
        session.connection().exec_driver_sql("UPDATE audit_log SET action = 'x'")


def test_an_entry_of_a_transaction_that_failed_leaves_no_gap(log: Database) -> None:
    with pytest.raises(ZeroDivisionError), log.write() as session:
        append(session, "a", "b.c", {}).sequence / 0
    with log.write() as session:
        assert append(session, "a", "b.c", {}).sequence == 6
    with log.read() as session:
        assert problems(session) == ()


def test_entries_are_given_oldest_first_from_a_place_and_the_latest_of_them(log: Database) -> None:
    with log.read() as session:
        assert [one.sequence for one in entries(session)] == [1, 2, 3, 4, 5]
        assert [one.sequence for one in entries(session, after=3)] == [4, 5]
        assert [one.sequence for one in entries(session, limit=2)] == [4, 5]
        assert entries(session)[2].details == '{"ri":0.2,"subject":"n 2","why":null}'


def test_two_writings_of_one_text_have_one_hash() -> None:
    assert canonical_json({"b": "e\u0301", "a": (1, True)}) == '{"a":[1,true],"b":"\u00e9"}'


def test_a_path_that_is_no_utf_8_can_be_logged(database: Database) -> None:
    with database.write() as session:
        assert append(session, "a", "b.c", {"path": "x\udcff"}).details == '{"path":"x\\\\udcff"}'
    with database.read() as session:
        assert problems(session) == ()


@pytest.mark.parametrize(("value", "error"), [(float("nan"), ValueError), (object(), TypeError)])
def test_what_has_no_canonical_form_is_refused(value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        canonical_json({"x": value})


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    )
)
def test_canonical_json_is_its_own_canonical_form(value: object) -> None:
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text
