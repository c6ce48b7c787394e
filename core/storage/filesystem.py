"""Where the database file lies, and who may read it."""

from __future__ import annotations

import os
from pathlib import Path

NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ncpfs", "fuse.sshfs", "fuse.rclone", "fuse.davfs"}
)
"""Types, as Linux names them, whose files other computers may have open."""

_MOUNTS = Path("/proc/self/mounts")


def make_private(path: Path) -> None:
    """Make sure that a file exists and that its owner alone may read it.

    Parameters
    ----------
    path : Path
        The file. Missing directories are made with mode 0700, the file itself with mode 0600; SQLite gives
        its journal files the mode of the database.

    Raises
    ------
    OSError
        If the file cannot be made or cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
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
