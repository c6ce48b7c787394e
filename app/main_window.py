"""The window: pages beside a rail, menus, jobs, status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QMessageBox,
    QStackedWidget,
    QWidget,
)

from app.actions import PageActions, make_action
from app.jobs import JobRunner, JobState, JobStatus
from app.pages.analyse_page import AnalysePage
from app.pages.cases_page import CasesPage
from app.pages.gallery_page import GalleryPage
from app.pages.report_page import ReportPage
from app.pages.search_page import SearchPage
from app.state import AppState, FaceInPicture
from app.widgets.about_dialog import AboutDialog
from app.widgets.job_panel import JobPanel
from app.widgets.nav_rail import NavRail
from app.widgets.status_line import StatusLine


@dataclass(frozen=True, slots=True)
class Pages:
    """The five pages, in the order of the rail."""

    cases: CasesPage
    analyse: AnalysePage
    search: SearchPage
    gallery: GalleryPage
    report: ReportPage

    @property
    def by_key(self) -> dict[str, CasesPage | AnalysePage | SearchPage | GalleryPage | ReportPage]:
        """The pages by the key that the rail knows them by."""
        return {
            "cases": self.cases,
            "analyse": self.analyse,
            "search": self.search,
            "gallery": self.gallery,
            "report": self.report,
        }


class MainWindow(QMainWindow):
    """Joins the pages; they know nothing of one another.

    Parameters
    ----------
    runner : JobRunner
        Where work is done.
    state : AppState
        What pages share.
    pages : Pages
        The pages.
    settings : QSettings
        Where the geometry is remembered.
    workspace_directory : Path
        Named in the status line.
    version : str
        Version of the program.
    """

    def __init__(
        self,
        runner: JobRunner,
        state: AppState,
        pages: Pages,
        settings: QSettings,
        workspace_directory: Path,
        version: str,
    ) -> None:
        super().__init__()
        self.pages = pages
        self._runner, self._state, self._settings, self._version = runner, state, settings, version
        self._closing = False
        self.setWindowTitle(self.tr("Discern"))
        self.setAcceptDrops(True)
        self._page_actions = PageActions(self, self.show_page)
        self._stack = QStackedWidget()
        for page in pages.by_key.values():
            self._stack.addWidget(page)
        central = QWidget()
        central.setObjectName("centralArea")
        layout = QHBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(NavRail(self._page_actions.all))
        layout.addWidget(self._stack, 1)
        self.setCentralWidget(central)
        self._add_jobs()
        self._status = StatusLine(state, workspace_directory)
        self.setStatusBar(self._status)
        self._add_menus()
        self._connect()
        self._restore()
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
        for other, menu in self._page_menus.items():
            menu.menuAction().setVisible(other == key)
        page.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Analyse files and folders."""
        self.show_page("analyse")
        self.pages.analyse.add(paths)

    @Slot(int)
    def open_search(self, search_id: int) -> None:
        """Show a stored search."""
        self.pages.search.open(search_id)
        self.show_page("search")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask when work is under way; close when the last worker has stopped."""
        active = self._runner.active()
        if self._closing and not self._runner.active(quiet=True):
            event.accept()
        elif active and not self._closing:
            event.ignore()
            self._ask_to_close(active)
        elif not self._closing:
            self._begin_closing()
            if self._runner.active(quiet=True):
                event.ignore()
        else:
            event.ignore()

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

    def _add_jobs(self) -> None:
        self.jobs = JobPanel()
        self._dock = QDockWidget(self.tr("Jobs"), self)
        self._dock.setObjectName("jobsDock")
        self._dock.setWidget(self.jobs)
        self._dock.setAllowedAreas(
            Qt.DockWidgetArea.BottomDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea
        )
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self._dock)
        self._dock.hide()

    def _add_menus(self) -> None:
        bar, pages = self.menuBar(), self.pages
        file = bar.addMenu(self.tr("&File"))
        file.addActions([pages.analyse.open_action, pages.analyse.folder_action, pages.cases.new_action])
        file.addSeparator()
        leave = make_action(self, self.tr("&Quit"), self.close, shortcut="Ctrl+Q", everywhere=True)
        file.addAction(leave)
        bar.addMenu(self.tr("&Go")).addActions(self._page_actions.all)
        self._page_menus: dict[str, QMenu] = {}
        for key, page in pages.by_key.items():
            title, entries = page.menu
            menu = self._page_menus[key] = bar.addMenu(title)
            menu.addActions(entries)
        show_jobs = self._dock.toggleViewAction()
        show_jobs.setText(self.tr("&Jobs"))
        show_jobs.setShortcut(QKeySequence("Ctrl+J"))
        bar.addMenu(self.tr("&View")).addAction(show_jobs)
        about = make_action(self, self.tr("&About, model and licence"), self._show_about)
        bar.addMenu(self.tr("&Help")).addAction(about)

    def _connect(self) -> None:
        pages = self.pages
        pages.analyse.search_requested.connect(self._search)
        pages.search.report_requested.connect(self._report)
        pages.cases.search_opened.connect(self.open_search)
        pages.cases.pictures_requested.connect(lambda: self.show_page("analyse"))
        self._runner.changed.connect(self.jobs.show_status)
        self._runner.changed.connect(self._follow_job)
        self.jobs.cancel_requested.connect(self._runner.cancel)
        self._status.jobs_requested.connect(lambda: self._dock.setVisible(not self._dock.isVisible()))
        self._status.model_requested.connect(self._show_about)
        self._state.case_changed.connect(self._follow_case)

    def _restore(self) -> None:
        self.resize(1440, 900)
        self.resizeDocks([self._dock], [176], Qt.Orientation.Vertical)
        for name, restore in (("geometry", self.restoreGeometry), ("layout", self.restoreState)):
            kept = self._settings.value(name)
            if kept is not None:
                restore(kept)

    @Slot(object)
    def _search(self, chosen: FaceInPicture) -> None:
        self.pages.search.run(chosen)
        self.show_page("search")

    @Slot(int)
    def _report(self, search_id: int) -> None:
        self.pages.report.choose(search_id)
        self.show_page("report")

    @Slot(object)
    def _follow_job(self, status: JobStatus) -> None:
        self._status.show_jobs(self._runner.active(), status)
        if status.state is JobState.FAILED:
            self._dock.show()

    @Slot(object)
    def _follow_case(self, case: object) -> None:
        title = self._state.case.title if self._state.case else ""
        self.setWindowTitle(self.tr("{0} – Discern").format(title) if title else self.tr("Discern"))

    @Slot()
    def _show_about(self) -> None:
        dialog = AboutDialog(self._version, self._state.card, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _ask_to_close(self, active: Sequence[JobStatus]) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Jobs are still running. Stop them and close?"))
        box.setInformativeText("\n".join(status.title for status in active))
        stop = box.addButton(self.tr("Stop and close"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Keep working"), QMessageBox.ButtonRole.RejectRole)
        stop.clicked.connect(self._stop_and_close)
        box.open()

    @Slot()
    def _stop_and_close(self) -> None:
        self._begin_closing()
        if not self._runner.active(quiet=True):
            self.close()

    def _begin_closing(self) -> None:
        self._closing = True
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.setValue("layout", self.saveState())
        self._settings.sync()
        self.setEnabled(False)
        self._runner.cancel_all()
        self.pages.analyse.video.close()
        self._runner.idled.connect(self.close)
