"""The decoder of one video: exactly the frame that was asked for, or an error."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from core.errors import UnreadableVideo
from core.imaging.container import open_container
from core.imaging.decoding import checked_head, decode_from, frame_notes, upright_rgb
from core.imaging.frame_index import FrameIndex, Keyframe, build_index
from core.imaging.naming import one_line, shown_name
from core.progress import Progress
from core.settings import ImagingSettings

_RECENT_FRAMES = 16
_RECENT_BYTES = 128 << 20

Beat = Callable[[], None]
"""Called again and again while a frame is being looked for, as a sign that the work goes on."""


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """What a video says of its main stream.

    Attributes
    ----------
    width, height : int
        Size of a decoded frame after rotation, in px.
    stream : int
        Index of the video stream.
    codec, container : str
        Short names.
    """

    width: int
    height: int
    stream: int
    codec: str
    container: str


class VideoReader:
    """An open video, in the process that decodes it.

    A frame is found by its presentation time stamp (PTS): the decoder starts at a keyframe and goes on
    until it puts out the very time stamp of the index. Frames that the decoder cannot make, such as
    the first ones of a stream that was cut inside an open group of pictures, are not in the index.

    Use :meth:`open` to make one. It belongs to the thread that uses it.
    """

    def __init__(
        self,
        path: Path,
        facts: StreamFacts,
        index: FrameIndex,
        limits: ImagingSettings,
        opened: tuple[InputContainer, VideoStream],
        beat: Beat,
    ) -> None:
        self.facts = facts
        self.index = index
        self._path = path
        self._limits = limits
        self._container, self._stream = opened
        self._beat = beat
        self._decoded: Iterator[VideoFrame] = iter(())
        self._reached: int | None = None
        self._recent: deque[VideoFrame] = deque(maxlen=_RECENT_FRAMES)

    @classmethod
    def open(cls, path: Path, limits: ImagingSettings, progress: Progress, beat: Beat) -> Self:
        """Open a video file: index it, and decode its first frame.

        Parameters
        ----------
        path : Path
            A local file. Playlists are not opened, nor is anything that the file points to.
        limits : ImagingSettings
            Largest frame and longest video.
        progress : Progress
            Follows the indexing and may stop it.
        beat : callable
            Called while frames are looked for.

        Returns
        -------
        VideoReader
            To be closed after use.

        Raises
        ------
        UnreadableVideo
            If the file is damaged, beyond the limits, or holds no video.
        Cancelled
            If a stop was asked for.
        """
        name = shown_name(path)
        container, stream = open_container(path, limits)
        try:
            index = build_index(container, stream, limits.max_frames, name, progress)
            container.close()
            container, stream = open_container(path, limits)
            index, first = checked_head(container, stream, index, name, beat)
            height, width = upright_rgb(first).shape[:2]
            facts = StreamFacts(width, height, stream.index, stream.codec_context.name, container.format.name)
            return cls(path, facts, index, limits, (container, stream), beat)
        except (av.FFmpegError, ValueError) as error:
            container.close()
            reason = one_line(str(error)).rstrip(".")
            raise UnreadableVideo(f"{name} cannot be decoded: {reason}.") from error
        except BaseException:
            container.close()
            raise

    def close(self) -> None:
        """Release the file and the decoder."""
        self._decoded = iter(())
        self._recent.clear()
        self._container.close()

    def frame(self, ordinal: int) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
        """Decode one frame.

        Parameters
        ----------
        ordinal : int
            Position in presentation order, from 0, of a frame that the index has.

        Returns
        -------
        pixels : ndarray of uint8, shape (height, width, 3)
            RGB, turned upright.
        notes : tuple of str
            What a viewer has to know, one sentence each.

        Raises
        ------
        UnreadableVideo
            If the decoder does not put it out.
        """
        name = shown_name(self._path)
        try:
            frame = self._find(self.index.pts[ordinal])
        except (av.FFmpegError, ValueError) as error:
            self._reached = None
            reason = one_line(str(error)).rstrip(".")
            raise UnreadableVideo(f"Frame {ordinal} of {name} cannot be decoded: {reason}.") from error
        if frame is None:
            raise UnreadableVideo(f"Frame {ordinal} of {name} cannot be decoded.")
        return upright_rgb(frame), frame_notes(frame, self._stream)

    def _find(self, pts: int) -> VideoFrame | None:
        for recent in self._recent:
            if recent.pts == pts:
                return recent
        starts = self.index.starting_points(pts)
        nearest = starts[0].pts if starts else pts
        if self._reached is not None and nearest <= self._reached < pts:
            frame = self._forward_to(pts)
            if frame is not None:
                return frame
        # A start that a seek cannot reach is passed over for one further back, then for the beginning.
        for start in (*starts[:2], None):
            self._restart(start)
            frame = self._forward_to(pts)
            if frame is not None:
                return frame
        return None

    def _restart(self, start: Keyframe | None) -> None:
        self._recent.clear()
        self._reached = None
        if start is None:
            self._container.close()
            self._container, self._stream = open_container(self._path, self._limits)
            first = self.index.keyframes[0]
            self._decoded = decode_from(self._container, self._stream, first, self._beat, leading=True)
        else:
            self._container.seek(start.dts, stream=self._stream)
            self._decoded = decode_from(self._container, self._stream, start, self._beat)

    def _forward_to(self, pts: int) -> VideoFrame | None:
        for frame in self._decoded:
            self._reached = frame.pts
            self._remember(frame)
            if frame.pts == pts:
                return frame
            if frame.pts is None or frame.pts > pts:
                return None
        return None

    def _remember(self, frame: VideoFrame) -> None:
        """Keep the last frames, so that stepping back need not decode a whole group of pictures."""
        self._recent.append(frame)
        while len(self._recent) > max(1, _RECENT_BYTES // (frame.width * frame.height * 3)):
            self._recent.popleft()
