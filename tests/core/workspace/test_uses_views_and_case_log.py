"""Who used the workspace when, who looked at what, and what of the log an examiner may read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.settings import load_settings
from core.storage import audit
from core.types import CaseStatus, Conclusion, Suitability, UseEnd, Verdict
from core.workspace import Workspace
from tests.core.stored_search import NAMES, SIMILARITIES, store_search


@pytest.fixture
def case(workspace: Workspace) -> int:
    workspace.sign_in("Ada")
    return workspace.new_case("Blind").case_id


@pytest.fixture
def search(workspace: Workspace, case: int) -> int:
    return store_search(workspace.directory, case)


def named(workspace: Workspace, action: str) -> list[tuple[str, dict[str, object]]]:
    return [
        (one.operator, json.loads(one.details)) for one in workspace.audit_entries() if one.action == action
    ]


def test_a_use_has_a_start_and_an_end_that_name_each_other(workspace: Workspace) -> None:
    workspace.begin_use("discern search")
    workspace.end_use(UseEnd.CANCELLED)
    start, end = workspace.audit_entries()
    assert json.loads(start.details)["galleries"] == []
    assert json.loads(end.details) == {"outcome": "cancelled", "start": start.sequence}
    (use,) = workspace.uses()
    assert (use.what, use.end, use.first, use.last) == ("discern search", UseEnd.CANCELLED, 1, 2)


def test_a_use_that_stopped_without_a_word_is_noted_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "SESSION", "a" * 32)
    crashed = Workspace.open(tmp_path / "w")
    crashed.begin_use("discern case add")
    monkeypatch.setattr(audit, "SESSION", "b" * 32)
    with Workspace.open(tmp_path / "w") as another:
        another.begin_use("discern search")
        assert named(another, "use.lost") == [], "it still goes on"
        another.end_use()
    crashed.close()
    monkeypatch.setattr(audit, "SESSION", "c" * 32)
    with Workspace.open(tmp_path / "w") as third:
        third.sign_in("Ada")
        third.sign_out()
        assert [details["start"] for _, details in named(third, "use.lost")] == [1]
        assert [use.end for use in third.uses()] == [UseEnd.LOST, UseEnd.DONE, UseEnd.DONE]
        assert third.verify() == ()
    assert not list((tmp_path / "w" / "uses").iterdir())


def test_a_look_is_logged_once_for_each_examiner_thing_and_session(workspace: Workspace, search: int) -> None:
    for _ in range(3):
        workspace.search_view(search)
        workspace.comparison_view(search, 2)
    workspace.comparison_view(search, 1)
    assert [details["rank"] for _, details in named(workspace, "comparison.view")] == [2, 1]
    assert len(named(workspace, "search.view")) == 1
    workspace.sign_in("Ben")
    workspace.search_view(search)
    assert [who for who, _ in named(workspace, "search.view")] == ["Ada", "Ben"]
    with Workspace.open(workspace.directory) as later:
        later.sign_in("Ben")
        later.search_view(search)
        assert len(named(later, "search.view")) == 3


def test_judgements_and_verdicts_are_anchored_at_once(workspace: Workspace, case: int, search: int) -> None:
    settings = load_settings().replace("audit", anchor="../anchor.jsonl")
    anchor = workspace.directory.parent / "anchor.jsonl"
    with Workspace.open(workspace.directory, settings) as opened:
        opened.sign_in("Ada")
        acts: tuple[Callable[[], object], ...] = (
            lambda: opened.judge_probe(search, Suitability.LIMITED),
            lambda: opened.judge_comparison(search, 1, Conclusion.SAME),
            lambda: opened.set_verdict(search, 3, Verdict.SHORTLISTED),
            lambda: opened.set_nobody_suitable(search, True),
        )
        for number, act in enumerate(acts, start=1):
            act()
            lines = anchor.read_text().splitlines()
            assert len(lines) == number
            held = {one.sequence: one.entry_hash for one in opened.audit_entries()}
            head = json.loads(lines[-1])
            assert held[head["sequence"]] == head["entry_hash"]
        opened.sign_out()
        assert len(anchor.read_text().splitlines()) == 5
        assert not [one for one in opened.verify() if "anchor" in one or "log" in one]


def test_the_log_shows_nobody_what_is_hidden_from_them(workspace: Workspace, case: int, search: int) -> None:
    workspace.judge_probe(search, Suitability.LIMITED, note="Ada's opinion")
    workspace.judge_comparison(search, 1, Conclusion.SAME)
    workspace.set_verdict(search, 3, Verdict.SHORTLISTED)
    workspace.set_verdict(search, 2, Verdict.REJECTED)
    assert not any(one.redacted for one in workspace.audit_entries())
    workspace.set_case_status(case, CaseStatus.IN_VERIFICATION, "second opinion")
    workspace.sign_in("Ben")
    for entries in (workspace.audit_entries(), workspace.case_log(case)):
        told = [json.loads(one.details) for one in entries if one.redacted]
        assert all(set(one) <= {"search_id", "judgement_id", "second", "hidden", "withheld"} for one in told)
        assert not any(name in repr(entries) for name in NAMES)
        withheld = [one.action for one in entries if one.redacted]
        assert withheld == ["probe.judge", "comparison.judge", "candidate.verdict", "candidate.verdict"]
    assert all("verdict" not in json.loads(step.details) for step in workspace.steps(case))
    for rank in (1, 3):
        workspace.judge_comparison(search, rank, Conclusion.SAME)
    assert not any(one.redacted for one in workspace.case_log(case)), "all is compared"
    assert "second opinion" in [one.reason for one in workspace.case_log(case)]


def test_similarities_in_the_log_are_hidden_until_the_probe_is_judged(
    workspace: Workspace, case: int
) -> None:
    key = store_search(workspace.directory, case)
    with workspace._database.write() as session:
        shown = {"search_id": key, "case_id": case, "gallery_size": 40}
        hidden = {"candidates": [{"subject_id": 11, "similarity": f"{SIMILARITIES[0]:.9f}"}]}
        audit.append(session, "Ada", "search.run", shown | hidden)
    entry = workspace.audit_entries(limit=1)[0]
    assert json.loads(entry.details) == shown | {"withheld": ["candidates"]}
    workspace.judge_probe(key, Suitability.LIMITED)
    (told,) = [one for one in workspace.audit_entries() if one.entry_hash == entry.entry_hash]
    assert "0.731100000" in told.details


def test_the_log_of_a_case_is_of_that_case_alone(workspace: Workspace, case: int, search: int) -> None:
    other = workspace.new_case("Another").case_id
    workspace.edit_case(other, notes="not this one")
    workspace.open_case(case)
    found = [(one.action, json.loads(one.details)) for one in workspace.case_log(case)]
    assert [action for action, _ in found] == ["case.create", "search.run", "case.open"]
    (use,) = workspace.uses(case)
    assert (use.examiner, use.what, use.end) == ("Ada", "desk", UseEnd.OPEN)


def test_why_something_was_undone_is_in_the_log(workspace: Workspace, case: int) -> None:
    workspace.edit_case(case, notes="a slip")
    workspace.undo(case, "typed into the wrong case")
    assert workspace.case_log(case)[-1].reason == "typed into the wrong case"
