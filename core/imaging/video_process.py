"""The process that decodes one video, as seen from here."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import UnreadableVideo
from core.imaging.container import ALIGNMENT_SLACK
from core.imaging.decoder_process import DecoderGone, DecoderProcess
from core.imaging.frame_index import FrameIndex
from core.imaging.naming import one_line, shown_name
from core.imaging.video_reader import StreamFacts
from core.progress import Progress
from core.settings import ImagingSettings


@dataclass(frozen=True, slots=True)
class IndexedVideo:
    """What a decoder says of a video that it opened.

    Attributes
    ----------
    facts : StreamFacts
        Of its main stream.
    index : FrameIndex
        Without keyframes, which only the decoder needs.
    """

    facts: StreamFacts
    index: FrameIndex


class VideoProcess:
    """Has a video indexed and its frames decoded by :mod:`core.imaging.video_child`.

    Parameters
    ----------
    path : Path
        A local file.
    limits : ImagingSettings
        Largest frame and longest video; memory, and time without a sign of life.
    progress : Progress
        Follows the indexing and may stop it.

    Attributes
    ----------
    video : IndexedVideo
        What was opened.
    pid : int
        Number of the process.
    alive : bool
        Whether it can be asked for a frame.

    Raises
    ------
    UnreadableVideo
        If the file is damaged, beyond the limits, or holds no video, or the process is lost over it.
    Cancelled
        If a stop was asked for.
    """

    def __init__(self, path: Path, limits: ImagingSettings, progress: Progress) -> None:
        self._name = shown_name(path)
        self._limits = limits
        try:
            self._process = DecoderProcess("video_child", limits.decode_memory_bytes)
        except DecoderGone as gone:
            raise UnreadableVideo(gone.sentence(self._name, limits)) from gone
        self.pid = self._process.pid
        self.alive = True
        request = {**dataclasses.asdict(limits), "path": str(path.absolute())}
        try:
            answer = self._ask(request, progress)
            with self._process.within(limits.decode_seconds):
                self.video = self._indexed(answer)
        except DecoderGone as gone:
            self.end()
            raise UnreadableVideo(gone.sentence(self._name, limits)) from gone
        except BaseException:
            self.end()
            raise

    def frame(self, ordinal: int) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
        """Have one frame decoded.

        Parameters
        ----------
        ordinal : int
            Of a frame that the index has.

        Returns
        -------
        pixels : ndarray of uint8, shape (height, width, 3)
            RGB, turned upright.
        notes : tuple of str
            What a viewer has to know, one sentence each.

        Raises
        ------
        UnreadableVideo
            If the frame cannot be decoded, or the process is lost over it and no longer `alive`.
        """
        try:
            answer = self._ask({"frame": ordinal}, Progress())
            with self._process.within(self._limits.decode_seconds):
                return self._pixels(answer)
        except DecoderGone as gone:
            self.end()
            sentence = gone.sentence(f"Frame {ordinal} of {self._name}", self._limits)
            raise UnreadableVideo(sentence) from gone

    def end(self) -> None:
        """Kill the process, which holds nothing that is needed."""
        self.alive = False
        self._process.end()

    def _ask(self, request: dict[str, Any], progress: Progress) -> dict[str, Any]:
        """Send a request and wait for its answer as long as there are signs of life."""
        with self._process.within(self._limits.decode_seconds):
            self._process.send(request)
        while True:
            with self._process.within(self._limits.decode_seconds):
                answer = self._process.receive()
                done, total, message = answer.get("step", (0, None, ""))
                if "error" in answer:
                    break
            if "step" in answer:
                progress.step(done, total, message)
            elif "busy" not in answer:
                return answer
        raise UnreadableVideo(one_line(str(answer["error"])))

    def _indexed(self, answer: dict[str, Any]) -> IndexedVideo:
        frames = int(answer["frames"])
        if not 0 < frames <= self._limits.max_frames:
            raise ValueError("the decoder does not keep to the limits")
        pts = np.frombuffer(self._process.receive_bytes(8 * frames), np.int64)
        if len(pts) != frames or (np.diff(pts) <= 0).any():
            raise ValueError("the decoder gives time stamps that do not ascend")
        width, height = map(int, answer["size"])
        facts = StreamFacts(
            width, height, int(answer["stream"]), str(answer["codec"]), str(answer["container"])
        )
        index = FrameIndex(tuple(pts.tolist()), (), int(answer["end"]), Fraction(*answer["time_base"]))
        return IndexedVideo(facts, index)

    def _pixels(self, answer: dict[str, Any]) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
        height, width, channels = answer["shape"]
        # Frames may grow after the header, to the size at which the decoder stops.
        if channels != 3 or height * width > 2 * self._limits.max_pixels + ALIGNMENT_SLACK:
            raise ValueError("the decoder does not keep to the limits")
        data = self._process.receive_bytes(height * width * channels)
        pixels = np.frombuffer(data, np.uint8).reshape(height, width, channels)
        return pixels, tuple(map(str, answer["notes"]))
