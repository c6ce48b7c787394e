"""The examiners' part of a report, the same for every format that people read."""

from __future__ import annotations

from dataclasses import dataclass

from core.reporting import examiner_wording as words
from core.reporting.examination import Examination
from core.reporting.wording import instant
from core.types import Component, FeatureNote, Judgement, Search

Rows = tuple[tuple[str, str], ...]
"""Labels and values, in the order in which they are read; an empty value is shown as a dash."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one examiner says of the probe or of one candidate.

    Attributes
    ----------
    title : str
        Of what, and in which role.
    facts : tuple of (str, str)
        Label and value.
    rank : int
        Rank of the candidate, 0 for the probe.
    """

    title: str
    facts: Rows
    rank: int = 0


@dataclass(frozen=True, slots=True)
class ExaminersPart:
    """What a report says of the work of examiners.

    Attributes
    ----------
    opening : tuple of str
        Paragraphs to read first; one sentence and nothing else where nobody has judged anything.
    disagreements : tuple of str
        A sentence for each place on which examiners disagree.
    verdicts : tuple of (str, str)
        A rank, and who shortlisted or rejected it.
    statements : tuple of Statement
        The probe first, then candidates in the order of rank.
    """

    opening: tuple[str, ...]
    disagreements: tuple[str, ...] = ()
    verdicts: Rows = ()
    statements: tuple[Statement, ...] = ()


def examiners_part(search: Search, examination: Examination) -> ExaminersPart:
    """Put what examiners said of a search into words.

    Parameters
    ----------
    search : Search
        The search with its candidates.
    examination : Examination
        What was said.

    Returns
    -------
    ExaminersPart
        The same for the same input.
    """
    if examination.empty:
        return ExaminersPart((words.NOTHING,))
    names = {one.rank: one.subject for one in search.result.candidates}
    disagreements = _disagreements(examination)
    return ExaminersPart(
        opening=_opening(search, examination, agreed=not disagreements),
        disagreements=disagreements,
        verdicts=tuple(
            (
                f"Rank {one.rank}",
                f"{words.VERDICTS[one.verdict].capitalize()} on {instant(one.created)} by {one.examiner}, "
                f"subject {names[one.rank]}",
            )
            for one in examination.verdicts
        ),
        statements=tuple(
            _statement(one, names.get(one.rank, ""), examination) for one in examination.standing
        ),
    )


def _opening(search: Search, examination: Examination, *, agreed: bool) -> tuple[str, ...]:
    sentences = [words.OPINION]
    if examination.nobody_suitable:
        sentences.append(words.NOBODY_SUITABLE)
    ranks = {one.rank for one in examination.judgements}
    if 0 not in ranks:
        sentences.append("The probe was not judged on its own.")
    if search.result.candidates and not ranks - {0}:
        sentences.append("No candidate was compared.")
    if agreed and (examination.judged_by_several() or examination.verdicts_of_several()):
        sentences.append(words.AGREE)
    return tuple(sentences)


def _disagreements(examination: Examination) -> tuple[str, ...]:
    found: list[tuple[int, str]] = []
    for judged in examination.judged_by_several():
        if len({words.answer(one) for one in judged}) > 1:
            said = "; ".join(f"{one.examiner} says “{words.answer(one)}”" for one in judged)
            found.append((judged[0].rank, said))
    for verdicts in examination.verdicts_of_several():
        if len({one.verdict for one in verdicts}) > 1:
            said = "; ".join(f"{words.VERDICTS[one.verdict]} by {one.examiner}" for one in verdicts)
            found.append((verdicts[0].rank, said))
    return tuple(
        f"The examiners disagree on {f'candidate {rank}' if rank else 'the probe'}: {said}."
        for rank, said in sorted(found)
    )


def _statement(one: Judgement, subject: str, examination: Examination) -> Statement:
    role = "further examiner"
    if one.second:
        role = "second examiner"
    elif examination.is_first(one.examiner):
        role = "first examiner"
    rows = [("Examiner", one.examiner)]
    if one.rank:
        rows += [("Subject", subject)]
    rows += [
        ("Made", instant(one.created)),
        ("Conclusion" if one.rank else "Suitability", words.answer_in_full(one)),
        ("Seen", words.ON_ORIGINAL if one.on_original else words.ON_DERIVED),
        *_checklist(one.features),
    ]
    if one.note:
        rows.append(("Note", one.note))
    rows += [
        ("Replaced", f"{words.answer(earlier)}, {instant(earlier.created)}")
        for earlier in examination.replaced_by(one)
    ]
    place = f"Candidate of rank {one.rank}" if one.rank else "The probe"
    return Statement(f"{place}, {role}", tuple(rows), one.rank)


def _checklist(features: tuple[FeatureNote, ...]) -> Rows:
    """Return the checklist with the parts that share an answer in one row, then the remarks."""
    if not features:
        return (("Checklist", "Not filled in"),)
    lines = {one.component: one for one in features}
    ordered = [lines[part] for part in Component if part in lines]
    groups = [
        (name, [one.component for one in ordered if one.visible and one.finding is finding])
        for finding, name in ((None, "Visible"), *words.FINDINGS.items())
    ]
    hidden = [one.component for one in ordered if not one.visible]
    groups += [("Not visible", hidden), ("Not stated", [part for part in Component if part not in lines])]
    rows = [(name, ", ".join(words.COMPONENTS[part] for part in parts)) for name, parts in groups if parts]
    rows += [(f"On: {words.COMPONENTS[one.component]}", one.note) for one in ordered if one.note]
    return tuple(rows)
