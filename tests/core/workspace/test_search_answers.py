"""What became of the searches of a case, as the examiner at work may know it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.types import Conclusion, Suitability, Verdict
from core.workspace import SearchAnswer, Workspace


@pytest.fixture
def searched(populated: Workspace, astronaut: Path) -> Workspace:
    """A workspace whose first case, examined blind, holds two searches."""
    case = populated.new_case("Till robbery")
    for _ in range(2):
        list(populated.search_paths([astronaut], case_id=case.case_id))
    return populated


def test_a_search_whose_candidates_are_hidden_says_nothing_but_that(searched: Workspace) -> None:
    assert searched.search_answers(1) == (SearchAnswer(1, True), SearchAnswer(2, True))


def test_decisions_are_counted_by_search_and_a_second_look_at_one_pair_counts_once(
    searched: Workspace,
) -> None:
    searched.judge_probe(1, Suitability.SUITABLE)
    searched.set_verdict(1, 1, Verdict.SHORTLISTED)
    searched.set_verdict(1, 2, Verdict.REJECTED)
    searched.set_verdict(1, 3, Verdict.REJECTED)
    searched.set_nobody_suitable(1, True)
    searched.judge_comparison(1, 1, Conclusion.UNDECIDED)
    searched.judge_comparison(1, 1, Conclusion.INSUFFICIENT)
    first, second = searched.search_answers(1)
    assert first == SearchAnswer(1, False, nobody_suitable=True, shortlisted=1, rejected=2, compared=1)
    assert second == SearchAnswer(2, True)


def test_what_was_taken_back_is_not_counted(searched: Workspace) -> None:
    searched.judge_probe(2, Suitability.LIMITED)
    searched.set_verdict(2, 1, Verdict.REJECTED)
    searched.set_nobody_suitable(2, True)
    searched.undo(1)
    searched.undo(1)
    assert searched.search_answers(1)[1] == SearchAnswer(2, False)


def test_a_case_without_searches_has_no_answers(populated: Workspace) -> None:
    assert populated.search_answers(populated.new_case("Nothing yet").case_id) == ()
