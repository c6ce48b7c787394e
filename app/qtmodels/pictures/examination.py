"""The pictures under examination: analysing them, and keeping what is found in the open case."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeDatabase, QObject, Signal
from PySide6.QtGui import QImage

from app.jobs import Batch, JobRunner, Lane
from app.qtimage import fitted, image_from_array, image_from_bytes
from app.qtmodels.pictures.analysed_faces import AnalysedFaces
from app.qtmodels.pictures.sources import SourcesModel
from app.qtmodels.thumbnails import Thumbnails
from core.errors import DiscernError, IntegrityFailure, NotFound
from core.progress import Progress
from core.types import CaseFace, CasePicture, ImageAnalysis, Outcome, SourceImage

if TYPE_CHECKING:
    from core.workspace import Workspace

_THUMBNAIL_PX = 96

Record = list[tuple[CasePicture, tuple[CaseFace, ...]]]


@dataclass(frozen=True, slots=True, eq=False)
class _Settled:
    analysis: ImageAnalysis
    thumbnail: QImage | None = None
    case_id: int | None = None
    kept: tuple[CasePicture, tuple[CaseFace, ...]] | None = None
    loose_id: int = -1
    reason: str = ""


class Examination(QObject):
    """Starts analyses; what they find is kept in the open case, or in memory while none is open.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    source_settled : Signal(int)
        What was found in a source has changed.
    video_added : Signal(int)
        A video was added, and no picture with it.
    switched : Signal()
        The list is another one: a case was opened or left.
    reloaded : Signal()
        The pictures of the open case were read from its record.
    kept : Signal(int)
        Something was written into the case with this key.
    failed : Signal(str)
        One sentence about what could not be done.
    """

    source_settled = Signal(int)
    video_added = Signal(int)
    switched = Signal()
    reloaded = Signal()
    kept = Signal(int)
    failed = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._case_id: int | None = None
        self._batches_running = 0
        self._out_of_date, self._loaded = False, False
        self.analysed = AnalysedFaces()
        self.loose = SourcesModel(parent=self)
        self._record = SourcesModel(Thumbnails(runner, self._thumbnail, parent=self), self)

    @property
    def case_id(self) -> int | None:
        """The case that keeps what is found."""
        return self._case_id

    @property
    def loaded(self) -> bool:
        """Whether the pictures of the open case have been read."""
        return self._loaded

    @property
    def sources(self) -> SourcesModel:
        """What is on the list at present."""
        return self.loose if self._case_id is None else self._record

    def open_case(self, case_id: int | None) -> None:
        """Show the pictures of a case, or with None those that none keeps."""
        if case_id == self._case_id:
            return
        self._case_id, self._loaded = case_id, False
        self._record.clear()
        self.switched.emit()
        self.reload()

    def reload(self) -> None:
        """Read the pictures and faces of the open case again; `reloaded` follows."""
        case_id = self._case_id
        if case_id is None:
            return
        self._out_of_date = self._batches_running > 0

        def _show(record: Record) -> None:
            if case_id == self._case_id:
                self._loaded = True
                self._record.show_record(record)
                self.reloaded.emit()

        self._runner.ask(
            self.tr("Read the pictures of the case"),
            lambda: self._read_record(case_id),
            owner=self,
            then=_show,
            failed=self.failed.emit,
        )

    def add(self, paths: Sequence[Path]) -> None:
        """Add files and folders, and analyse all pictures among them."""
        self._runner.run(
            Lane.IO,
            self.tr("Look at what was opened"),
            lambda progress: [(path, _kind(path)) for path in paths],
            owner=self,
            then=self._analyse,
            quiet=True,
        )

    def take(self, image: SourceImage) -> None:
        """Analyse a frame of a video."""
        ordinal, case_id = image.frame.ordinal if image.frame else 0, self._case_id
        title = self.tr("Analyse frame {0}").format(ordinal)
        self._runner.run(
            Lane.MODEL,
            title,
            lambda progress: self._kept(self._workspace.analyze(image), case_id),
            owner=self,
            then=self._settle,
            failed=self.failed.emit,
        )

    def keep_loose(self) -> None:
        """Take the pictures that no case keeps into the open one."""
        case_id, sources = self._case_id, [one for one in self.loose.all if one.analysis is not None]
        if case_id is None or not sources:
            return

        def _keep(progress: Progress) -> Iterator[_Settled]:
            for done, source in enumerate(sources, start=1):
                if source.analysis is not None:
                    yield self._taken_over(source.analysis, case_id, source.source_id)
                progress.step(done, len(sources), source.path.name)

        self._runner.stream(
            Lane.IO,
            self.tr("Take {0} pictures into the case").format(len(sources)),
            _keep,
            owner=self,
            each=self._settle,
            failed=self.failed.emit,
            issue=_issue,
        )

    def _analyse(self, kinds: list[tuple[Path, str]]) -> None:
        sources, case_id = self.sources, self._case_id
        awaited = [sources.add(path) for path, kind in kinds if kind == "still"]
        videos = [sources.add(path, video=True) for path, kind in kinds if kind == "video"]
        wanted = [path for path, kind in kinds if kind != "video"]
        if not wanted:
            for source_id in videos:
                self.video_added.emit(source_id)
            return
        one = self.tr("Analyse {0}").format(wanted[0].name)
        many = self.tr("Analyse {0} files").format(len(wanted))

        def _work(progress: Progress) -> Iterator[_Settled]:
            found = self._workspace.analyze_paths(wanted, progress)
            if case_id is None:
                yield from (_settled(analysis, None) for analysis in found)
                return
            for kept in self._workspace.keep_analyses(case_id, found):
                settled = _settled(kept.analysis, case_id)
                both = None if kept.picture is None else (kept.picture, kept.faces)
                yield replace(settled, kept=both, reason=kept.reason)

        def _ended() -> None:
            self._batches_running -= 1
            sources.stop_awaiting(awaited)
            if self._out_of_date and not self._batches_running:
                self.reload()

        self._batches_running += 1
        self._runner.stream(
            Lane.MODEL,
            one if len(wanted) == 1 else many,
            _work,
            owner=self,
            each=self._settle,
            failed=self.failed.emit,
            ended=_ended,
            issue=_issue,
            batch=Batch(case_id, tuple(wanted)),
        )

    def _kept(self, analysis: ImageAnalysis, case_id: int | None) -> _Settled:
        settled = _settled(analysis, case_id)
        if case_id is None:
            return settled
        return replace(settled, kept=self._workspace.keep_analysis(case_id, analysis))

    def _taken_over(self, analysis: ImageAnalysis, case_id: int, loose_id: int) -> _Settled:
        try:
            kept = self._workspace.keep_analysis(case_id, self._with_picture(analysis))
        except DiscernError as error:
            return _Settled(analysis, None, case_id, None, loose_id, str(error))
        return _Settled(analysis, None, case_id, kept, loose_id)

    def _settle(self, settled: _Settled) -> None:
        analysis = settled.analysis
        if settled.kept is not None:
            self.kept.emit(settled.kept[0].case_id)
            if settled.loose_id >= 0:
                self.loose.remove(settled.loose_id)
        if settled.case_id not in (None, self._case_id) or (settled.kept is None and settled.loose_id >= 0):
            return
        if settled.kept is None:
            sources = self.loose if settled.case_id is None else self._record
            source_id = sources.settle(analysis, settled.thumbnail)
        else:
            sources = self._record
            picture, faces = settled.kept
            self.analysed.pair(faces, analysis.faces)
            source_id = sources.keep(picture, faces, settled.thumbnail)
        if sources is self.sources:
            self.source_settled.emit(source_id)

    def _read_record(self, case_id: int) -> Record:
        faces: dict[int, list[CaseFace]] = {}
        for face in self._workspace.case_faces(case_id):
            faces.setdefault(face.picture_id, []).append(face)
        return [
            (picture, tuple(faces.get(picture.picture_id, ())))
            for picture in self._workspace.case_pictures(case_id)
        ]

    def _with_picture(self, analysis: ImageAnalysis) -> ImageAnalysis:
        if analysis.image is not None or analysis.outcome is Outcome.UNREADABLE or analysis.path is None:
            return analysis
        image = self._workspace.read_still(analysis.path)
        if image.sha256 != analysis.sha256:
            raise IntegrityFailure(f"The file {analysis.path.name} has changed since it was analysed.")
        return replace(analysis, image=image)

    def _thumbnail(self, picture_id: int) -> QImage:
        data = self._workspace.picture_thumbnail(picture_id)
        if data is None:
            raise NotFound(f"There is no thumbnail of picture {picture_id}.")
        return image_from_bytes(data)


def _kind(path: Path) -> str:
    # A path that cannot even be asked about is met by whoever reads it.
    if os.path.isdir(path):
        return "folder"
    types = QMimeDatabase().mimeTypesForFileName(path.name)
    return "video" if any(kind.name().startswith("video/") for kind in types) else "still"


def _settled(analysis: ImageAnalysis, case_id: int | None) -> _Settled:
    image = analysis.image
    thumbnail = None if image is None else fitted(image_from_array(image.pixels), _THUMBNAIL_PX)
    if image is not None and image.frame is None:
        analysis = replace(analysis, image=None)
    return _Settled(analysis, thumbnail, case_id)


def _issue(settled: _Settled) -> str:
    analysis = settled.analysis
    reason = settled.reason or (analysis.reason if analysis.outcome is Outcome.UNREADABLE else "")
    name = analysis.path.name if analysis.path else ""
    return reason if name in reason or not reason else f"{name}: {reason}"
