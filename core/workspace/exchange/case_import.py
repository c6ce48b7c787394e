"""Taking a case in that another workspace exported: all of it or nothing, under keys of its own."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlalchemy.orm import Session

from core.errors import Conflict, IntegrityFailure
from core.progress import Progress
from core.recognition.cards import parse_card
from core.storage import audit
from core.storage.imports import IMPORT, holds_entry, imported_cases
from core.types import Case, ModelCard
from core.workspace.anchor import Anchoring
from core.workspace.exchange.bundle import CaseBundle
from core.workspace.exchange.layout import LOG, is_kept
from core.workspace.exchange.row_checks import RowChecks
from core.workspace.exchange.row_import import StoredCase, store_case
from core.workspace.exchange.source_log import TravelledLogs, check_logs

_IN_MEMORY = 64 << 20
"""Bytes of a file that is read whole; a larger one is copied piece by piece."""


@dataclass(frozen=True, slots=True)
class CaseImport:
    """A case that was taken in.

    Attributes
    ----------
    case : Case
        The case as it is here.
    source_case_id : int
        Its key in the workspace that it comes from.
    pictures, faces, searches, judgements, files : int
        How many of each came along.
    manifest_sha256 : str
        Hash of the manifest of its bundle.
    log_head : str
        Hash of the last entry of the log that came along.
    notes : tuple of str
        What whoever works on with the case should know, one sentence each.
    """

    case: Case
    source_case_id: int
    pictures: int
    faces: int
    searches: int
    judgements: int
    files: int
    manifest_sha256: str
    log_head: str
    notes: tuple[str, ...]


class CaseImports(Anchoring):
    """The part of the front door that imports cases."""

    def import_case(
        self, file: Path, *, manifest_sha256: str = "", progress: Progress | None = None
    ) -> CaseImport:
        """Take in a bundle that :meth:`export_case` wrote in another workspace.

        Nothing is stored before every hash, the chain of the log and every row were checked. Files come
        first, then all rows in one transaction with the entry in the log; files of an import that was ended
        between the two are found by :meth:`verify` and do no harm.

        The case gets a key of its own, and so does everything in it. The log of the other workspace is kept
        as a file, and the entry of the import names its head, so that the log of this workspace goes on from
        it.
        The people on its candidate lists are not enrolled. A case in a blind examination stays blind, because
        what was judged comes along.

        Parameters
        ----------
        file : Path
            The zip file.
        manifest_sha256 : str
            The hash of the manifest as the export stated it, where it is known.
        progress : Progress, optional
            Hears of each file and may cancel; nothing of the case is there then.

        Returns
        -------
        CaseImport
            What became of it.

        Raises
        ------
        UsageError
            If the file cannot be read, is no such bundle, or was written by a newer version.
        IntegrityFailure
            If anything in it is not what its manifest says, or makes no sense.
        Conflict
            If this very bundle was imported before, or the case was opened in this workspace. Two copies of
            one examination, in which judgements diverge, would help nobody.
        Cancelled
            If a stop was asked for.
        """
        progress = progress or Progress()
        with CaseBundle(file) as bundle:
            if manifest_sha256 and manifest_sha256.strip().lower() != bundle.manifest_sha256:
                raise IntegrityFailure(
                    f"The bundle {file.name} is not the one that was handed over: the SHA-256 of its "
                    f"manifest is {bundle.manifest_sha256}."
                )
            with self._database.read() as session:
                _refuse_known(session, bundle)
            bundle.check(progress)
            logs = check_logs(bundle)
            cards = _cards(bundle)
            known = {card.model_id: card for card in (*cards, *self.models())}
            RowChecks(
                bundle,
                known.values(),
                lambda data: self._stills.decode(data, self.settings.imaging),
                progress,
            ).check()
            with self._database.write() as session:
                # Rows that make no sense together must be refused before a file is kept for them.
                store_case(session, bundle, logs)
                session.rollback()
            self._keep_files(bundle, progress)
            with self._database.write() as session:
                _refuse_known(session, bundle)
                stored = store_case(session, bundle, logs)
                notes = (*_notes(session, stored, logs), *self._notes_on_models(stored, known))
                audit.append(session, self.settings.operator, IMPORT, _details(bundle, stored))
            self._anchor_head()
            left = tuple(f"Not in the bundle: {one}" for one in bundle.manifest["left_behind"])
            return CaseImport(
                case=stored.case,
                source_case_id=stored.source_case_id,
                pictures=stored.rows["pictures"],
                faces=stored.rows["faces"],
                searches=stored.rows["searches"],
                judgements=stored.rows["judgements"],
                files=sum(map(is_kept, bundle.files)),
                manifest_sha256=bundle.manifest_sha256,
                log_head=bundle.manifest["log"]["head"],
                notes=(*notes, *left),
            )

    def _keep_files(self, bundle: CaseBundle, progress: Progress) -> None:
        """Keep every file that is not rows, and the manifest, by its hash."""
        names = [name for name in bundle.files if is_kept(name)]
        for done, name in enumerate(names, start=1):
            if bundle.manifest["files"][name]["size"] <= _IN_MEMORY:
                self._files.put(bundle.read(name))
            else:
                # A file inside a zip opens as one on the disk does.
                inside = cast("Path", zipfile.Path(str(bundle.path), name))
                self._files.put_file(inside, bundle.files[name])
            progress.step(done, len(names), name)
        self._files.put(bundle.manifest_data)

    def _notes_on_models(self, stored: StoredCase, known: dict[str, ModelCard]) -> Iterator[str]:
        here = {card.model_id for card in self.models()}
        for model_id in sorted(stored.model_ids - here):
            name = known[model_id].name if model_id in known else "of an unknown name"
            yield (
                f"The model {name} ({model_id[:12]}) is not in this workspace: results that were made with "
                "it stay as they are, and nothing new can be computed from them before it is added."
            )


def _refuse_known(session: Session, bundle: CaseBundle) -> None:
    for one in imported_cases(session):
        if one.manifest_sha256 == bundle.manifest_sha256:
            raise Conflict(
                f"The bundle {bundle.path.name} was imported on {one.created[:10]}; it is case {one.case_id} "
                "here."
            )
    if holds_entry(session, bundle.manifest["log"]["head"]):
        raise Conflict(
            f"The bundle {bundle.path.name} was written by this workspace, where the case is number "
            f"{bundle.manifest['case']['case_id']}; a second copy of it would only contradict it."
        )


def _cards(bundle: CaseBundle) -> list[ModelCard]:
    cards = []
    for name in sorted(one for one in bundle.files if one.startswith("models/")):
        try:
            card = parse_card(bundle.read(name))
        except ValueError as error:
            raise IntegrityFailure(
                f"The card {name} of the bundle {bundle.path.name} makes no sense."
            ) from error
        if name != f"models/{card.model_id}.json":
            raise IntegrityFailure(
                f"The card {name} of the bundle {bundle.path.name} is that of another model."
            )
        cards.append(card)
    return cards


def _notes(session: Session, stored: StoredCase, logs: TravelledLogs) -> Iterator[str]:
    if stored.case.reference != stored.reference:
        yield (
            f"Another case has the reference {stored.reference!r}, so this one has "
            f"{stored.case.reference!r} here."
        )
    hashes = logs.hashes
    before = {one.case_id for one in imported_cases(session) if one.log_head in hashes}
    before |= {one.source_case_id for one in logs.imports if holds_entry(session, one.log_head)}
    for case_id in sorted(before):
        yield (
            f"Case {case_id} comes from the same workspace as this one or is where it began; if it is the "
            "same examination, work on in one of them only."
        )


def _details(bundle: CaseBundle, stored: StoredCase) -> dict[str, object]:
    """Return what the log says of an import; the head of the other log is what this one goes on from."""
    log = bundle.manifest["log"]
    return {
        "case_id": stored.case.case_id,
        "file": str(bundle.path),
        "manifest_sha256": bundle.manifest_sha256,
        "source": {
            "case_id": stored.source_case_id,
            "log_head": log["head"],
            "log_entries": log["entries"],
            "log_sha256": bundle.files[LOG],
        },
        "rows": stored.rows,
        "search_id": list(stored.search_ids.values()),
        "source_search_id": list(stored.search_ids),
    }
