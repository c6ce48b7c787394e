"""All faces on the list, in an order and through a filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from app.qtimage import image_from_array, image_from_bytes
from app.qtmodels.pictures.examination import Examination
from app.qtmodels.pictures.source import Source
from app.qtmodels.rows import RowsModel
from app.qtmodels.thumbnails import Thumbnails
from core.types import Band, CaseFace, FaceState

if TYPE_CHECKING:
    from core.workspace import Workspace

Index = QModelIndex | QPersistentModelIndex


class FaceOrder(StrEnum):
    """What faces are sorted by."""

    RECOGNIZABILITY = "recognizability"
    SIZE = "size"
    TIME = "time"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class FaceView:
    """Which faces are shown, and in which order.

    Attributes
    ----------
    order : FaceOrder
        What they are sorted by.
    descending : bool
        Whether the highest comes first.
    states : frozenset of FaceState
        The states that are shown.
    band : Band or None
        The band that is shown, None for all.
    """

    order: FaceOrder = FaceOrder.RECOGNIZABILITY
    descending: bool = True
    states: frozenset[FaceState] = frozenset(FaceState) - {FaceState.NOT_A_FACE}
    band: Band | None = None

    def shows(self, face: CaseFace) -> bool:
        """Return whether a face passes the filter."""
        band = face.recognizability.band if face.recognizability else None
        return face.state in self.states and self.band in (None, band)


class FacesModel(RowsModel[CaseFace]):
    """One row a face; `UserRole` is the face, `UserRole + 1` the name of its picture.

    Parameters
    ----------
    words : callable
        Says a face in one line, given the face and the name of its picture.
    thumbnails : Thumbnails, optional
        Where crops come from.
    parent : QObject, optional
        Owner.
    """

    def __init__(
        self,
        words: Callable[[CaseFace, str], str],
        thumbnails: Thumbnails | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(thumbnails, parent)
        self._words = words
        self._all: list[tuple[CaseFace, Source]] = []
        self._names: dict[int, str] = {}
        self._view = FaceView()

    @property
    def view(self) -> FaceView:
        """Which faces are shown, and in which order."""
        return self._view

    @property
    def count(self) -> int:
        """How many faces there are, shown or not."""
        return len(self._all)

    def show_sources(self, sources: Sequence[Source], name: Callable[[Source], str]) -> None:
        """Take the faces of these sources."""
        self._all = [(face, source) for source in sources for face in source.faces]
        self._names = {
            face.face_id: text for source in sources for text in (name(source),) for face in source.faces
        }
        self._apply()

    def set_view(self, view: FaceView) -> None:
        """Show other faces, or in another order."""
        if view != self._view:
            self._view = view
            self._apply()

    def row_of(self, face_id: int) -> int:
        """Return the row of a face, -1 when it is not shown."""
        return self._row_of.get(face_id, -1)

    def text(self, item: CaseFace) -> str:
        """Return what is known of a face in one line."""
        return self._words(item, self._names.get(item.face_id, ""))

    def picture_key(self, item: CaseFace) -> int:
        """Return the key of the face."""
        return item.face_id

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, crop, the face itself, or the name of its picture."""
        if role == Qt.ItemDataRole.UserRole + 1:
            face = self.item(index)
            return None if face is None else self._names.get(face.face_id, "")
        return super().data(index, role)

    def _apply(self) -> None:
        shown = [(face, source) for face, source in self._all if self._view.shows(face)]
        key = _KEYS[self._view.order]
        shown.sort(key=lambda entry: entry[0].face_id)
        shown.sort(key=lambda entry: key(*entry), reverse=self._view.descending)
        self.replace([face for face, _ in shown])


class FaceCrops:
    """Loads the crops that the grid shows.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    examination : Examination
        Knows the faces that no case keeps.
    """

    def __init__(self, workspace: Workspace, examination: Examination) -> None:
        self._workspace, self._examination = workspace, examination

    def __call__(self, face_id: int) -> QImage:
        """Return the crop of a face at native px; null when it has none. Safe on any thread."""
        if face_id > 0:
            return image_from_bytes(self._workspace.face_crop(face_id))
        analysis = self._examination.loose.analysed(face_id)
        aligned = None if analysis is None else analysis.aligned
        return QImage() if aligned is None else image_from_array(aligned.crop)


def _by_index(face: CaseFace, source: Source) -> float:
    return face.recognizability.index if face.recognizability else float("-inf")


def _by_size(face: CaseFace, source: Source) -> float:
    return face.eye_distance_px or 0.4 * face.detection.box.width


def _by_time(face: CaseFace, source: Source) -> tuple[int, str, float]:
    """Order stills by when they were taken in, and after them frames by video and place in it."""
    if source.frame is not None:
        return 1, str(source.path), source.frame.seconds
    return 0, "", (source.picture.created if source.picture else face.created).timestamp()


def _by_source(face: CaseFace, source: Source) -> tuple[str, int]:
    return source.path.name.casefold(), source.frame.ordinal if source.frame else 0


_KEYS: dict[FaceOrder, Callable[[CaseFace, Source], Any]] = {
    FaceOrder.RECOGNIZABILITY: _by_index,
    FaceOrder.SIZE: _by_size,
    FaceOrder.TIME: _by_time,
    FaceOrder.SOURCE: _by_source,
}
