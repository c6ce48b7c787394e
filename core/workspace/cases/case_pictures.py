"""The pictures of a case, read back from where they lie and verified each time."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from core.errors import EvidenceChanged, UnreadableImage
from core.imaging.digest import hash_bytes
from core.imaging.still import decode_still
from core.imaging.thumbnail import thumbnail_png
from core.storage import evidence, picture_files, pictures
from core.storage.cases import case_row
from core.types import CasePicture, Evidence, Outcome, SourceImage
from core.workspace.cases.case_editing import CaseEditing
from core.workspace.cases.evidence_files import EvidenceFiles
from core.workspace.cases.faces import Faces


class CasePictures(Faces, EvidenceFiles, CaseEditing):
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
        picture, piece, data = self._verified_picture(picture_id, "picture.read")
        if picture.derived:
            return self._derived(picture, data)
        if picture.frame is not None:
            return self._frame(picture, piece, data)
        return self._stills.decode(data, self.settings.imaging, Path(piece.path))

    def check_picture(self, picture_id: int, operation: str = "picture.check") -> CasePicture:
        """Make sure that the bytes of a picture still are what was taken in, without decoding them.

        Parameters
        ----------
        picture_id : int
            Its key.
        operation : str
            What they are about to be used for, as the log names it.

        Returns
        -------
        CasePicture
            The picture.

        Raises
        ------
        NotFound
            If there is no such picture.
        UnreadableImage
            If it could not be read when it was taken in.
        IntegrityFailure
            If its bytes are gone or no longer have the hash that was recorded; the log keeps that.
        """
        return self._verified_picture(picture_id, operation)[0]

    def _verified_picture(self, picture_id: int, operation: str) -> tuple[CasePicture, Evidence, bytes]:
        """Return a picture, its file and the bytes that stand for it; a failure is recorded."""
        with self._database.read() as session:
            picture = pictures.picture(session, picture_id)
            piece = evidence.piece_of_evidence(session, picture.evidence_id)
            mode = self._mode_of(session, picture.case_id)
        if picture.outcome is Outcome.UNREADABLE:
            raise UnreadableImage(picture.reason)
        still = not picture.derived and picture.frame is None
        with self._guarded(piece, operation, picture_id, kept=not still):
            if still:
                return picture, piece, self._read_evidence(piece, mode)
            what = f"The bytes that the workspace keeps of picture {picture_id}"
            return picture, piece, self._read_kept(picture.sha256, what)

    def _frame(self, picture: CasePicture, piece: Evidence, data: bytes) -> SourceImage:
        kept = self._decoded(data)
        found = hash_bytes(kept.pixels.tobytes())
        if picture.pixel_sha256 and found != picture.pixel_sha256:
            changed = EvidenceChanged(f"The pixels of picture {picture.picture_id} are not those of intake.")
            self._record_failure(piece, changed, "picture.read", picture.picture_id, kept=True)
            raise changed
        return dataclasses.replace(
            kept,
            sha256=piece.sha256,
            path=Path(piece.path),
            byte_size=piece.byte_size,
            frame=picture.frame,
            pixel_sha256=found,
        )

    def _derived(self, picture: CasePicture, data: bytes) -> SourceImage:
        given = ", ".join(f"{name} {value:g}" for name, value in picture.parameters)
        note = f"It was derived from picture {picture.parent_id} of the case: {picture.operation}, {given}."
        return dataclasses.replace(self._decoded(data), notes=(note,))

    def _decoded(self, data: bytes) -> SourceImage:
        # What the workspace wrote itself was within the limits when it came in, in fewer bytes perhaps.
        limits = self.settings.imaging
        return decode_still(
            data, dataclasses.replace(limits, max_file_bytes=max(limits.max_file_bytes, len(data)))
        )
