"""The faces of a case: what the examiner says of them, and boxes drawn by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import UsageError
from core.storage import case_faces, journal, pictures
from core.storage.cases import case_row, changeable
from core.storage.names import clean_name
from core.types import BoundingBox, CaseFace, FaceAnalysis, FaceDetection, FaceState, SourceImage
from core.workspace.cases.case_record import CaseRecord
from core.workspace.cases.face_renewal import crop_png

_NAMED = (FaceState.SUGGESTED, FaceState.CONFIRMED)


class FaceDecisions(CaseRecord):
    """The part of the front door that decides about the faces of cases."""

    def case_faces(self, case_id: int, picture_id: int | None = None) -> tuple[CaseFace, ...]:
        """Return the faces of a case in the order of their pictures and keys.

        Parameters
        ----------
        case_id : int
            The case.
        picture_id : int, optional
            Only the faces of this picture.

        Returns
        -------
        tuple of CaseFace
            Those that are said to be none included.

        Raises
        ------
        NotFound
            If there is no such case.
        """
        with self._database.read() as session:
            case_row(session, case_id)
            return case_faces.faces(session, case_id, picture_id)

    def case_face(self, face_id: int) -> CaseFace:
        """Return one face.

        Parameters
        ----------
        face_id : int
            Its key.

        Returns
        -------
        CaseFace
            The face.

        Raises
        ------
        NotFound
            If there is none.
        """
        with self._database.read() as session:
            return case_faces.face(session, face_id)

    def face_crop(self, face_id: int) -> bytes:
        """Return the aligned crop of a face, as a PNG of 112 x 112 px.

        Parameters
        ----------
        face_id : int
            Its key.

        Returns
        -------
        bytes
            The PNG.

        Raises
        ------
        NotFound
            If there is no such face, or it has no crop.
        """
        with self._database.read() as session:
            return case_faces.crop(session, face_id)

    def assess_face(self, face_id: int) -> tuple[SourceImage, FaceAnalysis]:
        """Assess a face again where it is kept to be, for display and search; nothing is stored.

        Parameters
        ----------
        face_id : int
            Its key.

        Returns
        -------
        image : SourceImage
            The picture, see :meth:`read_case_picture`.
        face : FaceAnalysis
            The face with its attention maps.

        Raises
        ------
        NotFound
            If there is no such face.
        UnreadableImage
            If the picture can no longer be decoded.
        IntegrityFailure
            If its bytes have changed since it was taken in.
        """
        face = self.case_face(face_id)
        image = self.read_case_picture(face.picture_id)
        return image, self.analyze(image, (face.detection,), detect=False).faces[0]

    def set_face_states(
        self, face_ids: Sequence[int], state: FaceState, subject: str = ""
    ) -> tuple[CaseFace, ...]:
        """Say what some faces are, in one step that can be undone.

        Parameters
        ----------
        face_ids : sequence of int
            Faces of one case.
        state : FaceState
            What they are.
        subject : str
            Who it is; needed for a suggestion. A confirmed face keeps the name that was suggested when none
            is given; other states have no name.

        Returns
        -------
        tuple of CaseFace
            The faces as they are now, in the order of `face_ids`.

        Raises
        ------
        NotFound
            If one of the faces does not exist.
        UsageError
            If there are no faces, they belong to several cases, or the name is missing, unfit or unwanted.
        Conflict
            If the case is closed.
        """
        name = _name(state, subject)
        keys = tuple(dict.fromkeys(face_ids))
        details = {"face_ids": list(keys), "state": state.value, "subject": name}
        with self._database.write() as session:
            rows = case_faces.rows(session, keys)
            belong = case_faces.cases_of(session, keys)
            if len(belong) != 1:
                raise UsageError("Choose at least one face, and faces of one case only.")
            (case_id,) = belong
            changeable(session, case_id)
            with journal.step(session, self.settings.operator, "face.state", details, case_id=case_id):
                for row in rows:
                    keeps = state is FaceState.CONFIRMED and not name
                    row.subject = row.subject if keeps else name
                    row.state = state.value
            now = {row.id: case_faces.face_of(row) for row in rows}
        return tuple(now[face_id] for face_id in face_ids)

    def add_face(
        self, picture_id: int, box: BoundingBox, landmarks: NDArray[np.float32] | None = None
    ) -> CaseFace:
        """Keep a face that was drawn by hand, assessed, in one step that can be undone.

        Parameters
        ----------
        picture_id : int
            The picture.
        box : BoundingBox
            As drawn, in px of the picture; what lies outside is cut off.
        landmarks : ndarray of float32, shape (5, 2), optional
            Right eye, left eye, nose, right and left mouth corner, as the subject has them.

        Returns
        -------
        CaseFace
            The new face.

        Raises
        ------
        NotFound
            If there is no such picture.
        UsageError
            If too little of the box lies in the picture or the landmarks are degenerate.
        UnreadableImage
            If the picture could not be read when it was taken in.
        IntegrityFailure
            If its bytes have changed since.
        Conflict
            If the case is closed.
        """
        face = self._assess_drawn(picture_id, box, landmarks)
        with self._database.write() as session:
            case_id = pictures.picture_row(session, picture_id).case_id
            changeable(session, case_id)
            details = {"picture_id": picture_id, **_place(face.detection)}
            with journal.step(session, self.settings.operator, "face.draw", details, case_id=case_id):
                row = case_faces.add(session, picture_id, face, crop_png(face))
            return case_faces.face_of(row)

    def change_face(
        self, face_id: int, box: BoundingBox, landmarks: NDArray[np.float32] | None = None
    ) -> CaseFace:
        """Put a face elsewhere and assess it there, in one step that can be undone.

        It counts as drawn by hand from then on.

        Parameters
        ----------
        face_id : int
            The face; it keeps its key, state and subject.
        box, landmarks
            As in :meth:`add_face`; without landmarks the face is aligned by its box.

        Returns
        -------
        CaseFace
            The face as it is now.

        Raises
        ------
        NotFound
            If there is no such face.
        UsageError, UnreadableImage, IntegrityFailure, Conflict
            As in :meth:`add_face`.
        """
        picture_id = self.case_face(face_id).picture_id
        face = self._assess_drawn(picture_id, box, landmarks)
        with self._database.write() as session:
            (row,) = case_faces.rows(session, (face_id,))
            case_id = pictures.picture_row(session, picture_id).case_id
            changeable(session, case_id)
            details = {"face_id": face_id, "picture_id": picture_id, **_place(face.detection)}
            with journal.step(session, self.settings.operator, "face.change", details, case_id=case_id):
                case_faces.write(session, row, face, crop_png(face))
            return case_faces.face_of(row)

    def _assess_drawn(
        self, picture_id: int, box: BoundingBox, landmarks: NDArray[np.float32] | None
    ) -> FaceAnalysis:
        with self._database.read() as session:
            changeable(session, pictures.picture(session, picture_id).case_id)
        image = self.read_case_picture(picture_id)
        return self.analyze(image, (self.manual_face(image, box, landmarks),), detect=False).faces[0]


def _name(state: FaceState, subject: str) -> str:
    if not subject.strip():
        if state is FaceState.SUGGESTED:
            raise UsageError("A suggestion needs the name of who it may be.")
        return ""
    if state not in _NAMED:
        raise UsageError(f"A face in the state {state.value.replace('_', ' ')} has no name.")
    return clean_name("subject", subject)


def _place(detection: FaceDetection) -> dict[str, object]:
    """Return where a face was drawn, in numbers that hash alike everywhere."""
    points = None if detection.landmarks is None else [[f"{v:.2f}" for v in p] for p in detection.landmarks]
    return {"box": [f"{value:.2f}" for value in detection.box.as_list()], "landmarks": points}
