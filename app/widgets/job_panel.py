"""The list of jobs with their progress."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.jobs import JobState, JobStatus
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING, icon

_KEPT = 50
_ISSUES_SHOWN = 200


class JobRow(QFrame):
    """One job: title, progress, what went wrong, and a button that cancels it.

    Parameters
    ----------
    status : JobStatus
        The job.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    cancel_requested : Signal(int)
        The id of the job to stop.
    """

    cancel_requested = Signal(int)

    def __init__(self, status: JobStatus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("jobRow")
        self._job_id = status.job_id
        self._title = TextLabel(status.title)
        self._state = TextLabel("", "caption")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of: {0}").format(status.title))
        self._cancel = QToolButton()
        self._cancel.setIcon(icon("cancel"))
        self._cancel.setToolTip(self.tr("Cancel this job"))
        self._cancel.setAccessibleName(self.tr("Cancel: {0}").format(status.title))
        self._cancel.clicked.connect(lambda: self.cancel_requested.emit(self._job_id))
        self._issues = TextLabel("", "error", wrap=True)
        self._issues.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head = QHBoxLayout()
        head.setSpacing(SPACING)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._state)
        head.addWidget(self._cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING + 4, SPACING // 2, SPACING, SPACING)
        layout.setSpacing(SPACING // 2)
        layout.addLayout(head)
        layout.addWidget(self._bar)
        layout.addWidget(self._issues)
        self.show_status(status)

    def show_status(self, status: JobStatus) -> None:
        """Show how far the job has come."""
        finished = status.state.finished
        self._cancel.setVisible(not finished)
        self._cancel.setEnabled(not status.cancelling)
        self._bar.setVisible(not finished)
        if status.state is JobState.RUNNING and not status.step.total:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, max(status.step.total or 1, 1))
            self._bar.setValue(status.step.done)
        self._state.setText(self._words(status))
        problems = [status.error] if status.error else []
        problems += status.issues[:_ISSUES_SHOWN]
        self._issues.setText("\n".join(problems))
        self._issues.setVisible(bool(problems))

    def _words(self, status: JobStatus) -> str:
        if status.cancelling:
            return self.tr("stopping …")
        if status.state is JobState.RUNNING:
            step = status.step
            count = self.tr("{0} of {1}").format(step.done, step.total) if step.total else ""
            return "  ".join(part for part in (step.message, count) if part) or self.tr("running")
        words = {
            JobState.QUEUED: self.tr("queued"),
            JobState.DONE: self.tr("done"),
            JobState.CANCELLED: self.tr("cancelled"),
            JobState.FAILED: self.tr("failed"),
        }[status.state]
        if status.issues and status.state is not JobState.QUEUED:
            return self.tr("{0}, {1} with a problem").format(words, len(status.issues))
        return words


class JobPanel(QWidget):
    """All jobs of the session, the newest first.

    Attributes
    ----------
    cancel_requested : Signal(int)
        The id of the job to stop.
    """

    cancel_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("jobs")
        self._rows: dict[int, JobRow] = {}
        self._empty = TextLabel(self.tr("Nothing has been started yet."), "muted")
        body = QWidget()
        self._list = QVBoxLayout(body)
        self._list.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        self._list.setSpacing(SPACING // 2)
        self._list.addWidget(self._empty)
        self._list.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    @Slot(object)
    def show_status(self, status: JobStatus) -> None:
        """Show what has become of a job; quiet ones appear only when they fail."""
        row = self._rows.get(status.job_id)
        if row is not None:
            row.show_status(status)
        elif not status.quiet or status.state is JobState.FAILED:
            row = JobRow(status)
            row.cancel_requested.connect(self.cancel_requested)
            self._rows[status.job_id] = row
            self._list.insertWidget(0, row)
            self._empty.hide()
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        if len(self._rows) > _KEPT:
            self._rows.pop(next(iter(self._rows))).deleteLater()
