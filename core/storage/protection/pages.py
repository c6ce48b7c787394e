"""What an encrypted database holds, page by page, deciphered without SQLCipher.

SQLCipher 4 enciphers every page by AES-256-CBC; behind the content of a page lie its initialisation vector of
16 bytes and an HMAC-SHA512 of 64. The first page begins with 16 bytes of salt in plain. A free page is
enciphered like any other, so this shows what a query cannot: what is left where rows were removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from core.storage.connecting import PAGE_SIZE

_SALT = 16
_VECTOR = 16
_RESERVED = 80
_LOG_HEADER = 32
_FRAME_HEADER = 24


def pages(path: Path, key: bytes) -> Iterator[bytes]:
    """Decipher a database or its write-ahead log.

    Parameters
    ----------
    path : Path
        The file; a log is known by its name, which ends in "-wal".
    key : bytes
        32 bytes, the raw key of the database.

    Yields
    ------
    bytes
        The content of each page, 16304 bytes and 16 fewer for the first of a database.
    """
    with path.open("rb") as file:
        if path.name.endswith("-wal"):
            yield from _pages_of_log(file, key)
            return
        first = True
        while len(page := file.read(PAGE_SIZE)) == PAGE_SIZE:
            yield _deciphered(page, key, first=first)
            first = False


def _pages_of_log(file: IO[bytes], key: bytes) -> Iterator[bytes]:
    file.read(_LOG_HEADER)
    while len(frame := file.read(_FRAME_HEADER + PAGE_SIZE)) == _FRAME_HEADER + PAGE_SIZE:
        number = int.from_bytes(frame[:4], "big")
        yield _deciphered(frame[_FRAME_HEADER:], key, first=number == 1)


def _deciphered(page: bytes, key: bytes, *, first: bool) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    behind = PAGE_SIZE - _RESERVED
    vector = page[behind : behind + _VECTOR]
    decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return decryptor.update(page[_SALT if first else 0 : behind]) + decryptor.finalize()
