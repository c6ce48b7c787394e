"""Who is at work is in the log; what they did can be taken back through the front door."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import NotFound, UsageError
from core.workspace import Workspace


def test_the_log_says_who_works_from_when_to_when(tmp_path: Path) -> None:
    with Workspace.open(tmp_path) as workspace:
        workspace.sign_in("  Ada Lovelace ")
        workspace.new_case("Till robbery")
        workspace.sign_out()
        told = [(entry.action, entry.operator) for entry in workspace.audit_entries()]
    assert told == [
        ("session.start", "Ada Lovelace"),
        ("case.create", "Ada Lovelace"),
        ("session.end", "Ada Lovelace"),
    ]


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 300])
def test_nobody_works_without_a_name(tmp_path: Path, name: str) -> None:
    with Workspace.open(tmp_path) as workspace:
        before = workspace.settings.operator
        with pytest.raises(UsageError):
            workspace.sign_in(name)
        assert workspace.settings.operator == before
        assert workspace.audit_entries() == ()


def test_a_new_workspace_has_nothing_to_undo_or_redo(tmp_path: Path) -> None:
    with Workspace.open(tmp_path) as workspace:
        assert workspace.steps() == ()
        for act in (workspace.undo, workspace.redo):
            with pytest.raises(NotFound):
                act()
