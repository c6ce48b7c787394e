"""Uses of the system, as the log tells of them (EU AI Act, article 12, paragraph 3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class UseEnd(StrEnum):
    """How a use ended.

    `LOST` stands for a program that stopped without a word, such as in a crash or a power failure; `OPEN` for
    one that goes on, or whose end nobody has looked for yet.
    """

    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class UsedDatabase:
    """What a search compared with.

    Attributes
    ----------
    galleries : tuple of str
        Names.
    revision : int
        Revision of the galleries.
    size : int
        Subjects that were compared (N).
    digest : str
        SHA-256 over what was compared.
    """

    galleries: tuple[str, ...]
    revision: int
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class UsedInput:
    """A file that was taken in, examined or enrolled.

    Attributes
    ----------
    path : str
        Path as it was given, empty where the log has none.
    sha256 : str
        Hash of its bytes.
    """

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Use:
    """One use, from its start to its end.

    Attributes
    ----------
    first, last : int
        Entries of the log that begin and end it; the last one is 0 while there is none.
    started, ended : str
        When, UTC, ISO 8601; the end is empty while there is none. Of a lost use it says when that was found.
    end : UseEnd
        How it ended.
    examiner : str
        Who was at work.
    what : str
        The command, or "desk".
    databases : tuple of UsedDatabase
        What its searches compared with.
    inputs : tuple of UsedInput
        What was examined, each file once.
    searches : tuple of int
        Searches that were run.
    verified_by : tuple of str
        Who has judged the probe or candidates of these searches since, in this use or a later one.
    """

    first: int
    last: int
    started: str
    ended: str
    end: UseEnd
    examiner: str
    what: str
    databases: tuple[UsedDatabase, ...]
    inputs: tuple[UsedInput, ...]
    searches: tuple[int, ...]
    verified_by: tuple[str, ...]
