"""The pictures of a case, read back from where they lie and verified each time."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from core.errors import DiscernError, IntegrityFailure, NotFound, UnreadableImage
from core.imaging.digest import hash_bytes
from core.imaging.still import decode_still
from core.imaging.thumbnail import thumbnail_png
from core.storage import audit, evidence, picture_files, pictures
from core.storage.cases import case_row
from core.types import CasePicture, Evidence, Outcome, SourceImage
from core.workspace.cases.case_editing import CaseEditing
from core.workspace.cases.faces import Faces


class CasePictures(Faces, CaseEditing):
    """The part of the front door that shows the pictures of cases."""

    def case_pictures(self, case_id: int) -> tuple[CasePicture, ...]:
        """Return the pictures of a case in the order in which they were taken in.

        Parameters
        ----------
        case_id : int
            The case.

        Returns
        -------
        tuple of CasePicture
            Derived ones included.

        Raises
        ------
        NotFound
            If there is no such case.
        """
        with self._database.read() as session:
            case_row(session, case_id)
            return pictures.pictures(session, case_id)

    def case_picture(self, picture_id: int) -> CasePicture:
        """Return one picture.

        Parameters
        ----------
        picture_id : int
            Its key.

        Returns
        -------
        CasePicture
            The picture.

        Raises
        ------
        NotFound
            If there is none.
        """
        with self._database.read() as session:
            return pictures.picture(session, picture_id)

    def picture_thumbnail(self, picture_id: int) -> bytes | None:
        """Return a small copy of a picture.

        Parameters
        ----------
        picture_id : int
            Its key.

        Returns
        -------
        bytes or None
            A PNG file; None where none can be made.

        Raises
        ------
        NotFound
            If there is no such picture.
        """
        with self._database.read() as session:
            kept = picture_files.thumbnail(session, picture_id)
        if kept is not None:
            return kept
        # An undo takes the small copy of a derived picture along, and a redo does not bring it back.
        if not self.case_picture(picture_id).derived:
            return None
        return thumbnail_png(self.read_case_picture(picture_id).pixels)

    def read_case_picture(self, picture_id: int) -> SourceImage:
        """Read a picture again: the bytes of a still, and what the workspace keeps of the others.

        Parameters
        ----------
        picture_id : int
            Its key.

        Returns
        -------
        SourceImage
            The picture; one that was derived says so in its notes and has no path.

        Raises
        ------
        NotFound
            If there is no such picture.
        UnreadableImage
            If it could not be read when it was taken in.
        IntegrityFailure
            If its bytes are gone or no longer have the hash that was recorded; the log keeps that.
        """
        with self._database.read() as session:
            picture = pictures.picture(session, picture_id)
            piece = evidence.piece_of_evidence(session, picture.evidence_id)
        if picture.outcome is Outcome.UNREADABLE:
            raise UnreadableImage(picture.reason)
        try:
            if picture.derived:
                return self._derived(picture)
            return self._frame(picture, piece) if picture.frame else self._still(piece)
        except (IntegrityFailure, NotFound) as error:
            self._log_failure(picture, error)
            raise IntegrityFailure(str(error)) from error

    def _still(self, piece: Evidence) -> SourceImage:
        path = Path(piece.path)
        try:
            data = path.read_bytes()
        except OSError as error:
            if not piece.stored:
                raise IntegrityFailure(f"The file {path} can no longer be read.") from error
            data = self._files.read(piece.sha256)
        if hash_bytes(data) != piece.sha256:
            raise IntegrityFailure(f"The file {path} has changed since it was taken in.")
        return self._stills.decode(data, self.settings.imaging, path)

    def _frame(self, picture: CasePicture, piece: Evidence) -> SourceImage:
        kept = self._kept(picture)
        return dataclasses.replace(
            kept,
            sha256=piece.sha256,
            path=Path(piece.path),
            byte_size=piece.byte_size,
            frame=picture.frame,
            pixel_sha256=hash_bytes(kept.pixels.tobytes()),
        )

    def _derived(self, picture: CasePicture) -> SourceImage:
        given = ", ".join(f"{name} {value:g}" for name, value in picture.parameters)
        note = f"It was derived from picture {picture.parent_id} of the case: {picture.operation}, {given}."
        return dataclasses.replace(self._kept(picture), notes=(note,))

    def _kept(self, picture: CasePicture) -> SourceImage:
        data = self._files.read(picture.sha256)
        # What the workspace wrote itself was within the limits when it came in, in fewer bytes perhaps.
        limits = self.settings.imaging
        return decode_still(
            data, dataclasses.replace(limits, max_file_bytes=max(limits.max_file_bytes, len(data)))
        )

    def _log_failure(self, picture: CasePicture, error: DiscernError) -> None:
        details = {
            "case_id": picture.case_id,
            "picture_id": picture.picture_id,
            "evidence_id": picture.evidence_id,
            "path": picture.path,
            "reason": str(error),
        }
        with self._database.write() as session:
            audit.append(session, self.settings.operator, "evidence.failure", details)
