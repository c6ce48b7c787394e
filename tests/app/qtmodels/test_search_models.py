"""Models of the Search page under Qt's own model tester, and what their rows may say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.qtmodels.searches.candidates import CandidatesModel, Wording, letter
from app.qtmodels.searches.searches import SearchesModel, without_candidates
from app.widgets.searches.judgement_terms import verdict_name
from app.widgets.terms import band_name
from core.types import SearchView, ShownCandidate, Verdict
from tests.app.fakes import FakeWorkspace


@pytest.fixture
def view(workspace: FakeWorkspace) -> SearchView:
    """Return a search in which nothing is hidden."""
    return workspace.search_view(workspace.build_demo().search_id)


@pytest.fixture
def model() -> CandidatesModel:
    """Return a model of candidates without pictures."""
    return CandidatesModel(Wording(band_name, verdict_name))


def hidden(view: SearchView) -> tuple[ShownCandidate, ...]:
    """Return the candidates of a view as they are shown while they are hidden, in another order."""
    turned = reversed(view.candidates)
    return tuple(replace(one, candidate=None, position=place) for place, one in enumerate(turned, start=1))


def test_a_candidate_says_rank_similarity_and_what_that_is_not(
    view: SearchView, model: CandidatesModel, qtmodeltester: ModelTester
) -> None:
    qtmodeltester.check(model)
    model.show(view.candidates)
    qtmodeltester.check(model)
    assert [row.rank for row in model.rows] == list(range(1, 13))
    first = model.index(0).data(Qt.ItemDataRole.DisplayRole)
    assert first.startswith("Rank 1: Subject 001\n")
    assert "similarity 0.870 (from −1 to 1, higher is more alike; not a probability)" in first
    assert "0.030 above the next" in first
    last = model.index(11).data(Qt.ItemDataRole.DisplayRole)
    assert "above the next" not in last


def test_a_hidden_candidate_says_its_letter_and_nothing_else(
    view: SearchView, model: CandidatesModel
) -> None:
    model.show(view.candidates)
    assert not model.show(hidden(view)), "hidden candidates stand in another order, so no selection is kept"
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
    assert {model.index(2).data(role) for role in roles} == {"Candidate C"}
    model.show_sizes({one.sample_id: 10.4 for one in view.candidates})
    lines = model.index(2).data(Qt.ItemDataRole.UserRole + 1)
    assert lines == {"title": "Candidate C", "gallery": "", "measure": "", "gap": "", "mark": ""}


def test_a_verdict_changes_a_row_where_it_stands(
    view: SearchView, model: CandidatesModel, qtbot: QtBot
) -> None:
    model.show(view.candidates)
    rejected = replace(view.candidates[1], verdict=Verdict.REJECTED, rejected_before=4)
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        assert model.show((view.candidates[0], rejected, *view.candidates[2:]))
    assert model.lines(rejected)["mark"] == "rejected, rejected in search 4"
    assert model.row_of_rank(2) == 1
    assert model.row_of_rank(99) == -1


@pytest.mark.parametrize(
    ("position", "label"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (53, "BA"), (703, "AAA")]
)
def test_neutral_labels_go_on_after_the_alphabet(position: int, label: str) -> None:
    assert letter(position) == label


def test_the_list_of_searches_holds_no_candidates_and_says_what_was_answered(
    workspace: FakeWorkspace, qtmodeltester: ModelTester
) -> None:
    for _ in range(2):
        workspace.search_again(workspace.build_demo().search_id)
    listed = without_candidates(workspace.searches())
    assert [one.search_id for one in listed] == [4, 3, 2, 1]
    assert all(one.result.candidates == () for one in listed)
    model = SearchesModel()
    model.replace(listed)
    qtmodeltester.check(model)
    model.show_answers({3: "nobody suitable"})
    assert model.text(listed[0]).splitlines()[1].startswith("N = 12, ")
    assert model.text(listed[1]).splitlines()[1].startswith("nobody suitable, N = 12, ")
    model.prepend(replace(listed[3], search_id=9))
    assert [one.search_id for one in model.rows] == [9, 4, 3, 2, 1]
