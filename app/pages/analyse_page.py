"""Find faces in pictures and video frames, and see how much can be read from them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QModelIndex, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.actions import (
    FaceEnrolment,
    PictureActions,
    VideoActions,
    ask_files,
    ask_folder,
    make_action,
)
from app.jobs import JobRunner
from app.qtmodels.examination import Examination, FaceCut, Picture
from app.qtmodels.sources import Source
from app.qtmodels.video_session import VideoFrame, VideoSession
from app.state import AppState, EngineState, FaceInPicture
from app.widgets.delegates import TwoLineDelegate
from app.widgets.empty_state import EmptyState
from app.widgets.face_item import DrawnFace
from app.widgets.face_panel import FacePanel
from app.widgets.image_view import ImageView
from app.widgets.lists import row_list
from app.widgets.page import Page, columns, tool_buttons
from app.widgets.picture_area import PictureArea
from app.widgets.video_bar import VideoBar
from core.types import FaceAnalysis, VideoInfo

if TYPE_CHECKING:
    from core.workspace import Workspace


class AnalysePage(Page):
    """Sources at the left, the picture in the middle, the selected face at the right.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    state : AppState
        What pages share.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    search_requested : Signal(FaceInPicture)
        The selected face is to be searched for.
    """

    search_requested = Signal(object)

    def __init__(
        self, workspace: Workspace, runner: JobRunner, state: AppState, parent: QWidget | None = None
    ) -> None:
        super().__init__(QCoreApplication.translate("AnalysePage", "Analyse"), parent)
        self._workspace, self._runner, self._state = workspace, runner, state
        self.examination = Examination(workspace, runner, self)
        self.video = VideoSession(workspace, runner, self)
        self._enrolment = FaceEnrolment(workspace, runner, state, self)
        self._source_id = -1
        self._picture: Picture | None = None
        self._frame: VideoFrame | None = None
        self._make_actions()
        self._lay_out()
        self._connect()
        self._show_face(-1)

    def add(self, paths: Sequence[Path]) -> None:
        """Open files and folders and analyse the pictures among them."""
        self.notice.say("")
        self.examination.add(paths)

    @property
    def menu(self) -> tuple[str, list[QAction]]:
        """Title and entries of the page's menu."""
        entries = [*self.picture_actions.all, self.search_action, self.enrol_action, *self.video_actions.all]
        return self.tr("&Picture"), entries

    def _open_files(self) -> None:
        paths = ask_files(self)
        if paths:
            self.add(paths)

    def _open_folder(self) -> None:
        folder = ask_folder(self, self.tr("Open a folder of pictures"))
        if folder is not None:
            self.add([folder])

    @property
    def face(self) -> FaceAnalysis | None:
        """The selected face."""
        source = self.examination.sources.source(self._source_id)
        if source is None or not 0 <= self.view.chosen < len(source.faces):
            return None
        return source.faces[self.view.chosen]

    def _make_actions(self) -> None:
        view = self.view = ImageView()
        make, tr = make_action, self.tr
        self.open_action = make(
            self,
            tr("&Open pictures or videos…"),
            self._open_files,
            shortcut="Ctrl+O",
            picture="picture",
            everywhere=True,
        )
        self.folder_action = make(
            self,
            tr("Open &folder…"),
            self._open_folder,
            shortcut="Ctrl+Shift+O",
            picture="folder",
            everywhere=True,
        )
        self.search_action = make(
            self,
            tr("&Search this face"),
            self._request_search,
            shortcut=("Ctrl+Return", "Ctrl+Enter"),
            picture="search",
        )
        self.enrol_action = make(
            self, tr("&Enrol this face…"), self._begin_enrolment, shortcut="Ctrl+E", picture="enrol"
        )
        self.picture_actions = PictureActions(self, view)
        self.video_actions = VideoActions(self, self._step, self._take_frame)

    def _lay_out(self) -> None:
        self.add_tools(tool_buttons([self.open_action, self.folder_action]))
        self.list = row_list(self.examination.sources, TwoLineDelegate, self.tr("Pictures and videos"))
        self.list.setMinimumWidth(200)
        actions = self.video_actions
        self.video_bar = VideoBar(actions.back, actions.on, actions.take)
        empty = EmptyState(
            "picture",
            self.tr("Drop pictures, videos or folders here"),
            self.tr("Faces are found and assessed as the files are read. Nothing leaves this computer."),
            [self.open_action, self.folder_action],
        )
        self.area = PictureArea(self.view, self.video_bar, empty, self.picture_actions.all)
        self.panel = FacePanel(self._state.card.bands, self.search_action, self.enrol_action)
        self.body.addWidget(columns((260, 700, 356), self.list, self.area, self.panel, growing=1), 1)
        self.setFocusProxy(self.list)

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(self._show_current)
        self.examination.source_settled.connect(self._follow_source)
        self.examination.video_added.connect(self._offer)
        self.examination.picture_read.connect(self._show_picture)
        self.examination.face_cut.connect(self._show_cut)
        self.examination.failed.connect(self.say_failed)
        self.view.face_selected.connect(self._show_face)
        self.view.drawing.face_drawn.connect(self._analyse_drawn)
        self.video.opened.connect(self._show_video)
        self.video.frame_read.connect(self._show_frame)
        self.video.failed.connect(self.say_failed)
        self.video_bar.frame_requested.connect(self.video.show_frame)
        self.video_bar.time_requested.connect(self.video.show_time)
        self._enrolment.told.connect(self.notice.say)
        self._state.engine_changed.connect(self._follow_engine)

    @Slot(QModelIndex, QModelIndex)
    def _show_current(self, current: QModelIndex, before: QModelIndex) -> None:
        source = self.examination.sources.item(current)
        if source is None or source.source_id == self._source_id:
            return
        self._source_id = source.source_id
        self._show_source(source)

    def _show_source(self, source: Source) -> None:
        self._picture = None
        self.notice.say("")
        self.area.set_title(self.examination.sources.name(source))
        self.video_bar.setVisible(source.video)
        self.view.show_picture(None)
        self._show_face(-1)
        if not source.video:
            if source.analysis is not None and not source.faces:
                self.notice.say(self.examination.sources.explanation(source), "warning")
            self.examination.open(source.source_id)
        elif source.path == self.video.path:
            self.video.show_frame(self.video_bar.ordinal)
        else:
            self._frame = None
            self.video.open(source.path)

    @Slot(int)
    def _follow_source(self, source_id: int) -> None:
        source = self.examination.sources.source(source_id)
        frame = source is not None and source.analysis is not None and source.analysis.frame is not None
        if frame and source_id != self._source_id:
            self.list.setCurrentIndex(self.examination.sources.index_of(source_id))
        self._offer(source_id)
        if source is None or source_id != self._source_id:
            return
        if self._picture is None or not source.faces:
            self._show_source(source)
        else:
            self.notice.say("")
            self.view.show_faces(source.faces)
            self._show_face(len(source.faces) - 1)

    @Slot(int)
    def _offer(self, source_id: int) -> None:
        if not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.examination.sources.index_of(source_id))

    @Slot(object)
    def _show_picture(self, picture: Picture) -> None:
        source = self.examination.sources.source(self._source_id)
        if source is None or picture.source_id != self._source_id:
            return
        self._picture = picture
        self.view.show_picture(picture.shown)
        self.view.show_faces(source.faces)
        self._show_face(0)

    @Slot(int)
    def _show_face(self, index: int) -> None:
        self.view.choose(index)
        face, picture = self.face, self._picture
        self._enable()
        if face is None or picture is None:
            self.panel.clear()
            return
        self.panel.show_face(face, self.view.chosen + 1, self.view.face_count)
        self.examination.cut_out(picture.image, face)

    @Slot(object)
    def _show_cut(self, cut: FaceCut) -> None:
        if cut.face is self.face:
            self.panel.show_pictures(cut.pictures)

    @Slot(object)
    def _analyse_drawn(self, drawn: DrawnFace) -> None:
        if self._picture is not None:
            self.examination.draw(self._picture, drawn.box, drawn.landmarks)

    @Slot(object)
    def _show_video(self, info: VideoInfo) -> None:
        self.video_bar.show_video(info)
        self._enable()

    @Slot(object)
    def _show_frame(self, frame: VideoFrame) -> None:
        source = self.examination.sources.source(self._source_id)
        if source is None or not source.video or frame.path != source.path:
            return
        first, self._frame = self._frame is None, frame
        self.view.show_picture(frame.shown, keep_view=not first)
        if frame.image.frame is not None:
            self.video_bar.show_frame(frame.image.frame, settled=frame.settled)
        self._enable()

    def _step(self, frames: int) -> None:
        if self.video_bar.isVisible():
            self.video_bar.move_to(self.video_bar.ordinal + frames)

    def _take_frame(self) -> None:
        if self._frame is not None and self.video_bar.isVisible():
            self.examination.take(self._frame.image)

    def _request_search(self) -> None:
        face = self.face
        if face is not None and self._picture is not None:
            self.search_requested.emit(FaceInPicture(self._picture.image, face))

    def _begin_enrolment(self) -> None:
        face = self.face
        if face is not None and self._picture is not None:
            self._enrolment.begin(FaceInPicture(self._picture.image, face))

    @Slot(object)
    def _follow_engine(self, engine: EngineState) -> None:
        if engine is EngineState.FAILED:
            self.say_failed(self._state.engine_error)
        self._enable()

    def _enable(self) -> None:
        face = self.face
        assessed = self._picture is not None and face is not None and face.embedding is not None
        self.search_action.setEnabled(assessed)
        self.enrol_action.setEnabled(assessed)
        self.picture_actions.draw.setEnabled(self._picture is not None)
        for action in self.video_actions.all:
            action.setEnabled(self.video.path is not None and self._frame is not None)
