"""The faces of a case that can be searched for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from PySide6.QtCore import QObject

from app.qtmodels.rows import RowsModel
from app.qtmodels.thumbnails import Thumbnails
from core.types import Band, CaseFace, CasePicture, FaceState, Outcome

_SEARCHED_FOR = (FaceState.UNKNOWN, FaceState.SUGGESTED, FaceState.CONFIRMED)


@dataclass(frozen=True, slots=True, eq=False)
class FaceOfCase:
    """A face together with the name of its picture.

    Attributes
    ----------
    face : CaseFace
        The face.
    picture : str
        File and frame.
    """

    face: CaseFace
    picture: str


class ProbeFacesModel(RowsModel[FaceOfCase]):
    """One row a face, the most recognizable first.

    Who a face is said to be is left out while names are hidden: it may be another examiner's opinion.

    Parameters
    ----------
    band_name : callable
        Gives a band of recognizability in a word.
    state_name : callable
        Gives the state of a face in words.
    thumbnails : Thumbnails, optional
        Where pictures come from.
    parent : QObject, optional
        Owner.
    """

    def __init__(
        self,
        band_name: Callable[[Band], str],
        state_name: Callable[[FaceState], str],
        thumbnails: Thumbnails | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(thumbnails, parent)
        self._band_name, self._state_name = band_name, state_name
        self._named = False

    def show_names(self, named: bool) -> None:
        """Show or leave out who the faces are said to be."""
        if named != self._named:
            self._named = named
            if self.rows:
                self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def text(self, item: FaceOfCase) -> str:
        """Return number and state, then index, size and picture."""
        face = item.face
        state = self._state_name(face.state)
        if self._named and face.subject:
            state = self.tr("{0}, {1}").format(face.subject, state)
        parts = []
        if face.recognizability is not None:
            index = face.recognizability
            parts.append(self.tr("RI {0:.2f} {1}").format(index.index, self._band_name(index.band)))
        if face.eye_distance_px is not None:
            parts.append(self.tr("{0:.1f} px").format(face.eye_distance_px))
        first = self.tr("Face {0}, {1}").format(face.face_id, state)
        return f"{first}\n{', '.join([*parts, item.picture])}"

    def picture_key(self, item: FaceOfCase) -> int:
        """Return the key of the face."""
        return item.face.face_id


def probe_faces(pictures: Sequence[CasePicture], faces: Sequence[CaseFace]) -> list[FaceOfCase]:
    """Return the faces that can be searched for, the most recognizable first."""
    names = {picture.picture_id: _name(picture) for picture in pictures}
    found = [
        FaceOfCase(face, names.get(face.picture_id, ""))
        for face in faces
        if face.outcome is Outcome.OK and face.state in _SEARCHED_FOR
    ]
    return sorted(found, key=_recognizability, reverse=True)


def _recognizability(item: FaceOfCase) -> float:
    index = item.face.recognizability
    return index.index if index is not None else 0.0


def _name(picture: CasePicture) -> str:
    name = PurePath(picture.path).name
    return f"{name} #{picture.frame.ordinal}" if picture.frame is not None else name
