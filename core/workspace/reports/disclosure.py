"""Disclosure packs: one zip file with everything that others need to check a case or a search."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core import __version__
from core.errors import IntegrityFailure, NotFound, UsageError
from core.reporting.disclosure.archive import PackFile, WrittenPack, json_file, write_pack
from core.reporting.disclosure.log_extract import PACK, LogScope, extract_log
from core.reporting.disclosure.readme import readme
from core.reporting.disclosure.records import of_judgements
from core.reporting.document import of_case
from core.reporting.wording import LEAD_ONLY
from core.storage import audit, cases, searches
from core.storage.carried import MARK
from core.storage.case_faces import faces
from core.storage.evidence import evidence, piece_of_evidence
from core.storage.judgements import judgements
from core.storage.pictures import pictures
from core.storage.verdicts import verdicts
from core.types import Case, Evidence, Search
from core.workspace.judgement.blind import sights
from core.workspace.reports.pack_content import Originals, PackContent
from core.workspace.reports.recomputation import RECOMPUTE_TOLERANCE
from core.workspace.reports.reports import FORMATS, Reports

_FOLDER = {
    Originals.COPIES: "Copies of the files that were taken in, those that are at hand; see evidence.json.",
    Originals.HASHES: "Left out by choice; evidence.json has their hashes. Reports still show the probes.",
}


class Disclosures(Reports):
    """The part of the front door that writes disclosure packs."""

    def disclose(
        self,
        file: Path,
        *,
        search_id: int | None = None,
        case_id: int | None = None,
        originals: Originals = Originals.COPIES,
    ) -> WrittenPack:
        """Write a disclosure pack; the same state of the workspace gives the same bytes.

        Parameters
        ----------
        file : Path
            The zip file; one that is there is replaced. Its folder is made when missing.
        search_id : int, optional
            The search to report on. All other searches of its case go into the pack as well, without reports.
        case_id : int, optional
            Instead of a search: the case, with a report of each search.
        originals : Originals
            Whether files that were taken in are copied.

        Returns
        -------
        WrittenPack
            Where it is, with the hash of its manifest, which should be kept elsewhere.

        Raises
        ------
        UsageError
            If not exactly one of search and case is given, the file cannot be written, or candidates are
            hidden from the examiner at work.
        NotFound
            If there is no such search or case.
        IntegrityFailure
            If a stored file no longer has its hash; this is logged.
        ModelUnavailable
            If the card of a model is not here.
        """
        if (search_id is None) == (case_id is None):
            raise UsageError("A disclosure pack is of one search or of one case.")
        with self._database.read() as session:
            if search_id is not None:
                case_id = searches.search(session, search_id).case_id
        self._verify_for_pack(search_id, case_id, originals)
        try:
            with self._database.read() as session:
                content, about = self._collect(session, search_id, case_id, originals)
        except IntegrityFailure as error:
            self._log_pack_failure(search_id, case_id, error)
            raise
        written = _write(file, content, about)
        details = {
            "search_id": search_id,
            "case_id": case_id,
            "file": str(file),
            "sha256": written.sha256,
            "manifest_sha256": written.manifest_sha256,
            "files": written.files,
            "originals": originals.value,
        }
        with self._database.write() as session:
            audit.append(session, self.settings.operator, PACK, details)
        self._anchor_head()
        return written

    def _verify_for_pack(self, search_id: int | None, case_id: int | None, originals: Originals) -> None:
        """Take the hash anew of everything that goes into a pack; what is not what was taken in is recorded.

        Originals that do not go into it are looked at as well, but a change of them hinders nothing.
        """
        with self._database.read() as session:
            case = None if case_id is None else cases.case(session, case_id)
            found = self._searches_of(session, search_id, case)
            pieces = {one.evidence_id: one for one in _pieces(session, case, found)}
            shown = () if case is None else pictures(session, case.case_id)
        for piece in pieces.values():
            if originals is Originals.HASHES:
                self._notice_original(piece.evidence_id, PACK)
                continue
            with self._guarded(piece, PACK):
                self._check_whole(piece)
        for picture in shown:
            if picture.width > 0 and (picture.derived or picture.frame is not None):
                what = f"The bytes that the workspace keeps of picture {picture.picture_id}"
                with self._guarded(pieces[picture.evidence_id], PACK, picture.picture_id, kept=True):
                    self._read_kept(picture.sha256, what)
        for search in found:
            self._read_probe(search, PACK)

    def _collect(
        self, session: Session, search_id: int | None, case_id: int | None, originals: Originals
    ) -> tuple[Mapping[str, PackFile], dict[str, Any]]:
        case = None if case_id is None else cases.case(session, case_id)
        found = self._searches_of(session, search_id, case)
        reported = {one.search_id for one in found} if search_id is None else {search_id}
        pack = PackContent(self._files, originals)
        pieces = _pieces(session, case, found)
        shown = () if case is None else pictures(session, case.case_id)
        try:
            names = pack.add_evidence(pieces)
            pack.add_pictures(shown, names)
            for search in found:
                picture = self._files.read(search.probe.picture_sha256)
                content = self._report_content(session, search, picture)
                pack.add_search(session, search, content, names)
                if search.search_id in reported:
                    pack.add_report(content, FORMATS)
        except NotFound as error:
            raise IntegrityFailure(str(error)) from error
        used = {one.result.model_id for one in found}
        pack.add_models([card for card in self.models() if card.model_id in used])
        pack.add_reproduction(found, RECOMPUTE_TOLERANCE)
        keys = [one.search_id for one in found]
        said = of_judgements(judgements(session, keys), verdicts(session, keys))
        pack.files["judgements.json"] = json_file(said)
        pack.files["case.json"] = json_file({"case": None if case is None else of_case(case)})
        scope = LogScope(case_id, set(keys), {one.evidence_id for one in pieces})
        scope.picture_id |= {one.picture_id for one in shown}
        scope.face_id |= {one.face_id for one in faces(session, case_id)} if case_id is not None else set()
        log = extract_log(audit.entries(session), scope)
        pack.files["audit/log.jsonl"] = PackFile.of(log.data)
        text = readme(case, tuple(keys), log, _FOLDER[originals], __version__)
        pack.files["README.txt"] = PackFile.of(text)
        about = {
            "statement": LEAD_ONLY,
            "program": {"name": "Discern", "version": __version__},
            "case": case_id,
            "searches": keys,
            "reports": sorted(reported),
            "originals": originals.value,
            "log": {"entries": log.entries, "in_full": log.in_full, "head": log.head},
        }
        return pack.files, about

    def _searches_of(self, session: Session, search_id: int | None, case: Case | None) -> list[Search]:
        """Return the searches that are disclosed, oldest first; refuse while one of them is hidden."""
        if case is None:
            assert search_id is not None
            return [searches.search(session, search_id)]
        found = sorted(searches.searches(session, case.case_id), key=lambda one: one.search_id)
        for search, sight in zip(found, sights(session, self.settings.operator, found), strict=True):
            if sight.hidden:
                raise UsageError(f"Search {search.search_id} cannot be disclosed yet. {sight.why}")
            if any(name.startswith(MARK) for name, _ in search.conditions):
                raise UsageError(
                    f"Search {search.search_id} was made in the workspace that the case comes from, and a "
                    "disclosure pack proves a search by the log of its own workspace: write the pack there, "
                    "or hand the case over as a whole (`discern case export`)."
                )
        return found

    def _log_pack_failure(self, search_id: int | None, case_id: int | None, error: IntegrityFailure) -> None:
        details = {"search_id": search_id, "case_id": case_id, "reason": str(error)}
        with self._database.write() as session:
            audit.append(session, self.settings.operator, "evidence.failure", details)


def _pieces(session: Session, case: Case | None, found: list[Search]) -> tuple[Evidence, ...]:
    if case is not None:
        return evidence(session, case.case_id)
    return tuple(piece_of_evidence(session, one.probe.evidence_id) for one in found)


def _write(file: Path, content: Mapping[str, PackFile], about: Mapping[str, Any]) -> WrittenPack:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return write_pack(file, content, about)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise UsageError(f"The disclosure pack cannot be written to {file}: {reason}.") from error
