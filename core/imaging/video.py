"""Video frames by ordinal: exactly the frame that was asked for, or an error."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from core.errors import UnreadableVideo
from core.imaging.container import open_container
from core.imaging.decoding import checked_head, decode_from, frame_notes, upright_rgb
from core.imaging.digest import hash_bytes, hash_file
from core.imaging.frame_index import FrameIndex, Keyframe, build_index
from core.progress import Progress
from core.settings import ImagingSettings
from core.types import FrameReference, SourceImage, VideoInfo

SUFFIXES = frozenset(
    {
        ".3gp", ".asf", ".avi", ".dav", ".dv", ".flv", ".ivf", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4",
        ".mpeg", ".mpg", ".mts", ".mxf", ".ogv", ".ts", ".vob", ".webm", ".wmv", ".wtv",
    }
)  # fmt: skip

_RECENT_FRAMES = 16
_RECENT_BYTES = 128 << 20


def is_video(path: Path) -> bool:
    """Tell by its suffix whether a file is to be opened as a video."""
    return path.suffix.lower() in SUFFIXES


class VideoSource:
    """An open video. It belongs to the thread that uses it.

    A frame is found by its presentation time stamp (PTS): the decoder starts at a keyframe and goes on
    until it puts out the very time stamp of the index. Frames that the decoder cannot make, such as
    the first ones of a stream that was cut inside an open group of pictures, are not in the index.

    Use :meth:`open` to make one.
    """

    def __init__(
        self,
        info: VideoInfo,
        index: FrameIndex,
        byte_size: int,
        limits: ImagingSettings,
        opened: tuple[InputContainer, VideoStream],
    ) -> None:
        self.info = info
        self._index = index
        self._byte_size = byte_size
        self._limits = limits
        self._container, self._stream = opened
        self._seconds = np.array([float((pts - index.pts[0]) * index.time_base) for pts in index.pts])
        self._decoded: Iterator[VideoFrame] = iter(())
        self._reached: int | None = None
        self._recent: deque[VideoFrame] = deque(maxlen=_RECENT_FRAMES)

    @classmethod
    def open(cls, path: Path, limits: ImagingSettings, progress: Progress | None = None) -> Self:
        """Open a video file: hash it, index it, and decode its first frame.

        Parameters
        ----------
        path : Path
            A local file. Playlists are not opened, nor is anything that the file points to.
        limits : ImagingSettings
            Largest frame and longest video.
        progress : Progress, optional
            Follows the indexing and may stop it.

        Returns
        -------
        VideoSource
            To be closed after use; also a context manager.

        Raises
        ------
        UnreadableVideo
            If the file is missing, empty, damaged, beyond the limits, or holds no video.
        Cancelled
            If a stop was asked for.
        """
        progress = progress or Progress()
        sha256, byte_size = _digest(path, progress)
        container, stream = open_container(path, limits)
        try:
            index = build_index(container, stream, limits.max_frames, path.name, progress)
            container.close()
            container, stream = open_container(path, limits)
            index, first = checked_head(container, stream, index, path.name)
            height, width = upright_rgb(first).shape[:2]
            info = VideoInfo(
                path=path,
                sha256=sha256,
                width=width,
                height=height,
                frames=len(index.pts),
                stream=stream.index,
                time_base=index.time_base,
                duration=index.duration,
                codec=stream.codec_context.name,
                container=container.format.name,
                variable_rate=index.variable_rate,
            )
            return cls(info, index, byte_size, limits, (container, stream))
        except (av.FFmpegError, ValueError) as error:
            container.close()
            raise UnreadableVideo(f"{path.name} cannot be decoded: {str(error).rstrip('.')}.") from error
        except BaseException:
            container.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file and the decoder."""
        self._decoded = iter(())
        self._recent.clear()
        self._container.close()

    def seconds(self, ordinal: int) -> float:
        """Return when a frame comes on screen, in seconds after the first frame."""
        return float(self._seconds[self._checked(ordinal)])

    def ordinal_at(self, seconds: float) -> int:
        """Return the ordinal of the frame on screen at a time after the first frame.

        Before the first frame that is the first, after the last frame the last.
        """
        position = int(np.searchsorted(self._seconds, seconds, side="right")) - 1
        return min(max(position, 0), len(self._seconds) - 1)

    def frame(self, ordinal: int) -> SourceImage:
        """Decode one frame.

        Parameters
        ----------
        ordinal : int
            Position in presentation order, from 0.

        Returns
        -------
        SourceImage
            RGB, turned upright, with its place in the video and the hash of its pixels.

        Raises
        ------
        UnreadableVideo
            If there is no such frame, or the decoder does not put it out.
        """
        pts = self._index.pts[self._checked(ordinal)]
        try:
            frame = self._find(pts)
        except (av.FFmpegError, ValueError) as error:
            self._reached = None
            raise UnreadableVideo(
                f"Frame {ordinal} of {self.info.path.name} cannot be decoded: {str(error).rstrip('.')}."
            ) from error
        if frame is None:
            raise UnreadableVideo(f"Frame {ordinal} of {self.info.path.name} cannot be decoded.")
        pixels = upright_rgb(frame)
        pixels.flags.writeable = False
        return SourceImage(
            pixels=pixels,
            sha256=self.info.sha256,
            path=self.info.path,
            file_format=self.info.codec,
            byte_size=self._byte_size,
            notes=frame_notes(frame, self._stream),
            frame=FrameReference(self.info.stream, pts, self._index.time_base, ordinal),
            pixel_sha256=hash_bytes(pixels.tobytes()),
        )

    def _checked(self, ordinal: int) -> int:
        if not 0 <= ordinal < self.info.frames:
            raise UnreadableVideo(
                f"{self.info.path.name} has frames 0 to {self.info.frames - 1}, and no frame {ordinal}."
            )
        return ordinal

    def _find(self, pts: int) -> VideoFrame | None:
        for recent in self._recent:
            if recent.pts == pts:
                return recent
        starts = self._index.starting_points(pts)
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
            self._container, self._stream = open_container(self.info.path, self._limits)
            first = self._index.keyframes[0]
            self._decoded = decode_from(self._container, self._stream, first, leading=True)
        else:
            self._container.seek(start.dts, stream=self._stream)
            self._decoded = decode_from(self._container, self._stream, start)

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


def _digest(path: Path, progress: Progress) -> tuple[str, int]:
    if path.is_dir():
        raise UnreadableVideo(f"{path.name or path} is a folder, not a video.")
    if path.exists() and not path.is_file():
        raise UnreadableVideo(f"{path.name} is not a regular file.")
    try:
        sha256, byte_size = hash_file(path, progress)
    except FileNotFoundError as error:
        raise UnreadableVideo(f"{path.name} does not exist.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadableVideo(f"{path.name} cannot be read: {reason}.") from error
    if byte_size == 0:
        raise UnreadableVideo(f"{path.name} is empty.")
    return sha256, byte_size
