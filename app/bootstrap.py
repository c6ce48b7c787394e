"""The one place where the application is put together."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QObject, QSettings, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.actions import Resuming, kept_theme, open_workspace
from app.actions.training.resuming_runs import RunResuming
from app.jobs import JobRunner, Lane, UnfinishedBatches
from app.main_window import MainWindow
from app.pages import Pages
from app.pages.analyse_page import AnalysePage
from app.pages.cases_page import CasesPage
from app.pages.compare_page import ComparePage
from app.pages.gallery_page import GalleryPage
from app.pages.report_page import ReportPage
from app.pages.search_page import SearchPage
from app.pages.training_page import TrainingPage
from app.state import AppState, EngineState
from app.widgets.theme import apply_theme
from core import __version__
from core.progress import Progress
from core.settings import default_workspace
from core.types import Case
from core.workspace import Demo, Workspace

NO_DISPLAY = (
    "Discern's desk needs a screen, and none could be opened; the command line (discern) works without one."
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line.

    Attributes
    ----------
    workspace : Path
        The workspace directory.
    demo : bool
        Whether to build and open the demonstration case.
    paths : tuple of Path
        Files and folders to analyse at once.
    passphrase_file : Path or None
        File with the passphrase of an encrypted workspace; without one the user is asked.
    """

    workspace: Path
    demo: bool = False
    paths: tuple[Path, ...] = field(default=())
    passphrase_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """A running application.

    Attributes
    ----------
    application : QApplication
        Qt's own object.
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Its threads.
    window : MainWindow
        The window.
    """

    application: QApplication
    workspace: Workspace
    runner: JobRunner
    window: MainWindow

    def run(self) -> int:
        """Show the window, serve it until it is closed, and return the exit code."""
        self.window.show()
        try:
            return self.application.exec()
        finally:
            self.close()

    def close(self) -> None:
        """Stop all work, end the examiner's session and close the workspace."""
        self.runner.shut_down()
        try:
            self.workspace.sign_out()
        finally:
            self.workspace.close()


class Startup(QObject):
    """What begins by itself once the window stands: session, model, the case that was left, files.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    state : AppState
        Hears what becomes of it.
    window : MainWindow
        Owner.
    resuming : Resuming
        Offers what a crash interrupted.
    tunings : RunResuming
        Offers tunings that are not finished.
    """

    def __init__(
        self,
        workspace: Workspace,
        runner: JobRunner,
        state: AppState,
        window: MainWindow,
        resuming: Resuming,
        tunings: RunResuming,
    ) -> None:
        super().__init__(window)
        self._workspace, self._runner, self._state, self._window = workspace, runner, state, window
        self._resuming, self._tunings = resuming, tunings

    def begin(self, options: Options) -> None:
        """Sign in, load the model, which imports torch, and start what the command line asks for."""
        self._window.examiner.begin(lambda: self._go_on(options))
        self._runner.run(
            Lane.MODEL,
            self.tr("Load the model"),
            lambda progress: self._workspace.warm_up(),
            owner=self,
            then=lambda _: self._state.set_engine(EngineState.READY),
            failed=lambda sentence: self._state.set_engine(EngineState.FAILED, sentence),
        )

    def _go_on(self, options: Options) -> None:
        if options.demo:
            self.build_demo()
        elif options.paths:
            self._window.open_paths(options.paths)
        else:
            self._window.places.begin()
        self._resuming.begin()
        self._tunings.begin()

    def build_demo(self) -> None:
        """Build the demonstration case and show its search."""
        self._runner.run(
            Lane.MODEL,
            self.tr("Build the demo case"),
            self._build,
            owner=self,
            then=self._show,
            failed=self._window.pages.cases.say_failed,
        )

    def _build(self, progress: Progress) -> tuple[Demo, Case]:
        demo = self._workspace.build_demo(progress)
        return demo, self._workspace.case(demo.case_id)

    def _show(self, built: tuple[Demo, Case]) -> None:
        demo, case = built
        self._state.open_case(case)
        self._state.gallery_changed.emit()
        self._state.searches_changed.emit()
        self._window.open_search(demo.search_id)


