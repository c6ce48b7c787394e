"""An application that measures every event handler of the GUI thread."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

LONGEST_S = 0.05


@dataclass
class GuiWatch:
    """Handlers that took too long, in seconds of processor time of the GUI thread.

    Processor time, so that a busy machine fails no test; without the garbage collector, which runs when it
    likes and not because of the handler.
    """

    slow: list[str] = field(default_factory=list)
    excuses: list[str] = field(default_factory=list)
    collecting: float = 0.0
    depth: int = 0
    _since: float = 0.0

    @contextmanager
    def excused(self, reason: str) -> Iterator[None]:
        """Let handlers take longer, for a reason that is given."""
        self.excuses.append(reason)
        try:
            yield
        finally:
            self.excuses.remove(reason)

    def note(self, receiver: str, kind: str, seconds: float) -> None:
        """Keep a handler that took too long."""
        if seconds > LONGEST_S and not self.excuses:
            self.slow.append(f"{receiver}, {kind}: {1000 * seconds:.0f} ms")

    def collected(self, phase: str, info: dict[str, int]) -> None:
        """Measure the garbage collector."""
        if phase == "start":
            self._since = time.thread_time()
        else:
            self.collecting += time.thread_time() - self._since


class WatchedApplication(QApplication):
    """Measures each event that is delivered, what it delivers in turn included.

    Parameters
    ----------
    arguments : list of str
        The command line.
    """

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self.watch = GuiWatch()
        gc.callbacks.append(self.watch.collected)

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        """Deliver an event, with a watch in hand for the outermost one."""
        watch = self.watch
        if watch.depth:
            return super().notify(receiver, event)
        name, kind = type(receiver).__name__, event.type().name
        collecting, began = watch.collecting, time.thread_time()
        watch.depth += 1
        try:
            return super().notify(receiver, event)
        finally:
            watch.depth -= 1
            watch.note(name, kind, time.thread_time() - began - (watch.collecting - collecting))
