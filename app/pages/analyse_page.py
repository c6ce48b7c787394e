"""Find faces in pictures and video frames, see how much can be read from them, and say what they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.actions import FaceEnrolment, PictureActions, make_action
from app.actions.cases.case_making import CaseMaking
from app.actions.cases.record_views import RecordViews
from app.actions.cases.record_watch import RecordWatch
from app.actions.pictures.adjusting import Adjusting
from app.actions.pictures.face_browsing import FaceBrowsing
from app.actions.pictures.face_marking import FaceMarking
from app.actions.pictures.face_states import FaceStates
from app.actions.pictures.picture_review import PictureReview
from app.actions.pictures.source_opening import SourceOpening
from app.actions.pictures.video_display import VideoDisplay
from app.jobs import JobRunner
from app.qtmodels.pictures.examination import Examination
from app.qtmodels.pictures.face_edits import FaceEdits
from app.qtmodels.pictures.picture_reader import FaceCut, Picture, PictureReader
from app.state import AppState, EngineState, FaceInPicture
from app.widgets.cases.case_strip import CaseStrip
from app.widgets.delegates import TwoLineDelegate
from app.widgets.empty_state import EmptyState
from app.widgets.faces.face_panel import FacePanel
from app.widgets.lists import row_list
from app.widgets.page import Page, columns, tool_buttons
from app.widgets.pictures.image_view import ImageView
from app.widgets.pictures.picture_area import PictureArea
from core.types import CaseFace

if TYPE_CHECKING:
    from core.workspace import Workspace


class AnalysePage(Page):
    """Sources at the left, the picture or a grid of all faces in the middle, the selected face at the right.

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
        self._state = state
        self.view = ImageView()
        self.examination = Examination(workspace, runner, self)
        self.reader = PictureReader(workspace, runner, self.examination)
        self.edits = FaceEdits(workspace, runner, self.examination)
        self.list = row_list(self.examination.sources, TwoLineDelegate, self.tr("Pictures and videos"))
        self.review = PictureReview(self.examination, self.reader, self.view, self.list, self)
        self.browsing = FaceBrowsing(workspace, runner, self.examination, self)
        self.views = RecordViews(self.examination, self.review, self.view, self.browsing, self)
        self.case_making = CaseMaking(workspace, runner, state, self.examination, self)
        self._watch = RecordWatch(state, self.examination)
        self._enrolment = FaceEnrolment(workspace, runner, state, self)
        self._make_actions(workspace, runner)
        self._lay_out()
        self._connect()
        self._follow_list()
        self._show_face()
        self.examination.open_case(state.case_id)

    def add(self, paths: Sequence[Path]) -> None:
        """Open files and folders and analyse the pictures among them."""
        self.notice.say("")
        self.examination.add(paths)

    @property
    def menu(self) -> tuple[str, list[QAction]]:
        """Title and entries of the page's menu."""
        entries = [self.search_action, self.enrol_action, *self.states.all, *self.marking.all]
        entries += [*self.adjusting.all, self.views.grid_action, *self.picture_actions.all]
        entries += [*self.video_display.actions.all, self.case_making.make, self.case_making.take]
        return self.tr("&Picture"), entries

    @property
    def face(self) -> CaseFace | None:
        """The selected face."""
        return self.review.face

    @property
    def picture(self) -> Picture | None:
        """The picture on show, None while another version of it lies over it or none is read."""
        return None if self.adjusting.previewing else self.review.picture

    def place(self) -> str:
        """Return picture, face and view on show, for :meth:`restore_place`."""
        return self.views.place()

    def restore_place(self, place: str) -> None:
        """Show again what :meth:`place` named, at once or when the pictures of the case have been read."""
        self.views.restore(place)

    def _make_actions(self, workspace: Workspace, runner: JobRunner) -> None:
        make, tr, review = make_action, self.tr, self.review
        opening = SourceOpening(self, self.add)
        self.open_action, self.folder_action = opening.all
        self.search_action = make(
            self,
            tr("&Search this face"),
            lambda: self._with_face(self.search_requested.emit),
            shortcut=("Ctrl+Return", "Ctrl+Enter"),
            picture="search",
            tip=tr("Rank the subjects of the galleries by their similarity to this face"),
        )
        self.enrol_action = make(
            self,
            tr("&Enrol this face…"),
            lambda: self._with_face(self._enrolment.begin),
            shortcut="Ctrl+E",
            picture="enrol",
            tip=tr("Add this face to a gallery under a name"),
        )
        self.video_display = VideoDisplay(
            workspace, runner, self.examination, self.view, lambda: review.source, self
        )
        self.video_display.video_wanted.connect(self.review.show_source)
        self.video, self.video_bar = self.video_display.session, self.video_display.bar
        self.picture_actions = PictureActions(self, self.view)
        self.marking = FaceMarking(
            self.view, self.edits, lambda: self.picture, lambda: review.source, lambda: self.face, self
        )
        self.states = FaceStates(
            workspace,
            runner,
            self.edits,
            lambda: self.views.targets,
            lambda: self.examination.sources.all,
            self,
        )
        self.adjusting = Adjusting(
            workspace, runner, self.examination, self.edits, lambda: review.source, self
        )

    def _lay_out(self) -> None:
        self.add_tools(
            tool_buttons([self.open_action, self.folder_action]),
            tool_buttons([self.views.grid_action, self.adjusting.adjust]),
        )
        self.strip = CaseStrip(self.case_making.make, self.case_making.take)
        self.body.addWidget(self.strip)
        self.list.setMinimumWidth(200)
        empty = EmptyState(
            "picture",
            self.tr("Drop pictures, videos or folders here"),
            self.tr("Faces are found and assessed as the files are read. Nothing leaves this computer."),
            [self.open_action, self.folder_action],
        )
        tools = [*self.marking.tools, self.adjusting.flip, *self.picture_actions.all]
        self.area = PictureArea(self.view, self.video_bar, empty, tools)
        self.panel = FacePanel(self._state.card.bands, self.search_action, self.enrol_action, self.states.all)
        self._right = QStackedWidget()
        for stack, widgets in (
            (self.views.stack, (self.area, self.browsing.grid)),
            (self._right, (self.panel, self.adjusting.panel)),
        ):
            for widget in widgets:
                stack.addWidget(widget)
        self._right.setFixedWidth(self.panel.width())
        self.body.addWidget(columns((260, 700, 356), self.list, self.views.stack, self._right, growing=1), 1)
        self.setFocusProxy(self.list)

    def _connect(self) -> None:
        examination, edits, review = self.examination, self.edits, self.review
        for failing in (
            examination,
            self.reader,
            edits,
            self.video_display,
            self.adjusting,
            self.case_making,
        ):
            failing.failed.connect(self.say_failed)
        examination.switched.connect(self._follow_list)
        for listed in (examination.loose.rowsInserted, examination.loose.rowsRemoved):
            listed.connect(self._follow_list)
        review.source_changed.connect(self._show_source)
        review.picture_changed.connect(self.adjusting.follow_picture)
        review.picture_changed.connect(self._show_banner)
        review.face_changed.connect(self._show_face)
        self.reader.face_cut.connect(self._show_cut)
        self.views.switched.connect(self._enable)
        edits.changed.connect(review.follow_faces)
        edits.changed.connect(self.browsing.touch)
        edits.reassessed.connect(self.browsing.forget_crops)
        edits.added.connect(review.show_face)
        edits.derived.connect(self._show_derived)
        self.adjusting.preview_changed.connect(self._show_preview)
        self.adjusting.source_wanted.connect(lambda key: review.show_source(key, keep_view=True))
        self.adjusting.opened.connect(lambda opened: self._right.setCurrentIndex(int(opened)))
        for telling in (self._enrolment, self.states):
            telling.told.connect(self.notice.say)
        self._state.engine_changed.connect(self._follow_engine)

    @Slot()
    def _follow_list(self) -> None:
        self.strip.follow(self.examination.case_id is not None, self.examination.loose.rowCount())

    @Slot()
    def _show_source(self) -> None:
        source = self.review.source
        self.notice.say("")
        self.video_display.show(source)
        self.adjusting.follow(source)
        if source is None:
            self.area.show_nothing()
            return
        self.area.set_title(self.examination.sources.name(source))
        if source.settled and not source.faces and not source.derived:
            self.notice.say(self.examination.sources.wording.explanation(source), "warning")
        self._show_banner()

    @Slot()
    def _show_banner(self) -> None:
        source = self.review.source
        self.area.set_banner(self.adjusting.banner(source) if source is not None else "")
        self._enable()

    @Slot(object)
    def _show_preview(self, preview: QImage | None) -> None:
        self.review.show_over(preview)
        self._show_banner()

    @Slot(int)
    def _show_derived(self, picture_id: int) -> None:
        source = self.examination.sources.of_picture(picture_id)
        if source is not None:
            self.review.show_source(source.source_id, keep_view=True)

    @Slot()
    def _show_face(self) -> None:
        face, source, picture = self.face, self.review.source, self.review.picture
        self._enable()
        if face is None or source is None or picture is None:
            derived = source is not None and source.derived
            hint = self.tr("No face is known in this derived picture: look for faces again, or draw one.")
            self.panel.clear(hint if derived else "")
            return
        self.panel.show_face(face, source.faces.index(face) + 1, len(source.faces))
        self.reader.cut_out(picture.image, face)

    @Slot(object)
    def _show_cut(self, cut: FaceCut) -> None:
        if self.face is not None and cut.face_id == self.face.face_id:
            self.panel.show_pictures(cut.pictures, cut.maps)

    def _with_face(self, then: Callable[[FaceInPicture], None]) -> None:
        face, picture = self.face, self.review.picture
        if face is None or picture is None:
            return
        key = face.face_id if face.face_id > 0 else None
        self.reader.with_analysis(face, lambda analysis: then(FaceInPicture(picture.image, analysis, key)))

    @Slot(object)
    def _follow_engine(self, engine: EngineState) -> None:
        if engine is EngineState.FAILED:
            self.say_failed(self._state.engine_error)
        self._enable()

    def _enable(self) -> None:
        face = self.face
        assessed = self.review.picture is not None and face is not None and face.recognizability is not None
        self.search_action.setEnabled(assessed)
        self.enrol_action.setEnabled(assessed)
        self.marking.enable()
        self.states.enable(self.views.any_target)
