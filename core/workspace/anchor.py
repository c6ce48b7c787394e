"""The anchor of the audit log: a file outside the workspace that remembers what the log ended with.

The log is a chain, so whoever can write the workspace can write another chain, or leave out its end. A line
of the anchor holds the head of the log at one moment; a log that was cut short or rewritten since does not
hold that entry any more. The anchor should lie where whoever works with the workspace can append but not
rewrite, such as a share of another department. One file belongs to one workspace. A line is a JSON object::

    {"created": instant of the entry, "entry_hash": its hash, "sequence": its place}
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from core.storage import audit
from core.types import AuditEntry
from core.workspace.opened import OpenedWorkspace

_log = logging.getLogger(__name__)
_LAST = (1 << 63) - 1
"""The largest number that the database can hold."""


@dataclass(frozen=True, slots=True)
class AnchoredHead:
    """What a line of an anchor says.

    Attributes
    ----------
    sequence : int
        Place of the entry in the log.
    entry_hash : str
        Its hash.
    created : str
        Its instant, ISO 8601.
    """

    sequence: int
    entry_hash: str
    created: str


class Anchoring(OpenedWorkspace):
    """The part of the front door that notes the head of the log outside the workspace."""

    def anchor(self) -> Path | None:
        """Return the file that the settings name, None where they name none.

        Returns
        -------
        Path or None
            A relative path is meant from the workspace on.
        """
        named = self.settings.audit.anchor
        return (self.directory / Path(named).expanduser()).resolve() if named else None

    def _anchor_head(self) -> None:
        """Note the head of the log; a failure is a warning and undoes nothing."""
        path = self.anchor()
        if path is None:
            return
        if path.is_relative_to(self.directory.resolve()):
            _log.warning(
                "The anchor %s lies inside the workspace that it is to witness, so it is not used.", path
            )
            return
        with self._database.read() as session:
            latest = audit.entries(session, limit=1)
        try:
            for entry in latest:
                append_head(path, entry)
        except OSError as error:
            reason = error.strerror or str(error)
            _log.warning("The head of the audit log could not be noted in the anchor %s: %s.", path, reason)


def append_head(path: Path, entry: AuditEntry) -> None:
    """Append an entry to an anchor and wait until it is on the disk.

    Parameters
    ----------
    path : Path
        The anchor; it is made, readable by its owner alone, when it is missing.
    entry : AuditEntry
        The last entry of the log.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    head = {"created": entry.created, "entry_hash": entry.entry_hash, "sequence": entry.sequence}
    line = json.dumps(head, sort_keys=True) + "\n"
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        end = file.seek(0, os.SEEK_END)
        if end:
            file.seek(end - 1)
            # What a crash left of a line must not swallow the next one.
            line = line if file.read(1) == b"\n" else f"\n{line}"
        file.write(line.encode("ascii"))
        os.fsync(file.fileno())


def anchor_problems(session: Session, path: Path) -> tuple[str, ...]:
    """Compare the log with an anchor.

    Parameters
    ----------
    session : Session
        Any session.
    path : Path
        The anchor.

    Returns
    -------
    tuple of str
        Empty where they agree; otherwise a sentence for each line that says nothing, and one that names the
        first entry of the log that is not the one that was noted.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        return (f"The anchor {path} cannot be read: {error.strerror or error}.",)
    heads, problems = [], []
    for number, line in enumerate(lines, start=1):
        head = _head(line)
        if head is not None:
            heads.append(head)
        elif line:
            problems.append(f"Line {number} of the anchor {path} says nothing that can be understood.")
    stored = audit.entry_hashes(session, [head.sequence for head in heads])
    good = 0
    for head in sorted(heads, key=lambda one: one.sequence):
        if stored.get(head.sequence) != head.entry_hash:
            return (*problems, _disagreement(head, path, audit.length(session), good))
        good = head.sequence
    return tuple(problems)


def _head(line: bytes) -> AnchoredHead | None:
    try:
        head = json.loads(line)
        sequence = int(head["sequence"])
        if not 0 < sequence <= _LAST:
            return None
        return AnchoredHead(sequence, str(head["entry_hash"]), str(head["created"]))
    except (ValueError, KeyError, TypeError, OverflowError):
        return None


def _disagreement(head: AnchoredHead, path: Path, length: int, good: int) -> str:
    before = f"entry {good} is the last that agrees" if good else "no entry before it was noted"
    if head.sequence > length:
        return (
            f"Entry {head.sequence} of the audit log, of {head.created}, is missing: the anchor {path} noted "
            f"it, but the log was cut short after entry {length}; {before}."
        )
    return (
        f"Entry {head.sequence} of the audit log is not the one of {head.created} that the anchor {path} "
        f"noted: the log was rewritten; {before}."
    )
