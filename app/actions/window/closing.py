"""Closing the window, and the question while work is under way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QMessageBox

from app.jobs import JobRunner, JobStatus
from app.widgets.dialogs import opened


class Closing(QObject):
    """Lets a window close once no worker runs any more.

    Parameters
    ----------
    window : QMainWindow
        The window.
    runner : JobRunner
        Whose work has to end first.
    last : callable
        Called once, when closing begins.
    """

    def __init__(self, window: QMainWindow, runner: JobRunner, last: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._runner, self._last = window, runner, last
        self._closing = False

    def judge(self, event: QCloseEvent) -> None:
        """Accept the event if nothing runs; otherwise ask, or stop what runs and close afterwards."""
        active = self._runner.active()
        if self._closing and not self._runner.active(quiet=True):
            event.accept()
        elif active and not self._closing:
            event.ignore()
            self._ask(active)
        elif not self._closing:
            self._begin()
            if self._runner.active(quiet=True):
                event.ignore()
        else:
            event.ignore()

    def _ask(self, active: Sequence[JobStatus]) -> None:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Jobs are not finished. Stop them and close?"))
        box.setInformativeText("\n".join(status.title for status in active))
        stop = box.addButton(self.tr("Stop and close"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Keep working"), QMessageBox.ButtonRole.RejectRole)
        stop.clicked.connect(self._stop)
        opened(box)

    @Slot()
    def _stop(self) -> None:
        self._begin()
        if not self._runner.active(quiet=True):
            self._window.close()

    def _begin(self) -> None:
        self._closing = True
        self._window.setEnabled(False)
        self._runner.cancel_all()
        self._last()
        self._runner.idled.connect(self._window.close)
