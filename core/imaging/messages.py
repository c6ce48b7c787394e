"""Messages between a process and its decoder: bytes with their number before them, over a pipe.

They are JSON and raw pixels, never pickles: whoever takes over a decoder must not be able to run code in the
process that asked.
"""

from __future__ import annotations

import json
import struct
from typing import IO, Any

LONGEST_RECORD = 1 << 20
"""The most bytes of a JSON object."""

_LENGTH = struct.Struct("<Q")


def write_message(stream: IO[bytes], data: bytes | memoryview) -> None:
    """Write bytes, their number first."""
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def read_message(stream: IO[bytes], most: int) -> bytes:
    """Read what :func:`write_message` wrote.

    Parameters
    ----------
    stream : binary file
        Where to read.
    most : int
        The most bytes that are taken.

    Returns
    -------
    bytes
        The message.

    Raises
    ------
    EOFError
        If the stream ends before the message does.
    ValueError
        If the message is longer than `most`.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    if length > most:
        raise ValueError(f"a message of {length} bytes is longer than {most}")
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def write_record(stream: IO[bytes], record: dict[str, Any]) -> None:
    """Write a JSON object as a message."""
    write_message(stream, json.dumps(record).encode())


def read_record(stream: IO[bytes]) -> dict[str, Any]:
    """Read what :func:`write_record` wrote.

    Raises
    ------
    EOFError
        If the stream ends before the message does.
    ValueError
        If the message is longer than :data:`LONGEST_RECORD` or no JSON object.
    """
    record = json.loads(read_message(stream, LONGEST_RECORD))
    if not isinstance(record, dict):
        raise ValueError("a message is no JSON object")
    return record
