"""What examiners said of a search, as a report takes it: who said what last, and where they disagree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.storage.names import fold
from core.types import CandidateVerdict, Judgement


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that examiners said of one search.

    Attributes
    ----------
    judgements : tuple of Judgement
        Oldest first, those that later ones replaced included.
    verdicts : tuple of CandidateVerdict
        In the order of rank and examiner.
    nobody_suitable : bool
        Whether "nobody suitable" is the answer.
    """

    judgements: tuple[Judgement, ...] = ()
    verdicts: tuple[CandidateVerdict, ...] = ()
    nobody_suitable: bool = False

    @property
    def empty(self) -> bool:
        """Whether nobody has said anything."""
        return not (self.judgements or self.verdicts or self.nobody_suitable)

    @property
    def instants(self) -> tuple[datetime, ...]:
        """When each judgement and each verdict was made."""
        judged = tuple(one.created for one in self.judgements)
        return judged + tuple(one.created for one in self.verdicts)

    @property
    def standing(self) -> tuple[Judgement, ...]:
        """The last judgement of each examiner of the probe and of each candidate, the probe's first."""
        last = {(one.rank, fold(one.examiner)): one for one in self.judgements}
        return tuple(sorted(last.values(), key=lambda one: (one.rank, one.judgement_id)))

    def replaced_by(self, standing: Judgement) -> tuple[Judgement, ...]:
        """Return what one examiner said earlier of the same place, oldest first."""
        place = (standing.rank, fold(standing.examiner))
        return tuple(
            one
            for one in self.judgements
            if (one.rank, fold(one.examiner)) == place and one.judgement_id != standing.judgement_id
        )

    def is_first(self, examiner: str) -> bool:
        """Say whether an examiner was the first to judge anything of the search."""
        return bool(self.judgements) and fold(self.judgements[0].examiner) == fold(examiner)

    def judged_by_several(self) -> tuple[tuple[Judgement, ...], ...]:
        """Return the standing judgements of each place that more than one examiner judged."""
        places: dict[int, list[Judgement]] = {}
        for one in self.standing:
            places.setdefault(one.rank, []).append(one)
        return tuple(tuple(said) for said in places.values() if len(said) > 1)

    def verdicts_of_several(self) -> tuple[tuple[CandidateVerdict, ...], ...]:
        """Return the verdicts on each candidate that more than one examiner gave one on."""
        places: dict[int, list[CandidateVerdict]] = {}
        for one in self.verdicts:
            places.setdefault(one.rank, []).append(one)
        return tuple(tuple(said) for said in places.values() if len(said) > 1)
