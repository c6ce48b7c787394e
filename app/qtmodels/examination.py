"""The pictures under examination: reading, analysing, and faces drawn by hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeDatabase, QObject, Signal
from PySide6.QtGui import QImage

from app.jobs import JobRunner, Lane
from app.qtimage import FacePictures, face_pictures, fitted, image_from_array
from app.qtmodels.sources import SourcesModel
from core.errors import IntegrityFailure
from core.progress import Progress
from core.types import BoundingBox, FaceAnalysis, ImageAnalysis, Outcome, SourceImage

if TYPE_CHECKING:
    from core.workspace import Workspace

_THUMBNAIL_PX = 96
_OVERLAY_PX = 224
_PICTURE_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture that is ready to be shown.

    Attributes
    ----------
    source_id : int
        The source that it belongs to.
    image : SourceImage
        The picture itself.
    shown : QImage
        Its pixels as the screen takes them.
    """

    source_id: int
    image: SourceImage
    shown: QImage


@dataclass(frozen=True, slots=True, eq=False)
class FaceCut:
    """A face with its pictures.

    Attributes
    ----------
    face : FaceAnalysis
        The face.
    pictures : FacePictures
        What the desk shows of it.
    """

    face: FaceAnalysis
    pictures: FacePictures


@dataclass(frozen=True, slots=True, eq=False)
class _Analysed:
    analysis: ImageAnalysis
    thumbnail: QImage | None


class Examination(QObject):
    """Starts analyses and keeps what they found.

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
    picture_read : Signal(Picture)
        A picture that was opened can be shown.
    face_cut : Signal(FaceCut)
        The pictures of a face can be shown.
    failed : Signal(str)
        One sentence about what could not be done.
    """

    source_settled = Signal(int)
    video_added = Signal(int)
    picture_read = Signal(object)
    face_cut = Signal(object)
    failed = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._pictures: OrderedDict[int, SourceImage] = OrderedDict()
        self.sources = SourcesModel(self)

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

    def open(self, source_id: int) -> None:
        """Have a picture read again where it is no longer at hand; `picture_read` follows."""
        source = self.sources.source(source_id)
        if source is None or source.video or source.analysis is None:
            return
        kept = source.analysis.image or self._pictures.get(source_id)
        path, sha256 = source.path, source.analysis.sha256

        def _read(progress: Progress) -> Picture:
            image = kept or self._workspace.read_still(path)
            if image.sha256 != sha256:
                raise IntegrityFailure(f"The file {path.name} has changed since it was analysed.")
            return Picture(source_id, image, as_shown(image))

        title = self.tr("Read {0}").format(path.name)
        self._runner.run(
            Lane.IO, title, _read, owner=self, then=self._keep, failed=self.failed.emit, quiet=True
        )

    def cut_out(self, image: SourceImage, face: FaceAnalysis) -> None:
        """Have the pictures of a face made; `face_cut` follows."""

        def _cut(progress: Progress) -> FaceCut:
            overlays = [
                self._workspace.attention_overlay(one.values, _OVERLAY_PX) for one in face.attention_maps
            ]
            return FaceCut(face, face_pictures(image, face, overlays))

        title = self.tr("Cut a face out")
        self._runner.run(Lane.IO, title, _cut, owner=self, then=self.face_cut.emit, quiet=True)

    def draw(self, picture: Picture, box: BoundingBox, landmarks: NDArray[np.float32] | None) -> None:
        """Analyse a face that a person marked in a picture."""

        def _analyze(progress: Progress) -> tuple[FaceAnalysis, ...]:
            detection = self._workspace.manual_face(picture.image, box, landmarks)
            return self._workspace.analyze(picture.image, [detection], detect=False).faces

        def _file(faces: tuple[FaceAnalysis, ...]) -> None:
            self.sources.add_faces(picture.source_id, faces)
            self.source_settled.emit(picture.source_id)

        title = self.tr("Analyse a face drawn by hand")
        self._runner.run(Lane.MODEL, title, _analyze, owner=self, then=_file, failed=self.failed.emit)

    def take(self, image: SourceImage) -> None:
        """Analyse a frame of a video."""
        ordinal = image.frame.ordinal if image.frame else 0
        title = self.tr("Analyse frame {0}").format(ordinal)
        self._runner.run(
            Lane.MODEL,
            title,
            lambda progress: _analysed(self._workspace.analyze(image)),
            owner=self,
            then=self._settle,
            failed=self.failed.emit,
        )

    def _analyse(self, kinds: list[tuple[Path, str]]) -> None:
        awaited = [self.sources.add(path) for path, kind in kinds if kind == "still"]
        videos = [self.sources.add(path, video=True) for path, kind in kinds if kind == "video"]
        wanted = [path for path, kind in kinds if kind != "video"]
        if not wanted:
            for source_id in videos:
                self.video_added.emit(source_id)
            return
        one = self.tr("Analyse {0}").format(wanted[0].name)
        many = self.tr("Analyse {0} files").format(len(wanted))
        self._runner.stream(
            Lane.MODEL,
            one if len(wanted) == 1 else many,
            lambda progress: self._analyses(wanted, progress),
            owner=self,
            each=self._settle,
            failed=self.failed.emit,
            ended=lambda: self.sources.stop_awaiting(awaited),
            issue=_issue,
        )

    def _analyses(self, paths: Sequence[Path], progress: Progress) -> Iterator[_Analysed]:
        for analysis in self._workspace.analyze_paths(paths, progress):
            yield _analysed(analysis)

    def _settle(self, analysed: _Analysed) -> None:
        analysis, image = analysed.analysis, analysed.analysis.image
        if image is not None and image.frame is None:
            analysis = replace(analysis, image=None)
        source_id = self.sources.settle(analysis, analysed.thumbnail)
        self._pictures.pop(source_id, None)
        if image is not None and image.frame is None:
            self._remember(source_id, image)
        self.source_settled.emit(source_id)

    def _keep(self, picture: Picture) -> None:
        if picture.image.frame is None:
            self._remember(picture.source_id, picture.image)
        self.picture_read.emit(picture)

    def _remember(self, source_id: int, image: SourceImage) -> None:
        self._pictures[source_id] = image
        self._pictures.move_to_end(source_id)
        while len(self._pictures) > 1 and sum(kept.pixels.nbytes for kept in self._pictures.values()) > (
            _PICTURE_BYTES
        ):
            self._pictures.popitem(last=False)


def as_shown(image: SourceImage) -> QImage:
    """Return the pixels in the format that is painted without conversion."""
    return image_from_array(image.pixels).convertToFormat(QImage.Format.Format_RGB32)


def _analysed(analysis: ImageAnalysis) -> _Analysed:
    image = analysis.image
    thumbnail = None if image is None else fitted(image_from_array(image.pixels), _THUMBNAIL_PX)
    return _Analysed(analysis, thumbnail)


def _kind(path: Path) -> str:
    if path.is_dir():
        return "folder"
    types = QMimeDatabase().mimeTypesForFileName(path.name)
    return "video" if any(kind.name().startswith("video/") for kind in types) else "still"


def _issue(analysed: _Analysed) -> str:
    analysis = analysed.analysis
    if analysis.outcome is not Outcome.UNREADABLE:
        return ""
    name = analysis.path.name if analysis.path else ""
    return analysis.reason if name in analysis.reason else f"{name}: {analysis.reason}"
