"""Pictures that are being examined, with what was found in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from core.types import FaceAnalysis, ImageAnalysis, Outcome

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A still, a video, or a frame taken from one.

    Attributes
    ----------
    source_id : int
        Key; results are filed by it, never by the row that happens to be current.
    path : Path
        The file.
    video : bool
        Whether this is a video to scrub through.
    awaited : bool
        Whether an analysis of it is under way.
    analysis : ImageAnalysis or None
        What was found. Its picture is left out for a still, which can be read again, and kept for a frame.
    thumbnail : QImage or None
        A small picture.
    """

    source_id: int
    path: Path
    video: bool = False
    awaited: bool = False
    analysis: ImageAnalysis | None = None
    thumbnail: QImage | None = None

    @property
    def faces(self) -> tuple[FaceAnalysis, ...]:
        """The faces that were found or drawn."""
        return self.analysis.faces if self.analysis else ()


class SourcesModel(QAbstractListModel):
    """Sources in the order in which they came; a file appears once, a frame as often as it is taken.

    Parameters
    ----------
    parent : QObject, optional
        Owner.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sources: list[Source] = []
        self._rows: dict[int, int] = {}
        self._by_path: dict[Path, int] = {}
        self._last_id = 0

    def add(self, path: Path, *, video: bool = False) -> int:
        """Await the analysis of a file, in its old row where it has one, and return its key."""
        known = self._by_path.get(path)
        if known is None:
            known = self._append(path, video)
            self._by_path[path] = known
        self._change(known, awaited=not video)
        return known

    def settle(self, analysis: ImageAnalysis, thumbnail: QImage | None) -> int:
        """File the result of an analysis and return the key of its source.

        Faces that a person drew in the same bytes stay.
        """
        path = analysis.path or Path()
        source_id = self._append(path) if analysis.frame is not None else self.add(path)
        old = self._sources[self._rows[source_id]].analysis
        if old is not None and old.sha256 == analysis.sha256:
            drawn = tuple(face for face in old.faces if face.detection.manual)
            analysis = replace(analysis, faces=analysis.faces + drawn)
        self._change(source_id, awaited=False, analysis=analysis, thumbnail=thumbnail)
        return source_id

    def add_faces(self, source_id: int, faces: tuple[FaceAnalysis, ...]) -> None:
        """Append faces that a person drew."""
        analysis = self._sources[self._rows[source_id]].analysis
        if analysis is not None:
            whole = replace(analysis, outcome=Outcome.OK, reason="", faces=analysis.faces + faces)
            self._change(source_id, analysis=whole)

    def stop_awaiting(self, source_ids: list[int]) -> None:
        """Remove the sources among these that were never analysed; the others keep what is known of them."""
        for source_id in source_ids:
            row = self._rows[source_id]
            source = self._sources[row]
            if not source.awaited:
                continue
            if source.analysis is not None:
                self._change(source_id, awaited=False)
                continue
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._sources[row]
            del self._by_path[source.path]
            self._rows = {left.source_id: number for number, left in enumerate(self._sources)}
            self.endRemoveRows()

    def source(self, source_id: int) -> Source | None:
        """Return a source by its key."""
        row = self._rows.get(source_id)
        return None if row is None else self._sources[row]

    def index_of(self, source_id: int) -> QModelIndex:
        """Return the place of a source."""
        return self.index(self._rows[source_id])

    def item(self, index: Index) -> Source | None:
        """Return the source of an index, None outside."""
        return self._sources[index.row()] if 0 <= index.row() < len(self._sources) else None

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of sources."""
        return 0 if parent is not None and parent.isValid() else len(self._sources)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return two lines of text, the picture, the colour of the second line, or the source itself."""
        source = self.item(index)
        if source is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self.name(source)}\n{self.outcome(source)}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.name(source)}, {self.outcome(source)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{source.path}\n{self.outcome(source)}"
        if role == Qt.ItemDataRole.DecorationRole:
            return source.thumbnail
        if role == Qt.ItemDataRole.UserRole:
            return source
        if role == Qt.ItemDataRole.UserRole + 1:
            return self._tint(source)
        return None

    def name(self, source: Source) -> str:
        """Return the name of the file, with the frame where it is one."""
        frame = source.analysis.frame if source.analysis else None
        return (
            self.tr("{0}, frame {1}").format(source.path.name, frame.ordinal) if frame else source.path.name
        )

    def outcome(self, source: Source) -> str:
        """Return what became of a source, in words."""
        analysis = source.analysis
        if source.video:
            return self.tr("video, take a frame of it")
        if source.awaited or analysis is None:
            return self.tr("waiting …")
        if not analysis.faces:
            return analysis.reason or self.tr("no face")
        count = len(analysis.faces)
        text = self.tr("1 face") if count == 1 else self.tr("{0} faces").format(count)
        indices = [face.recognizability.index for face in analysis.faces if face.recognizability]
        return text + (self.tr(", best RI {0:.2f}").format(max(indices)) if indices else "")

    def explanation(self, source: Source) -> str:
        """Return why a source has no faces, and what can be done about it."""
        outcome = source.analysis.outcome if source.analysis else None
        advice = self.tr(" Press B to draw a box round a face.") if outcome is Outcome.NOT_DETECTED else ""
        return self.outcome(source) + advice

    def _append(self, path: Path, video: bool = False) -> int:
        self._last_id += 1
        row = len(self._sources)
        self.beginInsertRows(QModelIndex(), row, row)
        self._sources.append(Source(self._last_id, path, video))
        self._rows[self._last_id] = row
        self.endInsertRows()
        return self._last_id

    def _change(self, source_id: int, **values: Any) -> None:
        row = self._rows[source_id]
        self._sources[row] = replace(self._sources[row], **values)
        self.dataChanged.emit(self.index(row), self.index(row))

    @staticmethod
    def _tint(source: Source) -> str:
        outcome = source.analysis.outcome if source.analysis and not source.awaited else Outcome.OK
        if outcome is Outcome.UNREADABLE:
            return "danger"
        return "caution" if outcome is Outcome.NOT_DETECTED else "muted"
