"""What a job is and how far it has come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject

from core.progress import Progress, Step


class Lane(StrEnum):
    """Which threads a job may run on.

    `MODEL` and `VIDEO` have one thread each: a network keeps its thread team to itself, and an open
    video belongs to the thread that opened it. `IO` has two. `TRAINING` has one, which only listens to the
    process that trains: for hours, so that it must keep nobody waiting.
    """

    MODEL = "model"
    TRAINING = "training"
    VIDEO = "video"
    IO = "io"


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self in (JobState.DONE, JobState.CANCELLED, JobState.FAILED)


_NOTHING_DONE = Step(0)


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job as the panel shows it.

    Attributes
    ----------
    job_id : int
        Rises with each job that is started.
    title : str
        What the job does, for a person to read.
    lane : Lane
        Where it runs.
    quiet : bool
        Whether it is housekeeping that the panel leaves out.
    state : JobState
        Where it stands.
    cancelling : bool
        Whether a stop was asked for and has not yet been reached.
    pausable : bool
        Whether it can be paused between two of its items.
    pausing : bool
        Whether a pause was asked for and the item under way is not yet done.
    step : Step
        The last report of progress.
    issues : tuple of str
        One sentence for each item that failed while the rest went on.
    error : str
        One sentence when the job failed.
    """

    job_id: int
    title: str
    lane: Lane
    quiet: bool
    state: JobState = JobState.QUEUED
    cancelling: bool = False
    pausable: bool = False
    pausing: bool = False
    step: Step = field(default=_NOTHING_DONE)
    issues: tuple[str, ...] = ()
    error: str = ""


@dataclass(slots=True, eq=False)
class Job:
    """A job between its start and its end; the runner's own record, touched on the GUI thread.

    Attributes
    ----------
    status : JobStatus
        What the panel shows.
    work : callable
        Called with a :class:`Progress` on a thread of the lane.
    streams : bool
        Whether the work returns an iterator whose items are delivered one by one.
    owner : QObject
        No callback is called once it has been destroyed.
    each, then, failed, ended : callable or None
        Called on the GUI thread with an item, with the result, with a sentence, and at the very end.
    issue : callable or None
        Called in the worker; names what is wrong with an item, or returns an empty string.
    progress : Progress
        Shared with the worker.
    hold : threading.Event
        Set while the job is to rest after the item under way.
    items : iterator or None
        What a paused stream goes on with.
    """

    status: JobStatus
    work: Callable[[Progress], Any]
    streams: bool
    owner: QObject
    each: Callable[[Any], None] | None = None
    then: Callable[[Any], None] | None = None
    failed: Callable[[str], None] | None = None
    ended: Callable[[], None] | None = None
    issue: Callable[[Any], str] | None = None
    progress: Progress = field(default_factory=Progress)
    hold: threading.Event = field(default_factory=threading.Event)
    items: Iterator[Any] | None = None
    _claim: threading.Lock = field(default_factory=threading.Lock)

    def claim(self) -> bool:
        """Return True to one caller only: the worker that takes it up, or whoever cancels it before."""
        return self._claim.acquire(blocking=False)

    def release(self) -> None:
        """Let another worker take up a paused job."""
        self._claim.release()
