"""What examiners say, in memory: judgements, blind mode, verdicts and searches for several faces at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from core.errors import NotFound, UsageError
from core.types import (
    CaseStatus,
    Conclusion,
    FeatureNote,
    Fusion,
    Judgement,
    Search,
    SearchView,
    ShownCandidate,
    Suitability,
    Verdict,
)

STARTED = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FIRST_CANDIDATES = 3


class FakeJudging:
    """Judgements and verdicts of a :class:`tests.app.fakes.FakeWorkspace`.

    Nothing is hidden until a test sets `blind`: then a search hides its candidates from an examiner who has
    not judged its probe. An examiner who is not the first one verifies while the case is in verification.
    """

    blind: bool = False
    settings: Any

    @property
    def judged(self) -> list[Judgement]:
        """Every judgement in the order in which it was stored."""
        found: list[Judgement] = self.__dict__.setdefault("_judged", [])
        return found

    @property
    def verdicts(self) -> dict[tuple[int, int], Verdict]:
        """The verdicts by search and rank."""
        found: dict[tuple[int, int], Verdict] = self.__dict__.setdefault("_verdicts", {})
        return found

    @property
    def nobody(self) -> set[int]:
        """The searches whose answer is that nobody is suitable."""
        found: set[int] = self.__dict__.setdefault("_nobody", set())
        return found

    def work_as(self, examiner: str) -> None:
        """Let another examiner work on."""
        self.settings = replace(self.settings, operator=examiner)

    def judge_probe(
        self,
        search_id: int,
        suitability: Suitability,
        features: Sequence[FeatureNote] = (),
        note: str = "",
    ) -> Judgement:
        """Keep a judgement of a probe."""
        return self._keep(search_id, 0, suitability, None, features, note, True)

    def judge_comparison(
        self,
        search_id: int,
        rank: int,
        conclusion: Conclusion,
        features: Sequence[FeatureNote] = (),
        note: str = "",
        on_original: bool = True,
    ) -> Judgement:
        """Keep a judgement of a comparison."""
        self._candidate(search_id, rank)
        return self._keep(search_id, rank, None, conclusion, features, note, on_original)

    def search_view(self, search_id: int) -> SearchView:
        """Return what the examiner at work may see."""
        search: Search = self.search_record(search_id)  # type: ignore[attr-defined]
        second, hidden, why = self._hiding(search)
        candidates = list(search.result.candidates)
        if hidden:
            candidates.sort(key=lambda one: sha256(f"{search_id}/{one.rank}".encode()).digest())
        shown = tuple(
            ShownCandidate(
                None if hidden else one,
                one.rank,
                position,
                one.sample_id,
                self.verdicts.get((search_id, one.rank)),
                None if hidden else self._rejected_before(search, one.subject_id),
            )
            for position, one in enumerate(candidates, start=1)
        )
        mine = self.settings.operator
        judgements = tuple(
            one for one in self.judged if one.search_id == search_id and (not hidden or one.examiner == mine)
        )
        return SearchView(
            None if hidden else search,
            search_id,
            hidden,
            second,
            shown,
            judgements,
            search_id in self.nobody,
            why,
        )

    def comparison_view(self, search_id: int, rank: int) -> tuple[ShownCandidate, tuple[Judgement, ...]]:
        """Return one candidate and the judgements of it, as the examiner at work may see them."""
        self._candidate(search_id, rank)
        view = self.search_view(search_id)
        shown = next(one for one in view.candidates if one.rank == rank)
        return shown, tuple(one for one in view.judgements if one.rank == rank)

    def judgements_of(self, search_id: int) -> tuple[Judgement, ...]:
        """Return all judgements of a search, which must not be hidden."""
        view = self.search_view(search_id)
        if view.hidden:
            raise UsageError(view.why)
        return view.judgements

    def set_verdict(self, search_id: int, rank: int, verdict: Verdict | None) -> SearchView:
        """Keep or take back a verdict on a candidate."""
        self._candidate(search_id, rank)
        if verdict is None:
            self.verdicts.pop((search_id, rank), None)
        else:
            self.verdicts[search_id, rank] = verdict
        return self.search_view(search_id)

    def set_nobody_suitable(self, search_id: int, nobody: bool) -> SearchView:
        """Keep or take back the answer that nobody is suitable."""
        (self.nobody.add if nobody else self.nobody.discard)(search_id)
        return self.search_view(search_id)

    def search_faces(
        self,
        face_ids: Sequence[int],
        *,
        top: int | None = None,
        galleries: Sequence[str] | None = None,
        fusion: Fusion | None = None,
    ) -> Search:
        """Search for the most recognizable of several faces of a case."""
        if not face_ids:
            raise UsageError("Choose at least one face to search for.")
        known: Any = self
        assessed = [known.assess_face(face_id) for face_id in face_ids]
        image, face = max(assessed, key=lambda one: one[1].recognizability.index)
        picture_id = known.case_face(face_ids[0]).picture_id
        case_id = next(
            case.case_id
            for case in known.cases()
            if any(one.picture_id == picture_id for one in known.case_pictures(case.case_id))
        )
        found: Search = known.search(
            image, face, top=top, galleries=galleries, fusion=fusion, case_id=case_id, face_id=face_ids[0]
        )
        return found

    def _candidate(self, search_id: int, rank: int) -> None:
        search: Search = self.search_record(search_id)  # type: ignore[attr-defined]
        if not 1 <= rank <= len(search.result.candidates):
            raise NotFound(f"Search {search_id} has no candidate of rank {rank}.")

    def _keep(
        self,
        search_id: int,
        rank: int,
        suitability: Suitability | None,
        conclusion: Conclusion | None,
        features: Sequence[FeatureNote],
        note: str,
        on_original: bool,
    ) -> Judgement:
        second, _, _ = self._hiding(self.search_record(search_id))  # type: ignore[attr-defined]
        number = len(self.judged) + 1
        made = Judgement(
            number,
            search_id,
            rank,
            self.settings.operator,
            second,
            suitability,
            conclusion,
            tuple(features),
            note,
            on_original,
            STARTED + timedelta(minutes=number),
        )
        self.judged.append(made)
        return made

    def _hiding(self, search: Search) -> tuple[bool, bool, str]:
        """Return whether a second examiner is at work, whether candidates are hidden, and why."""
        mine = self.settings.operator
        here = [one for one in self.judged if one.search_id == search.search_id]
        status = None
        if search.case_id is not None:
            status = self.case(search.case_id).status  # type: ignore[attr-defined]
        second = bool(here) and here[0].examiner != mine and status is CaseStatus.IN_VERIFICATION
        own = [one for one in here if one.examiner == mine]
        if second:
            left = self._to_verify(search) - {one.rank for one in own}
            why = f"Hidden until you have compared {len(left)} more candidates." if left else ""
            return True, bool(left), why
        if self.blind and not any(one.rank == 0 for one in own):
            return False, True, "Names, ranks and similarities are hidden until you have judged the probe."
        return False, False, ""

    def _to_verify(self, search: Search) -> set[int]:
        key = search.search_id
        listed = {
            rank
            for (number, rank), verdict in self.verdicts.items()
            if number == key and verdict is Verdict.SHORTLISTED
        }
        return listed or {one.rank for one in search.result.candidates[:FIRST_CANDIDATES]}

    def _rejected_before(self, search: Search, subject_id: int) -> int | None:
        for earlier in self.searches(search.case_id):  # type: ignore[attr-defined]
            same = earlier.probe.sha256 == search.probe.sha256 and earlier.probe.box == search.probe.box
            if earlier.search_id >= search.search_id or not same:
                continue
            for one in earlier.result.candidates:
                key = (earlier.search_id, one.rank)
                if one.subject_id == subject_id and self.verdicts.get(key) is Verdict.REJECTED:
                    return int(earlier.search_id)
        return None
