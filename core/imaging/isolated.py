"""Stills decoded in processes of their own, so that a hostile file kills its decoder and not the session."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from core.errors import UnreadableImage
from core.imaging.decoder_process import DecoderGone, DecoderProcess
from core.imaging.digest import hash_bytes
from core.imaging.naming import one_line, shown_name
from core.settings import ImagingSettings
from core.types import SourceImage


class StillDecoder:
    """Decodes stills in child processes with limited memory and time; may be shared by threads.

    Children are started when they are needed, one for each thread that decodes at the same time, and wait
    for the next file. One that dies or takes too long is replaced. Close it, or use it in a `with` statement.

    Attributes
    ----------
    deaths : int
        How many children were lost so far.
    """

    def __init__(self) -> None:
        self.deaths = 0
        self._idle: list[DecoderProcess] = []
        self._lock = threading.Lock()

    def decode(self, data: bytes, limits: ImagingSettings, path: Path | None = None) -> SourceImage:
        """Decode the bytes of a picture, as :func:`core.imaging.still.decode_still` does.

        Parameters
        ----------
        data : bytes
            The whole file.
        limits : ImagingSettings
            Largest file and picture, and the memory and time that decoding may take.
        path : Path, optional
            Where the bytes came from.

        Returns
        -------
        SourceImage
            The picture.

        Raises
        ------
        UnreadableImage
            If the bytes are refused, or their decoder ends or takes too long.
        """
        child: DecoderProcess | None = None
        try:
            child = self._take(limits.decode_memory_bytes)
            with child.within(limits.decode_seconds):
                answer = _asked(child, data, limits, path)
        except DecoderGone as gone:
            if child is not None:
                child.end()
            with self._lock:
                self.deaths += 1
            raise UnreadableImage(gone.sentence(shown_name(path), limits)) from gone
        except BaseException:
            if child is not None:
                child.end()
            raise
        with self._lock:
            self._idle.append(child)
        if isinstance(answer, str):
            raise UnreadableImage(answer)
        return answer

    def close(self) -> None:
        """End the children that wait; a later picture starts new ones."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def __enter__(self) -> Self:
        """Return the decoder itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the children."""
        self.close()

    def _take(self, memory_bytes: int) -> DecoderProcess:
        with self._lock:
            fitting = [child for child in self._idle if child.memory_bytes == memory_bytes]
            if fitting:
                self._idle.remove(fitting[-1])
                return fitting[-1]
        return DecoderProcess("still_child", memory_bytes)


def _asked(
    child: DecoderProcess, data: bytes, limits: ImagingSettings, path: Path | None
) -> SourceImage | str:
    """Return the picture, or the sentence that refuses it."""
    child.send({**dataclasses.asdict(limits), "path": None if path is None else str(path)}, data)
    answer = child.receive()
    if "error" in answer:
        return one_line(str(answer["error"]))
    height, width, channels = answer["shape"]
    if channels != 3 or height * width > limits.max_pixels:
        raise ValueError("the decoder does not keep to the limits")
    pixels = np.frombuffer(child.receive_bytes(height * width * channels), np.uint8)
    return SourceImage(
        pixels=pixels.reshape(height, width, channels),
        sha256=hash_bytes(data),
        path=path,
        file_format=str(answer["format"]),
        byte_size=len(data),
        orientation=int(answer["orientation"]),
        notes=tuple(map(str, answer["notes"])),
    )
