"""The head of the audit log, read again whenever something may have been written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.jobs import JobRunner, JobStatus

if TYPE_CHECKING:
    from core.workspace import Workspace

_SETTLE_MS = 300


class LogWatch(QObject):
    """Reads the hash of the log's last entry a moment after jobs have ended.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Whose jobs write to the log.
    parent : QObject
        Owner.

    Attributes
    ----------
    moved : Signal(str)
        The hash, 64 hexadecimal digits.
    """

    moved = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._runner = workspace, runner
        self._own = 0
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(_SETTLE_MS)
        self._clock.timeout.connect(self._read)
        runner.changed.connect(self._follow)

    @Slot(object)
    def _follow(self, status: JobStatus) -> None:
        if status.state.finished and status.job_id != self._own:
            self._clock.start()

    @Slot()
    def _read(self) -> None:
        self._own = self._runner.ask(
            self.tr("Read the head of the log"),
            self._workspace.audit_head,
            owner=self,
            then=self.moved.emit,
        )
