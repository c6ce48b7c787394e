"""Files that appear complete or not at all."""

from __future__ import annotations

import contextlib
import glob
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

if sys.platform != "win32":
    import fcntl

_YOUNG_SECONDS = 60.0


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing so that a reader, or a crash, never sees a part of it.

    What a process that was killed had begun to write under the same name is removed.

    Parameters
    ----------
    path : Path
        The file; its directory must exist.

    Yields
    ------
    BinaryIO
        A new file that takes the name when the block ends, and goes away when it raises. Its owner alone may
        read it.

    Raises
    ------
    OSError
        If it cannot be written; a file that was there is then unchanged.
    """
    prefix, suffix = f".{path.name[:32]}.", ".part"
    for begun in path.parent.glob(f"{glob.escape(prefix)}*{suffix}"):
        _remove_abandoned(begun)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=prefix, suffix=suffix)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            # Some file systems know no locks; what is left there is not told apart.
            with contextlib.suppress(OSError):
                _claim(stream)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def replace_file(path: Path, data: bytes) -> None:
    """Write the whole content of a file as :func:`replacing` does.

    Parameters
    ----------
    path : Path
        The file; its directory must exist.
    data : bytes
        The whole content.

    Raises
    ------
    OSError
        If it cannot be written; a file that was there is then unchanged.
    """
    with replacing(path) as stream:
        stream.write(data)


def _claim(file: BinaryIO) -> None:
    """Lock a file for as long as it is open; an open file cannot be removed on Windows anyway."""
    if sys.platform != "win32":
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove_abandoned(path: Path) -> None:
    """Remove a file that nobody writes any more; one that is locked, or was made just now, stays."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        _claim(file)
        if time.time() - os.fstat(file.fileno()).st_mtime > _YOUNG_SECONDS:
            path.unlink()
