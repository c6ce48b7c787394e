"""Where the database file lies, and who may read it."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ncpfs", "fuse.sshfs", "fuse.rclone", "fuse.davfs"}
)
"""Types, as Linux names them, whose files other computers may have open."""

WRITING = ".writing-"
"""How the name of a file begins that is not whole yet."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MOUNTS = Path("/proc/self/mounts")


def make_private(path: Path) -> None:
    """Make sure that a file exists and that its owner alone may read it.

    Parameters
    ----------
    path : Path
        The file. Missing directories are made with mode 0700, the file itself with mode 0600, which one that
        is there gets too; SQLite gives its journal files the mode of the database.

    Raises
    ------
    OSError
        If the file cannot be made or cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if stat.S_IMODE(os.fstat(descriptor).st_mode) & _OTHERS and hasattr(os, "fchmod"):
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def make_directory(path: Path) -> None:
    """Make sure that a directory of the workspace exists and that its owner alone may enter it.

    Parameters
    ----------
    path : Path
        The directory; one that is empty and open to others is closed to them.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if stat.S_IMODE(path.stat().st_mode) & _OTHERS and not any(path.iterdir()):
        path.chmod(0o700)


def private_opener(path: str, flags: int) -> int:
    """Open a file for :func:`open` so that its owner alone may read it if it is made.

    Parameters
    ----------
    path : str
        The file.
    flags : int
        As `open` chooses them.

    Returns
    -------
    int
        The descriptor.
    """
    return os.open(path, flags, 0o600)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is whole or not there, readable by its owner alone.

    Parameters
    ----------
    path : Path
        The file; one that is there is replaced.
    data : bytes
        Its content, forced to the disk before it gets its name.

    Raises
    ------
    OSError
        If it cannot be written; what was there before stays.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=WRITING)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def sync_directory(path: Path) -> None:
    """Force the names in a directory to the disk, where the system can do so.

    Parameters
    ----------
    path : Path
        The directory.
    """
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_network_share(path: Path, mounts: Path = _MOUNTS) -> bool:
    r"""Whether a file lies on a file system that several computers may share.

    Parameters
    ----------
    path : Path
        The file.
    mounts : Path
        The table of mounted file systems. Where there is none (Windows, macOS), only a path of the form
        ``\\server\share`` is known to be shared.

    Returns
    -------
    bool
        True for a network share.
    """
    resolved = path.resolve()
    if resolved.drive.startswith("\\\\"):
        return True
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    best, kind = "", ""
    for line in lines:
        _, point, found, *_ = line.split(" ")
        point = point.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        if resolved.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, found
    return kind in NETWORK_FILE_SYSTEMS
