"""Cases, their evidence and the log of what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CaseStatus(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    IN_VERIFICATION = "in_verification"
    CLOSED = "closed"
    ARCHIVED = "archived"


class EvidenceMode(StrEnum):
    """What a case keeps of the files that are taken into it.

    `REFERENCES` keeps path, size and SHA-256; the file has to be at hand whenever it is used. `COPIES` keeps
    the bytes as well, and uses these from then on.
    """

    REFERENCES = "references"
    COPIES = "copies"


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    STILL = "still"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Case:
    """An examination.

    Attributes
    ----------
    case_id : int
        Key.
    title : str
        Short title.
    reference : str
        The laboratory's own reference, unique where it is not empty.
    authority : str
        Who asked for the examination, and on what ground.
    notes : str
        Free text.
    status : CaseStatus
        Where it stands.
    searches : int
        Number of searches that belong to it.
    created : datetime
        In UTC.
    blind : bool
        Whether candidates are hidden until an examiner's own judgement of the probe is stored.
    place : str
        Where the examiner left it, as the desk writes it.
    opened : datetime or None
        When it was last opened, in UTC.
    pictures, faces : int
        Pictures that belong to it, and the faces in them.
    evidence_mode : EvidenceMode
        Whether it keeps copies of the files that are taken in, or references to them.
    """

    case_id: int
    title: str
    reference: str
    authority: str
    notes: str
    status: CaseStatus
    searches: int
    created: datetime
    blind: bool = True
    place: str = ""
    opened: datetime | None = None
    pictures: int = 0
    faces: int = 0
    evidence_mode: EvidenceMode = EvidenceMode.REFERENCES


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that an examination used.

    Attributes
    ----------
    evidence_id : int
        Key.
    case_id : int or None
        The case it belongs to.
    kind : EvidenceKind
        Still or video.
    path : str
        Path as it was given at intake.
    sha256 : str
        Hash of its bytes at intake.
    byte_size : int
        Size at intake.
    stored : bool
        Whether the workspace keeps a copy of its bytes (stills) or of the frames used (videos).
    created : datetime
        In UTC.
    copied : bool
        Whether the workspace keeps a copy of all its bytes.
    failure : str
        One sentence about the first time that its bytes were not those of intake; empty while that never
        happened.
    failed : datetime or None
        When that was, in UTC.
    """

    evidence_id: int
    case_id: int | None
    kind: EvidenceKind
    path: str
    sha256: str
    byte_size: int
    stored: bool
    created: datetime
    copied: bool = False
    failure: str = ""
    failed: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the append-only, hash-chained log.

    Attributes
    ----------
    sequence : int
        From 1, without gaps.
    created : str
        UTC, ISO 8601 with microseconds, as hashed.
    operator : str
        Who.
    action : str
        What, as "noun.verb".
    details : str
        Canonical JSON of the particulars.
    previous_hash, entry_hash : str
        SHA-256 of the entry before and of this one, 64 hexadecimal digits.
    reason : str or None
        Why, as whoever did it said; empty when nobody said, None for an entry of a version without reasons.
    session : str or None
        The run of the program that wrote it, 32 hexadecimal digits; None as above.
    monotonic_ns : int or None
        Time of a clock that is never set, in ns; it orders the entries of one session. None as above.
    redacted : bool
        Whether details were left out for who looks; they then no longer have the hash of the entry.
    """

    sequence: int
    created: str
    operator: str
    action: str
    details: str
    previous_hash: str
    entry_hash: str
    reason: str | None = None
    session: str | None = None
    monotonic_ns: int | None = None
    redacted: bool = False
