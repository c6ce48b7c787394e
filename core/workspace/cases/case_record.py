"""The record of a case: what was found in its pictures, kept so that a later analysis loses nothing of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.errors import IntegrityFailure, UnreadableImage, UsageError
from core.imaging.still import encode_png
from core.imaging.thumbnail import thumbnail_png
from core.imaging.video import is_video
from core.storage import audit, case_faces, journal, picture_files, pictures
from core.storage.cases import changeable
from core.storage.pictures import NewPicture
from core.storage.record_schema import PictureRow
from core.types import (
    CaseFace,
    CasePicture,
    EvidenceKind,
    ImageAnalysis,
)
from core.workspace.cases.case_pictures import CasePictures
from core.workspace.cases.face_renewal import renew_faces
from core.workspace.cases.intake import take_in

ANALYZED = "picture.analyze"
"""The action under which the log names each analysis that was kept."""


@dataclass(frozen=True, slots=True, eq=False)
class KeptAnalysis:
    """What became of one picture of a batch.

    Attributes
    ----------
    analysis : ImageAnalysis
        As it was given.
    picture : CasePicture or None
        As it is kept; None for a file whose bytes could not be read.
    faces : tuple of CaseFace
        Its faces as they are kept.
    reason : str
        One sentence when the picture was not kept, otherwise empty.
    """

    analysis: ImageAnalysis
    picture: CasePicture | None
    faces: tuple[CaseFace, ...]
    reason: str = ""


class CaseRecord(CasePictures):
    """The part of the front door that keeps analyses."""

    def keep_analysis(
        self, case_id: int, analysis: ImageAnalysis, thumbnail: bytes | None = None
    ) -> tuple[CasePicture, tuple[CaseFace, ...]]:
        """Keep what an analysis found, in one transaction.

        Intake is no step: evidence is not undone. What a later analysis changes of a known picture is one.

        A picture that was kept before keeps its key. What is found anew is assigned to its known faces by the
        overlap of the boxes; these keep key, state and subject. A face that was drawn by hand or is said to
        be none stays as it is and takes the detection in. A known face that is not found again stays when it
        was drawn by hand, has a state or was searched for, and goes otherwise.

        Parameters
        ----------
        case_id : int
            The case.
        analysis : ImageAnalysis
            A file or a frame, analysed.
        thumbnail : bytes, optional
            A small copy as a PNG file; made when it is not given.

        Returns
        -------
        picture : CasePicture
            As it is kept.
        faces : tuple of CaseFace
            Its faces in the order of their keys.

        Raises
        ------
        NotFound
            If there is no such case.
        Conflict
            If the case is closed.
        UnreadableImage
            If not even the bytes of the file could be read.
        IntegrityFailure
            If the case keeps copies, and the file is gone or has changed since it was analysed.
        UsageError
            If the picture does not come from a file.
        """
        image = analysis.image
        if analysis.path is None:
            raise UsageError("Only a picture that comes from a file can be kept in a case.")
        if analysis.sha256 is None:
            raise UnreadableImage(analysis.reason)
        sha256 = analysis.sha256
        if image is not None and image.frame is not None:
            sha256 = self._files.put(encode_png(image.pixels))
        if image is not None and thumbnail is None:
            thumbnail = thumbnail_png(image.pixels)
        with self._database.read() as session:
            changeable(session, case_id)
        copied = self._copy_in(case_id, analysis.path, analysis.sha256)
        with self._database.write() as session:
            changeable(session, case_id)
            new = NewPicture(
                case_id=case_id,
                evidence_id=self._take_in_file(session, case_id, analysis, copied),
                sha256=sha256,
                width=image.width if image else 0,
                height=image.height if image else 0,
                frame=analysis.frame,
                outcome=analysis.outcome,
                reason=analysis.reason,
                pixel_sha256=(image and image.pixel_sha256) or "",
            )
            details = _details(case_id, analysis)
            known = pictures.find_original(session, new.evidence_id, new.frame)
            with self._logged(session, case_id, details, known):
                row = pictures.put_original(session, new)
                faces = _bring_up_to(session, row, analysis, details)
            if thumbnail is not None:
                picture_files.put_thumbnail(session, row.id, thumbnail)
                session.flush()
            return pictures.picture(session, row.id), faces

    def keep_analyses(self, case_id: int, analyses: Iterable[ImageAnalysis]) -> Iterator[KeptAnalysis]:
        """Keep analyses as they come, each in a transaction of its own.

        Parameters
        ----------
        case_id : int
            The case.
        analyses : iterable of ImageAnalysis
            As :meth:`analyze_paths` yields them.

        Yields
        ------
        KeptAnalysis
            One an analysis, in order, when it is on disk.

        Raises
        ------
        NotFound
            If there is no such case.
        Conflict
            If the case is closed.
        Cancelled
            If a stop was asked for; what was yielded stays.
        """
        with self._database.read() as session:
            changeable(session, case_id)
        for analysis in analyses:
            try:
                picture, faces = self.keep_analysis(case_id, analysis)
            except (UnreadableImage, IntegrityFailure) as error:
                yield KeptAnalysis(analysis, None, (), str(error))
            else:
                yield KeptAnalysis(analysis, picture, faces)

    def analyze_picture(self, picture_id: int) -> tuple[CasePicture, tuple[CaseFace, ...]]:
        """Look for the faces of a picture of a case again, or for the first time in a derived one.

        Parameters
        ----------
        picture_id : int
            The picture.

        Returns
        -------
        picture : CasePicture
            As it is kept.
        faces : tuple of CaseFace
            Its faces in the order of their keys, see :meth:`keep_analysis`.

        Raises
        ------
        NotFound
            If there is no such picture.
        Conflict
            If the case is closed.
        UnreadableImage
            If the picture could not be read when it was taken in.
        IntegrityFailure
            If its bytes have changed since.
        """
        with self._database.read() as session:
            changeable(session, pictures.picture(session, picture_id).case_id)
        analysis = self.analyze(self.read_case_picture(picture_id))
        with self._database.write() as session:
            row = pictures.picture_row(session, picture_id)
            changeable(session, row.case_id)
            details = _details(row.case_id, analysis)
            with self._logged(session, row.case_id, details, row):
                row.outcome, row.reason = analysis.outcome.value, analysis.reason
                faces = _bring_up_to(session, row, analysis, details)
            return pictures.picture(session, row.id), faces

    def _take_in_file(self, session: Session, case_id: int, analysis: ImageAnalysis, copied: bool) -> int:
        assert analysis.path is not None
        assert analysis.sha256 is not None
        image, path = analysis.image, analysis.path
        kind = EvidenceKind.VIDEO if analysis.frame or is_video(path) else EvidenceKind.STILL
        byte_size = image.byte_size if image else path.stat().st_size if path.is_file() else 0
        # Without a copy the frames of a video are kept, and of a still nothing before somebody searches
        # with it.
        return take_in(
            session,
            self.settings.operator,
            case_id,
            kind,
            self._origin(session, case_id, path, analysis.sha256),
            analysis.sha256,
            byte_size,
            stored=analysis.frame is not None,
            copied=copied,
        )

    @contextmanager
    def _logged(
        self, session: Session, case_id: int, details: dict[str, object], known: PictureRow | None
    ) -> Iterator[None]:
        """Log an analysis; what it changes of a picture that was known before is a step."""
        operator = self.settings.operator
        before = audit.head(session)
        if known is None:
            yield
        else:
            with journal.step(session, operator, ANALYZED, details, case_id=case_id):
                yield
        if audit.head(session) == before:
            audit.append(session, operator, ANALYZED, details)


def _details(case_id: int, analysis: ImageAnalysis) -> dict[str, object]:
    models = sorted({face.model_id for face in analysis.faces if face.model_id})
    return {"case_id": case_id, "outcome": analysis.outcome.value, "model_ids": models}


def _bring_up_to(
    session: Session, row: PictureRow, analysis: ImageAnalysis, details: dict[str, object]
) -> tuple[CaseFace, ...]:
    """Bring the faces of a picture up to an analysis, and note their keys in the particulars of the log."""
    if analysis.image is not None:
        renew_faces(session, row.id, analysis.faces)
    session.flush()
    faces = case_faces.faces(session, row.case_id, row.id)
    details |= {"picture_id": row.id, "evidence_id": row.evidence_id, "faces": [one.face_id for one in faces]}
    return faces
