"""The process that a tuning runs in: a task on standard input, one event a line on standard output.

Standard input stays open as long as somebody wants the run. When it ends, by a wish or because the other
side is dead, the run ends at its next step; a step that takes too long is given up, and the last checkpoint
counts.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from core.errors import Cancelled, DiscernError
from core.progress import Progress
from core.training.background import lower_priority
from core.training.events import TrainingEvent, TrainingFailed, TrainingStopped, to_record
from core.training.memory import keep_memory
from core.training.run_files import CHECKPOINT
from core.workspace.tuning.tuning_run import EVENTS
from core.workspace.tuning.tuning_task import TuningTask, run_task, time_task

FAILURE, SENTENCE = "failure", "sentence"
TUNE, TIME = "tune", "time"
STOP = b"stop\n"
_DONE, _FAILED, _CANCELLED = 0, 1, 3
_LAST_SECONDS = 5.0


def main() -> None:
    """Do the task of standard input, and end this process."""
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # What libraries print must not stand between the events.
    os.dup2(2, 1)
    # Ctrl+C in a terminal is sent to all its processes; the one that was started there decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lower_priority()
    keep_memory()
    request = json.loads(_first_line())
    progress, abandoned = Progress(), threading.Event()
    threading.Thread(target=_end_with_stdin, args=(progress, abandoned), daemon=True).start()
    code = _work(request, lines, progress, abandoned)
    _tell(lines, None, progress)
    sys.stderr.flush()
    # Threads that wait for standard input or make batches ahead would hold up an ordinary end.
    os._exit(code)


def _work(request: Mapping[str, Any], lines: TextIO, progress: Progress, abandoned: threading.Event) -> int:
    task = TuningTask.from_json(request["task"])
    os.environ["OMP_NUM_THREADS"] = str(task.threads)
    # torch takes seconds to import; its threads take over the priority of this one.
    import torch

    torch.set_num_threads(task.threads)
    if request["do"] == TIME:
        return _guarded(lambda: _time(task, lines, progress), lines, progress, None)
    return _guarded(lambda: _tune(task, lines, progress, abandoned), lines, progress, task.run)


def _tune(task: TuningTask, lines: TextIO, progress: Progress, abandoned: threading.Event) -> int:
    stopped = False
    for event in run_task(task, progress):
        stopped = isinstance(event, TrainingStopped)
        # Where nobody asked for the end, the record shows a run that was interrupted.
        if not (stopped and abandoned.is_set()):
            record_event(task.run, event)
        _tell(lines, to_record(event), progress)
    return _CANCELLED if stopped else _DONE


def _time(task: TuningTask, lines: TextIO, progress: Progress) -> int:
    _tell(lines, {"seconds": time_task(task, progress)}, progress)
    return _DONE


def _guarded(work: Callable[[], int], lines: TextIO, progress: Progress, run: Path | None) -> int:
    """Do work, and tell in a sentence why it failed."""
    try:
        return work()
    except Cancelled:
        return _CANCELLED
    except DiscernError as error:
        kind, told = type(error).__name__, str(error)
    except OSError as error:
        kind, told = "WorkspaceUnusable", unwritable(error, run)
    except Exception as error:
        traceback.print_exc()
        kind, told = "DiscernError", f"The training failed: {type(error).__name__}: {error}."
    if run is not None:
        try:
            record_event(run, TrainingFailed(told))
        except OSError:
            # On a full disk there is no room for this line either; whoever follows the run is told below.
            traceback.print_exc()
    _tell(lines, {FAILURE: kind, SENTENCE: told}, progress)
    return _FAILED


def record_event(run: Path, event: TrainingEvent) -> None:
    """Add an event to the record of a run.

    Parameters
    ----------
    run : Path
        Directory of the run.
    event : TrainingEvent
        What happened.
    """
    with (run / EVENTS).open("ab+") as file:
        cut_short = False
        if file.tell():
            file.seek(-1, os.SEEK_END)
            cut_short = file.read(1) != b"\n"
        line = json.dumps(to_record(event), ensure_ascii=False) + "\n"
        file.write((b"\n" if cut_short else b"") + line.encode())


def unwritable(error: OSError, run: Path | None) -> str:
    """Say in one sentence why a run cannot be written, and what becomes of it.

    Parameters
    ----------
    error : OSError
        What the system said.
    run : Path or None
        Directory of the run.

    Returns
    -------
    str
        One sentence.
    """
    reason = error.strerror or str(error)
    where = f"The run {run}" if run else "The training"
    if run and (run / CHECKPOINT).is_file():
        kept = "its last checkpoint is kept, and the same command goes on from there when this is mended"
    else:
        kept = "the same command begins anew when this is mended"
    return f"{where} cannot be written: {reason}; {kept}."


def _tell(lines: TextIO, record: Mapping[str, Any] | None, progress: Progress) -> None:
    try:
        if record is not None:
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
        lines.flush()
    except OSError:
        # Nobody reads any more; the run ends with a checkpoint.
        progress.cancel()


def _first_line() -> str:
    return b"".join(iter(_byte, b"\n")).decode()


def _byte() -> bytes:
    read = os.read(0, 1)
    if not read:
        # Whoever started this process has died before it said why.
        os._exit(_CANCELLED)
    return read


def _end_with_stdin(progress: Progress, abandoned: threading.Event) -> None:
    asked = b""
    while piece := os.read(0, 4096):
        asked += piece
    if STOP not in asked:
        abandoned.set()
    progress.cancel()
    threading.Event().wait(_LAST_SECONDS)
    os._exit(_CANCELLED)
