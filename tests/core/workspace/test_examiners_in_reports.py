"""What the report will say of examiners, asked of a workspace."""

from __future__ import annotations

import pytest

from core.errors import NotFound, UsageError
from core.reporting import examiner_wording as words
from core.types import CaseStatus, Conclusion, Suitability, Verdict
from core.workspace import ExaminersPart, Workspace
from tests.core.stored_search import store_search


def test_the_part_is_hidden_with_the_candidates_and_tells_everything_afterwards(workspace: Workspace) -> None:
    workspace.sign_in("Ada")
    case = workspace.new_case("Blind").case_id
    search = store_search(workspace.directory, case)
    with pytest.raises(UsageError, match="hidden until you have judged the probe"):
        workspace.examiners_part(search)
    workspace.judge_probe(search, Suitability.LIMITED)
    workspace.judge_comparison(search, 3, Conclusion.SAME)
    workspace.set_verdict(search, 3, Verdict.SHORTLISTED)
    workspace.set_case_status(case, CaseStatus.IN_VERIFICATION)
    workspace.sign_in("Ben")
    with pytest.raises(UsageError, match="hidden until"):
        workspace.examiners_part(search)
    workspace.judge_comparison(search, 3, Conclusion.DIFFERENT)
    part = workspace.examiners_part(search)
    assert part.disagreements == (
        "The examiners disagree on candidate 3: Ada says “Support for one person”; "
        "Ben says “Support for two persons”.",
    )
    assert [one.title for one in part.statements] == [
        "The probe, first examiner",
        "Candidate of rank 3, first examiner",
        "Candidate of rank 3, second examiner",
    ]
    assert part.verdicts[0][1].startswith("Shortlisted on ")
    assert part.verdicts[0][1].endswith(" by Ada, subject Cy Dahl")
    assert words.NOBODY_SUITABLE not in part.opening
    workspace.set_nobody_suitable(search, True)
    assert words.NOBODY_SUITABLE in workspace.examiners_part(search).opening


def test_a_search_that_nobody_judged_is_said_to_be_so_and_none_is_not_found(workspace: Workspace) -> None:
    search = store_search(workspace.directory, None)
    assert workspace.examiners_part(search) == ExaminersPart((words.NOTHING,))
    with pytest.raises(NotFound):
        workspace.examiners_part(search + 1)
