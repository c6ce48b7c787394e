"""Decodes stills in a process of its own, for :class:`core.imaging.isolated.StillDecoder`."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from core.errors import UnreadableImage
from core.imaging.decoder_child import allow_seconds
from core.imaging.messages import read_message, read_record, write_message, write_record
from core.imaging.still import decode_still
from core.settings import ImagingSettings

_SPARE = 2
"""Whoever waits gives up first; the system ends what goes on after that."""


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
            request = read_record(requests)
            path = request.pop("path")
            limits = ImagingSettings(**request)
            data = read_message(requests, limits.max_file_bytes)
        except EOFError:
            return
        allow_seconds(_SPARE * limits.decode_seconds)
        try:
            image = decode_still(data, limits, None if path is None else Path(path))
        except UnreadableImage as error:
            write_record(answers, {"error": str(error)})
            continue
        answer = {
            "shape": image.pixels.shape,
            "format": image.file_format,
            "orientation": image.orientation,
            "notes": image.notes,
        }
        write_record(answers, answer)
        write_message(answers, image.pixels.data.cast("B"))
