"""Blind examination: what an examiner may see of a search, worked out from what is stored and nothing else.

An examiner of a blind case sees neither names nor ranks nor similarities of a search before a judgement of
its probe is stored, so that the list cannot colour what is seen in the face. Who verifies another one's work
sees only the pairs that the first examiner compared or shortlisted, without names, ranks, similarities and
opinions, until all of them are compared. A case that is closed or archived hides nothing any more.
"""

from __future__ import annotations

import dataclasses
import hmac
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.storage.cases import CHANGEABLE, case
from core.storage.judgements import judgements
from core.storage.names import fold
from core.storage.verdicts import verdicts
from core.types import (
    Candidate,
    CandidateVerdict,
    Case,
    CaseStatus,
    Judgement,
    Search,
    SearchMaps,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one examiner may see of one search.

    Attributes
    ----------
    second : bool
        Whether the examiner verifies another one's work.
    probe_owed : bool
        Whether a judgement of the probe is missing.
    pairs : tuple of int
        Ranks of the candidates that a second examiner compares, in order of rank.
    owed : tuple of int
        Those of them that are not compared yet.
    """

    second: bool = False
    probe_owed: bool = False
    pairs: tuple[int, ...] = ()
    owed: tuple[int, ...] = ()

    @property
    def hidden(self) -> bool:
        """Whether names, ranks, similarities and other examiners' opinions are hidden."""
        return self.probe_owed or bool(self.owed)

    @property
    def why(self) -> str:
        """One sentence that says what is hidden and until when; empty when nothing is."""
        if not self.hidden:
            return ""
        if not self.second:
            return "Names, ranks and similarities are hidden until you have judged the probe."
        what = "you have judged the probe"
        if self.owed:
            pairs = "1 more pair" if len(self.owed) == 1 else f"{len(self.owed)} more pairs"
            what = f"you have compared {pairs}"
        return (
            "You verify another examiner's work: names, ranks, similarities and the other judgements are "
            f"hidden until {what}."
        )


def same_examiner(one: str, other: str) -> bool:
    """Say whether two names are those of one examiner: letter case and the form of letters do not count."""
    return fold(one) == fold(other)


def sight(
    case: Case | None,
    examiner: str,
    judged: Sequence[Judgement],
    said: Sequence[CandidateVerdict],
) -> Sight:
    """Work out what an examiner may see of a search.

    Parameters
    ----------
    case : Case or None
        The case of the search; a search outside a case hides nothing.
    examiner : str
        Who looks.
    judged : sequence of Judgement
        All judgements of the search, oldest first.
    said : sequence of CandidateVerdict
        All verdicts on its candidates.

    Returns
    -------
    Sight
        What may be seen.
    """
    if case is None or case.status not in CHANGEABLE:
        return Sight()
    own = {one.rank for one in judged if same_examiner(one.examiner, examiner)}
    first = judged[0].examiner if judged else examiner
    if case.status is not CaseStatus.IN_VERIFICATION or same_examiner(first, examiner):
        return Sight(probe_owed=case.blind and 0 not in own)
    pairs = {one.rank for one in judged if one.rank and same_examiner(one.examiner, first)}
    pairs |= {
        one.rank for one in said if one.verdict is Verdict.SHORTLISTED and same_examiner(one.examiner, first)
    }
    return Sight(
        second=True,
        probe_owed=not pairs and 0 not in own,
        pairs=tuple(sorted(pairs)),
        owed=tuple(sorted(pairs - own)),
    )


def sights(session: Session, examiner: str, searches: Sequence[Search]) -> tuple[Sight, ...]:
    """Work out what an examiner may see of each of many searches.

    Parameters
    ----------
    session : Session
        Any session.
    examiner : str
        Who looks.
    searches : sequence of Search
        The searches.

    Returns
    -------
    tuple of Sight
        One a search.
    """
    cases = {key: case(session, key) for key in {one.case_id for one in searches} if key is not None}
    keys = [one.search_id for one in searches if one.case_id is not None]
    judged: defaultdict[int, list[Judgement]] = defaultdict(list)
    for judgement in judgements(session, keys):
        judged[judgement.search_id].append(judgement)
    said: defaultdict[int, list[CandidateVerdict]] = defaultdict(list)
    for verdict in verdicts(session, keys):
        said[verdict.search_id].append(verdict)
    return tuple(
        sight(
            None if one.case_id is None else cases[one.case_id],
            examiner,
            judged[one.search_id],
            said[one.search_id],
        )
        for one in searches
    )


def shown_order(search: Search, sight: Sight) -> tuple[Candidate, ...]:
    """Return the candidates that are shown, in the order in which they are shown.

    While they are hidden that is the order of HMAC-SHA-256 of "search id/subject id" under the hash of the
    search's entry in the audit log: fixed, the same for everybody, and without any relation to similarity.

    Parameters
    ----------
    search : Search
        The whole search.
    sight : Sight
        What may be seen of it.

    Returns
    -------
    tuple of Candidate
        All of them in order of rank when nothing is hidden; otherwise those to be compared by a second
        examiner, or all where there are none.
    """
    candidates = search.result.candidates
    if not sight.hidden:
        return candidates
    wanted = [one for one in candidates if not sight.pairs or one.rank in sight.pairs]
    key = search.audit_hash.encode("ascii")
    return tuple(
        sorted(
            wanted,
            key=lambda one: hmac.digest(
                key, f"{search.search_id}/{one.subject_id}".encode("ascii"), "sha256"
            ),
        )
    )


def seen_search(search: Search, sight: Sight) -> Search:
    """Return a search as it may be seen: without its candidates while they are hidden."""
    if not sight.hidden:
        return search
    result = dataclasses.replace(search.result, candidates=())
    return dataclasses.replace(search, result=result, candidates_hidden=True)


def seen_maps(maps: SearchMaps, sight: Sight) -> SearchMaps:
    """Return maps as they may be seen: evidence adds up to a similarity, so it is hidden with it."""
    return SearchMaps(maps.probe) if sight.hidden else maps
