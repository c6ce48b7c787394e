"""Files that appear complete or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing so that a reader, or a crash, never sees a part of it.

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
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:32]}.", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as stream:
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
