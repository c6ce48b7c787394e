"""Judgements of probes and comparisons: stored once, never changed, logged in the order they were made."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy.orm import Session

from core.errors import NotFound, UsageError
from core.storage import audit, searches
from core.storage import judgements as judged
from core.storage.cases import changeable
from core.storage.judgements import NewJudgement
from core.types import Conclusion, FeatureNote, Judgement, Search, Suitability
from core.workspace.judgement.blind import Sight, sights
from core.workspace.judgement.checklist import check_of_comparison, check_of_probe
from core.workspace.judgement.search_view import SearchViews


class Judging(SearchViews):
    """The part of the front door in which examiners judge."""

    def judge_probe(
        self,
        search_id: int,
        suitability: Suitability,
        features: Sequence[FeatureNote] = (),
        note: str = "",
    ) -> Judgement:
        """Keep the examiner's judgement of a probe; it is never changed, a later one replaces it.

        Parameters
        ----------
        search_id : int
            The search.
        suitability : Suitability
            Whether the probe can be compared.
        features : sequence of FeatureNote
            What can be seen in it; without findings, as there is nothing to compare with.
        note : str
            Free text.

        Returns
        -------
        Judgement
            As it is kept.

        Raises
        ------
        NotFound
            If there is no such search.
        UsageError
            If a part of the face is named twice or has a finding.
        Conflict
            If the case is closed or archived.
        """
        check_of_probe(features)
        with self._database.write() as session:
            _, sight = self._judgeable(session, search_id)
            kept = self._keep_judgement(session, sight, search_id, 0, suitability, None, features, note, True)
        self._anchor_head()
        return kept

    def judge_comparison(
        self,
        search_id: int,
        rank: int,
        conclusion: Conclusion,
        features: Sequence[FeatureNote] = (),
        note: str = "",
        on_original: bool = True,
    ) -> Judgement:
        """Keep what the examiner concludes of a probe and a candidate; a later conclusion replaces it.

        Parameters
        ----------
        search_id, rank : int
            The place.
        conclusion : Conclusion
            What the observations support.
        features : sequence of FeatureNote
            The checklist.
        note : str
            Free text.
        on_original : bool
            Whether the original picture was on show. A probe in a derived picture is never kept as original.

        Returns
        -------
        Judgement
            As it is kept.

        Raises
        ------
        NotFound
            If there is no such search or candidate.
        UsageError
            If the examiner has to judge the probe first, the candidate is not among those to be verified, or
            the checklist contradicts itself.
        Conflict
            If the case is closed or archived.
        """
        check_of_comparison(features)
        with self._database.write() as session:
            search, sight = self._judgeable(session, search_id)
            if not 1 <= rank <= len(search.result.candidates):
                raise NotFound(f"Search {search_id} has no candidate of rank {rank}.")
            if sight.probe_owed:
                raise UsageError(f"Search {search_id} is examined blind: judge the probe first.")
            if sight.hidden and rank not in sight.pairs:
                raise UsageError("This candidate is not among those that you verify.")
            kept = self._keep_judgement(
                session, sight, search_id, rank, None, conclusion, features, note, on_original
            )
        self._anchor_head()
        return kept

    def _judgeable(self, session: Session, search_id: int) -> tuple[Search, Sight]:
        """Return a search that may be judged, and what the examiner may see of it."""
        search = searches.search(session, search_id)
        if search.case_id is not None:
            changeable(session, search.case_id)
        (sight,) = sights(session, self.settings.operator, [search])
        return search, sight

    def _keep_judgement(
        self,
        session: Session,
        sight: Sight,
        search_id: int,
        rank: int,
        suitability: Suitability | None,
        conclusion: Conclusion | None,
        features: Sequence[FeatureNote],
        note: str,
        on_original: bool,
    ) -> Judgement:
        """Append a judgement with its log entry, which holds a digest of the free text but not the text."""
        new = NewJudgement(
            search_id=search_id,
            rank=rank,
            examiner=self.settings.operator,
            second=sight.second,
            suitability=suitability,
            conclusion=conclusion,
            features=tuple(features),
            note=note,
            on_original=on_original and judged.probe_is_original(session, search_id),
        )
        kept = judged.add_judgement(session, new)
        text = f"{judged.features_text(kept.features)}\n{kept.note}"
        answer = suitability or conclusion
        assert answer is not None
        details = {
            "judgement_id": kept.judgement_id,
            "search_id": search_id,
            "rank": rank,
            "answer": answer.value,
            "second": kept.second,
            "hidden": sight.hidden,
            "on_original": kept.on_original,
            "text_sha256": hashlib.sha256(text.encode("utf-8")).hexdigest(),
        }
        audit.append(session, kept.examiner, "comparison.judge" if rank else "probe.judge", details)
        return kept
