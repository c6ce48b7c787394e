"""The rows of a bundle, stored in a transaction that somebody else ends, and read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import IntegrityFailure, UsageError
from core.storage import cases, searches
from core.storage.carried import CANDIDATES, MARK, read_candidates
from core.storage.case_faces import faces
from core.storage.case_rows import TABLES, CaseTable, Values
from core.storage.evidence import evidence
from core.storage.imports import free_reference
from core.storage.incoming_rows import IncomingRows
from core.storage.judgements import judgements
from core.storage.names import clean_name
from core.storage.pictures import pictures
from core.storage.search_maps import search_maps
from core.storage.verdicts import verdicts
from core.types import Case, EvidenceKind, EvidenceMode
from core.workspace.exchange.agreement import disagreements
from core.workspace.exchange.bundle import CaseBundle
from core.workspace.exchange.layout import candidates_file
from core.workspace.exchange.source_log import TravelledLogs


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case as its rows were stored.

    Attributes
    ----------
    case : Case
        As it is here.
    source_case_id : int
        Its key in the other workspace.
    reference : str
        The reference that it had there.
    rows : dict of str to int
        How many rows there were, by table.
    search_ids : dict of int to int
        New keys of its searches by those that they had.
    model_ids : frozenset of str
        The models that its searches were made with.
    """

    case: Case
    source_case_id: int
    reference: str
    rows: dict[str, int]
    search_ids: dict[int, int]
    model_ids: frozenset[str]


def store_case(session: Session, bundle: CaseBundle, logs: TravelledLogs) -> StoredCase:
    """Store the rows of a bundle, read them back, and compare them with the logs that came along.

    Parameters
    ----------
    session : Session
        A session that writes; nothing is committed.
    bundle : CaseBundle
        The bundle, its hashes and rows checked.
    logs : TravelledLogs
        Its logs, checked.

    Returns
    -------
    StoredCase
        What was stored.

    Raises
    ------
    IntegrityFailure
        If rows contradict each other or the logs.
    """
    incoming = IncomingRows(session)
    changing = _Changing(session, bundle)
    try:
        rows = {
            table.name: incoming.add(table, changing.changed(table, bundle.rows(table))) for table in TABLES
        }
        source = bundle.manifest["case"]["case_id"]
        case_id = incoming.key("cases", source)
        stored = StoredCase(
            case=cases.case(session, case_id),
            source_case_id=source,
            reference=changing.reference,
            rows=rows,
            search_ids=incoming.keys("searches"),
            model_ids=frozenset(one.result.model_id for one in searches.searches(session, case_id)),
        )
        _read_back(session, bundle, stored, logs)
    except (IntegrityError, UsageError, ValueError, TypeError, KeyError, AssertionError) as error:
        reason = str(error.orig if isinstance(error, IntegrityError) else error).rstrip(".")
        raise IntegrityFailure(
            f"The rows in the bundle {bundle.path.name} make no sense together: {reason}."
        ) from error
    return stored


class _Changing:
    """What of rows is other here than it was in the workspace that they come from."""

    def __init__(self, session: Session, bundle: CaseBundle) -> None:
        self._session, self._bundle = session, bundle
        self.reference = ""

    def changed(self, table: CaseTable, rows: Iterator[Values]) -> Iterator[Values]:
        """Give rows as they are stored, but for their keys."""
        change = {"cases": self._case, "evidence": self._evidence, "searches": self._search}.get(table.name)
        for values in rows:
            if change is not None:
                change(values)
            yield values

    def _case(self, values: Values) -> None:
        values["title"] = clean_name("case", values["title"])
        self.reference = values["reference"] and clean_name("reference", values["reference"])
        values["reference"] = free_reference(self._session, self.reference)
        # Paths of another computer lead nowhere here, or to a file that only has the same name.
        values["evidence_mode"] = EvidenceMode.COPIES.value

    def _evidence(self, values: Values) -> None:
        values["copied"] = f"files/{values['sha256']}" in self._bundle.files
        if values["kind"] == EvidenceKind.STILL.value:
            values["stored"] = values["copied"]
        values["stored"] = values["stored"] or values["copied"]

    def _search(self, values: Values) -> None:
        """Say in the conditions of a search, and so in its report, where it comes from."""
        manifest = self._bundle.manifest
        marks = {
            "case": str(manifest["case"]["case_id"]),
            "log_head": manifest["log"]["head"],
            "manifest": self._bundle.manifest_sha256,
            "search": str(values["id"]),
        }
        own = [one for one in json.loads(values["conditions"]) if not one[0].startswith(MARK)]
        own += [[f"{MARK}{name}", value] for name, value in marks.items()]
        own.append([CANDIDATES, self._bundle.files[candidates_file(values["id"])]])
        values["conditions"] = json.dumps(sorted(own), ensure_ascii=False)


def _read_back(session: Session, bundle: CaseBundle, stored: StoredCase, logs: TravelledLogs) -> None:
    """Read all that was stored as everybody will, so that what cannot be read is refused now."""
    case_id = stored.case.case_id
    evidence(session, case_id)
    pictures(session, case_id)
    faces(session, case_id)
    found = searches.searches(session, case_id)
    here = {one.search_id: one for one in found}
    for source, key in stored.search_ids.items():
        search_maps(session, key)
        carried = read_candidates(bundle.read(candidates_file(source)))
        if [one.rank for one in carried] != [one.rank for one in here[key].result.candidates]:
            raise IntegrityFailure(
                f"The file {candidates_file(source)} of the bundle {bundle.path.name} is not of its search."
            )
    keys = list(here)
    verdicts(session, keys)
    judged = judgements(session, keys)
    for problem in disagreements(logs, stored.source_case_id, found, judged):
        raise IntegrityFailure(f"The bundle {bundle.path.name} contradicts its log. {problem}")
