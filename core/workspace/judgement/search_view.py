"""A search as the examiner at work may see it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.errors import NotFound
from core.storage import judgements as judged
from core.storage import searches
from core.storage import verdicts as said
from core.types import CandidateVerdict, Judgement, SearchView, ShownCandidate
from core.workspace.judgement.blind import same_examiner, shown_order, sights
from core.workspace.searches.searching import SearchDesk
from core.workspace.views import ViewLog


class SearchViews(SearchDesk, ViewLog):
    """The part of the front door that shows searches; what is hidden is decided here, not by a page."""

    def search_view(self, search_id: int) -> SearchView:
        """Return a search as the examiner at work may see it, and log the first such look of a session.

        Parameters
        ----------
        search_id : int
            The search.

        Returns
        -------
        SearchView
            Without names, ranks, similarities and other examiners' opinions while they are hidden.

        Raises
        ------
        NotFound
            If there is no such search.
        """
        with self._database.read() as session:
            view, details = self._view_of(session, search_id)
        self._log_view("search.view", details)
        return view

    def comparison_view(self, search_id: int, rank: int) -> tuple[ShownCandidate, tuple[Judgement, ...]]:
        """Return one candidate and what was judged of it, as the examiner at work may see them.

        The first such look of a session is logged.

        Parameters
        ----------
        search_id, rank : int
            The place.

        Returns
        -------
        tuple of ShownCandidate and tuple of Judgement
            The candidate, and the judgements of its comparison, oldest first.

        Raises
        ------
        NotFound
            If there is no such search, or no such candidate among those that are shown.
        """
        view = self.search_view(search_id)
        for shown in view.candidates:
            if shown.rank == rank:
                looked_at = {
                    "search_id": search_id,
                    "rank": rank,
                    "hidden": view.hidden,
                    "second": view.second,
                }
                self._log_view("comparison.view", looked_at)
                return shown, tuple(one for one in view.judgements if one.rank == rank)
        raise NotFound(f"Search {search_id} shows no candidate of rank {rank}.")

    def judgements_of(self, search_id: int) -> tuple[Judgement, ...]:
        """Return every judgement of a search, those that later ones replaced included.

        Parameters
        ----------
        search_id : int
            The search.

        Returns
        -------
        tuple of Judgement
            In the order in which they were stored.

        Raises
        ------
        NotFound
            If there is no such search.
        UsageError
            While they are hidden from the examiner at work.
        """
        self._revealed_search(search_id)
        with self._database.read() as session:
            return judged.judgements(session, [search_id])

    def verdicts_of(self, search_id: int) -> tuple[CandidateVerdict, ...]:
        """Return the verdicts of all examiners on the candidates of a search.

        Parameters
        ----------
        search_id : int
            The search.

        Returns
        -------
        tuple of CandidateVerdict
            In the order of rank and examiner.

        Raises
        ------
        NotFound
            If there is no such search.
        UsageError
            While they are hidden from the examiner at work.
        """
        self._revealed_search(search_id)
        with self._database.read() as session:
            return said.verdicts(session, [search_id])

    def _view_of(self, session: Session, search_id: int) -> tuple[SearchView, dict[str, object]]:
        """Return the view of a search, and what the log says of the look at it."""
        search = searches.search(session, search_id)
        examiner = self.settings.operator
        (sight,) = sights(session, examiner, [search])
        hidden = sight.hidden
        own = {
            one.rank: one.verdict
            for one in said.verdicts(session, [search_id])
            if same_examiner(one.examiner, examiner)
        }
        rejected = {} if hidden else said.rejected_before(session, search_id)
        view = SearchView(
            search=None if hidden else search,
            search_id=search_id,
            hidden=hidden,
            second=sight.second,
            candidates=tuple(
                ShownCandidate(
                    candidate=None if hidden else one,
                    rank=one.rank,
                    position=position,
                    sample_id=one.sample_id,
                    verdict=own.get(one.rank),
                    rejected_before=rejected.get(one.subject_id),
                )
                for position, one in enumerate(shown_order(search, sight), start=1)
            ),
            judgements=tuple(
                one
                for one in judged.judgements(session, [search_id])
                if not hidden or same_examiner(one.examiner, examiner)
            ),
            nobody_suitable=not hidden and said.nobody_suitable(session, search_id),
            why=sight.why,
        )
        details: dict[str, object] = {
            "search_id": search_id,
            "case_id": search.case_id,
            "hidden": hidden,
            "second": sight.second,
        }
        return view, details
