"""How a run is held, stopped and found out to be running, from any process: by files in its directory."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from core.errors import Conflict
from core.progress import Progress

LOCK = "running.lock"
PAUSE = "pause.wanted"
STOP = "stop.wanted"

_POLL_SECONDS = 0.1
_TRIES = 20


class RunControl:
    """The wishes of whoever watches a run, and the lock of the process that does it.

    Wishes are empty files, so that the desk, the command line and a later start all see the same. The lock
    goes with its process, however that ends.

    Parameters
    ----------
    directory : Path
        Of the run.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @property
    def wanted(self) -> bool:
        """Whether the run should wait."""
        return (self._directory / PAUSE).exists()

    @property
    def stop_wanted(self) -> bool:
        """Whether the run should end."""
        return (self._directory / STOP).exists()

    @property
    def running(self) -> bool:
        """Whether a process works on the run now."""
        try:
            with (self._directory / LOCK).open("rb+") as file:
                return not _lock(file.fileno(), shared=True)
        except OSError:
            return False

    @property
    def process_id(self) -> int | None:
        """Number of the process that worked on the run last."""
        try:
            return int((self._directory / LOCK).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def pause(self) -> None:
        """Ask the run to wait at its next step."""
        (self._directory / PAUSE).touch(mode=0o600)

    def go_on(self) -> None:
        """Let a run that waits go on."""
        (self._directory / PAUSE).unlink(missing_ok=True)

    def stop(self) -> None:
        """Ask the run to end with a checkpoint."""
        (self._directory / STOP).touch(mode=0o600)

    def clear(self) -> None:
        """Forget all wishes, when the run begins anew."""
        self.go_on()
        (self._directory / STOP).unlink(missing_ok=True)

    def wait(self, progress: Progress) -> None:
        """Return when the run may go on, or when a stop was asked for."""
        tick = threading.Event()
        while self.wanted and not progress.cancelled:
            tick.wait(_POLL_SECONDS)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock of the run.

        Yields
        ------
        None
            While no other process can work on the run.

        Raises
        ------
        Conflict
            If another process works on it.
        """
        with (self._directory / LOCK).open("ab+") as file:
            tick = threading.Event()
            # Whoever looks whether the run is going on has the lock for a moment.
            for _ in range(_TRIES):
                if _lock(file.fileno(), shared=False):
                    break
                tick.wait(_POLL_SECONDS / 2)
            else:
                raise Conflict(
                    f"Another process works on the run {self._directory.name!r}: stop it, or wait until it "
                    "has ended."
                )
            file.truncate(0)
            file.write(str(os.getpid()).encode())
            file.flush()
            yield


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, shared: bool) -> bool:
        try:
            # Beyond what stands in the file: what is locked cannot be read.
            os.lseek(descriptor, 1 << 20, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            if shared:
                msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int, *, shared: bool) -> bool:
        """Take a lock that lasts as long as the file is open; False when somebody else has it."""
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
