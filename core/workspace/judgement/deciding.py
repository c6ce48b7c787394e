"""Decisions on a candidate list that can be undone: verdicts on its places, and "nobody suitable"."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.errors import UsageError
from core.storage import journal
from core.storage import verdicts as said
from core.types import SearchView, Verdict
from core.workspace.judgement.judging import Judging


class Deciding(Judging):
    """The part of the front door that keeps decisions on candidate lists."""

    def set_verdict(self, search_id: int, rank: int, verdict: Verdict | None) -> SearchView:
        """Keep or take back the examiner's verdict on a candidate, as a step that can be undone.

        Parameters
        ----------
        search_id, rank : int
            The place.
        verdict : Verdict or None
            What is said; None takes it back.

        Returns
        -------
        SearchView
            The search with it.

        Raises
        ------
        NotFound
            If there is no such search or candidate.
        UsageError
            While candidates are hidden, or if the search belongs to no case.
        Conflict
            If the case is closed or archived.
        """
        details = {"search_id": search_id, "rank": rank, "verdict": verdict and verdict.value}
        operator = self.settings.operator
        with self._database.write() as session:
            case_id = self._decidable(session, search_id)
            with journal.step(session, operator, "candidate.verdict", details, case_id=case_id):
                said.put_verdict(session, search_id, rank, operator, verdict)
        self._anchor_head()
        return self.search_view(search_id)

    def set_nobody_suitable(self, search_id: int, nobody: bool) -> SearchView:
        """Keep or take back "nobody suitable" as the answer of a search, as a step that can be undone.

        Parameters
        ----------
        search_id : int
            The search.
        nobody : bool
            Whether nobody on the list is suitable.

        Returns
        -------
        SearchView
            The search with it.

        Raises
        ------
        NotFound
            If there is no such search.
        UsageError
            While candidates are hidden, or if the search belongs to no case.
        Conflict
            If the case is closed or archived.
        """
        details = {"search_id": search_id, "nobody_suitable": nobody}
        with self._database.write() as session:
            case_id = self._decidable(session, search_id)
            with journal.step(
                session, self.settings.operator, "search.nobody_suitable", details, case_id=case_id
            ):
                said.put_nobody_suitable(session, search_id, nobody)
        self._anchor_head()
        return self.search_view(search_id)

    def _decidable(self, session: Session, search_id: int) -> int:
        """Return the case of a search whose candidates the examiner may decide on."""
        search, sight = self._judgeable(session, search_id)
        if search.case_id is None:
            raise UsageError(f"Search {search_id} belongs to no case, so no decision on it can be kept.")
        if sight.hidden:
            raise UsageError(sight.why)
        return search.case_id