def read_options(arguments: Sequence[str]) -> Options:
    """Parse the command line; wrong usage exits with code 2."""
    parser = argparse.ArgumentParser(
        prog="python -m app", description="Discern's desk: examine very low-resolution faces."
    )
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="where galleries and cases are kept")
    parser.add_argument("--demo", action="store_true", help="build the demonstration case and open it")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="of an encrypted workspace")
    parser.add_argument("--version", action="version", version=f"Discern {__version__}")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="pictures, videos or folders")
    given = parser.parse_args(arguments)
    named = given.passphrase_file or os.environ.get("DISCERN_PASSPHRASE_FILE")
    return Options(
        given.workspace or default_workspace(),
        given.demo,
        tuple(given.files),
        Path(named) if named else None,
    )


def create_application(arguments: Sequence[str]) -> Desk:
    """Open the workspace and put the application together.

    Parameters
    ----------
    arguments : sequence of str
        The command line without the program's name.

    Returns
    -------
    Desk
        Ready to run; its window is not yet shown.

    Raises
    ------
    DiscernError
        If the workspace or the model's card cannot be opened.
    Cancelled
        If the user did not unlock an encrypted workspace.
    """
    options = read_options(arguments)
    logging.getLogger().addHandler(logging.NullHandler())
    qInstallMessageHandler(_handle_qt_message)
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(["discern"])
    application.setApplicationName("Discern")
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    directory = options.workspace.expanduser().absolute()
    apply_theme(application, kept_theme(desk_settings(directory)))
    workspace = open_workspace(application, directory, options.passphrase_file)
    _keep_log(workspace.directory / "desk.log")
    return assemble(application, workspace, options)


def assemble(application: QApplication, workspace: Workspace, options: Options) -> Desk:
    """Give every part what it needs, and start what begins by itself once the window stands."""
    card = workspace.active_model()
    # Looks at every picture plugin of Qt, on this thread: two workers that did so first were seen to wait for
    # each other for ever.
    QImage.fromData(b"no picture")
    unfinished = UnfinishedBatches(workspace.directory / "unfinished.json")
    runner = JobRunner(application, unfinished)
    state = AppState(card, application)
    pages = Pages(
        CasesPage(workspace, runner, state),
        AnalysePage(workspace, runner, state),
        SearchPage(workspace, runner, state),
        ComparePage(workspace, runner, state),
        GalleryPage(workspace, runner, state),
        ReportPage(workspace, runner, state),
        TrainingPage(workspace, runner, state),
    )
    window = MainWindow(workspace, runner, state, pages, desk_settings(workspace.directory), __version__)
    resuming = Resuming(workspace, runner, unfinished, window, window.places.enter, window.open_paths)
    settings = desk_settings(workspace.directory)
    under_way = pages.training.tunings
    tunings = RunResuming(workspace, runner, settings, under_way, window, window.resume_tuning)
    startup = Startup(workspace, runner, state, window, resuming, tunings)
    pages.cases.demo_requested.connect(startup.build_demo)
    QTimer.singleShot(0, startup, lambda: startup.begin(options))
    return Desk(application, workspace, runner, window)


def desk_settings(directory: Path) -> QSettings:
    """Return what the desk remembers of itself in a workspace: sizes, keys, theme, examiners."""
    return QSettings(str(directory / "desk.ini"), QSettings.Format.IniFormat)


def _keep_log(path: Path) -> None:
    handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=2, delay=True, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    sys.excepthook = lambda kind, error, trace: log.critical("unexpected", exc_info=(kind, error, trace))


def _handle_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    if kind is QtMsgType.QtFatalMsg:
        # Qt would abort here. The one fatal message that a user can meet is that no screen can be opened.
        print(NO_DISPLAY if "platform plugin" in message else message, file=sys.stderr, flush=True)  # noqa: T201
        os._exit(1)
    log.warning("Qt: %s", message)
