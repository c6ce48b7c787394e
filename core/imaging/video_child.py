"""Decodes a video in a process of its own, for :class:`core.imaging.video.VideoSource`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import IO

import numpy as np

from core.errors import UnreadableVideo
from core.imaging.container import MOST_THREADS
from core.imaging.decoder_child import allow_seconds
from core.imaging.messages import read_record, write_message, write_record
from core.imaging.video_reader import VideoReader
from core.progress import Progress, Step
from core.settings import ImagingSettings

_SIGN_OF_LIFE_SECONDS = 1.0


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Open one video and decode its frames until the other end is closed.

    Parameters
    ----------
    requests : binary file
        First a JSON object with the limits and the path, then one with the `frame` for each that is wanted.
    answers : binary file
        Each answer is a JSON object: any number of `step` (done, total, message) and `busy` as signs of life,
        then either `error`, or what was asked for, and bytes after it. For the video these are the time
        stamps of its frames as 64-bit integers, for a frame its pixels.
    """
    try:
        request = read_record(requests)
    except EOFError:
        return
    path = Path(request.pop("path"))
    limits = ImagingSettings(**request)
    last = time.monotonic()

    def _alive() -> None:
        nonlocal last
        last = time.monotonic()
        allow_seconds(2 * MOST_THREADS * limits.decode_seconds)

    def _beat() -> None:
        if time.monotonic() - last >= _SIGN_OF_LIFE_SECONDS:
            _alive()
            write_record(answers, {"busy": True})

    def _step(step: Step) -> None:
        _alive()
        write_record(answers, {"step": [step.done, step.total, step.message]})

    _alive()
    try:
        reader = VideoReader.open(path, limits, Progress(_step), _beat)
    except UnreadableVideo as error:
        write_record(answers, {"error": str(error)})
        return
    facts, index = reader.facts, reader.index
    answer = {
        "size": [facts.width, facts.height],
        "stream": facts.stream,
        "codec": facts.codec,
        "container": facts.container,
        "frames": len(index.pts),
        "end": index.end,
        "time_base": [index.time_base.numerator, index.time_base.denominator],
    }
    write_record(answers, answer)
    write_message(answers, np.array(index.pts, np.int64).tobytes())
    while True:
        try:
            ordinal = read_record(requests)["frame"]
        except EOFError:
            return
        _alive()
        try:
            pixels, notes = reader.frame(ordinal)
        except UnreadableVideo as error:
            write_record(answers, {"error": str(error)})
            continue
        write_record(answers, {"shape": pixels.shape, "notes": notes})
        write_message(answers, pixels.data.cast("B"))
