"""Who is inside: any number of users at a time, or one who must be alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import Conflict


class Gate:
    """Lets users in, and keeps newcomers outside while somebody is alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._shut = False

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Be one of the users until the block ends; wait while somebody is alone.

        Yields
        ------
        None
            Once inside.
        """
        with self._changed:
            self._changed.wait_for(lambda: not self._shut)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self, seconds: float) -> Iterator[None]:
        """Wait until nobody is inside, and let nobody in until the block ends.

        Parameters
        ----------
        seconds : float
            How long to wait. Meanwhile newcomers still enter, since a user inside may depend on one.

        Yields
        ------
        None
            Once alone.

        Raises
        ------
        Conflict
            If somebody stayed inside.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: not self._inside and not self._shut, seconds):
                raise Conflict("Other work with this workspace is under way: try again when it has ended.")
            self._shut = True
        try:
            yield
        finally:
            with self._changed:
                self._shut = False
                self._changed.notify_all()
