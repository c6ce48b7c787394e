"""The bytes of evidence: where they are read from, whether they still are what was taken in, what if not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from core.errors import EvidenceChanged, IntegrityFailure, NotFound
from core.imaging.digest import hash_bytes, hash_file
from core.imaging.naming import one_line, shown_name
from core.imaging.regular_file import read_regular
from core.progress import Progress
from core.storage import audit, cases, evidence, pictures
from core.types import Evidence, EvidenceKind, EvidenceMode, Search
from core.workspace.opened import OpenedWorkspace

FAILURE = "evidence.failure"
"""What the log calls bytes that are gone, or not what was taken in."""


class EvidenceFiles(OpenedWorkspace):
    """The part of the front door that every use of evidence goes through.

    A case that keeps copies uses the copies and never looks at the originals again. A case that keeps
    references uses the originals, each time with their hash taken anew.
    """

    def _mode_of(self, session: Session, case_id: int | None) -> EvidenceMode:
        if case_id is None:
            return EvidenceMode.REFERENCES
        return EvidenceMode(cases.case_row(session, case_id).evidence_mode)

    def _origin(self, session: Session, case_id: int | None, path: Path | None, sha256: str) -> str:
        """Return the path of a file as it was given at intake, also where its copy was opened instead."""
        if path is None:
            return ""
        if case_id is not None and path.is_relative_to(self._files.directory):
            return evidence.path_of_copy(session, case_id, sha256) or str(path)
        return str(path)

    def _copy_in(self, case_id: int | None, path: Path | None, sha256: str) -> bool:
        """Copy a file that is about to be taken in, if its case keeps copies; say whether it does.

        The copy is on the disk and verified before anything is written of it.
        """
        with self._database.read() as session:
            if path is None or self._mode_of(session, case_id) is not EvidenceMode.COPIES:
                return False
            origin = self._origin(session, case_id, path, sha256)
            known = evidence.find_evidence(session, case_id, origin, sha256)
        if known is None or not known.copied:
            self._files.put_file(path, sha256)
        return True

    def _read_evidence(self, piece: Evidence, mode: EvidenceMode) -> bytes:
        """Return the bytes of a still, verified."""
        if piece.copied and mode is EvidenceMode.COPIES:
            return self._read_copy(piece)
        path = Path(piece.path)
        try:
            data = read_regular(path)
        except OSError as error:
            if not piece.copied:
                raise IntegrityFailure(f"The file {one_line(str(path))} can no longer be read.") from error
            return self._read_copy(piece)
        if hash_bytes(data) != piece.sha256:
            raise EvidenceChanged(f"The file {one_line(str(path))} has changed since it was taken in.")
        return data

    def _read_copy(self, piece: Evidence) -> bytes:
        name = shown_name(Path(piece.path))
        return self._read_kept(piece.sha256, f"The copy of {name} that the workspace keeps")

    def _check_whole(
        self, piece: Evidence, progress: Progress | None = None, *, must_be_there: bool = False
    ) -> None:
        """Take the hash of a file anew, of its copy where there is one; one that is not at hand may pass."""
        if piece.copied:
            name = shown_name(Path(piece.path))
            try:
                for _ in self._files.chunks(piece.sha256):
                    (progress or Progress()).check()
            except (NotFound, IntegrityFailure) as error:
                raise EvidenceChanged(
                    f"The copy of {name} that the workspace keeps is gone, or no longer what was taken in "
                    f"({piece.sha256})."
                ) from error
            return
        try:
            found = hash_file(Path(piece.path), progress)
        except OSError as error:
            if must_be_there:
                raise IntegrityFailure(f"The file {one_line(piece.path)} can no longer be read.") from error
            return
        if found != (piece.sha256, piece.byte_size):
            raise EvidenceChanged(f"The file {one_line(piece.path)} has changed since it was taken in.")

    def _read_kept(self, sha256: str, what: str) -> bytes:
        """Return bytes that the workspace keeps, verified; `what` begins the sentence of a failure."""
        try:
            return self._files.read(sha256)
        except NotFound as error:
            raise EvidenceChanged(f"{what} is gone from its files ({sha256}).") from error
        except IntegrityFailure as error:
            raise EvidenceChanged(f"{what} is no longer what was kept ({sha256}).") from error

    def _read_probe(self, search: Search, operation: str) -> bytes:
        """Return the kept picture of a probe, verified; a failure is recorded."""
        probe = search.probe
        with self._database.read() as session:
            piece = evidence.piece_of_evidence(session, probe.evidence_id)
            own = pictures.kept_picture(session, piece.evidence_id, probe.picture_sha256)
        with self._guarded(piece, operation, own, kept=probe.picture_sha256 != piece.sha256 and bool(own)):
            what = f"The picture of the probe of search {search.search_id} that the workspace keeps"
            return self._read_kept(probe.picture_sha256, what)

    def _notice_original(self, evidence_id: int, operation: str, *, videos: bool = True) -> None:
        """Look whether a file that is only referred to has changed, although its bytes are not needed now.

        A change is recorded and hinders nothing: what is used was verified. A file that is not at hand, such
        as one on a drive that is put away, is no change.
        """
        with self._database.read() as session:
            piece = evidence.piece_of_evidence(session, evidence_id)
            mode = self._mode_of(session, piece.case_id)
        if (piece.copied and mode is EvidenceMode.COPIES) or piece.failure or not piece.path:
            return
        if piece.kind is EvidenceKind.VIDEO and not videos:
            return
        try:
            found, _ = hash_file(Path(piece.path))
        except OSError:
            return
        if found != piece.sha256:
            changed = EvidenceChanged(f"The file {one_line(piece.path)} has changed since it was taken in.")
            self._record_failure(piece, changed, operation)

    @contextmanager
    def _guarded(
        self, piece: Evidence, operation: str, picture_id: int | None = None, *, kept: bool = False
    ) -> Iterator[None]:
        """Record in the log, and for good in the case, that evidence was not what was taken in.

        `kept` says that what is read are the bytes kept of the picture, and not the file that it shows.
        """
        try:
            yield
        except IntegrityFailure as error:
            self._record_failure(piece, error, operation, picture_id, kept=kept)
            raise

    def _record_failure(
        self,
        piece: Evidence,
        error: IntegrityFailure,
        operation: str,
        picture_id: int | None = None,
        *,
        kept: bool = False,
    ) -> None:
        """Log a failure; bytes that have changed, unlike a file that is not at hand, stay marked."""
        details = {
            "case_id": piece.case_id,
            "evidence_id": piece.evidence_id,
            "picture_id": picture_id,
            "path": piece.path,
            "operation": operation,
            "sentence": str(error),
        }
        with self._database.write() as session:
            audit.append(session, self.settings.operator, FAILURE, details)
            if isinstance(error, EvidenceChanged):
                evidence.note_failure(session, piece.evidence_id, picture_id if kept else None, str(error))
