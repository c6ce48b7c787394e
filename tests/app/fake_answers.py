"""What became of searches, in memory."""

from __future__ import annotations

from typing import Any

from core.types import Verdict
from core.workspace import SearchAnswer


class FakeAnswers:
    """Sums up what :class:`tests.app.fake_judging.FakeJudging` keeps."""

    def search_answers(self, case_id: int) -> tuple[SearchAnswer, ...]:
        """Count verdicts and comparisons of the searches of a case."""
        known: Any = self
        found = []
        for search in known.searches(case_id):
            key = search.search_id
            hidden = known.search_view(key).hidden
            own = [] if hidden else [said for (one, _), said in known.verdicts.items() if one == key]
            compared = {one.rank for one in known.judged if one.search_id == key and one.rank}
            found.append(
                SearchAnswer(
                    key,
                    hidden,
                    not hidden and key in known.nobody,
                    own.count(Verdict.SHORTLISTED),
                    own.count(Verdict.REJECTED),
                    0 if hidden else len(compared),
                )
            )
        return tuple(found)
