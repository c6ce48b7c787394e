"""Files that a workspace keeps whole, named by the hash of their bytes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Collection
from pathlib import Path

from core.errors import IntegrityFailure, NotFound, WorkspaceUnusable

_DIGEST = re.compile(r"[0-9a-f]{64}")


class FileStore:
    """A directory of files whose names are the SHA-256 of what they hold.

    A file appears under its name only when all its bytes are on disk, and is never changed afterwards, so
    any number of processes may use one store.

    Attributes
    ----------
    directory : Path
        Where the files lie, in sub-directories by the first two digits of their hash.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def put(self, data: bytes) -> str:
        """Keep bytes.

        Parameters
        ----------
        data : bytes
            What to keep; bytes that are there and sound are not written again.

        Returns
        -------
        str
            SHA-256 of the bytes, the key to :meth:`read`.

        Raises
        ------
        WorkspaceUnusable
            If the bytes cannot be written.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        try:
            if not path.is_file() or path.read_bytes() != data:
                self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.parent.mkdir(mode=0o700, exist_ok=True)
                _write_whole(path, data)
        except OSError as error:
            reason = error.strerror or str(error)
            raise WorkspaceUnusable(f"A file cannot be kept in {self.directory}: {reason}.") from error
        return digest

    def read(self, sha256: str) -> bytes:
        """Return bytes that were kept.

        Parameters
        ----------
        sha256 : str
            The key that :meth:`put` returned.

        Returns
        -------
        bytes
            The bytes, whose hash was computed anew.

        Raises
        ------
        NotFound
            If no file has this key.
        IntegrityFailure
            If the file no longer holds the bytes that were kept.
        """
        try:
            data = self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"The workspace keeps no file with the hash {sha256}.") from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise IntegrityFailure(f"The file {sha256} of the workspace cannot be read: {reason}.") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise IntegrityFailure(f"The file {sha256} of the workspace was changed after it was kept.")
        return data

    def remove(self, sha256: str) -> None:
        """Remove a file; one that is not there is no error."""
        self._path(sha256).unlink(missing_ok=True)

    def orphans(self, wanted: Collection[str]) -> tuple[str, ...]:
        """Return the keys of files that nobody wants, such as those of a transaction that failed.

        Parameters
        ----------
        wanted : collection of str
            All keys that are in use.

        Returns
        -------
        tuple of str
            Keys in ascending order.
        """
        kept = (path.name for path in self.directory.glob("??/*") if _DIGEST.fullmatch(path.name))
        return tuple(sorted(set(kept) - set(wanted)))

    def _path(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise NotFound(f"{sha256!r} is not the hash of a file.")
        return self.directory / sha256[:2] / sha256


def _write_whole(path: Path, data: bytes) -> None:
    """Write beside the path, force it to the disk and only then give it its name."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
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
