"""Who may see what, checked against a plain second writing of the rules over all short histories."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from core.types import CandidateVerdict, Case, CaseStatus, Conclusion, Judgement, Suitability, Verdict
from core.workspace.judgement.blind import sight

WHEN = datetime(2026, 11, 24, tzinfo=UTC)
EXAMINERS = ("Ada", "Ben")
EVENTS = [
    *((who, "judges", rank) for who in EXAMINERS for rank in (0, 1, 2)),
    ("Ada", "shortlists", 3),
    ("Ada", "rejects", 3),
    ("Ben", "shortlists", 3),
]

Event = tuple[str, str, int]


def case(status: CaseStatus, blind: bool) -> Case:
    return Case(1, "t", "", "", "", status, 1, WHEN, blind)


def judgement(number: int, who: str, rank: int) -> Judgement:
    return Judgement(
        number,
        1,
        rank,
        who,
        False,
        None if rank else Suitability.SUITABLE,
        Conclusion.SAME if rank else None,
        (),
        "",
        True,
        WHEN,
    )


def may_see(history: tuple[Event, ...], who: str, status: CaseStatus, blind: bool) -> bool:
    """The rules as a person would read them aloud, event by event."""
    if status in (CaseStatus.CLOSED, CaseStatus.ARCHIVED):
        return True
    authors = [one for one, what, _ in history if what == "judges"]
    verifying = status is CaseStatus.IN_VERIFICATION and authors and authors[0] != who
    if not verifying:
        return not blind or (who, "judges", 0) in history
    of_the_first = {
        rank
        for one, what, rank in history
        if one == authors[0] and what in ("judges", "shortlists") and rank > 0
    }
    if not of_the_first:
        return (who, "judges", 0) in history
    return all((who, "judges", rank) in history for rank in of_the_first)


@pytest.mark.parametrize("blind", [True, False])
@pytest.mark.parametrize("status", list(CaseStatus))
def test_every_history_of_up_to_four_events_gives_what_the_rules_say(status: CaseStatus, blind: bool) -> None:
    for length in range(5):
        for history in product(EVENTS, repeat=length):
            judged = [
                judgement(number, who, rank)
                for number, (who, what, rank) in enumerate(history, start=1)
                if what == "judges"
            ]
            said = [
                CandidateVerdict(
                    1,
                    rank,
                    rank,
                    Verdict.SHORTLISTED if what == "shortlists" else Verdict.REJECTED,
                    who,
                    WHEN,
                )
                for who, what, rank in history
                if what != "judges"
            ]
            for who in EXAMINERS:
                seen = sight(case(status, blind), who, judged, said)
                assert seen.hidden is not may_see(history, who, status, blind), (history, who)
                assert bool(seen.why) is seen.hidden


def test_a_search_outside_a_case_hides_nothing() -> None:
    assert not sight(None, "Ada", [], []).hidden
