"""How an index lies in its file.

Little-endian throughout, in this order, each block at a multiple of 4096 bytes:

1. header (:class:`Header`),
2. columns, all int64: key of each gallery, its first template row and one row behind the last gallery; key of
   each subject; key of each template; first sample row of each template and one row behind the last; key of
   each sample,
3. sample rows, float32, by gallery, subject and sample,
4. template rows, float32, by gallery and subject.
"""

from __future__ import annotations

import hashlib
import struct
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Protocol

from core.errors import IntegrityFailure

MAGIC = b"DISCERNX"
VERSION = 1
BLOCK = 4096
"""Blocks begin at multiples of the size of a page of memory."""


class Sink(Protocol):
    """Takes the bytes of an index in order."""

    def write(self, data: bytes, /) -> object:
        """Take more of them."""


class IndexSeal(Protocol):
    """What seals the indexes of an encrypted workspace and opens them again."""

    def writer(self, file: IO[bytes], name: str) -> AbstractContextManager[Sink]:
        """Return what seals a stream of bytes into an open file."""

    def unseal(self, data: bytes, name: str) -> bytes:
        """Return what was sealed under a name; IntegrityFailure if it was changed."""


_STRUCT = struct.Struct("<8sII6Q64s32s32s32s")
_SEALED = struct.Struct("<32s")


@dataclass(frozen=True, slots=True)
class Header:
    """What an index says of itself.

    Attributes
    ----------
    model_id : str
        SHA-256 of the weights.
    dim : int
        Length of a row.
    revision : int
        Revision of the galleries it was built from.
    galleries, templates, samples : int
        How many it holds.
    columns_sha256, samples_sha256, templates_sha256 : bytes
        SHA-256 of each block, without the padding behind it.
    """

    model_id: str
    dim: int
    revision: int
    galleries: int
    templates: int
    samples: int
    columns_sha256: bytes = bytes(32)
    samples_sha256: bytes = bytes(32)
    templates_sha256: bytes = bytes(32)

    @property
    def column_count(self) -> int:
        """Number of int64 in the columns."""
        return 2 * self.galleries + 1 + 3 * self.templates + 1 + self.samples

    @property
    def samples_offset(self) -> int:
        """Where the sample rows begin, in bytes."""
        return BLOCK + padded(8 * self.column_count)

    @property
    def templates_offset(self) -> int:
        """Where the template rows begin, in bytes."""
        return self.samples_offset + padded(4 * self.samples * self.dim)

    @property
    def byte_size(self) -> int:
        """Size of the whole file."""
        return self.templates_offset + padded(4 * self.templates * self.dim)

    @property
    def digest(self) -> str:
        """SHA-256 over what a search compares with, 64 hexadecimal digits.

        It covers the model, the length of a row and the three blocks, thus keys and vectors, and not the
        revision: two galleries that hold the same have the same digest.
        """
        identity = f"{self.model_id} {self.dim} ".encode()
        blocks = self.columns_sha256 + self.samples_sha256 + self.templates_sha256
        return hashlib.sha256(identity + blocks).hexdigest()

    def to_bytes(self) -> bytes:
        """Return the header block, closed by a hash of itself."""
        packed = _STRUCT.pack(
            MAGIC,
            VERSION,
            self.dim,
            self.revision,
            self.galleries,
            self.templates,
            self.samples,
            self.column_count,
            self.byte_size,
            self.model_id.encode("ascii"),
            self.columns_sha256,
            self.samples_sha256,
            self.templates_sha256,
        )
        return (packed + hashlib.sha256(packed).digest()).ljust(BLOCK, b"\x00")

    @classmethod
    def from_bytes(cls, block: bytes) -> Header:
        """Read a header block.

        Parameters
        ----------
        block : bytes
            The first `BLOCK` bytes of the file.

        Returns
        -------
        Header
            The header.

        Raises
        ------
        IntegrityFailure
            If the block is no header of this version, or was changed.
        """
        packed = block[: _STRUCT.size]
        seal = block[_STRUCT.size : _STRUCT.size + _SEALED.size]
        if len(block) < BLOCK or not packed.startswith(MAGIC):
            raise IntegrityFailure("The search index is no index of this program.")
        if hashlib.sha256(packed).digest() != seal:
            raise IntegrityFailure("The header of the search index is damaged.")
        fields = _STRUCT.unpack(packed)
        if fields[1] != VERSION:
            raise IntegrityFailure("The search index was written by another version of this program.")
        _, _, dim, revision, galleries, templates, samples, _, _, model_id, *digests = fields
        return cls(
            model_id.decode("ascii").rstrip("\x00"), dim, revision, galleries, templates, samples, *digests
        )


def padded(size: int) -> int:
    """Return a size rounded up to whole blocks."""
    return -(-size // BLOCK) * BLOCK
