"""Lanes of threads, and the one long-lived object that workers report to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QThreadPool, Signal, Slot

from app.jobs.job import Job, JobState, JobStatus, Lane
from app.jobs.unfinished import Batch, UnfinishedBatches
from app.jobs.worker import Abandonment, Ended, Mailbox, Message, Paused, Started, Stepped, Worker, Yielded
from core.progress import Progress

T = TypeVar("T")

_THREADS = {Lane.MODEL: 1, Lane.TRAINING: 1, Lane.VIDEO: 1, Lane.IO: 2}
_MESSAGES_AT_ONCE = 64


class JobRunner(QObject):
    """Starts jobs on the threads of a lane and calls back on its own (the GUI) thread.

    Workers never touch a job's callbacks, nor a Qt object other than this one. A job is started with an
    owner; its callbacks are not called once the owner has been destroyed.

    Parameters
    ----------
    parent : QObject, optional
        Owner.
    unfinished : UnfinishedBatches, optional
        Where batches of files are written down while they are under way.

    Attributes
    ----------
    changed : Signal(JobStatus)
        A job began, moved on or ended.
    idled : Signal()
        The last job ended.
    """

    changed = Signal(object)
    idled = Signal()
    _rung = Signal()

    def __init__(self, parent: QObject | None = None, unfinished: UnfinishedBatches | None = None) -> None:
        super().__init__(parent)
        self._unfinished = unfinished
        self._jobs: dict[int, Job] = {}
        self._last_id = 0
        self._mailbox = Mailbox(self._rung.emit)
        self._rung.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._pools: dict[Lane, QThreadPool] = {}
        for lane, threads in _THREADS.items():
            pool = QThreadPool(self)
            pool.setMaxThreadCount(threads)
            pool.setExpiryTimeout(-1)
            self._pools[lane] = pool

    def run(
        self,
        lane: Lane,
        title: str,
        work: Callable[[Progress], T],
        *,
        owner: QObject,
        then: Callable[[T], None] | None = None,
        failed: Callable[[str], None] | None = None,
        ended: Callable[[], None] | None = None,
        quiet: bool = False,
    ) -> int:
        """Start work that has one result.

        Parameters
        ----------
        lane : Lane
            Which threads may do it.
        title : str
            What it does, for the job panel.
        work : callable
            Called with a :class:`Progress` on a thread of the lane.
        owner : QObject
            Whose callbacks these are.
        then : callable, optional
            Called with the result.
        failed : callable, optional
            Called with one sentence.
        ended : callable, optional
            Called last, however the job ended.
        quiet : bool
            Leave it out of the panel.

        Returns
        -------
        int
            The job's id.
        """
        status = JobStatus(self._next_id(), title, lane, quiet)
        return self._start(Job(status, work, False, owner, None, then, failed, ended))

    def stream(
        self,
        lane: Lane,
        title: str,
        work: Callable[[Progress], Iterator[T]],
        *,
        owner: QObject,
        each: Callable[[T], None],
        then: Callable[[None], None] | None = None,
        failed: Callable[[str], None] | None = None,
        ended: Callable[[], None] | None = None,
        issue: Callable[[T], str] | None = None,
        quiet: bool = False,
        batch: Batch | None = None,
        pausable: bool = True,
    ) -> int:
        """Start work whose items are delivered as they come.

        Parameters
        ----------
        lane, title, work, owner, then, failed, ended, quiet
            As for :meth:`run`; the work returns an iterator, which is also consumed on the lane's thread.
        each : callable
            Called with each item, in order.
        issue : callable, optional
            Called in the worker with each item; a sentence when that item failed, otherwise an empty string.
        batch : Batch, optional
            The files that it works through; they are offered at the next start if a crash ends it.
        pausable : bool
            Whether it can rest between two items; not where a process of its own would go on meanwhile.

        Returns
        -------
        int
            The job's id.
        """
        if batch is not None and self._unfinished is not None:
            work = self._unfinished.watched(batch, work)
        status = JobStatus(self._next_id(), title, lane, quiet, pausable=pausable)
        return self._start(Job(status, work, True, owner, each, then, failed, ended, issue))

    def ask(
        self,
        title: str,
        question: Callable[[], T],
        *,
        owner: QObject,
        then: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
    ) -> int:
        """Read something short on the `IO` lane, quietly; the parameters are those of :meth:`run`."""
        return self.run(
            Lane.IO, title, lambda progress: question(), owner=owner, then=then, failed=failed, quiet=True
        )

    def cancel(self, job_id: int) -> None:
        """Ask a job to stop; one that is queued or paused ends at once."""
        job = self._jobs.get(job_id)
        if job is None:
            return
        job.progress.cancel()
        if job.claim():
            if job.items is not None:
                self._pools[job.status.lane].start(Abandonment(job))
            self._end(job, Ended(job_id, JobState.CANCELLED))
        elif not job.status.cancelling:
            self._show(job, replace(job.status, cancelling=True))

    def pause(self, job_id: int) -> None:
        """Ask a stream to rest after the item under way; meanwhile its lane serves other jobs."""
        job = self._jobs.get(job_id)
        if job is None or not job.status.pausable or job.hold.is_set() or job.status.cancelling:
            return
        job.hold.set()
        if job.status.state is JobState.QUEUED:
            self._show(job, replace(job.status, state=JobState.PAUSED))
        else:
            self._show(job, replace(job.status, pausing=True))

    def resume(self, job_id: int) -> None:
        """Have a paused stream go on, behind the jobs that its lane has already taken."""
        job = self._jobs.get(job_id)
        if job is None or not job.hold.is_set():
            return
        job.hold.clear()
        if job.status.state is JobState.PAUSED:
            self._queue(job)
        else:
            self._show(job, replace(job.status, pausing=False))

    def cancel_all(self) -> None:
        """Ask every job to stop."""
        for job_id in tuple(self._jobs):
            self.cancel(job_id)

    def active(self, *, quiet: bool = False) -> tuple[JobStatus, ...]:
        """Return the jobs that have not ended; `quiet` ones only on request."""
        return tuple(job.status for job in self._jobs.values() if quiet or not job.status.quiet)

    def shut_down(self) -> None:
        """Cancel everything and wait until no worker runs."""
        self.cancel_all()
        for pool in self._pools.values():
            pool.waitForDone()

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _start(self, job: Job) -> int:
        self._jobs[job.status.job_id] = job
        self._queue(job)
        return job.status.job_id

    def _queue(self, job: Job) -> None:
        self._show(job, replace(job.status, state=JobState.QUEUED, pausing=False))
        self._pools[job.status.lane].start(Worker(job, self._mailbox))

    @Slot()
    def _deliver(self) -> None:
        touched: dict[int, Job] = {}
        for message in self._mailbox.take(_MESSAGES_AT_ONCE):
            job = self._jobs.get(message.job_id)
            if job is None:
                continue
            if isinstance(message, Ended):
                touched.pop(message.job_id, None)
                self._end(job, message)
            else:
                self._apply(job, message)
                if message.job_id in self._jobs:
                    touched[message.job_id] = job
        for job in touched.values():
            self.changed.emit(job.status)

    def _apply(self, job: Job, message: Message) -> None:
        if isinstance(message, Started):
            job.status = replace(job.status, state=JobState.RUNNING, pausing=job.hold.is_set())
        elif isinstance(message, Stepped):
            job.status = replace(job.status, step=message.step)
        elif isinstance(message, Paused):
            self._rest(job)
        elif isinstance(message, Yielded):
            if message.issue:
                job.status = replace(job.status, issues=(*job.status.issues, message.issue))
            self._call(job, job.each, message.item)

    def _rest(self, job: Job) -> None:
        """Show that a job is paused, unless it was told to go on or to stop since."""
        if job.progress.cancelled:
            self.cancel(job.status.job_id)
        elif job.hold.is_set():
            job.status = replace(job.status, state=JobState.PAUSED, pausing=False)
        else:
            self._queue(job)

    def _end(self, job: Job, message: Ended) -> None:
        del self._jobs[job.status.job_id]
        self._show(
            job,
            replace(job.status, state=message.state, cancelling=False, pausing=False, error=message.error),
        )
        if message.state is JobState.DONE:
            self._call(job, job.then, message.result)
        elif message.state is JobState.FAILED:
            self._call(job, job.failed, message.error)
        self._call(job, job.ended)
        if not self._jobs:
            self.idled.emit()

    def _show(self, job: Job, status: JobStatus) -> None:
        job.status = status
        self.changed.emit(status)

    @staticmethod
    def _call(job: Job, callback: Callable[..., None] | None, *arguments: Any) -> None:
        if callback is not None and shiboken6.isValid(job.owner):
            callback(*arguments)
