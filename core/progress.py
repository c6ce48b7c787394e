"""Progress and cancellation, passed down to any work that takes more than a moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from core.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Step:
    """One report of progress.

    Attributes
    ----------
    done : int
        Items finished.
    total : int or None
        Items in all, where that is known.
    message : str
        What is being worked on, for a person to read.
    """

    done: int
    total: int | None = None
    message: str = ""


@dataclass(slots=True)
class Progress:
    """A listener for steps together with a request to stop; safe to share between threads.

    Attributes
    ----------
    on_step : callable, optional
        Called with each :class:`Step` in the thread that does the work.
    """

    on_step: Callable[[Step], None] | None = None
    _stop: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether a stop was asked for."""
        return self._stop.is_set()

    def silent(self) -> Progress:
        """Return a progress that nobody listens to and that stops when this one does."""
        return Progress(None, self._stop)

    def step(self, done: int, total: int | None = None, message: str = "") -> None:
        """Report progress and honour a request to stop.

        Parameters
        ----------
        done, total : int
            Items finished, and items in all where known.
        message : str
            What is being worked on.

        Raises
        ------
        Cancelled
            If a stop was asked for.
        """
        self.check()
        if self.on_step is not None:
            self.on_step(Step(done, total, message))

    def check(self) -> None:
        """Raise :class:`~core.errors.Cancelled` if a stop was asked for."""
        if self._stop.is_set():
            raise Cancelled("The work was cancelled.")
