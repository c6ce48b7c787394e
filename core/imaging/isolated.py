"""Stills decoded in processes of their own, so that a hostile file kills its decoder and not the session."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import UnreadableImage
from core.imaging.decoder_child import read_message, write_message
from core.imaging.digest import hash_bytes
from core.settings import ImagingSettings
from core.types import SourceImage


class StillDecoder:
    """Decodes stills in child processes with limited memory and time; may be shared by threads.

    Children are started when they are needed, one for each thread that decodes at the same time, and wait
    for the next file. One that dies or takes too long is replaced.
    """

    def __init__(self) -> None:
        self._idle: list[_Child] = []
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
        name = path.name if path is not None else "The picture"
        child = self._take(limits.decode_memory_bytes)
        try:
            answer, pixels = child.ask(data, limits, path)
        except _GoneError as error:
            child.end()
            if error.late:
                sentence = (
                    f"{name} was not decoded within {limits.decode_seconds:g} seconds and was given up."
                )
            else:
                sentence = f"{name} made its decoder fail; the file is damaged or made to do harm."
            raise UnreadableImage(sentence) from error
        except BaseException:
            child.end()
            raise
        with self._lock:
            self._idle.append(child)
        if pixels is None:
            raise UnreadableImage(str(answer["error"]))
        return SourceImage(
            pixels=np.frombuffer(pixels, np.uint8).reshape(answer["shape"]),
            sha256=hash_bytes(data),
            path=path,
            file_format=str(answer["format"]),
            byte_size=len(data),
            orientation=int(answer["orientation"]),
            notes=tuple(map(str, answer["notes"])),
        )

    def close(self) -> None:
        """End the children that wait; a later picture starts new ones."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def _take(self, memory_bytes: int) -> _Child:
        with self._lock:
            fitting = [child for child in self._idle if child.memory_bytes == memory_bytes]
            if fitting:
                self._idle.remove(fitting[-1])
                return fitting[-1]
        return _Child(memory_bytes)


class _GoneError(Exception):
    def __init__(self, *, late: bool) -> None:
        super().__init__()
        self.late = late


class _Child:
    def __init__(self, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes
        # Nothing of this process is handed on: not its main module, which may be the desk, nor open files.
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", f"from core.imaging.decoder_child import main; main({memory_bytes:d})"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout

    def ask(
        self, data: bytes, limits: ImagingSettings, path: Path | None
    ) -> tuple[dict[str, Any], bytes | None]:
        request = {**dataclasses.asdict(limits), "path": None if path is None else str(path)}
        late = threading.Event()

        def _give_up() -> None:
            late.set()
            self._process.kill()

        watch = threading.Timer(limits.decode_seconds, _give_up)
        watch.daemon = True
        watch.start()
        try:
            write_message(self._requests, json.dumps(request).encode())
            write_message(self._requests, data)
            return self._answer(limits)
        except (EOFError, OSError, ValueError, KeyError, TypeError) as error:
            raise _GoneError(late=late.is_set()) from error
        finally:
            watch.cancel()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._answers.close()
        # Closing flushes, and nobody reads any more.
        with contextlib.suppress(OSError):
            self._requests.close()

    def _answer(self, limits: ImagingSettings) -> tuple[dict[str, Any], bytes | None]:
        answer = json.loads(read_message(self._answers, 1 << 20))
        if "error" in answer:
            return answer, None
        height, width, channels = answer["shape"]
        if channels != 3 or height * width > limits.max_pixels:
            raise ValueError("the decoder does not keep to the limits")
        return answer, read_message(self._answers, height * width * channels)
