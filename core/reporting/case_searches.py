"""All searches of a case in a table, the empty ones and those that ended in nobody among them."""

from __future__ import annotations

from dataclasses import dataclass

from core.reporting import examiner_wording
from core.reporting.case_record import CaseSearch
from core.reporting.content import ReportContent
from core.reporting.wording import count, index_name, instant, number

COLUMNS = ("Search", "Probe", "Compared with", "List", "Answer of examiners")
"""What each row tells."""

NO_CASE = "The search belongs to no case, so there are no other searches to tell of."

HIDDEN = "Hidden from whoever wrote this report until their own judgement is stored"

NOT_JUDGED = "Nobody has judged it"


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A search in words.

    Attributes
    ----------
    reported : bool
        Whether it is the one that the report is on.
    cells : tuple of str
        One for each of `COLUMNS`, with line breaks.
    """

    reported: bool
    cells: tuple[str, ...]


def opening(content: ReportContent) -> str:
    """Say how many searches the case has, and how many of them led to nobody."""
    searches = content.record.searches
    if not searches:
        return NO_CASE
    empty = sum(not one.search.result.candidates and not one.search.candidates_hidden for one in searches)
    nobody = sum(one.examination.nobody_suitable for one in searches)
    return (
        f"The case has {count(len(searches), 'search', 'searches')}, and all of them are listed, whatever "
        f"they led to. {_of(empty, 'came out empty')} "
        f"{_of(nobody, 'ended in “nobody suitable”')} The search of this report is marked with an arrow."
    )


def search_rows(content: ReportContent) -> tuple[SearchRow, ...]:
    """Return a row for each search of the case, oldest first."""
    reported = content.search.search.search_id
    return tuple(
        SearchRow(one.search.search_id == reported, _cells(one, one.search.search_id == reported))
        for one in content.record.searches
    )


def _cells(one: CaseSearch, reported: bool) -> tuple[str, ...]:
    search, probe, result = one.search, one.search.probe, one.search.result
    index = probe.recognizability
    picture = probe.path.replace("\\", "/").rsplit("/", 1)[-1]
    if probe.frame is not None:
        picture += f", frame {probe.frame.ordinal}"
    galleries = ", ".join(f"“{name}”" for name in result.galleries) or "no gallery"
    return (
        f"{'→ ' if reported else ''}{search.search_id}\n{instant(search.created)}\n{search.operator}",
        f"{picture}\nSHA-256 {probe.picture_sha256[:12]}…\n"
        f"{index_name(index)} {number(index.index, 3)}, {index.band.value}",
        f"{count(result.gallery_size, 'subject')}\n{galleries}\nRevision {result.gallery_revision}",
        _list(one),
        HIDDEN if search.candidates_hidden else _answer(one),
    )


def _list(one: CaseSearch) -> str:
    if one.search.candidates_hidden:
        return "Hidden"
    candidates = one.search.result.candidates
    if not candidates:
        return "No candidate"
    first = candidates[0]
    return (
        f"{count(len(candidates), 'candidate')}\nRank 1, similarity {number(first.similarity, 4)}: "
        f"{first.subject}"
    )


def _answer(found: CaseSearch) -> str:
    said = found.examination
    lines = ["Nobody suitable"] if said.nobody_suitable else []
    lines += [
        f"{'Probe' if judged.rank == 0 else f'Rank {judged.rank}'}: "
        f"{examiner_wording.answer(judged)} ({judged.examiner})"
        for judged in said.standing
    ]
    given: dict[tuple[str, str], list[int]] = {}
    for one in said.verdicts:
        given.setdefault((one.examiner, examiner_wording.VERDICTS[one.verdict]), []).append(one.rank)
    lines += [
        f"{verdict.capitalize()}: {'rank' if len(ranks) == 1 else 'ranks'} "
        f"{', '.join(str(rank) for rank in ranks)} ({examiner})"
        for (examiner, verdict), ranks in given.items()
    ]
    return "\n".join(lines) or NOT_JUDGED


def _of(number_of: int, what: str) -> str:
    return f"{'None' if number_of == 0 else f'{number_of:,}'} of them {what}."
