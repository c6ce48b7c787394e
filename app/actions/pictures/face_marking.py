"""Drawing, changing and assessing anew one face of the picture on show."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.qtmodels.pictures.face_edits import FaceEdits
from app.qtmodels.pictures.picture_reader import Picture
from app.qtmodels.pictures.source import Source
from app.widgets.pictures.face_item import DrawnFace
from app.widgets.pictures.image_view import ImageView
from core.types import CaseFace, CasePicture


class FaceMarking(QObject):
    """Joins the picture in which faces are drawn with what writes them; a face is known by its key.

    Parameters
    ----------
    view : ImageView
        The picture.
    edits : FaceEdits
        Writes boxes and landmarks.
    picture, source, face : callable
        Return the picture on show, its source, and the selected face, or None.
    owner : QWidget
        The page.
    """

    def __init__(
        self,
        view: ImageView,
        edits: FaceEdits,
        picture: Callable[[], Picture | None],
        source: Callable[[], Source | None],
        face: Callable[[], CaseFace | None],
        owner: QWidget,
    ) -> None:
        super().__init__(owner)
        self._view, self._edits = view, edits
        self._picture, self._source, self._face = picture, source, face
        self._drawn_in: Picture | None = None
        tr = self.tr
        self.draw = make_action(
            owner,
            tr("&Draw a face"),
            self._begin,
            shortcut="B",
            picture="draw",
            tip=tr("Draw a box round a face that was not found, then its landmarks or none"),
        )
        self.change = make_action(
            owner,
            tr("&Change box and landmarks"),
            self._change,
            shortcut="M",
            picture="move",
            tip=tr("Move and resize the box of the selected face and move its landmarks"),
        )
        self.again = make_action(
            owner,
            tr("Assess this face a&new"),
            self._assess_again,
            shortcut="Ctrl+R",
            picture="again",
            tip=tr("Assess the selected face with the model in use, its box and landmarks as they are"),
        )
        self.find = make_action(
            owner,
            tr("Loo&k for faces again"),
            self._find,
            shortcut="Ctrl+Shift+R",
            picture="face",
            tip=tr("Look for the faces of this picture anew; what was said of faces stays"),
        )
        view.drawing.face_drawn.connect(self._add)
        view.drawing.face_edited.connect(self._write)

    @property
    def all(self) -> list[QAction]:
        """The actions in the order of the menu."""
        return [*self.tools, self.find]

    @property
    def tools(self) -> list[QAction]:
        """The actions in the order of the tool bar."""
        return [self.draw, self.change, self.again]

    def enable(self) -> None:
        """Follow the picture on show and the selected face."""
        shown, chosen = self._picture() is not None, self._face() is not None
        self.draw.setEnabled(shown)
        self.change.setEnabled(shown and chosen)
        self.again.setEnabled(shown and chosen)
        self.find.setEnabled(self._kept_picture() is not None)

    def _begin(self) -> None:
        self._drawn_in = self._picture()
        if self._drawn_in is not None:
            self._view.draw_face()

    def _change(self) -> None:
        face, self._drawn_in = self._face(), self._picture()
        if face is not None and self._drawn_in is not None:
            self._view.edit_face(face)

    def _assess_again(self) -> None:
        face, picture = self._face(), self._picture()
        if face is not None and picture is not None:
            self._edits.change(face.face_id, picture, face.detection.box, face.detection.landmarks)

    def _find(self) -> None:
        picture = self._kept_picture()
        if picture is not None:
            self._edits.find_faces(picture.picture_id)

    def _kept_picture(self) -> CasePicture | None:
        source = self._source()
        return None if source is None else source.picture

    @Slot(object)
    def _add(self, drawn: DrawnFace) -> None:
        if self._drawn_in is not None:
            self._edits.draw(self._drawn_in, drawn.box, drawn.landmarks)

    @Slot(object)
    def _write(self, drawn: DrawnFace) -> None:
        if self._drawn_in is not None and drawn.face_id is not None:
            self._edits.change(drawn.face_id, self._drawn_in, drawn.box, drawn.landmarks)
