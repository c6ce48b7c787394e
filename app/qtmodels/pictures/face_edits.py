"""What an examiner changes about faces and pictures, written by key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.jobs import JobRunner, Lane
from app.qtmodels.pictures.examination import Examination
from app.qtmodels.pictures.picture_reader import Picture
from core.progress import Progress
from core.types import BoundingBox, CaseFace, CasePicture, FaceAnalysis, FaceState

if TYPE_CHECKING:
    from core.workspace import Workspace

T = TypeVar("T")
Landmarks = NDArray[np.float32] | None


class FaceEdits(QObject):
    """Writes states, boxes, landmarks and derived pictures; every call names the face that it is about.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    examination : Examination
        The lists that show what was changed.

    Attributes
    ----------
    changed : Signal(tuple of int)
        Faces with these keys are other than they were.
    reassessed : Signal(int)
        The crop of the face with this key is another one.
    added : Signal(int)
        A face was drawn and has this key.
    derived : Signal(int)
        A derived picture was kept and has this key.
    failed : Signal(str)
        One sentence about what could not be done.
    """

    changed = Signal(object)
    reassessed = Signal(int)
    added = Signal(int)
    derived = Signal(int)
    failed = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, examination: Examination) -> None:
        super().__init__(examination)
        self._workspace, self._runner, self._examination = workspace, runner, examination

    def set_states(self, face_ids: Sequence[int], state: FaceState, subject: str = "") -> None:
        """Give faces of the open case a state, in one step.

        Parameters
        ----------
        face_ids : sequence of int
            Which faces; those that no case keeps are left out.
        state : FaceState
            The state.
        subject : str
            Who it is, for a suggested or confirmed face.
        """
        kept = [face_id for face_id in face_ids if face_id > 0]
        if kept:
            title = self.tr("Set the state of {0} faces").format(len(kept))
            self._write(
                Lane.IO, title, lambda: self._workspace.set_face_states(kept, state, subject), self._put
            )

    def draw(self, picture: Picture, box: BoundingBox, landmarks: Landmarks) -> None:
        """Have a face that a person marked in a picture assessed and filed with the picture."""
        source = self._examination.sources.source(picture.source_id)
        title = self.tr("Analyse a face drawn by hand")
        if source is None:
            return
        if source.picture is not None:
            picture_id = source.picture.picture_id

            def _added(face: CaseFace) -> None:
                self._put((face,))
                self.added.emit(face.face_id)

            self._write(
                Lane.MODEL, title, lambda: self._workspace.add_face(picture_id, box, landmarks), _added
            )
            return

        def _filed(faces: tuple[FaceAnalysis, ...]) -> None:
            self._examination.loose.add_faces(picture.source_id, faces)
            settled = self._examination.loose.source(picture.source_id)
            if settled is not None and settled.faces:
                self.added.emit(settled.faces[-1].face_id)

        self._write(Lane.MODEL, title, lambda: self._marked(picture, box, landmarks), _filed)

    def change(self, face_id: int, picture: Picture, box: BoundingBox, landmarks: Landmarks) -> None:
        """Have a face assessed anew with another box or other landmarks, or with the same ones.

        Parameters
        ----------
        face_id : int
            The face.
        picture : Picture
            The picture that holds it.
        box : BoundingBox
            In px of the picture.
        landmarks : ndarray of float32, shape (5, 2), or None
            None for the box alone.
        """
        title = self.tr("Assess a changed face")

        def _changed(face: CaseFace) -> None:
            self.reassessed.emit(face_id)
            self._put((face,))

        def _replaced(faces: tuple[FaceAnalysis, ...]) -> None:
            self._examination.loose.replace_face(face_id, faces[0])
            self.reassessed.emit(face_id)
            self.changed.emit((face_id,))

        if face_id > 0:
            self._write(
                Lane.MODEL, title, lambda: self._workspace.change_face(face_id, box, landmarks), _changed
            )
        else:
            self._write(Lane.MODEL, title, lambda: self._marked(picture, box, landmarks), _replaced)

    def find_faces(self, picture_id: int) -> None:
        """Look for the faces of a picture of the case again, or for the first time in a derived one."""

        def _found(kept: tuple[CasePicture, tuple[CaseFace, ...]]) -> None:
            self._examination.sources.keep(*kept)
            self.changed.emit(tuple(face.face_id for face in kept[1]))

        title = self.tr("Look for faces")
        self._write(Lane.MODEL, title, lambda: self._workspace.analyze_picture(picture_id), _found)

    def derive(self, picture_id: int, operation: str, parameters: Mapping[str, float]) -> None:
        """Keep an adjusted version of a picture beside it."""

        def _kept(picture: CasePicture) -> None:
            self._examination.sources.keep(picture, ())
            self.derived.emit(picture.picture_id)

        title = self.tr("Keep a derived picture")
        self._write(
            Lane.IO, title, lambda: self._workspace.derive_picture(picture_id, operation, parameters), _kept
        )

    def _marked(self, picture: Picture, box: BoundingBox, landmarks: Landmarks) -> tuple[FaceAnalysis, ...]:
        detection = self._workspace.manual_face(picture.image, box, landmarks)
        return self._workspace.analyze(picture.image, [detection], detect=False).faces

    def _put(self, faces: Sequence[CaseFace]) -> None:
        self._examination.sources.put_faces(faces)
        self.changed.emit(tuple(face.face_id for face in faces))

    def _write(self, lane: Lane, title: str, work: Callable[[], T], done: Callable[[T], None]) -> None:
        case_id = self._examination.case_id

        def _work(progress: Progress) -> T:
            return work()

        def _done(result: T) -> None:
            if case_id == self._examination.case_id:
                done(result)
            if case_id is not None:
                self._examination.kept.emit(case_id)

        self._runner.run(lane, title, _work, owner=self, then=_done, failed=self.failed.emit)
