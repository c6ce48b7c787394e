"""Which source, picture and face are on show; a face is known by its key all the way."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QListView, QWidget

from app.qtmodels.pictures.examination import Examination
from app.qtmodels.pictures.picture_reader import Picture, PictureReader
from app.qtmodels.pictures.source import Source
from app.widgets.pictures.image_view import ImageView
from core.types import CaseFace


class PictureReview(QObject):
    """Joins the list of sources with the picture and its faces, and outlives news of both.

    Parameters
    ----------
    examination : Examination
        The sources.
    reader : PictureReader
        Reads pictures.
    view : ImageView
        The picture.
    sources : QListView
        The list of sources.
    owner : QWidget
        The page.

    Attributes
    ----------
    source_changed : Signal()
        Another source is on show, or something else is known of the one that is.
    picture_changed : Signal()
        The picture on show was read.
    face_changed : Signal()
        Another face is selected, or something else is known of the one that is.
    """

    source_changed = Signal()
    picture_changed = Signal()
    face_changed = Signal()

    def __init__(
        self,
        examination: Examination,
        reader: PictureReader,
        view: ImageView,
        sources: QListView,
        owner: QWidget,
    ) -> None:
        super().__init__(owner)
        self._examination, self._reader, self._view, self._list = examination, reader, view, sources
        self._source_id, self._face_id = -1, 0
        self._picture: Picture | None = None
        self._keep_view, self._covered = False, False
        examination.switched.connect(self._follow_list)
        examination.reloaded.connect(self._follow_record)
        examination.source_settled.connect(self._follow_source)
        examination.video_added.connect(self._offer)
        reader.picture_read.connect(self._show_picture)
        view.face_selected.connect(self._choose)
        self._list.selectionModel().currentChanged.connect(self._show_current)

    @property
    def source(self) -> Source | None:
        """The source on show."""
        return self._examination.sources.source(self._source_id)

    @property
    def picture(self) -> Picture | None:
        """The picture on show, None while it is being read."""
        return self._picture

    @property
    def face(self) -> CaseFace | None:
        """The selected face."""
        return None if self.source is None else self.source.face(self._face_id)

    def show_source(self, source_id: int, *, keep_view: bool = False) -> None:
        """Show a source; `keep_view` leaves zoom and place as they are if the pictures are alike in size."""
        if self._examination.sources.source(source_id) is not None:
            self._keep_view = keep_view
            self._list.setCurrentIndex(self._examination.sources.index_of(source_id))

    def show_face(self, face_id: int) -> None:
        """Select a face, in whichever source it is."""
        source = self._examination.sources.of_face(face_id)
        if source is None or face_id == self._face_id:
            return
        self._face_id = face_id
        if source.source_id == self._source_id:
            self._mark()
        else:
            self._list.setCurrentIndex(self._examination.sources.index_of(source.source_id))

    @Slot(object)
    def follow_faces(self, face_ids: tuple[int, ...]) -> None:
        """Show what is known now of faces that were changed."""
        source = self.source
        if source is not None and any(source.face(face_id) is not None for face_id in face_ids):
            self._show_faces(source)

    def show_over(self, preview: QImage | None) -> None:
        """Show another version of the picture in its place, without faces, or the picture itself again."""
        self._covered = preview is not None
        if preview is not None:
            self._view.show_picture(preview, keep_view=self._alike(preview))
        elif self._picture is not None:
            self._view.show_picture(self._picture.shown, keep_view=self._alike(self._picture.shown))
            self._show_faces(self.source)

    @Slot()
    def _follow_list(self) -> None:
        before = self._list.selectionModel()
        self._list.setModel(self._examination.sources)
        if before is not self._list.selectionModel():
            before.deleteLater()
        self._list.selectionModel().currentChanged.connect(self._show_current)
        self._leave()
        if self._examination.sources.rowCount():
            self._list.setCurrentIndex(self._examination.sources.index(0))

    @Slot()
    def _follow_record(self) -> None:
        source = self.source
        if source is None:
            self._leave()
            if self._examination.sources.rowCount():
                self._list.setCurrentIndex(self._examination.sources.index(0))
            return
        self._list.setCurrentIndex(self._examination.sources.index_of(source.source_id))
        if self._picture is not None:
            self._show_faces(source)
        self.source_changed.emit()

    @Slot(QModelIndex, QModelIndex)
    def _show_current(self, current: QModelIndex, before: QModelIndex) -> None:
        source = self._examination.sources.item(current)
        if source is not None and source.source_id != self._source_id:
            self._source_id = source.source_id
            self._show_source(source)

    def _show_source(self, source: Source) -> None:
        self._picture, self._covered = None, False
        if not self._keep_view:
            self._view.show_picture(None)
        self.source_changed.emit()
        self.face_changed.emit()
        self._reader.open(source)

    def _leave(self) -> None:
        self._source_id, self._face_id, self._picture, self._keep_view = -1, 0, None, False
        self._view.show_picture(None)
        self.source_changed.emit()
        self.face_changed.emit()

    @Slot(int)
    def _follow_source(self, source_id: int) -> None:
        source = self._examination.sources.source(source_id)
        if source is None:
            return
        if source_id != self._source_id:
            if source.frame is not None:
                self._list.setCurrentIndex(self._examination.sources.index_of(source_id))
            self._offer(source_id)
        elif self._picture is None or not source.faces:
            self._show_source(source)
        else:
            self._show_faces(source)
            self.source_changed.emit()

    @Slot(int)
    def _offer(self, source_id: int) -> None:
        if not self._list.currentIndex().isValid():
            self._list.setCurrentIndex(self._examination.sources.index_of(source_id))

    @Slot(object)
    def _show_picture(self, picture: Picture) -> None:
        source = self.source
        if source is None or picture.source_id != self._source_id:
            return
        self._picture, self._covered = picture, False
        self._view.show_picture(picture.shown, keep_view=self._keep_view and self._alike(picture.shown))
        self._keep_view = False
        self._show_faces(source)
        self.picture_changed.emit()

    def _show_faces(self, source: Source | None) -> None:
        faces = source.faces if source is not None else ()
        self._view.show_faces(() if self._covered else faces)
        if faces and source is not None and source.face(self._face_id) is None:
            self._face_id = faces[0].face_id
        self._mark()

    def _mark(self) -> None:
        source = self.source
        ids = [face.face_id for face in source.faces] if source is not None else []
        self._view.choose(ids.index(self._face_id) if self._face_id in ids else -1)
        self.face_changed.emit()

    @Slot(int)
    def _choose(self, index: int) -> None:
        source = self.source
        if source is not None and 0 <= index < len(source.faces):
            self._face_id = source.faces[index].face_id
            self.face_changed.emit()

    def _alike(self, image: QImage) -> bool:
        return self._view.picture_size == image.size()
