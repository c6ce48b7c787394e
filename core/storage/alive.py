"""A mark that a run of the program is alive, which goes with it however it ends."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path


class AliveMark:
    """A file that the system keeps locked for as long as the process lives.

    Parameters
    ----------
    path : Path
        The file; it is made.

    Raises
    ------
    OSError
        If it cannot be made, or the file system has no locks.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._descriptor)
        except OSError:
            os.close(self._descriptor)
            raise

    def release(self) -> None:
        """Let go of the lock and remove the file."""
        os.close(self._descriptor)
        with contextlib.suppress(OSError):
            self._path.unlink()


def is_alive(path: Path) -> bool:
    """Say whether the process that made a mark still lives.

    Parameters
    ----------
    path : Path
        The mark; one that nobody holds any more is removed.

    Returns
    -------
    bool
        False also where there is no such file.
    """
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        _lock(descriptor)
    except OSError:
        os.close(descriptor)
        return True
    os.close(descriptor)
    with contextlib.suppress(OSError):
        path.unlink()
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
