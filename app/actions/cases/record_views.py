"""The two views of what is examined: one picture with its faces, or a grid of all faces."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.actions.cases.record_place import RecordPlace, place_from_text
from app.actions.making import make_action
from app.actions.pictures.face_browsing import FaceBrowsing
from app.actions.pictures.picture_review import PictureReview
from app.qtmodels.pictures.examination import Examination
from core.types import CaseFace


class RecordViews(QObject):
    """Switches between both views, keeps them at the same face, and knows the way back to a place.

    Parameters
    ----------
    examination : Examination
        The sources.
    review : PictureReview
        The picture and its faces.
    view : QWidget
        Where they are seen.
    browsing : FaceBrowsing
        The grid.
    owner : QWidget
        The page.

    Attributes
    ----------
    switched : Signal()
        The other view is on show, or other faces are selected in it.
    """

    switched = Signal()

    def __init__(
        self,
        examination: Examination,
        review: PictureReview,
        view: QWidget,
        browsing: FaceBrowsing,
        owner: QWidget,
    ) -> None:
        super().__init__(owner)
        self._examination, self._review = examination, review
        self._view, self._browsing = view, browsing
        self._pending: RecordPlace | None = None
        self.stack = QStackedWidget()
        self.grid_action = make_action(
            owner,
            self.tr("&Grid of all faces"),
            self._switch,
            shortcut="G",
            picture="grid",
            tip=self.tr("All faces as a grid, or the picture again"),
        )
        self.grid_action.setCheckable(True)
        examination.reloaded.connect(self._take_place)
        browsing.grid.face_current.connect(self._follow_grid)
        browsing.grid.face_opened.connect(self._open_in_picture)
        browsing.grid.selection_changed.connect(self.switched)

    @property
    def targets(self) -> tuple[CaseFace, ...]:
        """The faces that a state is given to: those selected in the grid, or the one in the picture."""
        if self.grid_action.isChecked():
            return self._browsing.grid.selected
        face = self._review.face
        return () if face is None else (face,)

    @property
    def any_target(self) -> bool:
        """Whether there is a face of the open case that a state can be given to."""
        if self._examination.case_id is None:
            return False
        grid = self.grid_action.isChecked()
        return self._browsing.grid.selected_count > 0 if grid else self._review.face is not None

    def place(self) -> str:
        """Return picture, face and view on show, for :meth:`restore`."""
        if self._pending is not None:
            return self._pending.as_text()
        source, face = self._review.source, self._review.face
        picture_id = source.picture.picture_id if source is not None and source.picture else 0
        face_id = face.face_id if face is not None and face.face_id > 0 else 0
        grid = self.grid_action.isChecked()
        return RecordPlace(picture_id, face_id, grid, *self._browsing.grid.choices).as_text()

    def restore(self, place: str) -> None:
        """Show again what :meth:`place` named, at once or when the pictures of the case have been read."""
        self._pending = place_from_text(place)
        if self._examination.loaded:
            self._take_place()

    @Slot()
    def _take_place(self) -> None:
        place, self._pending = self._pending, None
        if place is None:
            return
        source = self._examination.sources.of_picture(place.picture_id)
        if source is not None:
            self._review.show_source(source.source_id)
            self._review.show_face(place.face_id)
        self._browsing.grid.choose(place.order, place.descending, place.state, place.band)
        self.grid_action.setChecked(place.grid)
        self._switch()

    def _switch(self) -> None:
        grid, face = self.grid_action.isChecked(), self._review.face
        self.stack.setCurrentIndex(int(grid))
        if grid and face is not None:
            self._browsing.grid.make_current(face.face_id)
        (self._browsing.grid if grid else self._view).setFocus()
        self.switched.emit()

    @Slot(int)
    def _follow_grid(self, face_id: int) -> None:
        if self.grid_action.isChecked():
            self._review.show_face(face_id)

    @Slot(int)
    def _open_in_picture(self, face_id: int) -> None:
        self._review.show_face(face_id)
        self.grid_action.setChecked(False)
        self._switch()
