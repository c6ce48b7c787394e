"""What is written of a case, where it stands, and what a closed case refuses."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from core.errors import Conflict, NotFound, UsageError
from core.types import CaseStatus, FaceState
from core.workspace import Workspace

OPEN, VERIFIED, CLOSED, ARCHIVED = (
    CaseStatus.OPEN,
    CaseStatus.IN_VERIFICATION,
    CaseStatus.CLOSED,
    CaseStatus.ARCHIVED,
)


@pytest.fixture
def case_id(workspace: Workspace) -> int:
    return workspace.new_case("Till robbery", "R7", "The court", "first").case_id


def logged(workspace: Workspace, action: str) -> list[dict[str, object]]:
    entries = [entry for entry in workspace.audit_entries() if entry.action == action]
    reasons = [{"reason": entry.reason} if entry.reason else {} for entry in entries]
    return [json.loads(entry.details) | reason for entry, reason in zip(entries, reasons, strict=True)]


def test_an_edit_changes_what_is_given_and_can_be_undone(workspace: Workspace, case_id: int) -> None:
    edited = workspace.edit_case(case_id, notes="second", reference="R8")
    assert (edited.title, edited.reference, edited.authority, edited.notes) == (
        "Till robbery",
        "R8",
        "The court",
        "second",
    )
    workspace.undo(case_id)
    assert workspace.case(case_id).notes == "first"
    assert workspace.case(case_id).reference == "R7"
    workspace.redo(case_id)
    assert workspace.case(case_id) == edited
    assert logged(workspace, "case.edit") == [{"case_id": case_id, "notes": "second", "reference": "R8"}]


def test_an_edit_that_changes_nothing_is_no_step(workspace: Workspace, case_id: int) -> None:
    workspace.edit_case(case_id, title="Till robbery", reference="R7")
    assert workspace.steps(case_id) == ()


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"title": "  "}, UsageError),
        ({"title": "two\nlines"}, UsageError),
        ({"reference": "taken"}, Conflict),
    ],
)
def test_an_edit_that_is_refused_changes_nothing(
    workspace: Workspace, case_id: int, change: dict[str, str], failure: type[Exception]
) -> None:
    workspace.new_case("Another", "taken")
    with pytest.raises(failure):
        workspace.edit_case(case_id, notes="second", **change)
    assert workspace.case(case_id).notes == "first"


@pytest.mark.parametrize(
    ("way", "reason", "failure"),
    [
        ([VERIFIED, CLOSED, ARCHIVED, OPEN], "new footage", None),
        ([CLOSED, OPEN], "new footage", None),
        ([VERIFIED, OPEN], "", None),
        ([CLOSED, OPEN], "  ", UsageError),
        ([CLOSED, ARCHIVED, OPEN], "", UsageError),
        ([ARCHIVED], "done", Conflict),
        ([OPEN], "again", Conflict),
        ([CLOSED, VERIFIED], "again", Conflict),
        ([CLOSED, ARCHIVED, CLOSED], "again", Conflict),
    ],
)
def test_a_case_moves_along_the_allowed_ways_only(
    workspace: Workspace,
    case_id: int,
    way: list[CaseStatus],
    reason: str,
    failure: type[Exception] | None,
) -> None:
    for status in way[:-1]:
        assert workspace.set_case_status(case_id, status).status is status
    if failure is None:
        assert workspace.set_case_status(case_id, way[-1], reason).status is way[-1]
        last = logged(workspace, "case.status")[-1]
        assert (last["to"], last.get("reason", "")) == (way[-1].value, reason.strip())
    else:
        before = workspace.case(case_id)
        with pytest.raises(failure):
            workspace.set_case_status(case_id, way[-1], reason)
        assert workspace.case(case_id) == before


CHANGES: dict[str, Callable[[Workspace, int], object]] = {
    "edit": lambda workspace, case_id: workspace.edit_case(case_id, notes="late"),
    "blind": lambda workspace, case_id: workspace.set_case_blind(case_id, False, "review"),
    "add": lambda workspace, case_id: list(workspace.keep_analyses(case_id, ())),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("way", [[CLOSED], [CLOSED, ARCHIVED]], ids=["closed", "archived"])
def test_a_closed_case_refuses_changes_until_it_is_opened_again(
    workspace: Workspace, case_id: int, way: list[CaseStatus], change: str
) -> None:
    for status in way:
        workspace.set_case_status(case_id, status)
    before = workspace.case(case_id)
    with pytest.raises(Conflict, match="until it is opened again"):
        CHANGES[change](workspace, case_id)
    assert workspace.case(case_id) == before
    workspace.set_case_status(case_id, OPEN, "new footage")
    CHANGES[change](workspace, case_id)


def test_blind_examination_is_on_and_takes_a_reason_to_switch_off(workspace: Workspace, case_id: int) -> None:
    assert workspace.case(case_id).blind
    with pytest.raises(UsageError):
        workspace.set_case_blind(case_id, False, " ")
    assert not workspace.set_case_blind(case_id, False, "a review").blind
    assert workspace.set_case_blind(case_id, True, "").blind
    assert [entry["blind"] for entry in logged(workspace, "case.blind")] == [False, True]


def test_a_place_is_remembered_without_a_step_or_an_entry(workspace: Workspace, case_id: int) -> None:
    workspace.edit_case(case_id, notes="second")
    entries = len(workspace.audit_entries())
    workspace.keep_place(case_id, "analyse/picture 3")
    assert workspace.case(case_id).place == "analyse/picture 3"
    assert len(workspace.audit_entries()) == entries
    workspace.undo(case_id)
    assert workspace.case(case_id).place == "analyse/picture 3"


def test_opening_a_case_is_noted(workspace: Workspace, case_id: int) -> None:
    assert workspace.case(case_id).opened is None
    first = workspace.open_case(case_id).opened
    assert first is not None
    second = workspace.open_case(case_id).opened
    assert second is not None
    assert second >= first
    assert logged(workspace, "case.open") == [{"case_id": case_id}] * 2


def test_a_case_that_does_not_exist_is_told(workspace: Workspace) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: workspace.open_case(7),
        lambda: workspace.keep_place(7, ""),
        lambda: workspace.edit_case(7, title="x"),
        lambda: workspace.set_case_status(7, CLOSED),
        lambda: workspace.set_case_blind(7, True, ""),
        lambda: workspace.case_pictures(7),
        lambda: workspace.case_faces(7),
        lambda: list(workspace.keep_analyses(7, ())),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()
    with pytest.raises(NotFound):
        workspace.set_face_states([7], FaceState.IGNORED)
