"""The log of what was done: append-only, each entry bound to the one before by a hash.

The hash of an entry is the SHA-256, in lower-case hexadecimal digits, of the UTF-8 bytes of a JSON object
with the nine keys `action`, `created`, `details`, `monotonic_ns`, `operator`, `previous_hash`, `reason`,
`sequence` and `session`, written with its keys sorted, without white space and without escapes that JSON does
not demand. `sequence` and `monotonic_ns` are numbers; the other values are strings, as the columns of table
`audit_log` hold them (`details` is itself JSON text, not parsed). Entries that were written before there were
`monotonic_ns`, `reason` and `session` hold NULL there, and these keys are absent from what is hashed. The
entry before the first has the hash of 64 zeros. With the standard library alone::

    body = {"action": action, "created": created, "details": details, "operator": operator,
            "previous_hash": previous_hash, "sequence": sequence}
    later = {"monotonic_ns": monotonic_ns, "reason": reason, "session": session}
    body.update((key, value) for key, value in later.items() if value is not None)
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    hashlib.sha256(text.encode("utf-8")).hexdigest()

A session is one run of the program. Within it `monotonic_ns`, which no setting of the clock moves, proves the
order of entries and the time between them; `created` is what the clock of the machine said.

Whoever can write the file can also write a new chain. The log is therefore tamper-evident only against a
hash that was kept elsewhere, which is why reports print :func:`head`.
"""

from __future__ import annotations

import hashlib
import json
import time
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.storage.counters import raise_counter, read_counter
from core.storage.names import storable
from core.storage.schema import AuditRow, now
from core.types import AuditEntry

GENESIS = "0" * 64
"""The hash that the first entry names as the one before."""

SESSION = uuid.uuid4().hex
"""This run of the program, as the entries that it writes name it."""

_COUNTER = "audit"
_AT_ONCE = 10_000


def append(
    session: Session, operator: str, action: str, details: Mapping[str, Any], reason: str = ""
) -> AuditEntry:
    """Write an entry, in the transaction of what it tells of.

    Parameters
    ----------
    session : Session
        A session that writes.
    operator : str
        Who.
    action : str
        What, as "noun.verb".
    details : mapping
        The particulars: strings, finite numbers, booleans, None, lists and mappings of these.
    reason : str
        Why, where somebody said so.

    Returns
    -------
    AuditEntry
        The entry, with its place in the chain.

    Raises
    ------
    ValueError
        If a number is not finite; `TypeError` if a value is of another kind.
    """
    last = session.execute(
        select(AuditRow.sequence, AuditRow.entry_hash).order_by(AuditRow.sequence.desc()).limit(1)
    ).first()
    sequence, previous = (last.sequence + 1, last.entry_hash) if last else (1, GENESIS)
    body = {
        "sequence": sequence,
        "created": now().isoformat(timespec="microseconds"),
        "operator": _nfc(operator),
        "action": _nfc(action),
        "details": canonical_json(details),
        "previous_hash": previous,
        "reason": _nfc(reason.strip()),
        "session": SESSION,
        "monotonic_ns": time.monotonic_ns(),
    }
    row = AuditRow(**body, entry_hash=_hash(body))
    session.add(row)
    session.flush()
    raise_counter(session, _COUNTER)
    return _entry(row)


def entries(session: Session, after: int = 0, limit: int | None = None) -> tuple[AuditEntry, ...]:
    """Return entries in the order in which they were written.

    Parameters
    ----------
    session : Session
        Any session.
    after : int
        Only entries with a greater sequence number.
    limit : int, optional
        At most so many, the latest ones.

    Returns
    -------
    tuple of AuditEntry
        Oldest first.
    """
    query = select(AuditRow).where(AuditRow.sequence > after).order_by(AuditRow.sequence.desc()).limit(limit)
    return tuple(_entry(row) for row in reversed(session.scalars(query).all()))


def head(session: Session) -> str:
    """Return the hash of the last entry, which stands for the whole log so far."""
    query = select(AuditRow.entry_hash).order_by(AuditRow.sequence.desc()).limit(1)
    return session.scalar(query) or GENESIS


def length(session: Session) -> int:
    """Return how many entries the log holds."""
    return session.scalar(select(func.max(AuditRow.sequence))) or 0


def entry_hashes(session: Session, sequences: Sequence[int]) -> dict[int, str]:
    """Return the hashes of some entries.

    Parameters
    ----------
    session : Session
        Any session.
    sequences : sequence of int
        Their places in the log.

    Returns
    -------
    dict of int to str
        The hash by place; places that the log does not have are not in it.
    """
    found: dict[int, str] = {}
    for start in range(0, len(sequences), _AT_ONCE):
        wanted = AuditRow.sequence.in_(sequences[start : start + _AT_ONCE])
        rows = session.execute(select(AuditRow.sequence, AuditRow.entry_hash).where(wanted))
        found |= {row.sequence: row.entry_hash for row in rows}
    return found


def problems(session: Session) -> tuple[str, ...]:
    """Recompute the chain.

    Parameters
    ----------
    session : Session
        Any session.

    Returns
    -------
    tuple of str
        Empty for an intact log; otherwise one sentence that names the first bad entry. What follows a bad
        entry cannot be judged.
    """
    previous, expected = GENESIS, 1
    for row in session.scalars(select(AuditRow).order_by(AuditRow.sequence)).yield_per(1000):
        entry = _entry(row)
        if entry.sequence != expected:
            return (f"Entry {expected} of the audit log is missing.",)
        if entry.previous_hash != previous:
            return (f"Entry {expected} of the audit log does not follow on the entry before it.",)
        if recomputed_hash(entry) != entry.entry_hash:
            return (f"Entry {expected} of the audit log was changed after it was written.",)
        previous, expected = entry.entry_hash, expected + 1
    if read_counter(session, _COUNTER) != expected - 1:
        return (f"Entry {expected} of the audit log is missing: the log was cut short.",)
    return ()


def recomputed_hash(entry: AuditEntry) -> str:
    """Return the hash that follows from what an entry says, whatever version wrote it.

    Parameters
    ----------
    entry : AuditEntry
        An entry with all its details.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    body = {key: getattr(entry, key) for key in _HASHED}
    later = {key: getattr(entry, key) for key in _HASHED_LATER}
    return _hash(body | {key: value for key, value in later.items() if value is not None})


def canonical_json(value: Any) -> str:
    """Return the one JSON text of a value: keys sorted, no white space, strings in Unicode NFC.

    Parameters
    ----------
    value : object
        Strings, finite numbers, booleans, None, sequences and mappings with string keys.

    Returns
    -------
    str
        JSON.

    Raises
    ------
    ValueError
        If a number is not finite; `TypeError` if a value is of another kind.
    """
    return json.dumps(
        _normalized(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


_HASHED = ("sequence", "created", "operator", "action", "details", "previous_hash")
_HASHED_LATER = ("reason", "session", "monotonic_ns")


def _hash(body: Mapping[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _nfc(text: str) -> str:
    return storable(unicodedata.normalize("NFC", text))


def _normalized(value: Any) -> Any:
    if isinstance(value, str):
        return _nfc(value)
    if isinstance(value, Mapping):
        return {_nfc(key): _normalized(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_normalized(item) for item in value]
    return value


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        sequence=row.sequence,
        created=row.created,
        operator=row.operator,
        action=row.action,
        details=row.details,
        previous_hash=row.previous_hash,
        entry_hash=row.entry_hash,
        reason=row.reason,
        session=row.session,
        monotonic_ns=row.monotonic_ns,
    )
