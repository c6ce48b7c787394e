"""The files of a case: what is known of each, looking at all of them, and taking copies of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import EvidenceChanged, IntegrityFailure
from core.imaging.naming import one_line
from core.progress import Progress
from core.storage import audit, evidence
from core.storage import cases as stored
from core.types import Case, CasePicture, Evidence, EvidenceMode, Outcome
from core.workspace.cases.case_pictures import CasePictures

COPIES, CHECK = "case.copies", "evidence.check"
"""What the log calls taking copies of what a case refers to, and looking at all its evidence."""


@dataclass(frozen=True, slots=True)
class EvidenceProblem:
    """A file, or a picture kept of it, that is not what was taken in.

    Attributes
    ----------
    evidence : Evidence
        The file.
    picture : CasePicture or None
        The frame or derived picture; None for the file itself.
    sentence : str
        What is wrong.
    """

    evidence: Evidence
    picture: CasePicture | None
    sentence: str


@dataclass(frozen=True, slots=True)
class CopiesTaken:
    """What became of taking copies.

    Attributes
    ----------
    case : Case
        As it is now.
    copied : tuple of Evidence
        Files that were copied just now.
    failed : tuple of EvidenceProblem
        Files that could not be; the case goes on with references to these.
    """

    case: Case
    copied: tuple[Evidence, ...]
    failed: tuple[EvidenceProblem, ...]


class EvidenceCopies(CasePictures):
    """The part of the front door that looks after the files of a case."""

    def case_evidence(self, case_id: int) -> tuple[Evidence, ...]:
        """Return the files of a case in the order of their intake.

        Parameters
        ----------
        case_id : int
            The case.

        Returns
        -------
        tuple of Evidence
            With what was found of those that have changed.

        Raises
        ------
        NotFound
            If there is no such case.
        """
        with self._database.read() as session:
            stored.case_row(session, case_id)
            return evidence.evidence(session, case_id)

    def check_evidence(self, case_id: int, progress: Progress | None = None) -> tuple[EvidenceProblem, ...]:
        """Take the hash anew of every file of a case, and of every frame and derived picture kept of them.

        What has changed is recorded in the log and stays marked in the case. A file that is not at hand is
        named and not marked.

        Parameters
        ----------
        case_id : int
            The case.
        progress : Progress, optional
            Hears of each file, and may cancel.

        Returns
        -------
        tuple of EvidenceProblem
            Empty when everything is what was taken in.

        Raises
        ------
        NotFound
            If there is no such case.
        Cancelled
            If a stop was asked for.
        """
        progress = progress or Progress()
        pieces = self.case_evidence(case_id)
        kept = [
            one
            for one in self.case_pictures(case_id)
            if one.outcome is not Outcome.UNREADABLE and (one.derived or one.frame is not None)
        ]
        problems, total = [], len(pieces) + len(kept)
        for done, piece in enumerate(pieces):
            progress.step(done, total, piece.path)
            try:
                with self._guarded(piece, CHECK):
                    self._check_whole(piece, progress, must_be_there=True)
            except IntegrityFailure as error:
                problems.append(EvidenceProblem(piece, None, str(error)))
        by_key = {one.evidence_id: one for one in pieces}
        for done, picture in enumerate(kept, start=len(pieces)):
            progress.step(done, total, picture.path)
            try:
                self.check_picture(picture.picture_id, CHECK)
            except IntegrityFailure as error:
                problems.append(EvidenceProblem(by_key[picture.evidence_id], picture, str(error)))
        with self._database.write() as session:
            details = {"case_id": case_id, "files": len(pieces), "pictures": len(kept), "bad": len(problems)}
            audit.append(session, self.settings.operator, CHECK, details)
        return tuple(problems)

    def take_copies(self, case_id: int, progress: Progress | None = None) -> CopiesTaken:
        """Copy every file that a case only refers to, and keep copies from now on.

        Each copy is verified against the hash of intake. The way back, from copies to references, is closed:
        nothing that was kept of evidence is thrown away.

        Parameters
        ----------
        case_id : int
            The case; of one that keeps copies those are taken that are missing.
        progress : Progress, optional
            Hears of each file, and may cancel; copies that were made stay.

        Returns
        -------
        CopiesTaken
            What was copied, and what could not be.

        Raises
        ------
        NotFound
            If there is no such case.
        Conflict
            If it is closed or archived.
        WorkspaceUnusable
            If a copy cannot be written, such as on a full disk.
        Cancelled
            If a stop was asked for.
        """
        progress = progress or Progress()
        with self._database.read() as session:
            stored.changeable(session, case_id)
            missing = [one for one in evidence.evidence(session, case_id) if not one.copied]
        copied, failed = [], []
        for done, piece in enumerate(missing):
            progress.step(done, len(missing), piece.path)
            progress.check()
            try:
                self._take_copy(piece)
            except IntegrityFailure as error:
                failed.append(EvidenceProblem(piece, None, str(error)))
            else:
                copied.append(piece)
        with self._database.write() as session:
            row = stored.changeable(session, case_id)
            row.evidence_mode = EvidenceMode.COPIES.value
            session.flush()
            details = {
                "case_id": case_id,
                "copied": [{"evidence_id": one.evidence_id, "sha256": one.sha256} for one in copied],
                "failed": [
                    {"evidence_id": one.evidence.evidence_id, "sentence": one.sentence} for one in failed
                ],
            }
            audit.append(session, self.settings.operator, COPIES, details)
            now = {one.evidence_id: one for one in evidence.evidence(session, case_id)}
            case = stored.case(session, case_id)
        return CopiesTaken(case, tuple(now[one.evidence_id] for one in copied), tuple(failed))

    def _take_copy(self, piece: Evidence) -> None:
        with self._guarded(piece, COPIES):
            try:
                self._files.put_file(Path(piece.path), piece.sha256)
            except EvidenceChanged as error:
                raise EvidenceChanged(
                    f"The file {one_line(piece.path)} has changed since it was taken in."
                ) from error
        with self._database.write() as session:
            evidence.note_copy(session, piece.evidence_id)
