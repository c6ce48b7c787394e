"""Reading pictures for the screen, and everything that is shown of one face."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.jobs import JobRunner, Lane
from app.qtimage import FacePictures, cut, face_pictures, image_from_array, image_from_bytes
from app.qtmodels.pictures.examination import Examination
from app.qtmodels.pictures.source import Source
from core.errors import DiscernError, IntegrityFailure
from core.progress import Progress
from core.types import AttentionMap, CaseFace, FaceAnalysis, Outcome, SourceImage

if TYPE_CHECKING:
    from core.workspace import Workspace

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
    face_id : int
        The face.
    pictures : FacePictures
        What the desk shows of it.
    maps : tuple of AttentionMap
        The maps that lie behind the overlays; empty while they are being worked out.
    """

    face_id: int
    pictures: FacePictures
    maps: tuple[AttentionMap, ...]


class PictureReader(QObject):
    """Reads pictures and assesses faces again, the one that was asked for last first.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    examination : Examination
        What is known of the faces.

    Attributes
    ----------
    picture_read : Signal(Picture)
        A picture that was opened can be shown.
    face_cut : Signal(FaceCut)
        The pictures of a face can be shown; once more when its maps are there.
    failed : Signal(str)
        One sentence about what could not be done.
    """

    picture_read = Signal(object)
    face_cut = Signal(object)
    failed = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, examination: Examination) -> None:
        super().__init__(examination)
        self._workspace, self._runner, self._examination = workspace, runner, examination
        self._pictures: OrderedDict[tuple[int, str], SourceImage] = OrderedDict()
        self._wanted: Source | None = None
        self._reading = False
        self._to_assess: tuple[SourceImage, CaseFace] | None = None
        self._assessing = False
        examination.switched.connect(self._pictures.clear)

    def open(self, source: Source) -> None:
        """Have a picture read; `picture_read` follows, for the last one of many asked for at once."""
        if source.video or not source.settled or source.outcome is Outcome.UNREADABLE:
            return
        self._wanted = source
        if not self._reading:
            self._serve()

    def cut_out(self, image: SourceImage, face: CaseFace) -> None:
        """Have the pictures of a face made; `face_cut` follows."""
        analysis = self.analysis_of(face)

        def _cut(progress: Progress) -> FaceCut:
            if analysis is not None:
                return self._whole(image, face, analysis)
            return FaceCut(face.face_id, FacePictures(_found(image, face), self._crop(face), ()), ())

        title = self.tr("Cut a face out")
        self._runner.run(Lane.IO, title, _cut, owner=self, then=self.face_cut.emit, quiet=True)
        if analysis is None and face.face_id > 0 and face.recognizability is not None:
            self._to_assess = (image, face)
            if not self._assessing:
                self._assess()

    def analysis_of(self, face: CaseFace) -> FaceAnalysis | None:
        """Return all that the network said of a face, None when it has to be asked again."""
        examination = self._examination
        if face.face_id < 0:
            return examination.loose.analysed(face.face_id)
        return examination.analysed.get(face)

    def with_analysis(self, face: CaseFace, then: Callable[[FaceAnalysis], None]) -> None:
        """Call back with all that the network says of a face, which is assessed again where needed."""
        analysis = self.analysis_of(face)
        if analysis is not None:
            then(analysis)
            return

        def _keep(found: tuple[SourceImage, FaceAnalysis]) -> None:
            self._examination.analysed.put(face.face_id, found[1])
            then(found[1])

        self._runner.run(
            Lane.MODEL,
            self.tr("Assess a face again"),
            lambda progress: self._workspace.assess_face(face.face_id),
            owner=self,
            then=_keep,
            failed=self.failed.emit,
        )

    def _serve(self) -> None:
        source = self._wanted
        if source is None:
            return
        self._wanted, self._reading = None, True
        kept = source.analysis.image if source.analysis else None
        kept = kept or self._pictures.get(_key(source))

        def _read(progress: Progress) -> Picture:
            image = kept or self._read(source)
            return Picture(source.source_id, image, as_shown(image))

        def _show(picture: Picture) -> None:
            self._remember(_key(source), picture.image)
            if self._wanted is None:
                self.picture_read.emit(picture)

        def _ended() -> None:
            self._reading = False
            self._serve()

        title = self.tr("Read {0}").format(source.path.name)
        self._runner.run(
            Lane.IO,
            title,
            _read,
            owner=self,
            then=_show,
            failed=self.failed.emit,
            ended=_ended,
            quiet=True,
        )

    def _read(self, source: Source) -> SourceImage:
        if source.picture is not None:
            return self._workspace.read_case_picture(source.picture.picture_id)
        image = self._workspace.read_still(source.path)
        if source.analysis is None or image.sha256 != source.analysis.sha256:
            raise IntegrityFailure(f"The file {source.path.name} has changed since it was analysed.")
        return image

    def _assess(self) -> None:
        if self._to_assess is None:
            return
        (image, face), self._to_assess, self._assessing = self._to_assess, None, True

        def _work(progress: Progress) -> tuple[FaceAnalysis, FaceCut]:
            analysis = self._workspace.assess_face(face.face_id)[1]
            return analysis, self._whole(image, face, analysis)

        def _show(made: tuple[FaceAnalysis, FaceCut]) -> None:
            self._examination.analysed.put(face.face_id, made[0])
            self.face_cut.emit(made[1])

        def _ended() -> None:
            self._assessing = False
            self._assess()

        self._runner.run(
            Lane.MODEL,
            self.tr("Work out the maps of a face"),
            _work,
            owner=self,
            then=_show,
            failed=self.failed.emit,
            ended=_ended,
            quiet=True,
        )

    def _whole(self, image: SourceImage, face: CaseFace, analysis: FaceAnalysis) -> FaceCut:
        maps = analysis.attention_maps
        overlays = [self._workspace.attention_overlay(one.values, _OVERLAY_PX) for one in maps]
        return FaceCut(face.face_id, face_pictures(image, analysis, overlays), maps)

    def _crop(self, face: CaseFace) -> QImage | None:
        if face.face_id < 0:
            return None
        try:
            return image_from_bytes(self._workspace.face_crop(face.face_id))
        except DiscernError:
            return None

    def _remember(self, key: tuple[int, str], image: SourceImage) -> None:
        self._pictures[key] = image
        self._pictures.move_to_end(key)
        while len(self._pictures) > 1 and sum(kept.pixels.nbytes for kept in self._pictures.values()) > (
            _PICTURE_BYTES
        ):
            self._pictures.popitem(last=False)


def as_shown(image: SourceImage) -> QImage:
    """Return the pixels in the format that is painted without conversion."""
    return image_from_array(image.pixels).convertToFormat(QImage.Format.Format_RGB32)


def _found(image: SourceImage, face: CaseFace) -> QImage:
    box = face.detection.box
    return cut(image.pixels, box.x, box.y, box.width, box.height)


def _key(source: Source) -> tuple[int, str]:
    """Return what a picture at hand is known by; other bytes under the same name are another picture."""
    if source.picture is not None:
        return source.picture.picture_id, source.picture.sha256
    return -source.source_id, (source.analysis.sha256 if source.analysis else None) or ""
