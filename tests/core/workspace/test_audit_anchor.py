"""The anchor of the audit log: what it remembers, and what it finds."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import UsageError
from core.settings import load_settings
from core.workspace import Workspace
from core.workspace.anchor import append_head

TRIGGERS = ("audit_log_no_update", "audit_log_no_delete", "audit_log_no_gap")


@pytest.fixture
def anchor(tmp_path: Path, workspace: Workspace) -> Path:
    """An anchor with the heads of a log after its entries 1, 2, 4 and 5, of five."""
    path = tmp_path / "anchor.jsonl"
    for number in range(1, 6):
        workspace.new_case(f"Case {number}")
        (entry,) = workspace.audit_entries(limit=1)
        assert entry.sequence == number
        if number != 3:
            append_head(path, entry)
    return path


def tamper(workspace: Workspace, *statements: str) -> None:
    with closing(sqlite3.connect(workspace.directory / "discern.db")) as file, file:
        for trigger in TRIGGERS:
            file.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            file.execute(statement)


def cut_after(workspace: Workspace, last: int) -> None:
    """Leave out the end of the log as somebody would who knows of its counter."""
    tamper(
        workspace,
        f"DELETE FROM audit_log WHERE sequence > {last}",
        f"UPDATE counters SET value = {last} WHERE name = 'audit'",
    )


def test_a_log_that_only_grew_agrees_with_its_anchor(workspace: Workspace, anchor: Path) -> None:
    assert workspace.verify(anchor) == ()
    workspace.new_case("One more")
    assert workspace.verify(anchor) == ()
    lines = [json.loads(line) for line in anchor.read_text().splitlines()]
    assert [line["sequence"] for line in lines] == [1, 2, 4, 5]
    assert lines[-1]["entry_hash"] == workspace.audit_entries()[4].entry_hash
    assert anchor.stat().st_mode & 0o777 == 0o600


def test_a_truncated_log_is_found_against_the_anchor_and_not_without(
    workspace: Workspace, anchor: Path
) -> None:
    cut_after(workspace, 3)
    assert workspace.verify() == ()
    (problem,) = workspace.verify(anchor)
    assert problem.startswith("Entry 4 of the audit log, of ")
    assert "is missing" in problem
    assert problem.endswith("but the log was cut short after entry 3; entry 2 is the last that agrees.")


def test_a_log_that_was_cut_and_went_on_is_found(workspace: Workspace, anchor: Path) -> None:
    cut_after(workspace, 3)
    for number in range(4):
        workspace.new_case(f"Another {number}")
    (problem,) = workspace.verify(anchor)
    assert problem.startswith("Entry 4 of the audit log is not the one of ")
    assert problem.endswith("the log was rewritten; entry 2 is the last that agrees.")


def test_another_workspace_does_not_agree_from_its_first_entry_on(tmp_path: Path, anchor: Path) -> None:
    with Workspace.open(tmp_path / "another") as another:
        another.new_case("Case 1")
        (problem,) = another.verify(anchor)
    assert problem.startswith("Entry 1 of the audit log is not the one of ")
    assert problem.endswith("no entry before it was noted.")


def test_what_a_crash_left_of_a_line_costs_that_line_and_no_other(workspace: Workspace, anchor: Path) -> None:
    anchor.write_bytes(anchor.read_bytes()[:-20])
    workspace.new_case("One more")
    append_head(anchor, workspace.audit_entries(limit=1)[0])
    assert json.loads(anchor.read_text().splitlines()[-1])["sequence"] == 6
    assert workspace.verify(anchor) == (
        f"Line 4 of the anchor {anchor} says nothing that can be understood.",
    )


@pytest.mark.parametrize("line", ["[]", "7", '{"sequence": "x"}', '{"sequence": 1e400}', '{"sequence": -1}'])
def test_a_line_that_says_nothing_is_named(workspace: Workspace, anchor: Path, line: str) -> None:
    with anchor.open("a") as file:
        file.write(line + "\n")
    (problem,) = workspace.verify(anchor)
    assert problem.startswith(f"Line 5 of the anchor {anchor} says nothing")


def test_an_anchor_that_is_not_there_is_a_problem(workspace: Workspace, tmp_path: Path) -> None:
    (problem,) = workspace.verify(tmp_path / "gone")
    assert problem == f"The anchor {tmp_path / 'gone'} cannot be read: No such file or directory."


def anchored(populated: Workspace, anchor: str) -> Workspace:
    settings = load_settings().replace("audit", anchor=anchor)
    return Workspace.open(populated.directory, settings)


def test_each_search_report_and_pack_notes_the_head_where_the_settings_say(
    populated: Workspace, astronaut: Path, tmp_path: Path
) -> None:
    with anchored(populated, "../anchor.jsonl") as opened:
        (found,) = opened.search_paths([astronaut])
        assert found.search is not None
        heads = [opened.audit_head()]
        opened.report(found.search.search_id, tmp_path / "report")
        heads.append(opened.audit_head())
        opened.disclose(tmp_path / "pack.zip", search_id=found.search.search_id)
        heads.append(opened.audit_head())
        lines = (populated.directory.parent / "anchor.jsonl").read_text().splitlines()
        assert [json.loads(line)["entry_hash"] for line in lines] == heads
        assert opened.verify() == ()
        cut_after(opened, len(opened.audit_entries()) - 1)
        (problem,) = opened.verify()
        assert "is missing" in problem


@pytest.mark.parametrize(
    ("name", "words"),
    [("..", "could not be noted in the anchor"), ("anchor.jsonl", "lies inside the workspace")],
)
def test_an_anchor_that_cannot_be_written_is_one_warning_and_no_lost_search(
    populated: Workspace, astronaut: Path, caplog: pytest.LogCaptureFixture, name: str, words: str
) -> None:
    with anchored(populated, name) as opened:
        (found,) = opened.search_paths([astronaut])
        assert found.search is not None
        assert opened.search_record(found.search.search_id).result.candidates
    (warning,) = (record.getMessage() for record in caplog.records if record.levelname == "WARNING")
    assert words in warning
    assert not (populated.directory / "anchor.jsonl").exists()


def test_an_anchor_of_the_wrong_kind_is_refused_when_the_settings_are_read(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[audit]\nanchor = 3\n")
    with pytest.raises(UsageError, match=r"audit\.anchor must be a str"):
        load_settings(tmp_path / "settings.toml")
