"""A training process from outside: started, followed, stopped in time, and explained when it dies."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from core import errors
from core.errors import Cancelled, DiscernError
from core.progress import Progress
from core.training.background import creation_flags
from core.training.events import TrainingEvent, TrainingStopped, from_record
from core.training.run_files import CHECKPOINT
from core.training.tuning.control import RunControl
from core.workspace.tuning.child import FAILURE, SENTENCE, STOP, TIME, TUNE, record_event
from core.workspace.tuning.tuning_run import read_events
from core.workspace.tuning.tuning_task import TuningTask

LOG = "process.log"
GRACE_SECONDS = 1.5
"""How long a process may take to end with a checkpoint of its own; with this a stop takes no 2 s."""

_POLL_SECONDS = 0.1
_COMMAND = "from core.workspace.tuning.child import main; main()"


class TrainingInterrupted(DiscernError):
    """The training process ended without a word, such as when the system killed it."""


def run_apart(task: TuningTask, progress: Progress) -> Iterator[TrainingEvent]:
    """Do a tuning in a process of its own, at low priority.

    Parameters
    ----------
    task : TuningTask
        What to do.
    progress : Progress
        Its cancellation ends the process within two seconds: with a checkpoint of the last step where that is
        possible in time, else the one before counts.

    Yields
    ------
    TrainingEvent
        What the process tells.

    Raises
    ------
    DiscernError
        Whatever the tuning raised.
    TrainingInterrupted
        If the process died.
    """
    control = RunControl(task.run)
    with _Child(TUNE, task, task.run / LOG) as child:
        last: TrainingEvent | None = None
        for record in child.records(lambda: progress.cancelled or control.stop_wanted):
            last = from_record(record)
            yield last
        if child.stopped and not isinstance(last, TrainingStopped) and child.code != 0:
            stopped = TrainingStopped(last_checkpoint(task.run))
            with contextlib.suppress(OSError):
                record_event(task.run, stopped)
            yield stopped
        elif child.code not in (0, None) and not isinstance(last, TrainingStopped):
            raise TrainingInterrupted(_died(child.code, task.run))


def time_apart(task: TuningTask, progress: Progress) -> float:
    """Measure a step of a tuning as it would run: in a process of its own, at low priority.

    Parameters
    ----------
    task : TuningTask
        The tuning; nothing of it is written.
    progress : Progress
        May cancel.

    Returns
    -------
    float
        Seconds.

    Raises
    ------
    DiscernError
        Whatever the measurement raised, or if the process died.
    Cancelled
        If a stop was asked for.
    """
    with _Child(TIME, task, None) as child:
        found = [record["seconds"] for record in child.records(lambda: progress.cancelled)]
    if progress.cancelled:
        raise Cancelled("The work was cancelled.")
    if not found:
        raise TrainingInterrupted("The process that measured a step of the training died.")
    return float(found[0])


def last_checkpoint(run: Path) -> int:
    """Return the step that a run goes on from, as it told; 0 without a checkpoint."""
    if not (run / CHECKPOINT).is_file():
        return 0
    steps = [record["step"] for record in read_events(run) if record.get("event") == "checkpoint_saved"]
    return int(steps[-1]) if steps else 0


class _Child:
    """A process that is ended when the block ends.

    Attributes
    ----------
    stopped : bool
        Whether it was asked to end.
    code : int or None
        How it ended, negative for a signal; None while it goes on.
    """

    def __init__(self, do: str, task: TuningTask, log: Path | None) -> None:
        self.stopped = False
        self.code: int | None = None
        with contextlib.ExitStack() as open_files:
            errors_to: int | IO[bytes] = subprocess.DEVNULL
            if log is not None:
                errors_to = open_files.enter_context(log.open("wb"))
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-c", _COMMAND],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors_to,
                creationflags=creation_flags(),
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)),
                    "OMP_NUM_THREADS": str(task.threads),
                },
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        with contextlib.suppress(OSError):
            self._stdin.write(json.dumps({"do": do, "task": task.to_json()}).encode() + b"\n")
            self._stdin.flush()

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_: object) -> None:
        if self.code is None:
            self._ask_to_end()
            try:
                self.code = self._process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self.code = self._process.wait()
        self._reader.join()
        self._stdout.close()
        self._ask_to_end()

    def records(self, wants_to_stop: Callable[[], bool]) -> Iterator[dict[str, Any]]:
        """Yield what the process tells until it ends, and raise what it says of a failure."""
        asked: float | None = None
        failure: DiscernError | None = None
        while True:
            if asked is None and wants_to_stop():
                asked, self.stopped = time.monotonic(), True
                self._ask_to_end()
            if asked is not None and time.monotonic() - asked > GRACE_SECONDS:
                self._process.kill()
            try:
                line = self._lines.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            if line is None:
                break
            try:
                record = json.loads(line)
            except ValueError:
                # The last line of a process that was killed.
                continue
            if FAILURE in record:
                failure = _error(record)
                continue
            yield record
        self.code = self._process.wait()
        if failure is not None:
            raise failure

    def _read(self) -> None:
        for line in self._stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _ask_to_end(self) -> None:
        # Closing flushes, and the process may be gone.
        with contextlib.suppress(OSError, ValueError):
            self._stdin.write(STOP)
            self._stdin.flush()
        with contextlib.suppress(OSError):
            self._stdin.close()


def _error(record: dict[str, Any]) -> DiscernError:
    kind = getattr(errors, str(record[FAILURE]), DiscernError)
    return DiscernError(record[SENTENCE]) if kind is DiscernError else kind(record[SENTENCE])


def _died(code: int | None, run: Path) -> str:
    how = f"ended with code {code}"
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        how = f"was killed ({name})"
        if name == "SIGKILL":
            how += ", as the system does when memory runs out,"
    step = last_checkpoint(run)
    kept = f"from the checkpoint of step {step}" if step else "from the beginning"
    return f"The training process {how} and left its words in {run / LOG}; the same command goes on {kept}."
