"""Merging, splitting and moving, and taking it back: the ranking is the same to the bit."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import Conflict, NotFound, UsageError
from core.types import Search
from core.workspace import EnrolmentItem, Workspace


def key(workspace: Workspace, name: str) -> int:
    """Return the number of the subject with a name."""
    return next(one.subject_id for one in workspace.subjects() if one.name == name)


def sample_ids(workspace: Workspace, subject_id: int) -> list[int]:
    """Return the numbers of a subject's samples."""
    return [one.sample_id for one in workspace.samples(subject_id=subject_id)]


def index_bytes(workspace: Workspace) -> bytes:
    """Return the side file that a ranking comes from, without the revision in its header."""
    (path,) = (workspace.directory / "index").iterdir()
    return path.read_bytes()[4096:]


@pytest.fixture
def search(populated: Workspace, astronaut: Path) -> Search:
    """A search of the whole gallery."""
    image = populated.read_still(astronaut)
    return populated.search(image, populated.analyze(image).faces[0])


def ranking(search: Search) -> list[tuple[int, int, int, float]]:
    """Return all that a candidate list orders by."""
    return [
        (one.subject_id, one.template_id, one.sample_id, one.similarity) for one in search.result.candidates
    ]


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_ranking_is_the_same_to_the_bit_after_merge_split_and_move_are_undone(
    populated: Workspace, search: Search, steps: int
) -> None:
    before = index_bytes(populated)
    first, second, third = (key(populated, f"stranger {number}") for number in (0, 1, 2))
    populated.merge_subjects(first, [second, third])
    assert populated.search_again(search.search_id).result.gallery_digest != search.result.gallery_digest
    if steps > 1:
        populated.split_subject(first, sample_ids(populated, first)[1:2], "somebody else")
    if steps > 2:
        populated.move_samples(sample_ids(populated, first)[1:], key(populated, "stranger 5"))
    for _ in range(steps):
        populated.undo(None)
    again = populated.search_again(search.search_id)
    assert ranking(again) == ranking(search)
    assert again.result.gallery_digest == search.result.gallery_digest
    assert index_bytes(populated) == before
    assert populated.verify() == ()


def test_what_was_undone_can_be_redone(populated: Workspace) -> None:
    first, second = key(populated, "stranger 0"), key(populated, "stranger 1")
    merged = populated.merge_subjects(first, [second])
    assert merged.samples == 2
    populated.undo(None)
    assert {one.name: one.samples for one in populated.subjects()}["stranger 1"] == 1
    populated.redo(None)
    assert populated.subjects(text="stranger 0")[0].samples == 2
    assert not populated.subjects(text="stranger 1")


def test_a_merged_subject_is_ranked_by_the_best_of_its_samples(populated: Workspace, search: Search) -> None:
    astronaut = search.result.candidates[0]
    other = key(populated, "stranger 3")
    populated.merge_subjects(other, [astronaut.subject_id])
    again = populated.search_again(search.search_id).result
    assert again.candidates[0].subject == "stranger 3"
    assert again.candidates[0].similarity == astronaut.similarity
    assert again.gallery_size == search.result.gallery_size - 1


def test_a_split_subject_has_a_template_of_its_own(populated: Workspace, search: Search) -> None:
    first, second = key(populated, "stranger 0"), key(populated, "stranger 1")
    populated.merge_subjects(first, [second])
    stays, goes = populated.split_subject(first, sample_ids(populated, first)[1:], "stranger again")
    assert (stays.samples, goes.samples, goes.name) == (1, 1, "stranger again")
    by_name = {one.subject: one for one in populated.search_again(search.search_id).result.candidates}
    before = {one.subject: one for one in search.result.candidates}
    assert by_name["stranger again"].similarity == before["stranger 1"].similarity


def test_a_subject_whose_samples_all_move_is_gone(populated: Workspace) -> None:
    first, second = key(populated, "stranger 0"), key(populated, "stranger 1")
    assert populated.move_samples(sample_ids(populated, second), first).samples == 2
    assert not populated.subjects(text="stranger 1")
    populated.undo(None)
    assert populated.subjects(text="stranger 1")[0].samples == 1


def test_what_makes_no_sense_is_refused_and_changes_nothing(populated: Workspace, astronaut: Path) -> None:
    first, second = key(populated, "stranger 0"), key(populated, "stranger 1")
    list(populated.enroll([EnrolmentItem("Elsewhere", astronaut)], gallery="other"))
    elsewhere = key(populated, "Elsewhere")
    # Looking at a subject is an entry of the log too.
    own, of_another = sample_ids(populated, first), sample_ids(populated, second)
    before = populated.audit_head()
    with pytest.raises(UsageError, match="at least two"):
        populated.merge_subjects(first, [first])
    with pytest.raises(UsageError, match="one gallery"):
        populated.merge_subjects(first, [elsewhere])
    with pytest.raises(NotFound):
        populated.merge_subjects(first, [999])
    with pytest.raises(UsageError, match="has to stay"):
        populated.split_subject(first, own, "new")
    with pytest.raises(UsageError, match="Only samples of"):
        populated.split_subject(first, of_another, "new")
    with pytest.raises(UsageError, match="at least one sample"):
        populated.split_subject(first, [], "new")
    with pytest.raises(UsageError, match="already"):
        populated.move_samples(own, first)
    with pytest.raises(UsageError, match="one gallery"):
        populated.move_samples(own, elsewhere)
    with pytest.raises(NotFound):
        populated.move_samples([999], first)
    assert populated.audit_head() == before
    assert populated.steps(None) == ()


def test_a_split_does_not_take_a_name_that_somebody_has(populated: Workspace) -> None:
    first, second = key(populated, "stranger 0"), key(populated, "stranger 1")
    populated.merge_subjects(first, [second])
    with pytest.raises(Conflict, match="stranger 2"):
        populated.split_subject(first, sample_ids(populated, first)[:1], "stranger 2")


def test_a_merge_is_not_undone_over_what_was_enrolled_since(populated: Workspace, astronaut: Path) -> None:
    first, second = key(populated, "stranger 0"), key(populated, "stranger 1")
    populated.merge_subjects(first, [second])
    list(populated.enroll([EnrolmentItem("stranger 0", astronaut)]))
    with pytest.raises(Conflict):
        populated.undo(None)
    assert populated.subjects(text="stranger 0")[0].samples == 3


def test_a_new_name_can_be_undone_and_the_log_tells_it_by_number(populated: Workspace) -> None:
    first = key(populated, "stranger 0")
    populated.rename_subject(first, "Miller")
    populated.undo(None)
    assert populated.subjects(text="stranger 0")[0].subject_id == first
    assert not any("Miller" in entry.details for entry in populated.audit_entries())
