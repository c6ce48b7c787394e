"""The process in which stills are decoded: it owns nothing, and may be killed at any time.

It answers in JSON and raw pixels, never in pickles: whoever takes over a decoder must not be able to run
code in the process that asked.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from pathlib import Path
from typing import IO

from core.errors import UnreadableImage
from core.imaging.still import decode_still
from core.settings import ImagingSettings

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


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Decode what comes until the other end is closed.

    Parameters
    ----------
    requests : binary file
        Each request is a JSON object with the limits and the path, then the bytes of the file.
    answers : binary file
        Each answer is a JSON object, with `error` or with `shape`, `format`, `orientation` and `notes`; in
        the second case the pixels follow.
    """
    while True:
        try:
            request = json.loads(read_message(requests, 1 << 20))
            path = request.pop("path")
            limits = ImagingSettings(**request)
            data = read_message(requests, limits.max_file_bytes)
        except EOFError:
            return
        try:
            image = decode_still(data, limits, None if path is None else Path(path))
        except UnreadableImage as error:
            write_message(answers, json.dumps({"error": str(error)}).encode())
            continue
        answer = {
            "shape": image.pixels.shape,
            "format": image.file_format,
            "orientation": image.orientation,
            "notes": image.notes,
        }
        write_message(answers, json.dumps(answer).encode())
        write_message(answers, image.pixels.data.cast("B"))


def main(memory_bytes: int) -> None:
    """Serve standard input and output.

    Parameters
    ----------
    memory_bytes : int
        Address space that the process may take, where the system can limit it.
    """
    _limit_memory(memory_bytes)
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers)


def _limit_memory(memory_bytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    allowed = memory_bytes if most == resource.RLIM_INFINITY else min(memory_bytes, most)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, most))
    # A decoder that dies must not leave the picture behind in a core file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
