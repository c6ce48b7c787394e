"""The part of a job that runs on a lane's thread."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from threading import Condition
from typing import Any, cast

from PySide6.QtCore import QRunnable

from app.jobs.job import Job, JobState
from core.errors import Cancelled, DiscernError
from core.progress import Step

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Started:
    """A worker took the job."""

    job_id: int


@dataclass(frozen=True, slots=True)
class Stepped:
    """The work reported progress."""

    job_id: int
    step: Step


@dataclass(frozen=True, slots=True)
class Yielded:
    """A stream produced an item."""

    job_id: int
    item: Any
    issue: str


@dataclass(frozen=True, slots=True)
class Paused:
    """The worker left a job that another one can go on with."""

    job_id: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The job came to its end; `error` is one sentence when it failed."""

    job_id: int
    state: JobState
    result: Any = None
    error: str = ""


CAPACITY = 256
"""Messages that may wait before a stream pauses for the GUI thread to read them."""

_PATIENCE_S = 0.05

Message = Started | Stepped | Yielded | Paused | Ended


class Mailbox:
    """Messages from workers to the GUI thread; rings once however many are waiting.

    Parameters
    ----------
    ring : callable
        Called in the worker when the box was empty; must be safe to call from any thread.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._lock = Condition()
        self._messages: deque[Message] = deque()
        self._rung = False

    def post(self, message: Message) -> None:
        """Leave a message."""
        with self._lock:
            self._messages.append(message)
            ring, self._rung = not self._rung, True
        if ring:
            self._ring()

    def take(self, limit: int) -> list[Message]:
        """Return the oldest messages, at most `limit`; the box rings again for those that are left."""
        with self._lock:
            taken = [self._messages.popleft() for _ in range(min(limit, len(self._messages)))]
            self._rung = bool(self._messages)
            self._lock.notify_all()
        if self._rung:
            self._ring()
        return taken

    def wait_for_room(self, seconds: float) -> bool:
        """Wait until fewer than `CAPACITY` messages lie here, at most so long, and say whether that is so."""
        with self._lock:
            return self._lock.wait_for(lambda: len(self._messages) < CAPACITY, seconds)


class Worker(QRunnable):
    """Runs one job and posts what becomes of it.

    Parameters
    ----------
    job : Job
        The job.
    mailbox : Mailbox
        Where its messages go.
    """

    def __init__(self, job: Job, mailbox: Mailbox) -> None:
        super().__init__()
        self._job = job
        self._mailbox = mailbox

    def run(self) -> None:
        """Do the work; it ends in one `Ended` or `Paused`, unless the job was cancelled in the queue."""
        job, post = self._job, self._mailbox.post
        job_id = job.status.job_id
        if not job.claim():
            return
        try:
            if job.hold.is_set():
                self._leave()
                return
            post(Started(job_id))
            job.progress.on_step = lambda step: post(Stepped(job_id, step))
            if job.streams:
                result = None
                if not self._stream():
                    self._leave()
                    return
            else:
                result = job.work(job.progress)
        except Cancelled:
            post(Ended(job_id, JobState.CANCELLED))
        except DiscernError as error:
            post(Ended(job_id, JobState.FAILED, error=str(error)))
        except Exception as error:
            log.exception("job %s (%s) failed", job_id, job.status.title)
            sentence = (
                f"Something went wrong that should not have ({type(error).__name__}); see the log file."
            )
            post(Ended(job_id, JobState.FAILED, error=sentence))
        else:
            post(Ended(job_id, JobState.DONE, result))

    def _leave(self) -> None:
        self._job.release()
        self._mailbox.post(Paused(self._job.status.job_id))

    def _stream(self) -> bool:
        """Deliver items until they are used up (True) or the job is to rest (False)."""
        job = self._job
        # Nothing but this frame may hold the stream while it runs, so that it is closed on this thread.
        items, job.items = job.items, None
        job.progress.check()
        if items is None:
            items = iter(cast("Iterable[Any]", job.work(job.progress)))
        for item in items:
            issue = job.issue(item) if job.issue is not None else ""
            self._mailbox.post(Yielded(job.status.job_id, item, issue))
            job.progress.check()
            # A stream that is faster than the window would fill the memory and keep its own state from view.
            while not self._mailbox.wait_for_room(_PATIENCE_S) and not job.hold.is_set():
                job.progress.check()
            if job.hold.is_set():
                job.items = items
                return False
        return True


class Abandonment(QRunnable):
    """Closes what a paused job would have gone on with, on the lane that it belongs to.

    Parameters
    ----------
    job : Job
        A job that was cancelled while it was paused.
    """

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job

    def run(self) -> None:
        """Let the stream run its last rites."""
        items, self._job.items = self._job.items, None
        if isinstance(items, Generator):
            items.close()
