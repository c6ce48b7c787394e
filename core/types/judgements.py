"""What examiners say: of a probe, of a comparison, and of a whole candidate list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.types.searching import Candidate, Search


class Suitability(StrEnum):
    """Whether a probe can be compared, as the examiner sees it."""

    SUITABLE = "suitable"
    LIMITED = "limited"
    UNSUITABLE = "unsuitable"


class Conclusion(StrEnum):
    """What the observations of one comparison support; there are no percentages.

    In the order of the keys 1 to 5; `INSUFFICIENT` (key I) is a full answer.
    """

    SAME_STRONGLY = "same_strongly"
    SAME = "same"
    UNDECIDED = "undecided"
    DIFFERENT = "different"
    DIFFERENT_STRONGLY = "different_strongly"
    INSUFFICIENT = "insufficient"


class Component(StrEnum):
    """The parts of a face that the morphological checklist asks about, from top to bottom."""

    FACE_SHAPE = "face_shape"
    HAIRLINE = "hairline"
    FOREHEAD = "forehead"
    EYEBROWS = "eyebrows"
    EYES = "eyes"
    NOSE = "nose"
    CHEEKS = "cheeks"
    EARS = "ears"
    MOUTH = "mouth"
    CHIN = "chin"
    NECK = "neck"
    FACIAL_HAIR = "facial_hair"
    LINES = "lines"
    SCARS_AND_MARKS = "scars_and_marks"


class Finding(StrEnum):
    """How a component of the probe relates to that of the candidate."""

    SIMILAR = "similar"
    DIFFERENT = "different"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class FeatureNote:
    """A line of the checklist.

    Attributes
    ----------
    component : Component
        The part of the face.
    visible : bool
        Whether it can be seen in the probe.
    finding : Finding or None
        How it relates to the candidate's; None in a judgement of the probe alone, which has no candidate.
    note : str
        Free text.
    """

    component: Component
    visible: bool
    finding: Finding | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One examiner's judgement; a later one of the same examiner replaces it, and both are kept.

    Attributes
    ----------
    judgement_id : int
        Key, rising in the order in which judgements were stored.
    search_id : int
        The search.
    rank : int
        Rank of the candidate that was compared; 0 for a judgement of the probe alone.
    examiner : str
        Who.
    second : bool
        Whether the examiner verified another one's work, without seeing it.
    suitability : Suitability or None
        Of the probe; set when `rank` is 0.
    conclusion : Conclusion or None
        Of the comparison; set when `rank` is greater than 0.
    features : tuple of FeatureNote
        The checklist as far as it was filled in.
    note : str
        Free text.
    on_original : bool
        Whether the original picture was on show, not one derived from it.
    created : datetime
        In UTC.
    """

    judgement_id: int
    search_id: int
    rank: int
    examiner: str
    second: bool
    suitability: Suitability | None
    conclusion: Conclusion | None
    features: tuple[FeatureNote, ...]
    note: str
    on_original: bool
    created: datetime


class Verdict(StrEnum):
    """What an examiner says of a place on a candidate list before or without a comparison."""

    SHORTLISTED = "shortlisted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class CandidateVerdict:
    """A verdict on one candidate of a search.

    Attributes
    ----------
    search_id, rank : int
        The place.
    subject_id : int
        The candidate's subject, by which a rejection is remembered.
    verdict : Verdict
        What was said.
    examiner : str
        Who.
    created : datetime
        In UTC.
    """

    search_id: int
    rank: int
    subject_id: int
    verdict: Verdict
    examiner: str
    created: datetime


@dataclass(frozen=True, slots=True)
class ShownCandidate:
    """A candidate as the examiner at work may see it.

    Attributes
    ----------
    candidate : Candidate or None
        With similarity, rank and names; None while they are hidden.
    rank : int
        Its key in the search. The desk shows `position` instead while `candidate` is None.
    position : int
        Place in the order in which candidates are shown, from 1; while they are hidden the order says
        nothing about the similarity.
    sample_id : int
        Whose picture is shown.
    verdict : Verdict or None
        The examiner's own verdict.
    rejected_before : int or None
        Number of an earlier search of the same case in which this subject was rejected for the same face or
        person; None where there is none or while candidates are hidden.
    """

    candidate: Candidate | None
    rank: int
    position: int
    sample_id: int
    verdict: Verdict | None
    rejected_before: int | None


@dataclass(frozen=True, slots=True, eq=False)
class SearchView:
    """A search as the examiner at work may see it.

    Attributes
    ----------
    search : Search or None
        The whole search; None while candidates are hidden, so that no page can show what it must not.
    search_id : int
        Key.
    hidden : bool
        Whether ranks, similarities and names are hidden: in a blind case until this examiner has judged the
        probe, and for a second examiner until all shortlisted or first candidates have been compared.
    second : bool
        Whether the examiner at work verifies another one's work.
    candidates : tuple of ShownCandidate
        In the order in which they are shown.
    judgements : tuple of Judgement
        Those that the examiner may see: one's own; all of them once nothing is hidden.
    nobody_suitable : bool
        Whether "nobody suitable" was stored as the answer.
    why : str
        One sentence that says what is hidden and until when; empty when nothing is.
    """

    search: Search | None
    search_id: int
    hidden: bool
    second: bool
    candidates: tuple[ShownCandidate, ...]
    judgements: tuple[Judgement, ...]
    nobody_suitable: bool
    why: str
