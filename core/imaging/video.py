"""Video frames by ordinal, decoded in a process of its own: the frame that was asked for, or an error."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from core.errors import UnreadableVideo
from core.imaging.digest import hash_bytes, hash_file
from core.imaging.naming import shown_name
from core.imaging.video_process import VideoProcess
from core.progress import Progress
from core.settings import ImagingSettings
from core.types import FrameReference, SourceImage, VideoInfo

SUFFIXES = frozenset(
    {
        ".3gp", ".asf", ".avi", ".dav", ".dv", ".flv", ".ivf", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4",
        ".mpeg", ".mpg", ".mts", ".mxf", ".ogv", ".ts", ".vob", ".webm", ".wmv", ".wtv",
    }
)  # fmt: skip


def is_video(path: Path) -> bool:
    """Tell by its suffix whether a file is to be opened as a video."""
    return path.suffix.lower() in SUFFIXES


class VideoSource:
    """An open video. It belongs to the thread that uses it.

    The file is indexed and decoded in a child process with limited memory, which is given up when it shows
    no sign of life for as long as the settings allow. A frame that costs the child its life is an error, and
    the next one gets a new child.

    Use :meth:`open` to make one.

    Attributes
    ----------
    info : VideoInfo
        What the video says of itself.
    """

    def __init__(
        self, path: Path, sha256: str, byte_size: int, limits: ImagingSettings, process: VideoProcess
    ) -> None:
        facts, index = process.video.facts, process.video.index
        self.info = VideoInfo(
            path=path,
            sha256=sha256,
            width=facts.width,
            height=facts.height,
            frames=len(index.pts),
            stream=facts.stream,
            time_base=index.time_base,
            duration=index.duration,
            codec=facts.codec,
            container=facts.container,
            variable_rate=index.variable_rate,
        )
        self._byte_size = byte_size
        self._limits = limits
        self._process = process
        self._closed = False
        self._pts = index.pts
        self._seconds = np.array([float((pts - index.pts[0]) * index.time_base) for pts in index.pts])

    @classmethod
    def open(cls, path: Path, limits: ImagingSettings, progress: Progress | None = None) -> Self:
        """Open a video file: hash it, index it, and decode its first frame.

        Parameters
        ----------
        path : Path
            A local file. Playlists are not opened, nor is anything that the file points to.
        limits : ImagingSettings
            Largest frame and longest video, and the memory and time that decoding may take.
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
        return cls(path, sha256, byte_size, limits, VideoProcess(path, limits, progress))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file and the decoder."""
        self._closed = True
        self._process.end()

    @property
    def decoder_pid(self) -> int:
        """Number of the process that decodes, or that was lost last."""
        return self._process.pid

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
            If there is no such frame, the decoder does not put it out, ends over it or takes too long.
        ValueError
            If the video was closed.
        """
        pts = self._pts[self._checked(ordinal)]
        if self._closed:
            raise ValueError("a frame of a video that was closed")
        if not self._process.alive:
            self._process = self._opened_again()
        pixels, notes = self._process.frame(ordinal)
        return SourceImage(
            pixels=pixels,
            sha256=self.info.sha256,
            path=self.info.path,
            file_format=self.info.codec,
            byte_size=self._byte_size,
            notes=notes,
            frame=FrameReference(self.info.stream, pts, self.info.time_base, ordinal),
            pixel_sha256=hash_bytes(pixels.data),
        )

    def _checked(self, ordinal: int) -> int:
        if not 0 <= ordinal < self.info.frames:
            name, last = shown_name(self.info.path), self.info.frames - 1
            raise UnreadableVideo(f"{name} has frames 0 to {last}, and no frame {ordinal}.")
        return ordinal

    def _opened_again(self) -> VideoProcess:
        process = VideoProcess(self.info.path, self._limits, Progress())
        if process.video != self._process.video:
            process.end()
            raise UnreadableVideo(f"{shown_name(self.info.path)} has changed since it was opened.")
        return process


def _digest(path: Path, progress: Progress) -> tuple[str, int]:
    name = shown_name(path)
    if os.path.isdir(path):
        raise UnreadableVideo(f"{name} is a folder, not a video.")
    if os.path.exists(path) and not os.path.isfile(path):
        raise UnreadableVideo(f"{name} is not a regular file.")
    try:
        sha256, byte_size = hash_file(path, progress)
    except FileNotFoundError as error:
        raise UnreadableVideo(f"{name} does not exist.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadableVideo(f"{name} cannot be read: {reason}.") from error
    if byte_size == 0:
        raise UnreadableVideo(f"{name} is empty.")
    return sha256, byte_size
