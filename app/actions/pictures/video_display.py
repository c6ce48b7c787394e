"""The video on show: its frames, its scrubber, and the frame that is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.actions.pictures.viewing import VideoActions
from app.jobs import JobRunner
from app.qtmodels.pictures.examination import Examination
from app.qtmodels.pictures.source import Source
from app.qtmodels.pictures.video_session import VideoFrame, VideoSession
from app.widgets.pictures.image_view import ImageView
from app.widgets.pictures.video_bar import VideoBar
from core.types import VideoInfo

if TYPE_CHECKING:
    from core.workspace import Workspace


class VideoDisplay(QObject):
    """Joins the video that is open, the picture and the scrubber.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    examination : Examination
        Analyses the frame that is taken.
    view : ImageView
        The picture.
    source : callable
        Returns the source on show, or None.
    owner : QWidget
        The page.

    Attributes
    ----------
    failed : Signal(str)
        One sentence about what could not be done.
    video_wanted : Signal(int)
        The video with this source is to be shown again, to go on from a frame that was taken.
    """

    failed = Signal(str)
    video_wanted = Signal(int)

    def __init__(
        self,
        workspace: Workspace,
        runner: JobRunner,
        examination: Examination,
        view: ImageView,
        source: Callable[[], Source | None],
        owner: QWidget,
    ) -> None:
        super().__init__(owner)
        self._examination, self._view, self._source = examination, view, source
        self._frame: VideoFrame | None = None
        self._next: int | None = None
        self.session = VideoSession(workspace, runner, self)
        self.actions = VideoActions(owner, self._step, self._take_frame)
        self.bar = VideoBar(self.actions.back, self.actions.on, self.actions.take)
        self.session.opened.connect(self._show_video)
        self.session.frame_read.connect(self._show_frame)
        self.session.failed.connect(self.failed)
        self.bar.frame_requested.connect(self.session.show_frame)
        self.bar.time_requested.connect(self.session.show_time)
        self._enable()

    def show(self, source: Source | None) -> None:
        """Show a video at the frame where it stood, or hide the scrubber for anything else."""
        video = source is not None and source.video
        self.bar.setVisible(video)
        if source is None or not video:
            return
        if source.path == self.session.path:
            self.session.show_frame(self.bar.ordinal)
            self._go_on()
        else:
            self._frame = None
            self.session.open(source.path)
            self._enable()

    @Slot(object)
    def _show_video(self, info: VideoInfo) -> None:
        self.bar.show_video(info)
        self._enable()
        self._go_on()

    @Slot(object)
    def _show_frame(self, frame: VideoFrame) -> None:
        source = self._source()
        if source is None or not source.video or frame.path != source.path:
            return
        first, self._frame = self._frame is None, frame
        self._view.show_picture(frame.shown, keep_view=not first)
        if frame.image.frame is not None:
            self.bar.show_frame(frame.image.frame, settled=frame.settled)
        self._enable()

    def _step(self, frames: int) -> None:
        source = self._source()
        if source is None:
            return
        if source.video:
            self.bar.move_to(self.bar.ordinal + frames)
            return
        video = self._examination.sources.video(source.path)
        if source.frame is not None and video is not None:
            self._next = source.frame.ordinal + frames
            self.video_wanted.emit(video.source_id)

    def _go_on(self) -> None:
        if self._next is not None:
            self.bar.move_to(self._next)
            self._next = None

    def _take_frame(self) -> None:
        if self._frame is not None and self.bar.isVisible():
            self._examination.take(self._frame.image)

    def _enable(self) -> None:
        for action in self.actions.all:
            action.setEnabled(self.session.path is not None and self._frame is not None)
