"""The zip file of a pack and its manifest; equal files give equal bytes.

Files are stored, not compressed, in the order of their names and with one date, so that neither the version
of a library nor the clock is seen in the pack. The manifest names every other file with its size and SHA-256.
It is written in one way only and holds a hash of the rest of itself, so that any changed byte is noticed.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import IntegrityFailure
from core.reporting.files import replacing
from resources import verify

_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100600 << 16
_LARGE = 1 << 31
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class PackFile:
    """A file that goes into a pack.

    Attributes
    ----------
    size : int
        Number of bytes.
    sha256 : str
        Their hash.
    chunks : callable
        Gives the bytes, piece by piece, each time it is called.
    """

    size: int
    sha256: str
    chunks: Callable[[], Iterable[bytes]]

    @classmethod
    def of(cls, data: bytes) -> PackFile:
        """Return a file that holds some bytes."""
        return cls(len(data), hashlib.sha256(data).hexdigest(), lambda: (data,))

    @classmethod
    def at(cls, path: Path, size: int, sha256: str) -> PackFile:
        """Return a file that lies on the disk, with the size and the hash that it must have."""
        return cls(size, sha256, lambda: _read(path))


@dataclass(frozen=True, slots=True)
class WrittenPack:
    """A pack as it was written.

    Attributes
    ----------
    path : Path
        The zip file.
    sha256 : str
        Hash of the zip file.
    manifest_sha256 : str
        Hash of its manifest, which stands for everything in it.
    byte_size : int
        Size of the zip file.
    files : int
        How many files the manifest names.
    """

    path: Path
    sha256: str
    manifest_sha256: str
    byte_size: int
    files: int


def write_pack(
    path: Path, files: Mapping[str, PackFile], about: Mapping[str, Any], schema: str = verify.SCHEMA
) -> WrittenPack:
    """Write a pack.

    Parameters
    ----------
    path : Path
        The zip file; it appears when it is complete and replaces one that is there.
    files : mapping of str to PackFile
        What goes into it by name, with "/" between folders.
    about : mapping
        What the manifest says besides: the values of JSON.
    schema : str
        What the manifest says it is.

    Returns
    -------
    WrittenPack
        Where it is, with its hashes.

    Raises
    ------
    OSError
        If it cannot be written.
    IntegrityFailure
        If a file no longer has the size or the hash that was stated for it.
    """
    manifest = {
        **about,
        "schema": schema,
        "files": {name: {"size": one.size, "sha256": one.sha256} for name, one in files.items()},
    }
    own = hashlib.sha256(verify.canonical(manifest)).hexdigest()
    data = verify.canonical({**manifest, "self_sha256": own})
    everything = {**files, verify.MANIFEST: PackFile.of(data)}
    with replacing(path) as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted(everything):
                _store(archive, name, everything[name])
        byte_size = stream.tell()
    return WrittenPack(
        path=path,
        sha256=_digest(_read(path)),
        manifest_sha256=hashlib.sha256(data).hexdigest(),
        byte_size=byte_size,
        files=len(files),
    )


def json_file(value: Any) -> PackFile:
    """Return a file that holds a value as JSON text, in ASCII and with its keys sorted."""
    text = json.dumps(value, sort_keys=True, indent=1, allow_nan=False)
    return PackFile.of(f"{text}\n".encode("ascii"))


def _store(archive: zipfile.ZipFile, name: str, file: PackFile) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.create_system = 3
    entry.external_attr = _MODE
    entry.file_size = file.size
    sha256, size = hashlib.sha256(), 0
    with archive.open(entry, "w", force_zip64=file.size >= _LARGE) as stored:
        for chunk in file.chunks():
            sha256.update(chunk)
            size += len(chunk)
            stored.write(chunk)
    if (size, sha256.hexdigest()) != (file.size, file.sha256):
        raise IntegrityFailure(f"The file {name} changed while the pack was written.")


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _digest(chunks: Iterable[bytes]) -> str:
    sha256 = hashlib.sha256()
    for chunk in chunks:
        sha256.update(chunk)
    return sha256.hexdigest()
