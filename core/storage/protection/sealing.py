"""Sealed files: AES-256-GCM in segments, so that a file of any size passes in little memory.

A file begins with :data:`MAGIC` and a random salt of 32 bytes. HKDF-SHA256 derives its own key from the key
of all files, that salt and the name of the file, so a file put under another name does not open. Its content
follows in segments of 1 MiB, each with its tag of 16 bytes. The nonce of a segment is its number and whether
it is the last one, so that none can be exchanged, left out or cut off unnoticed.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import secrets
from collections.abc import Iterator
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from core.errors import IntegrityFailure

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"DISCERNS"
SEGMENT = 1 << 20
TAG = 16

_SALT = 32
_HEADER = len(MAGIC) + _SALT


class Seal:
    """Seals and opens the files of one workspace.

    Parameters
    ----------
    key : bytes
        32 bytes, the key of all files.
    names : bytes
        32 bytes, the key of their names.
    """

    def __init__(self, key: bytes, names: bytes) -> None:
        self._key = key
        self._names = names

    def name(self, sha256: str) -> str:
        """Return the name under which bytes with a hash are kept.

        The hash itself would tell whoever has a picture that it is in the workspace.

        Parameters
        ----------
        sha256 : str
            The hash of the bytes, 64 hexadecimal digits.

        Returns
        -------
        str
            HMAC-SHA256 of it, 64 hexadecimal digits.
        """
        return hmac.new(self._names, sha256.encode("ascii"), hashlib.sha256).hexdigest()

    def seal(self, data: bytes, name: str) -> bytes:
        """Return bytes sealed under a name."""
        out = io.BytesIO()
        with self.writer(out, name) as writer:
            writer.write(data)
        return out.getvalue()

    def unseal(self, data: bytes, name: str) -> bytes:
        """Return what was sealed under a name.

        Raises
        ------
        IntegrityFailure
            If the bytes were changed, cut short, or sealed under another name or key.
        """
        return b"".join(self.segments(io.BytesIO(data), name))

    def writer(self, file: IO[bytes], name: str) -> SealedWriter:
        """Return what seals a stream of bytes into an open file; use it in a `with` statement."""
        salt = secrets.token_bytes(_SALT)
        file.write(MAGIC + salt)
        return SealedWriter(file, self._cipher(salt, name))

    def segments(self, file: IO[bytes], name: str) -> Iterator[bytes]:
        """Open a sealed file piece by piece.

        Parameters
        ----------
        file : binary file
            At its beginning.
        name : str
            The name that it was sealed under.

        Yields
        ------
        bytes
            Its content in order, at most `SEGMENT` bytes each.

        Raises
        ------
        IntegrityFailure
            If it was changed, cut short, or sealed under another name or key.
        """
        from cryptography.exceptions import InvalidTag

        header = file.read(_HEADER)
        if len(header) < _HEADER or not header.startswith(MAGIC):
            raise IntegrityFailure(f"The sealed file {name} is no file of this program.")
        cipher = self._cipher(header[len(MAGIC) :], name)
        number, segment = 0, file.read(SEGMENT + TAG)
        while True:
            following = file.read(SEGMENT + TAG)
            try:
                yield cipher.decrypt(_nonce(number, last=not following), segment, None)
            except InvalidTag as error:
                raise IntegrityFailure(
                    f"The sealed file {name} was changed, cut short, or is not of this workspace."
                ) from error
            if not following:
                return
            number, segment = number + 1, following

    def _cipher(self, salt: bytes, name: str) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        info = b"discern file " + name.encode("utf-8")
        return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(self._key))


class SealedWriter:
    """Seals what is written to it; the file is whole only when the `with` block has ended well.

    Parameters
    ----------
    file : binary file
        Where the segments go, its header already written.
    cipher : AESGCM
        Of this one file.
    """

    def __init__(self, file: IO[bytes], cipher: AESGCM) -> None:
        self._file, self._cipher = file, cipher
        self._waiting = bytearray()
        self._number = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Take more of the content."""
        self._waiting += data
        # The last segment is marked, so one is held back until it is known whether more follows.
        while len(self._waiting) > SEGMENT:
            self._put(SEGMENT, last=False)

    def __enter__(self) -> Self:
        """Return the writer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the last segment, unless the content could not be made."""
        if kind is None:
            self._put(len(self._waiting), last=True)

    def _put(self, size: int, *, last: bool) -> None:
        segment = bytes(memoryview(self._waiting)[:size])
        del self._waiting[:size]
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), segment, None))
        self._number += 1


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
