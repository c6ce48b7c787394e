"""Pictures that are being examined, with what was found in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from app.qtmodels.pictures.source import Source, families, loose_face
from app.qtmodels.pictures.source_wording import SourceWording
from app.qtmodels.thumbnails import Thumbnails
from core.types import CaseFace, CasePicture, FaceAnalysis, ImageAnalysis, Outcome

Index = QModelIndex | QPersistentModelIndex


class SourcesModel(QAbstractListModel):
    """Sources in the order in which they came; a file appears once, a frame as often as it is taken.

    Parameters
    ----------
    thumbnails : Thumbnails, optional
        Where the small pictures of a case come from.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, thumbnails: Thumbnails | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wording = SourceWording()
        self._thumbnails = thumbnails
        self._sources: list[Source] = []
        self._rows: dict[int, int] = {}
        self._by_path: dict[Path, int] = {}
        self._by_picture: dict[int, int] = {}
        self._analysed: dict[int, FaceAnalysis] = {}
        self._last_id = 0
        self._last_face = 0
        if thumbnails is not None:
            thumbnails.loaded.connect(self._show_thumbnails)

    def add(self, path: Path, *, video: bool = False) -> int:
        """Await the analysis of a file, in its old row where it has one, and return its key."""
        known = self._by_path.get(path)
        if known is None:
            known = self._append(path, video)
            self._by_path[path] = known
        self._change(known, awaited=not video)
        return known

    def settle(self, analysis: ImageAnalysis, thumbnail: QImage | None) -> int:
        """File the result of an analysis that no case keeps and return the key of its source.

        Faces that a person drew in the same bytes stay.
        """
        path = analysis.path or Path()
        source_id = self._append(path) if analysis.frame is not None else self.add(path)
        old = self._sources[self._rows[source_id]]
        drawn: tuple[CaseFace, ...] = ()
        if old.analysis is not None and old.analysis.sha256 == analysis.sha256:
            drawn = tuple(face for face in old.faces if face.detection.manual)
            kept = tuple(self._analysed[face.face_id] for face in drawn)
            analysis = replace(analysis, faces=analysis.faces + kept)
        found = self._number(analysis.faces[: len(analysis.faces) - len(drawn)])
        self._change(
            source_id,
            awaited=False,
            analysis=analysis,
            faces=found + drawn,
            thumbnail=thumbnail,
            picture=None,
        )
        return source_id

    def add_faces(self, source_id: int, faces: tuple[FaceAnalysis, ...]) -> None:
        """Append faces that a person drew in a picture that no case keeps."""
        source = self._sources[self._rows[source_id]]
        if source.analysis is not None:
            whole = replace(
                source.analysis, outcome=Outcome.OK, reason="", faces=source.analysis.faces + faces
            )
            self._change(source_id, analysis=whole, faces=source.faces + self._number(faces))

    def replace_face(self, face_id: int, analysed: FaceAnalysis) -> None:
        """Put a face in the place of one that no case keeps, under the same key."""
        source = self.of_face(face_id)
        if source is None or source.analysis is None:
            return
        self._analysed[face_id] = analysed
        faces = tuple(
            loose_face(analysed, face_id) if face.face_id == face_id else face for face in source.faces
        )
        whole = replace(source.analysis, faces=tuple(self._analysed[face.face_id] for face in faces))
        self._change(source.source_id, analysis=whole, faces=faces)

    def analysed(self, face_id: int) -> FaceAnalysis | None:
        """Return all that is known of a face that no case keeps."""
        return self._analysed.get(face_id)

    def keep(self, picture: CasePicture, faces: Sequence[CaseFace], thumbnail: QImage | None = None) -> int:
        """File what a case keeps of a picture and return the key of its source.

        Parameters
        ----------
        picture : CasePicture
            The picture.
        faces : sequence of CaseFace
            All its faces.
        thumbnail : QImage, optional
            A small picture, where one is at hand.

        Returns
        -------
        int
            The key.
        """
        path, plain = Path(picture.path), picture.frame is None and not picture.derived
        known = self._by_picture.get(picture.picture_id)
        if known is None and plain:
            known = self._by_path.get(path)
        if known is None:
            known = self._append(path, parent=picture.parent_id)
        self._by_picture[picture.picture_id] = known
        if plain:
            self._by_path[path] = known
        given = {} if thumbnail is None else {"thumbnail": thumbnail}
        self._change(known, awaited=False, analysis=None, picture=picture, faces=tuple(faces), **given)
        return known

    def show_record(self, record: Sequence[tuple[CasePicture, tuple[CaseFace, ...]]]) -> None:
        """Show what a case keeps; files that are still awaited, and videos, stay listed."""
        known = {key: self._sources[self._rows[source]] for key, source in self._by_picture.items()}
        waiting = [one for one in self._sources if one.awaited or one.video]
        videos = {one.path for one in waiting if one.video}
        self.beginResetModel()
        self._sources, self._rows, self._by_path, self._by_picture = [], {}, {}, {}
        for picture, faces in families(record):
            path = Path(picture.path)
            if picture.frame is not None and path not in videos:
                videos.add(path)
                self._push(Source(self._next(), path, video=True))
            old = known.get(picture.picture_id) or Source(self._next(), path)
            self._push(replace(old, awaited=False, analysis=None, picture=picture, faces=faces))
        listed = {one.source_id for one in self._sources}
        for one in waiting:
            if one.source_id in listed:
                self._sources[self._rows[one.source_id]] = replace(
                    self._sources[self._rows[one.source_id]], awaited=one.awaited
                )
            else:
                self._push(one)
        self.endResetModel()

    def put_faces(self, faces: Sequence[CaseFace]) -> None:
        """Put faces in the place of those with the same keys; a new one is appended to its picture."""
        by_picture: dict[int, dict[int, CaseFace]] = {}
        for face in faces:
            by_picture.setdefault(face.picture_id, {})[face.face_id] = face
        for picture_id, changed in by_picture.items():
            source = self.of_picture(picture_id)
            if source is not None:
                whole = {old.face_id: old for old in source.faces} | changed
                self._change(source.source_id, faces=tuple(whole.values()))

    def stop_awaiting(self, source_ids: list[int]) -> None:
        """Remove the sources among these that were never analysed; the others keep what is known of them."""
        for source_id in source_ids:
            source = self.source(source_id)
            if source is not None and source.awaited:
                if source.settled:
                    self._change(source_id, awaited=False)
                else:
                    self.remove(source_id)

    def remove(self, source_id: int) -> None:
        """Take a source off the list."""
        row = self._rows[source_id]
        self.beginRemoveRows(QModelIndex(), row, row)
        gone = self._sources.pop(row)
        if self._by_path.get(gone.path) == source_id:
            del self._by_path[gone.path]
        self._renumber()
        self.endRemoveRows()

    def clear(self) -> None:
        """Take everything off the list."""
        self.beginResetModel()
        self._sources, self._rows, self._by_path, self._by_picture, self._analysed = [], {}, {}, {}, {}
        self.endResetModel()

    @property
    def all(self) -> tuple[Source, ...]:
        """The sources in order."""
        return tuple(self._sources)

    def source(self, source_id: int) -> Source | None:
        """Return a source by its key."""
        row = self._rows.get(source_id)
        return None if row is None else self._sources[row]

    def video(self, path: Path) -> Source | None:
        """Return the video of a file, None where it is not listed."""
        found = self.source(self._by_path.get(path, -1))
        return found if found is not None and found.video else None

    def of_picture(self, picture_id: int | None) -> Source | None:
        """Return the source of a picture that the case keeps."""
        return None if picture_id is None else self.source(self._by_picture.get(picture_id, -1))

    def of_face(self, face_id: int) -> Source | None:
        """Return the source that holds a face."""
        return next((one for one in self._sources if one.face(face_id) is not None), None)

    def index_of(self, source_id: int) -> QModelIndex:
        """Return the place of a source."""
        return self.index(self._rows[source_id])

    def item(self, index: Index) -> Source | None:
        """Return the source of an index, None outside."""
        return self._sources[index.row()] if 0 <= index.row() < len(self._sources) else None

    def name(self, source: Source) -> str:
        """Return the name of a source."""
        return self.wording.name(source)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of sources."""
        return 0 if parent is not None and parent.isValid() else len(self._sources)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return two lines of text, the picture, the colour of the second line, or the source itself."""
        source = self.item(index)
        if source is None:
            return None
        if role == Qt.ItemDataRole.DecorationRole:
            picture = source.picture
            if source.thumbnail is not None or picture is None or self._thumbnails is None:
                return source.thumbnail
            return self._thumbnails.get(picture.picture_id)
        if role == Qt.ItemDataRole.UserRole:
            return source
        return self.wording.of_role(source, role)

    def _number(self, faces: Sequence[FaceAnalysis]) -> tuple[CaseFace, ...]:
        numbered = []
        for face in faces:
            self._last_face -= 1
            self._analysed[self._last_face] = face
            numbered.append(loose_face(face, self._last_face))
        return tuple(numbered)

    def _next(self) -> int:
        self._last_id += 1
        return self._last_id

    def _append(self, path: Path, video: bool = False, parent: int | None = None) -> int:
        above = self.of_picture(parent)
        row = len(self._sources) if above is None else self._rows[above.source_id] + 1
        while above is not None and row < len(self._sources) and self._sources[row].derived:
            row += 1
        self.beginInsertRows(QModelIndex(), row, row)
        self._sources.insert(row, Source(self._next(), path, video))
        self._renumber()
        self.endInsertRows()
        return self._last_id

    def _push(self, source: Source) -> None:
        self._rows[source.source_id] = len(self._sources)
        self._sources.append(source)
        picture = source.picture
        if picture is not None:
            self._by_picture[picture.picture_id] = source.source_id
        if not source.derived and source.frame is None:
            self._by_path[source.path] = source.source_id

    def _renumber(self) -> None:
        self._rows = {one.source_id: number for number, one in enumerate(self._sources)}

    def _change(self, source_id: int, **values: Any) -> None:
        row = self._rows[source_id]
        self._sources[row] = replace(self._sources[row], **values)
        self.dataChanged.emit(self.index(row), self.index(row))

    def _show_thumbnails(self, picture_ids: list[int]) -> None:
        for picture_id in picture_ids:
            source = self.of_picture(picture_id)
            if source is not None:
                index = self.index_of(source.source_id)
                self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])
