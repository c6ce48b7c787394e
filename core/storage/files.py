"""Files that a workspace keeps whole, named by the hash of their bytes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO

from core.errors import EvidenceChanged, IntegrityFailure, NotFound, WorkspaceUnusable
from core.imaging.naming import one_line
from core.imaging.regular_file import open_regular
from core.storage.filesystem import WRITING, write_whole
from core.storage.protection.sealing import Seal

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK_BYTES = 1 << 20


class FileStore:
    """A directory of files whose names are the SHA-256 of what they hold.

    A file appears under its name only when all its bytes are on disk, and is never changed afterwards, so
    any number of processes may use one store. In an encrypted workspace the files are sealed, and named by a
    keyed hash of that hash.

    Parameters
    ----------
    directory : Path
        Where the files lie, in sub-directories by the first two digits of their name.
    seal : Seal, optional
        Of an encrypted workspace.

    Attributes
    ----------
    directory : Path
        As given.
    """

    def __init__(self, directory: Path, seal: Seal | None = None) -> None:
        self.directory = directory
        self._seal = seal

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
            if not path.is_file() or not self._holds(path, data):
                self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.parent.mkdir(mode=0o700, exist_ok=True)
                write_whole(path, data if self._seal is None else self._seal.seal(data, path.name))
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
            data = self._content(self._path(sha256))
        except FileNotFoundError as error:
            raise NotFound(f"The workspace keeps no file with the hash {sha256}.") from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise IntegrityFailure(f"The file {sha256} of the workspace cannot be read: {reason}.") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise IntegrityFailure(f"The file {sha256} of the workspace was changed after it was kept.")
        return data

    def put_file(self, source: Path, sha256: str) -> None:
        """Keep a copy of a file, however large; the source is only read, and the copy is read back.

        Parameters
        ----------
        source : Path
            The file.
        sha256 : str
            The hash that its bytes must have, the key of the copy.

        Raises
        ------
        EvidenceChanged
            If the file has another hash; nothing is kept then.
        IntegrityFailure
            If the file cannot be read, or the copy does not hold what was written.
        WorkspaceUnusable
            If the copy cannot be written.
        """
        with contextlib.suppress(NotFound, IntegrityFailure):
            for _ in self.chunks(sha256):
                pass
            return
        path = self._path(sha256)
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=WRITING)
        except OSError as error:
            raise self._full(error) from error
        try:
            with os.fdopen(descriptor, "w+b") as file:
                if self._copy(source, file, path.name) != sha256:
                    raise EvidenceChanged(
                        f"The file {one_line(str(source))} has changed since its hash was taken."
                    )
                file.seek(0)
                if _digest(self._pieces(file, path.name)) != sha256:
                    raise IntegrityFailure(
                        f"The copy of {one_line(str(source))} does not hold what was written."
                    )
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """Read bytes that were kept, piece by piece.

        Parameters
        ----------
        sha256 : str
            The key.

        Yields
        ------
        bytes
            At most 1 MiB. Only when the last one has been drawn is it known that they are what was kept.

        Raises
        ------
        NotFound
            If no file has this key.
        IntegrityFailure
            If the file cannot be read, or no longer holds the bytes that were kept.
        """
        digest, path = hashlib.sha256(), self._path(sha256)
        try:
            with path.open("rb") as file:
                for piece in self._pieces(file, path.name):
                    digest.update(piece)
                    yield piece
        except FileNotFoundError as error:
            raise NotFound(f"The workspace keeps no file with the hash {sha256}.") from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise IntegrityFailure(f"The file {sha256} of the workspace cannot be read: {reason}.") from error
        if digest.hexdigest() != sha256:
            raise IntegrityFailure(f"The file {sha256} of the workspace was changed after it was kept.")

    def plain_path(self, sha256: str) -> Path | None:
        """Return where a kept file lies as it is, None where there is none or files are sealed."""
        path = self._path(sha256)
        return path if self._seal is None and path.is_file() else None

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
        known = {self._name(sha256) for sha256 in wanted}
        return tuple(sorted(self._key(path) for path in self.paths() if path.name not in known))

    def paths(self) -> tuple[Path, ...]:
        """Return the files as they lie on the disk, in ascending order."""
        found = (path for path in self.directory.glob("??/*") if _DIGEST.fullmatch(path.name))
        return tuple(sorted(found))

    def _full(self, error: OSError) -> WorkspaceUnusable:
        reason = error.strerror or str(error)
        return WorkspaceUnusable(f"A file cannot be kept in {self.directory}: {reason}.")

    def _copy(self, source: Path, target: IO[bytes], name: str) -> str:
        """Copy a file, force the copy to the disk and return the hash of what was read."""
        digest = hashlib.sha256()
        with contextlib.ExitStack() as opened:
            try:
                origin = opened.enter_context(open_regular(source))
                first = origin.read(_CHUNK_BYTES)
            except OSError as error:
                raise IntegrityFailure(f"The file {one_line(str(source))} can no longer be read.") from error
            try:
                out = target if self._seal is None else opened.enter_context(self._seal.writer(target, name))
                chunk = first
                while chunk:
                    digest.update(chunk)
                    out.write(chunk)
                    chunk = _next(origin, source)
            except OSError as error:
                raise self._full(error) from error
        target.flush()
        os.fsync(target.fileno())
        return digest.hexdigest()

    def _pieces(self, file: IO[bytes], name: str) -> Iterator[bytes]:
        if self._seal is not None:
            yield from self._seal.segments(file, name)
            return
        while piece := file.read(_CHUNK_BYTES):
            yield piece

    def _content(self, path: Path) -> bytes:
        data = path.read_bytes()
        return data if self._seal is None else self._seal.unseal(data, path.name)

    def _holds(self, path: Path, data: bytes) -> bool:
        try:
            return self._content(path) == data
        except IntegrityFailure:
            return False

    def _key(self, path: Path) -> str:
        """Return the key of a file, which only its content tells once its name was hashed with a key."""
        if self._seal is None:
            return path.name
        try:
            return hashlib.sha256(self._content(path)).hexdigest()
        except (IntegrityFailure, OSError):
            return path.name

    def _name(self, sha256: str) -> str:
        return sha256 if self._seal is None else self._seal.name(sha256)

    def _path(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise NotFound(f"{sha256!r} is not the hash of a file.")
        name = self._name(sha256)
        return self.directory / name[:2] / name


def _next(file: IO[bytes], source: Path) -> bytes:
    try:
        return file.read(_CHUNK_BYTES)
    except OSError as error:
        raise IntegrityFailure(f"The file {one_line(str(source))} can no longer be read.") from error


def _digest(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
