"""A training run on the command line: told line by line, and stopped with a checkpoint."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterable

from core.cli.session import Session
from core.cli.training_sentences import sentence
from core.errors import Cancelled
from core.progress import Progress
from core.training.events import TrainingEvent, TrainingStopped, to_record


def stoppable(until_stdin_closes: bool) -> Progress:
    """Return a progress that Ctrl+C and SIGTERM stop, and the end of standard input where that is wanted."""
    progress = Progress()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: progress.cancel())
    if until_stdin_closes:
        threading.Thread(target=_stop_with_stdin, args=(progress,), daemon=True).start()
    return progress


def tell(session: Session, events: Iterable[TrainingEvent]) -> None:
    """Print what happens in a run.

    Parameters
    ----------
    session : Session
        Says whether as JSON.
    events : iterable of TrainingEvent
        The run.

    Raises
    ------
    Cancelled
        If it was stopped.
    """
    stopped = False
    for event in events:
        stopped = isinstance(event, TrainingStopped)
        if session.json:
            session.line(to_record(event))
        else:
            session.say(sentence(event))
    if stopped:
        raise Cancelled("Training was stopped.")


def _stop_with_stdin(progress: Progress) -> None:
    while sys.stdin.readline():
        pass
    progress.cancel()
