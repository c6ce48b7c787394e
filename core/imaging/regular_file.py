"""Files opened for reading only when they are files: a pipe would wait for ever, a device never end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file, or what a link to one points to.

    What is asked for is what is opened: a pipe that takes the place of a file at the last moment is
    refused as well.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    BinaryIO
        Open for reading; to be closed by the caller.

    Raises
    ------
    OSError
        If it cannot be opened, or is a folder, a pipe, a socket or a device.
    """
    descriptor = os.open(path, os.O_RDONLY | _WITHOUT_WAITING)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "It is not a regular file")
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_regular(path: Path, most: int | None = None) -> bytes:
    """Read a regular file.

    Parameters
    ----------
    path : Path
        The file.
    most : int, optional
        The most bytes that are read, however long the file grows meanwhile; all without it.

    Returns
    -------
    bytes
        What it holds.

    Raises
    ------
    OSError
        As :func:`open_regular`.
    """
    with open_regular(path) as file:
        return file.read() if most is None else file.read(most)
