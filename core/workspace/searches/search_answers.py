"""What became of the searches of a case, for a list of them."""

from __future__ import annotations

from dataclasses import dataclass

from core.storage import searches
from core.storage.judgements import judgements
from core.storage.search_answers import unsuited
from core.storage.verdicts import verdicts
from core.types import Verdict
from core.workspace.judgement.blind import same_examiner, sights
from core.workspace.opened import OpenedWorkspace


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """How far the examiner at work has come with a search; figures are of this examiner's own decisions.

    Attributes
    ----------
    search_id : int
        The search.
    hidden : bool
        Whether its candidates are hidden from the examiner; the other fields are then empty.
    nobody_suitable : bool
        Whether its answer is that nobody on the list is suitable.
    shortlisted, rejected, compared : int
        How many candidates were.
    """

    search_id: int
    hidden: bool
    nobody_suitable: bool = False
    shortlisted: int = 0
    rejected: int = 0
    compared: int = 0


class SearchAnswers(OpenedWorkspace):
    """The part of the front door that says what the searches of a case led to."""

    def search_answers(self, case_id: int) -> tuple[SearchAnswer, ...]:
        """Return what became of each search of a case.

        Parameters
        ----------
        case_id : int
            The case.

        Returns
        -------
        tuple of SearchAnswer
            In the order in which the searches were made.
        """
        examiner = self.settings.operator
        with self._database.read() as session:
            found = sorted(searches.searches(session, case_id), key=lambda one: one.search_id)
            keys = [one.search_id for one in found]
            seen = sights(session, examiner, found)
            nobody = unsuited(session, case_id)
            own = [one for one in verdicts(session, keys) if same_examiner(one.examiner, examiner)]
            compared = {
                (one.search_id, one.rank)
                for one in judgements(session, keys)
                if one.rank and same_examiner(one.examiner, examiner)
            }

        def _count(search_id: int, verdict: Verdict) -> int:
            return sum(one.search_id == search_id and one.verdict is verdict for one in own)

        return tuple(
            SearchAnswer(key, hidden=True)
            if sight.hidden
            else SearchAnswer(
                key,
                hidden=False,
                nobody_suitable=key in nobody,
                shortlisted=_count(key, Verdict.SHORTLISTED),
                rejected=_count(key, Verdict.REJECTED),
                compared=sum(search_id == key for search_id, _ in compared),
            )
            for key, sight in zip(keys, seen, strict=True)
        )
