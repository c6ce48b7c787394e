"""The window: pages beside a rail, menus, jobs, status."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from app.actions import (
    Appearance,
    Closing,
    CommandPalette,
    ExaminerAtWork,
    LogWatch,
    MenuBar,
    PageActions,
    Places,
    PreferencesAction,
    Shortcuts,
    Undoing,
    WindowMemory,
    WorkspaceProtection,
    add_dock,
    make_action,
)
from app.actions.cases.record_place import RecordPlace
from app.jobs import JobRunner, JobState, JobStatus
from app.pages import Pages
from app.state import AppState, ComparisonRequest, FaceInPicture
from app.widgets.dialogs import opened
from app.widgets.window.about_dialog import AboutDialog
from app.widgets.window.job_panel import JobPanel
from app.widgets.window.nav_rail import NavRail
from app.widgets.window.status_line import StatusLine
from core.types import Case

if TYPE_CHECKING:
    from core.workspace import Workspace


class MainWindow(QMainWindow):
    """Joins the pages; they know nothing of one another.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    state : AppState
        What pages share.
    pages : Pages
        The pages.
    settings : QSettings
        What the desk remembers: sizes, keys, theme, examiners, the open case.
    version : str
        Version of the program.
    """

    def __init__(
        self,
        workspace: Workspace,
        runner: JobRunner,
        state: AppState,
        pages: Pages,
        settings: QSettings,
        version: str,
    ) -> None:
        super().__init__()
        self.pages = pages
        self._runner, self._state, self._version = runner, state, version
        self.setWindowTitle(self.tr("Discern"))
        self.setAcceptDrops(True)
        by_key = pages.by_key
        self._page_actions = PageActions(self, self.show_page)
        self.undoing = Undoing(workspace, runner, state, self)
        self.examiner = ExaminerAtWork(workspace, runner, state, settings, self)
        self.shortcuts = Shortcuts(self, by_key, settings)
        self._palette = CommandPalette(self, self.shortcuts, self.show_page)
        self._appearance = Appearance(self, settings)
        self._preferences = PreferencesAction(workspace, runner, self)
        self.protection = WorkspaceProtection(workspace, runner, self)
        self._stack = QStackedWidget()
        for page in by_key.values():
            self._stack.addWidget(page)
        central = QWidget()
        central.setObjectName("centralArea")
        layout = QHBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(NavRail(self._page_actions.all))
        layout.addWidget(self._stack, 1)
        self.setCentralWidget(central)
        self._add_docks()
        self._status = StatusLine(state, workspace.directory, workspace.protected)
        self.setStatusBar(self._status)
        self._menus = self._make_menus()
        self.places = Places(
            workspace, runner, state, settings, by_key, lambda: self.page_key, self.show_page, self
        )
        self._memory = WindowMemory(self, by_key, settings)
        self._closing = Closing(self, runner, self._say_goodbye)
        self._log = LogWatch(workspace, runner, self)
        self._connect()
        self.resize(1440, 900)
        self.resizeDocks([self._jobs_dock], [176], Qt.Orientation.Vertical)
        self._memory.restore()
        self.shortcuts.restore()
        self.show_page("cases")

    @property
    def page_key(self) -> str:
        """Key of the page on show."""
        current = self._stack.currentWidget()
        return next(key for key, page in self.pages.by_key.items() if page is current)

    def show_page(self, key: str) -> None:
        """Show a page and give it the keyboard."""
        page = self.pages.by_key[key]
        self._page_actions.by_key[key].setChecked(True)
        self._stack.setCurrentWidget(page)
        self._menus.show_page(key)
        self.undoing.follow_page(key)
        page.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Analyse files and folders."""
        self.show_page("analyse")
        self.pages.analyse.add(paths)

    def resume_tuning(self, name: str) -> None:
        """Go on with a tuning, and show it."""
        self.show_page("training")
        self.pages.training.tunings.resume(name)

    @Slot(int)
    def open_search(self, search_id: int) -> None:
        """Show a stored search."""
        self.pages.search.open(search_id)
        self.show_page("search")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask when work is under way; close when the last worker has stopped."""
        self._closing.judge(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Analyse what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open_paths(paths)

    def _add_docks(self) -> None:
        self.jobs = JobPanel()
        self._jobs_dock = add_dock(
            self,
            self.tr("Jobs"),
            self.jobs,
            name="jobsDock",
            area=Qt.DockWidgetArea.BottomDockWidgetArea,
            key="Ctrl+J",
            tip=self.tr("Show or hide the jobs"),
        )
        self._history_dock = add_dock(
            self,
            self.tr("History"),
            self.undoing.panel,
            name="historyDock",
            area=Qt.DockWidgetArea.RightDockWidgetArea,
            key="Ctrl+H",
            tip=self.tr("Show or hide the steps that can be undone"),
        )

    def _make_menus(self) -> MenuBar:
        pages, shortcuts = self.pages, self.shortcuts
        leave = make_action(
            self,
            self.tr("&Quit"),
            self.close,
            shortcut="Ctrl+Q",
            tip=self.tr("Close the desk"),
            everywhere=True,
        )
        about = make_action(
            self,
            self.tr("&About, model and licence"),
            self._show_about,
            tip=self.tr("Version, model card and licences"),
            everywhere=True,
        )
        docks = [dock.toggleViewAction() for dock in (self._jobs_dock, self._history_dock)]
        opening = [pages.analyse.open_action, pages.analyse.folder_action, pages.cases.commands.new]
        return MenuBar(
            self.menuBar(),
            pages.by_key,
            file=[*opening, self.examiner.change_action, *self.protection.actions, leave],
            edit=[self.undoing.undo_action, self.undoing.redo_action, self._preferences.action],
            go=[*self._page_actions.all, self._palette.action],
            view=[*docks, self._appearance.switch_action],
            help_=[shortcuts.sheet_action, shortcuts.edit_action, about],
        )

    def _connect(self) -> None:
        pages = self.pages
        pages.analyse.search_requested.connect(self._search)
        pages.search.report_requested.connect(self._report)
        pages.search.compare_requested.connect(self._compare)
        pages.cases.search_opened.connect(self.open_search)
        pages.cases.picture_opened.connect(lambda key: self._examine(RecordPlace(picture_id=key)))
        pages.cases.face_opened.connect(
            lambda face: self._examine(RecordPlace(picture_id=face.picture_id, face_id=face.face_id))
        )
        pages.cases.case_entered.connect(self.places.enter)
        pages.cases.pictures_requested.connect(lambda: self.show_page("analyse"))
        self._runner.changed.connect(self.jobs.show_status)
        self._runner.changed.connect(self._follow_job)
        self.jobs.cancel_requested.connect(self._runner.cancel)
        self.jobs.pause_requested.connect(self._runner.pause)
        self.jobs.resume_requested.connect(self._runner.resume)
        dock = self._jobs_dock
        self._status.jobs_requested.connect(lambda: dock.setVisible(not dock.isVisible()))
        self._status.model_requested.connect(self._show_about)
        self._status.examiner_requested.connect(self.examiner.change_action.trigger)
        self._log.moved.connect(self._status.show_log)
        self._state.case_changed.connect(self._follow_case)
        self._preferences.told.connect(self._tell)
        self.protection.told.connect(self._tell)
        self.protection.encrypted.connect(lambda: self._status.show_protection(True))
        for source in (self.undoing, self.examiner):
            source.failed.connect(self._complain)

    @Slot(object)
    def _search(self, chosen: FaceInPicture) -> None:
        self.pages.search.run(chosen)
        self.show_page("search")

    def _examine(self, place: RecordPlace) -> None:
        self.pages.analyse.restore_place(place.as_text())
        self.show_page("analyse")

    @Slot(object)
    def _compare(self, wanted: ComparisonRequest) -> None:
        self.pages.compare.open(wanted.search_id, wanted.rank)
        self.show_page("compare")

    @Slot(int)
    def _report(self, search_id: int) -> None:
        self.pages.report.choose(search_id)
        self.show_page("report")

    @Slot(object)
    def _follow_job(self, status: JobStatus) -> None:
        self._status.show_jobs(self._runner.active(), status)
        if status.state is JobState.FAILED:
            self._jobs_dock.show()

    @Slot(object)
    def _follow_case(self, case: Case | None) -> None:
        self.setWindowTitle(self.tr("{0} – Discern").format(case.title) if case else self.tr("Discern"))

    @Slot(str, str)
    def _tell(self, sentence: str, tone: str) -> None:
        self.pages.by_key[self.page_key].notice.say(sentence, tone)

    @Slot(str)
    def _complain(self, sentence: str) -> None:
        self.pages.by_key[self.page_key].say_failed(sentence)

    @Slot()
    def _show_about(self) -> None:
        opened(AboutDialog(self._version, self._state.card, self))

    def _say_goodbye(self) -> None:
        self._memory.keep()
        self.places.keep()
        self.pages.analyse.video.close()
