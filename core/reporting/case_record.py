"""What a report takes from the case beside its own search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.reporting.examination import Examination
from core.types import CasePicture, Search


@dataclass(frozen=True, slots=True, eq=False)
class CaseSearch:
    """A search of the case.

    Attributes
    ----------
    search : Search
        As whoever writes the report may see it: without candidates while they are hidden.
    examination : Examination
        What examiners said of it; empty while that is hidden.
    """

    search: Search
    examination: Examination


@dataclass(frozen=True, slots=True)
class LogPosition:
    """An entry of the audit log, with which the whole log up to it can be checked.

    Attributes
    ----------
    sequence : int
        Its place, from 1.
    entry_hash : str
        Its hash.
    """

    sequence: int
    entry_hash: str


@dataclass(frozen=True, slots=True, eq=False)
class CaseRecord:
    """The rest of the case, as far as a report tells of it.

    Attributes
    ----------
    searches : tuple of CaseSearch
        All searches of the case, oldest first, that of the report among them; empty without a case.
    pictures : tuple of CasePicture
        The picture that was searched with and those that it was derived from, the original last; empty when
        the case does not know it.
    log : LogPosition or None
        The last entry of the log that changed what a report can tell.
    """

    searches: tuple[CaseSearch, ...] = ()
    pictures: tuple[CasePicture, ...] = ()
    log: LogPosition | None = None

    @property
    def instants(self) -> tuple[datetime, ...]:
        """When each search was made, and each judgement and verdict."""
        made = tuple(one.search.created for one in self.searches)
        return made + tuple(told for one in self.searches for told in one.examination.instants)
