"""The video that is open, used on one thread only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.jobs import JobRunner, Lane
from app.qtmodels.pictures.picture_reader import as_shown
from core.progress import Progress
from core.types import SourceImage, VideoInfo

if TYPE_CHECKING:
    from core.workspace import VideoSource, Workspace


@dataclass(frozen=True, slots=True, eq=False)
class VideoFrame:
    """A decoded frame that is ready to be shown.

    Attributes
    ----------
    path : Path
        The video.
    image : SourceImage
        The frame.
    shown : QImage
        Its pixels as the screen takes them.
    settled : bool
        Whether no other frame has been asked for since.
    """

    path: Path
    image: SourceImage
    shown: QImage
    settled: bool = True


class VideoSession(QObject):
    """Opens one video at a time and decodes the frames that are asked for, the last one first.

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
    opened : Signal(VideoInfo)
        Another video can be stepped through.
    frame_read : Signal(VideoFrame)
        A frame can be shown.
    failed : Signal(str)
        One sentence about what could not be done.
    """

    opened = Signal(object)
    frame_read = Signal(object)
    failed = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._source: VideoSource | None = None  # touched on the VIDEO lane only
        self._path: Path | None = None
        self._wanted: float | int | None = None
        self._busy = False

    @property
    def path(self) -> Path | None:
        """The video that is open, or about to be."""
        return self._path

    def open(self, path: Path) -> None:
        """Open a video and show its first frame; the one before is closed."""
        if path == self._path:
            return
        self._path, self._wanted = path, None

        def _open(progress: Progress) -> VideoInfo:
            self._close_source()
            self._source = self._workspace.open_video(path, progress)
            return self._source.info

        def _opened(info: VideoInfo) -> None:
            if path == self._path:
                self.opened.emit(info)
                self.show_frame(0)

        def _failed(sentence: str) -> None:
            if path == self._path:
                self._path = None
            self.failed.emit(sentence)

        title = self.tr("Index the frames of {0}").format(path.name)
        self._runner.run(Lane.VIDEO, title, _open, owner=self, then=_opened, failed=_failed)

    def show_frame(self, ordinal: int) -> None:
        """Decode a frame; of requests that come faster than frames only the last is served."""
        self._want(int(ordinal))

    def show_time(self, seconds: float) -> None:
        """Decode the frame that is on screen at a time."""
        self._want(float(seconds))

    def close(self) -> None:
        """Close the video."""
        self._path, self._wanted = None, None
        self._runner.run(
            Lane.VIDEO,
            self.tr("Close the video"),
            lambda progress: self._close_source(),
            owner=self,
            quiet=True,
        )

    def _want(self, place: float | int) -> None:
        self._wanted = place
        if not self._busy:
            self._serve()

    def _serve(self) -> None:
        wanted, path = self._wanted, self._path
        if wanted is None or path is None:
            return
        self._wanted, self._busy = None, True

        def _decode(progress: Progress) -> VideoFrame | None:
            source = self._source
            if source is None or source.info.path != path:
                return None
            ordinal = source.ordinal_at(wanted) if isinstance(wanted, float) else wanted
            image = source.frame(ordinal)
            return VideoFrame(path, image, as_shown(image))

        def _ended() -> None:
            self._busy = False
            self._serve()

        self._runner.run(
            Lane.VIDEO,
            self.tr("Decode a frame"),
            _decode,
            owner=self,
            then=self._show,
            failed=self.failed.emit,
            ended=_ended,
            quiet=True,
        )

    def _show(self, frame: VideoFrame | None) -> None:
        if frame is not None and frame.path == self._path:
            self.frame_read.emit(replace(frame, settled=self._wanted is None))

    def _close_source(self) -> None:
        if self._source is not None:
            self._source.close()
            self._source = None
