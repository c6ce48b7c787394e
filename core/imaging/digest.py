"""SHA-256 of bytes and of files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from core.imaging.regular_file import open_regular
from core.progress import Progress

_CHUNK_BYTES = 1 << 20


def hash_bytes(data: bytes | memoryview) -> str:
    """Return the SHA-256 of some bytes as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def hash_file(path: Path, progress: Progress | None = None) -> tuple[str, int]:
    """Hash a file without holding all of it in memory.

    Parameters
    ----------
    path : Path
        The file.
    progress : Progress, optional
        May ask to stop.

    Returns
    -------
    digest : str
        SHA-256 of its bytes, 64 hexadecimal digits.
    size : int
        Number of bytes that were hashed.

    Raises
    ------
    OSError
        If it cannot be read or is no regular file.
    Cancelled
        If a stop was asked for.
    """
    digest = hashlib.sha256()
    size = 0
    with open_regular(path) as file:
        while chunk := file.read(_CHUNK_BYTES):
            if progress is not None:
                progress.check()
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size
