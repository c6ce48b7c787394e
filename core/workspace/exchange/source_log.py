"""The audit log that travels with a case: what is taken along, and whether it holds together.

The log goes along as a disclosure pack shows it: the chain of all hashes, and the text of what concerns the
case. A case that was imported before brings the logs of its earlier workspaces too, each under the hash of
the manifest that it came with; an entry `case.import` of the next log names that manifest, so that the
chains hang together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.errors import IntegrityFailure
from core.reporting.disclosure.log_extract import PACK, LogExtract, LogScope, extract_log
from core.storage import audit
from core.storage.case_faces import faces
from core.storage.evidence import evidence
from core.storage.files import FileStore
from core.storage.imports import EXPORT, IMPORT, import_of
from core.storage.pictures import pictures
from core.workspace.exchange.bundle import CaseBundle
from core.workspace.exchange.layout import LOG
from resources import verify

Entry = dict[str, Any]
"""What a line of a log says; only entries that are given in full have `details`."""


def log_of_case(session: Session, case_id: int, search_ids: Sequence[int]) -> LogExtract:
    """Return the log as it goes along with a case, without the exports at its end.

    Exports that nothing happened between thus hold the same log.

    Parameters
    ----------
    session : Session
        Any session.
    case_id : int
        The case.
    search_ids : sequence of int
        Its searches.

    Returns
    -------
    LogExtract
        The extract.
    """
    entries = list(audit.entries(session))
    while entries[-1].action in (PACK, EXPORT):
        entries.pop()
    scope = LogScope(
        case_id=case_id,
        search_id=set(search_ids),
        evidence_id={one.evidence_id for one in evidence(session, case_id)},
        picture_id={one.picture_id for one in pictures(session, case_id)},
        face_id={one.face_id for one in faces(session, case_id)},
    )
    return extract_log(entries, scope)


def earlier_files(session: Session, store: FileStore, case_id: int) -> dict[str, str]:
    """Return the manifests and logs of the bundles that a case came in before.

    Parameters
    ----------
    session : Session
        Any session.
    store : FileStore
        Where they are kept.
    case_id : int
        The case.

    Returns
    -------
    dict of str to str
        The SHA-256 of each by its name in a bundle; empty for a case that was opened here.

    Raises
    ------
    IntegrityFailure
        If the manifest is no longer what was imported.
    """
    before = import_of(session, case_id)
    if before is None:
        return {}
    sha256 = before.manifest_sha256
    files = json.loads(store.read(sha256))["files"]
    older = {name: one["sha256"] for name, one in files.items() if name.startswith("earlier/")}
    return {f"earlier/{sha256}.json": sha256, f"earlier/{sha256}.jsonl": files[LOG]["sha256"]} | older


def entries_of(data: bytes) -> list[Entry]:
    """Return the entries of a log as it travels.

    Raises
    ------
    IntegrityFailure
        If it cannot be understood.
    """
    try:
        return [json.loads(line) for line in data.decode("utf-8").split("\n")[:-1]]
    except (ValueError, RecursionError) as error:
        raise IntegrityFailure("The audit log cannot be understood.") from error


def log_problems(data: bytes, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Check the chain of a log that came along.

    Parameters
    ----------
    data : bytes
        The log.
    manifest : mapping
        The manifest of its bundle, which names its length and its head.

    Yields
    ------
    str
        A sentence that names the first bad entry.
    """
    try:
        yield from verify.check_log(entries_of(data), manifest["log"])
    except (IntegrityFailure, KeyError, TypeError, AttributeError):
        yield "The audit log cannot be understood."


@dataclass(frozen=True, slots=True)
class TravelledImport:
    """An import that a log which came along tells of.

    Attributes
    ----------
    manifest_sha256 : str
        Hash of the manifest of the bundle.
    source_case_id : int
        The case in the workspace that wrote it.
    log_head : str
        The last entry of that workspace's log.
    """

    manifest_sha256: str
    source_case_id: int
    log_head: str


@dataclass(frozen=True, slots=True)
class TravelledLogs:
    """The logs of a bundle; only entries that are given in full have `details`.

    Attributes
    ----------
    own : list of dict
        Entries of the workspace that wrote the bundle.
    earlier : list of dict
        Entries of the workspaces that the case was in before.
    """

    own: list[Entry]
    earlier: list[Entry]

    @property
    def full(self) -> list[Entry]:
        """All entries that are given in full."""
        return [one for one in (*self.own, *self.earlier) if "details" in one]

    @property
    def hashes(self) -> set[str]:
        """Hashes of all entries."""
        return {one["entry_hash"] for one in (*self.own, *self.earlier)}

    @property
    def imports(self) -> list[TravelledImport]:
        """What they tell of the imports of this case and of others."""
        found = []
        for entry in self.full:
            if entry["action"] == IMPORT:
                with suppress(ValueError, KeyError, TypeError):
                    details = json.loads(entry["details"])
                    source = details["source"]
                    found.append(
                        TravelledImport(
                            str(details["manifest_sha256"]), int(source["case_id"]), str(source["log_head"])
                        )
                    )
        return found


def check_logs(bundle: CaseBundle) -> TravelledLogs:
    """Check the log of a bundle and those that came earlier, and that they hang together.

    Parameters
    ----------
    bundle : CaseBundle
        The bundle.

    Returns
    -------
    TravelledLogs
        All their entries.

    Raises
    ------
    IntegrityFailure
        If an entry is missing or was changed, or an earlier log belongs to nothing.
    """
    data = bundle.read(LOG)
    for problem in log_problems(data, bundle.manifest):
        raise IntegrityFailure(f"In the bundle {bundle.path.name}: {problem}")
    logs = TravelledLogs(entries_of(data), [])
    for name in sorted(one for one in bundle.files if one.startswith("earlier/") and one.endswith(".json")):
        logs.earlier.extend(_earlier_entries(bundle, name))
    named = {one.manifest_sha256 for one in logs.imports}
    for name in bundle.files:
        if name.startswith("earlier/") and name.split("/")[1].split(".")[0] not in named:
            raise IntegrityFailure(
                f"No entry of the logs in the bundle {bundle.path.name} tells of the import of {name}."
            )
    return logs


def _earlier_entries(bundle: CaseBundle, name: str) -> list[Entry]:
    data, log = bundle.read(name), f"{name}l"
    try:
        manifest = json.loads(data)
        sound = name == f"earlier/{hashlib.sha256(data).hexdigest()}.json"
        sound = sound and bundle.files.get(log) == manifest["files"][LOG]["sha256"]
    except (ValueError, KeyError, TypeError):
        sound = False
    if not sound:
        raise IntegrityFailure(f"The file {name} of the bundle {bundle.path.name} is not what its name says.")
    kept = bundle.read(log)
    for problem in log_problems(kept, manifest):
        raise IntegrityFailure(f"In the file {log} of the bundle {bundle.path.name}: {problem}")
    return entries_of(kept)
