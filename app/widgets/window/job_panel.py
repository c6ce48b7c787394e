"""The list of jobs with their progress."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
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
from app.widgets.problem_list import ProblemList
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING, set_icon

_KEPT = 50


class JobRow(QFrame):
    """One job: title, progress, what went wrong, and buttons that pause and cancel it.

    Parameters
    ----------
    status : JobStatus
        The job.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    cancel_requested, pause_requested, resume_requested : Signal(int)
        The id of the job.
    """

    cancel_requested = Signal(int)
    pause_requested = Signal(int)
    resume_requested = Signal(int)

    def __init__(self, status: JobStatus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("jobRow")
        self._job_id = status.job_id
        self._resting = False
        self._title = TextLabel(status.title)
        self._state = TextLabel("", "caption")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of: {0}").format(status.title))
        self._pause = QToolButton()
        self._pause.clicked.connect(self._pause_or_resume)
        self._cancel = QToolButton()
        set_icon(self._cancel, "cancel")
        self._cancel.setToolTip(self.tr("Cancel this job"))
        self._cancel.setAccessibleName(self.tr("Cancel: {0}").format(status.title))
        self._cancel.clicked.connect(lambda: self.cancel_requested.emit(self._job_id))
        self._problems = ProblemList()
        head = QHBoxLayout()
        head.setSpacing(SPACING)
        head.addWidget(self._title)
        head.addStretch(1)
        for widget in (self._state, self._pause, self._cancel):
            head.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING + 4, SPACING // 2, SPACING, SPACING)
        layout.setSpacing(SPACING // 2)
        layout.addLayout(head)
        layout.addWidget(self._bar)
        layout.addWidget(self._problems)
        self.show_status(status)

    def show_status(self, status: JobStatus) -> None:
        """Show how far the job has come."""
        finished = status.state.finished
        self._cancel.setVisible(not finished)
        self._cancel.setEnabled(not status.cancelling)
        self._pause.setVisible(status.pausable and not finished)
        self._pause.setEnabled(not status.cancelling)
        self._show_pause(status)
        self._bar.setVisible(not finished)
        if status.state is JobState.RUNNING and not status.step.total:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, max(status.step.total or 1, 1))
            self._bar.setValue(status.step.done)
        self._state.setText(self._words(status))
        self._problems.show_problems([status.error, *status.issues] if status.error else status.issues)

    def _show_pause(self, status: JobStatus) -> None:
        self._resting = status.pausing or status.state is JobState.PAUSED
        set_icon(self._pause, "resume" if self._resting else "pause")
        tip = self.tr("Go on with this job") if self._resting else self.tr("Pause this job")
        named = self.tr("Go on with: {0}") if self._resting else self.tr("Pause: {0}")
        self._pause.setToolTip(tip)
        self._pause.setAccessibleName(named.format(status.title))

    @Slot()
    def _pause_or_resume(self) -> None:
        (self.resume_requested if self._resting else self.pause_requested).emit(self._job_id)

    def _words(self, status: JobStatus) -> str:
        if status.cancelling:
            return self.tr("stopping …")
        if status.pausing:
            return self.tr("pausing after this item …")
        if status.state is JobState.RUNNING:
            step = status.step
            count = self.tr("{0} of {1}").format(step.done, step.total) if step.total else ""
            return "  ".join(part for part in (step.message, count) if part) or self.tr("running")
        words = {
            JobState.QUEUED: self.tr("queued"),
            JobState.PAUSED: self._at(self.tr("paused"), status),
            JobState.DONE: self.tr("done"),
            JobState.CANCELLED: self.tr("cancelled"),
            JobState.FAILED: self.tr("failed"),
        }[status.state]
        if status.issues and status.state is not JobState.QUEUED:
            return self.tr("{0}, {1} with a problem").format(words, len(status.issues))
        return words

    def _at(self, words: str, status: JobStatus) -> str:
        step = status.step
        return self.tr("{0} at {1} of {2}").format(words, step.done, step.total) if step.total else words


class JobPanel(QWidget):
    """All jobs of the session, the newest first.

    Attributes
    ----------
    cancel_requested, pause_requested, resume_requested : Signal(int)
        The id of the job.
    """

    cancel_requested = Signal(int)
    pause_requested = Signal(int)
    resume_requested = Signal(int)

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
        area.setAccessibleName(self.tr("Jobs"))
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
            row.pause_requested.connect(self.pause_requested)
            row.resume_requested.connect(self.resume_requested)
            self._rows[status.job_id] = row
            self._list.insertWidget(0, row)
            self._empty.hide()
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        if len(self._rows) > _KEPT:
            self._rows.pop(next(iter(self._rows))).deleteLater()
