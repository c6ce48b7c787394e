"""Judgements, blind mode and verdicts, on stored searches: no network takes part in what examiners say."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import itertools
import json
import sqlite3
from contextlib import closing

import pytest

from core.errors import Conflict, NotFound, UsageError
from core.types import (
    CaseStatus,
    Component,
    Conclusion,
    FeatureNote,
    Finding,
    SearchView,
    Suitability,
    Verdict,
)
from core.workspace import Workspace
from core.workspace.judgement.blind import Sight, shown_order
from tests.core.stored_search import NAMES, SIMILARITIES, store_face, store_search


@pytest.fixture
def case(workspace: Workspace) -> int:
    """A case in Examination, with Ada at work."""
    workspace.sign_in("Ada")
    return workspace.new_case("Blind").case_id


@pytest.fixture
def search(workspace: Workspace, case: int) -> int:
    """A search of that case."""
    return store_search(workspace.directory, case)


def told(view: SearchView) -> str:
    """Everything that a view says, as text."""
    return repr(view)


def log(workspace: Workspace, search_id: int) -> list[tuple[str, str, object]]:
    """The entries of a search: who, what, and whether candidates were hidden then."""
    found = []
    for entry in workspace.audit_entries():
        details = json.loads(entry.details)
        if details.get("search_id") == search_id:
            found.append((entry.operator, entry.action, details.get("hidden")))
    return found


def verify_first(workspace: Workspace, search: int, case: int) -> None:
    """Let Ada judge the probe, compare rank 1 and shortlist rank 3, and hand over to Ben."""
    workspace.judge_probe(search, Suitability.LIMITED)
    workspace.judge_comparison(search, 1, Conclusion.SAME, note="Ada's opinion")
    workspace.set_verdict(search, 3, Verdict.SHORTLISTED)
    workspace.set_verdict(search, 2, Verdict.REJECTED)
    workspace.set_case_status(case, CaseStatus.IN_VERIFICATION)
    workspace.sign_in("Ben")


def test_nothing_of_a_hidden_list_is_told_by_any_way_to_it(workspace: Workspace, search: int) -> None:
    view = workspace.search_view(search)
    assert view.hidden
    assert not view.second
    assert view.search is None
    assert len(view.candidates) == len(NAMES)
    assert all(one.candidate is None and one.rejected_before is None for one in view.candidates)
    kept = workspace.search_record(search)
    assert kept.candidates_hidden
    assert kept.result.candidates == ()
    (listed,) = workspace.searches(kept.case_id)
    assert listed.result.candidates == ()
    assert workspace.search_maps(search).candidates == ()
    everything = told(view) + repr(kept) + repr(listed) + repr(workspace.search_maps(search))
    everything += repr(workspace.comparison_view(search, 1))
    for secret in (*NAMES, *map(str, SIMILARITIES)):
        assert secret not in everything
    with pytest.raises(UsageError, match="hidden until you have judged the probe"):
        workspace.report(search, workspace.directory / "report")
    for asked in (workspace.judgements_of, workspace.verdicts_of):
        with pytest.raises(UsageError, match="hidden"):
            asked(search)


def test_the_hidden_order_is_the_keyed_hash_of_search_and_subject(workspace: Workspace, search: int) -> None:
    """By another route: HMAC as RFC 2104 writes it, from SHA-256 alone."""
    key = workspace.search_record(search).audit_hash.encode()

    def digest(text: str) -> bytes:
        block = key.ljust(64, b"\0")
        inner = hashlib.sha256(bytes(x ^ 0x36 for x in block) + text.encode()).digest()
        outer = hashlib.sha256(bytes(x ^ 0x5C for x in block) + inner).digest()
        assert outer == hmac.new(key, text.encode(), "sha256").digest()
        return outer

    subjects = {rank: 10 + rank for rank in range(1, 7)}
    expected = sorted(subjects, key=lambda rank: digest(f"{search}/{subjects[rank]}"))
    view = workspace.search_view(search)
    assert [one.rank for one in view.candidates] == expected
    assert [one.position for one in view.candidates] == [1, 2, 3, 4, 5, 6]
    assert workspace.search_view(search).candidates == view.candidates


def test_the_hidden_order_does_not_depend_on_rank(workspace: Workspace, search: int, case: int) -> None:
    """Whoever is most similar, over many searches every position is taken by every rank."""
    workspace.set_case_blind(case, False, "To read it whole.")
    whole = workspace.search_record(search)
    places: dict[int, set[int]] = {}
    for number in range(100):
        shown = shown_order(dataclasses.replace(whole, search_id=number), Sight(probe_owed=True))
        for position, one in enumerate(shown, start=1):
            places.setdefault(one.rank, set()).add(position)
    assert all(taken == {1, 2, 3, 4, 5, 6} for taken in places.values())


def test_the_own_judgement_of_the_probe_reveals_the_list(workspace: Workspace, search: int) -> None:
    features = (FeatureNote(Component.EYES, True), FeatureNote(Component.EARS, False, None, "hair"))
    kept = workspace.judge_probe(search, Suitability.LIMITED, features, "18 px")
    assert (kept.rank, kept.examiner, kept.second, kept.on_original) == (0, "Ada", False, True)
    assert kept.features == features
    view = workspace.search_view(search)
    assert not view.hidden
    assert view.why == ""
    assert view.search is not None
    assert [one.candidate and one.candidate.subject for one in view.candidates] == list(NAMES)
    assert [one.rank for one in view.candidates] == [1, 2, 3, 4, 5, 6]
    assert view.judgements == (kept,)
    assert workspace.judgements_of(search) == (kept,)
    workspace.sign_in("Cid")
    assert workspace.search_view(search).hidden, "another examiner's judgement does not reveal"


def test_the_log_proves_search_hidden_view_judgement_revealed_view_in_this_order(
    workspace: Workspace, search: int
) -> None:
    for _ in range(2):
        workspace.search_view(search)
    workspace.judge_probe(search, Suitability.SUITABLE)
    for _ in range(2):
        workspace.search_view(search)
    workspace.judge_comparison(search, 1, Conclusion.SAME_STRONGLY)
    assert log(workspace, search) == [
        ("Ada", "search.run", None),
        ("Ada", "search.view", True),
        ("Ada", "probe.judge", True),
        ("Ada", "search.view", False),
        ("Ada", "comparison.judge", False),
    ]
    entries = workspace.audit_entries()
    for before, entry in itertools.pairwise(entries):
        assert entry.previous_hash == before.entry_hash, "the order is bound by the chain"


def test_nothing_is_decided_on_a_hidden_list(workspace: Workspace, search: int) -> None:
    with pytest.raises(UsageError, match="judge the probe first"):
        workspace.judge_comparison(search, 1, Conclusion.SAME)
    with pytest.raises(UsageError, match="hidden"):
        workspace.set_verdict(search, 1, Verdict.REJECTED)
    with pytest.raises(UsageError, match="hidden"):
        workspace.set_nobody_suitable(search, True)
    assert workspace.search_view(search).judgements == ()


def test_a_review_hides_nothing_and_a_closed_case_takes_nothing(
    workspace: Workspace, search: int, case: int
) -> None:
    assert workspace.search_view(search).hidden
    workspace.set_case_blind(case, False, "A review of old work.")
    assert not workspace.search_view(search).hidden
    workspace.judge_comparison(search, 2, Conclusion.UNDECIDED)
    workspace.set_case_blind(case, True, "")
    assert workspace.search_view(search).hidden
    workspace.set_case_status(case, CaseStatus.CLOSED)
    assert not workspace.search_view(search).hidden
    for refused in (
        lambda: workspace.judge_probe(search, Suitability.SUITABLE),
        lambda: workspace.judge_comparison(search, 1, Conclusion.SAME),
        lambda: workspace.set_verdict(search, 1, Verdict.SHORTLISTED),
        lambda: workspace.set_nobody_suitable(search, True),
    ):
        with pytest.raises(Conflict, match="closed"):
            refused()


def test_a_second_examiner_sees_pairs_alone_until_all_are_compared(
    workspace: Workspace, search: int, case: int
) -> None:
    verify_first(workspace, search, case)
    view = workspace.search_view(search)
    assert view.hidden
    assert view.second
    assert view.search is None
    assert {one.rank for one in view.candidates} == {1, 3}
    assert all(one.candidate is None and one.verdict is None for one in view.candidates)
    assert view.judgements == ()
    assert "2 more pairs" in view.why
    for secret in (*NAMES, *map(str, SIMILARITIES), "Ada's opinion", "same"):
        assert secret not in told(view)
    with pytest.raises(UsageError, match="not among those that you verify"):
        workspace.judge_comparison(search, 2, Conclusion.SAME)
    with pytest.raises(NotFound):
        workspace.comparison_view(search, 2)

    own = workspace.judge_comparison(search, 3, Conclusion.DIFFERENT)
    assert own.second
    view = workspace.search_view(search)
    assert view.hidden
    assert view.judgements == (own,)
    workspace.judge_comparison(search, 1, Conclusion.INSUFFICIENT)
    view = workspace.search_view(search)
    assert not view.hidden
    assert view.second
    assert [(one.examiner, one.rank, one.conclusion) for one in view.judgements if one.rank] == [
        ("Ada", 1, Conclusion.SAME),
        ("Ben", 3, Conclusion.DIFFERENT),
        ("Ben", 1, Conclusion.INSUFFICIENT),
    ], "a disagreement is kept, and both see it"
    workspace.sign_in("Ada")
    assert workspace.search_view(search).judgements == view.judgements
    assert [one.examiner for one in workspace.comparison_view(search, 1)[1]] == ["Ada", "Ben"]
    assert [entry for entry in log(workspace, search) if entry[0] == "Ben"] == [
        ("Ben", "search.view", True),
        ("Ben", "comparison.judge", True),
        ("Ben", "comparison.judge", True),
        ("Ben", "search.view", False),
    ]


def test_the_first_answer_nobody_suitable_is_hidden_from_the_second(
    workspace: Workspace, search: int, case: int
) -> None:
    workspace.judge_probe(search, Suitability.UNSUITABLE)
    workspace.set_nobody_suitable(search, True)
    workspace.set_case_status(case, CaseStatus.IN_VERIFICATION)
    workspace.sign_in("Ben")
    view = workspace.search_view(search)
    assert view.hidden
    assert not view.nobody_suitable
    assert len(view.candidates) == len(NAMES), "without pairs to verify there are all"
    workspace.judge_probe(search, Suitability.SUITABLE)
    view = workspace.search_view(search)
    assert not view.hidden
    assert view.nobody_suitable
    assert [one.suitability for one in view.judgements] == [Suitability.UNSUITABLE, Suitability.SUITABLE]


def test_the_same_examiner_in_other_letters_is_no_second_one(
    workspace: Workspace, search: int, case: int
) -> None:
    workspace.judge_probe(search, Suitability.SUITABLE)
    workspace.judge_comparison(search, 1, Conclusion.SAME)
    workspace.set_case_status(case, CaseStatus.IN_VERIFICATION)
    for name in ("ADA", "Ａｄａ"):
        workspace.sign_in(name)
        view = workspace.search_view(search)
        assert not view.second
        assert not view.hidden


def test_a_later_judgement_replaces_an_earlier_one_and_both_stay(workspace: Workspace, search: int) -> None:
    workspace.judge_probe(search, Suitability.SUITABLE)
    first = workspace.judge_comparison(search, 1, Conclusion.SAME)
    second = workspace.judge_comparison(search, 1, Conclusion.UNDECIDED)
    assert workspace.comparison_view(search, 1)[1] == (first, second)
    with closing(sqlite3.connect(workspace.directory / "discern.db")) as file:
        for statement in ("UPDATE judgements SET conclusion = 'different'", "DELETE FROM judgements"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                file.execute(statement)
    with pytest.raises(NotFound):
        workspace.undo(workspace.search_record(search).case_id)


def test_the_text_of_a_judgement_is_bound_by_the_log(workspace: Workspace, search: int) -> None:
    workspace.judge_probe(search, Suitability.LIMITED, [FeatureNote(Component.NOSE, True, None, "Ü")], "dark")
    features = '[{"component": "nose", "visible": true, "finding": null, "note": "Ü"}]'
    (entry,) = [one for one in workspace.audit_entries() if one.action == "probe.judge"]
    assert (
        json.loads(entry.details)["text_sha256"] == hashlib.sha256(f"{features}\ndark".encode()).hexdigest()
    )
    assert "dark" not in entry.details


@pytest.mark.parametrize(
    ("features", "sentence"),
    [
        ([FeatureNote(Component.EYES, True), FeatureNote(Component.EYES, False)], "names the eyes twice"),
        ([FeatureNote(Component.FACE_SHAPE, True, Finding.SIMILAR)], "face shape cannot be called similar"),
    ],
)
def test_a_checklist_of_a_probe_that_makes_no_sense_is_refused(
    workspace: Workspace, search: int, features: list[FeatureNote], sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        workspace.judge_probe(search, Suitability.SUITABLE, features)
    assert workspace.search_view(search).hidden


@pytest.mark.parametrize("finding", [Finding.SIMILAR, Finding.DIFFERENT])
def test_what_cannot_be_seen_is_not_compared(workspace: Workspace, search: int, finding: Finding) -> None:
    workspace.judge_probe(search, Suitability.SUITABLE)
    with pytest.raises(UsageError, match="ears cannot be seen"):
        workspace.judge_comparison(search, 1, Conclusion.SAME, [FeatureNote(Component.EARS, False, finding)])


@pytest.mark.parametrize("rank", [0, 7])
def test_only_candidates_are_compared(workspace: Workspace, search: int, rank: int) -> None:
    workspace.judge_probe(search, Suitability.SUITABLE)
    with pytest.raises(NotFound, match=f"no candidate of rank {rank}"):
        workspace.judge_comparison(search, rank, Conclusion.SAME)
    with pytest.raises(NotFound, match=f"no candidate of rank {rank}"):
        workspace.set_verdict(search, rank, Verdict.REJECTED)


def test_a_probe_in_a_derived_picture_is_never_kept_as_original(workspace: Workspace, case: int) -> None:
    parent, on_original = store_face(workspace.directory, case)
    _, on_derived = store_face(workspace.directory, case, parent=parent)
    for face_id, original in ((on_original, True), (on_derived, False)):
        key = store_search(workspace.directory, case, faces=[face_id])
        assert workspace.judge_probe(key, Suitability.SUITABLE).on_original is original
        assert workspace.judge_comparison(key, 1, Conclusion.SAME).on_original is original
        assert not workspace.judge_comparison(key, 1, Conclusion.SAME, on_original=False).on_original


def test_verdicts_and_the_answer_nobody_are_undone_and_done_again(
    workspace: Workspace, search: int, case: int
) -> None:
    workspace.judge_probe(search, Suitability.SUITABLE)
    assert workspace.set_verdict(search, 2, Verdict.SHORTLISTED).candidates[1].verdict is Verdict.SHORTLISTED
    assert workspace.set_verdict(search, 2, Verdict.REJECTED).candidates[1].verdict is Verdict.REJECTED
    assert workspace.set_nobody_suitable(search, True).nobody_suitable
    assert workspace.set_verdict(search, 2, None).candidates[1].verdict is None

    def state() -> tuple[Verdict | None, bool]:
        view = workspace.search_view(search)
        return view.candidates[1].verdict, view.nobody_suitable

    seen = [state()]
    for _ in range(4):
        workspace.undo(case)
        seen.append(state())
    assert seen == [
        (None, True),
        (Verdict.REJECTED, True),
        (Verdict.REJECTED, False),
        (Verdict.SHORTLISTED, False),
        (None, False),
    ]
    for expected in reversed(seen[:-1]):
        workspace.redo(case)
        assert state() == expected
    assert [one.action for one in workspace.steps(case)] == [
        "candidate.verdict",
        "candidate.verdict",
        "search.nobody_suitable",
        "candidate.verdict",
    ]


def test_the_same_verdict_again_is_no_step(workspace: Workspace, search: int, case: int) -> None:
    workspace.judge_probe(search, Suitability.SUITABLE)
    for _ in range(2):
        workspace.set_verdict(search, 2, Verdict.REJECTED)
        workspace.set_nobody_suitable(search, False)
    assert len(workspace.steps(case)) == 1


def test_a_search_outside_a_case_is_judged_but_nothing_on_it_is_decided(workspace: Workspace) -> None:
    key = store_search(workspace.directory, None)
    view = workspace.search_view(key)
    assert not view.hidden
    workspace.judge_comparison(key, 1, Conclusion.SAME)
    with pytest.raises(UsageError, match="belongs to no case"):
        workspace.set_verdict(key, 1, Verdict.REJECTED)


def test_a_rejection_is_remembered_for_the_face_and_for_the_person(workspace: Workspace, case: int) -> None:
    workspace.set_case_blind(case, False, "A review.")
    directory = workspace.directory
    faces = {name: store_face(directory, case, subject=name[:-1])[1] for name in ("Kim1", "Kim2", "Lou1")}
    other = store_face(directory, case)[1]
    rejecting = store_search(directory, case, faces=[faces["Kim1"]])
    workspace.set_verdict(rejecting, 2, Verdict.REJECTED)
    workspace.set_verdict(rejecting, 3, Verdict.SHORTLISTED)
    moved = (12, 11, 13, 14, 15, 16)

    def remembered(search_id: int) -> dict[int, int]:
        return {
            one.rank: one.rejected_before
            for one in workspace.search_view(search_id).candidates
            if one.rejected_before is not None
        }

    assert remembered(rejecting) == {}, "an earlier search is meant"
    same_face = store_search(directory, case, faces=[faces["Kim1"]], subjects=moved)
    assert remembered(same_face) == {1: rejecting}, "the subject, not the rank"
    assert remembered(store_search(directory, case, faces=[faces["Kim2"]])) == {2: rejecting}
    assert remembered(store_search(directory, case, faces=[faces["Lou1"], faces["Kim2"]])) == {2: rejecting}
    for faces_of_others in ([faces["Lou1"]], [other], []):
        assert remembered(store_search(directory, case, faces=faces_of_others)) == {}
    elsewhere = workspace.new_case("Another case").case_id
    workspace.set_case_blind(elsewhere, False, "A review.")
    twin = store_face(directory, elsewhere, subject="Kim")[1]
    assert remembered(store_search(directory, elsewhere, faces=[twin])) == {}

    workspace.set_verdict(same_face, 1, Verdict.REJECTED)
    latest = store_search(directory, case, faces=[faces["Kim1"]])
    assert remembered(latest) == {2: same_face}
    workspace.undo(case)
    assert remembered(latest) == {2: rejecting}


def test_a_verdict_is_taken_back_only_by_who_gave_it(workspace: Workspace, search: int, case: int) -> None:
    verify_first(workspace, search, case)
    with pytest.raises(Conflict, match="Ada's"):
        workspace.undo(case)
    workspace.sign_in("Ada")
    workspace.undo(case)
    workspace.sign_in("Ben")
    with pytest.raises(Conflict, match="Ada's"):
        workspace.redo(case)
