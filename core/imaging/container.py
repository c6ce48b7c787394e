"""Video files opened as what they are: one local file, one video stream, nothing it points to."""

from __future__ import annotations

import os
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from core.errors import UnreadableVideo
from core.imaging.naming import one_line, shown_name
from core.settings import ImagingSettings

DEMUXERS = "asf,avi,dhav,dv,flv,gif,ivf,matroska,mov,mpeg,mpegts,mxf,ogg,webm,wtv,yuv4mpegpipe"
"""The containers that are opened; playlists and lists of files (hls, concat, dash) are not among them."""

ALIGNMENT_SLACK = 1 << 16
"""Pixels by which a decoder counts a frame larger than it is."""

MOST_THREADS = 8
"""Threads of a decoder; each holds frames of its own, and memory is limited."""


def open_container(path: Path, limits: ImagingSettings) -> tuple[InputContainer, VideoStream]:
    """Open a video file for reading.

    Parameters
    ----------
    path : Path
        A local file.
    limits : ImagingSettings
        Largest frame, checked against the header; the decoder stops at about twice that size.

    Returns
    -------
    container : InputContainer
        To be closed by the caller.
    stream : VideoStream
        Its main video stream.

    Raises
    ------
    UnreadableVideo
        If it is none of the containers of :data:`DEMUXERS`, or holds no video that can be decoded.
    """
    # genpts fills in presentation times that old containers such as AVI leave out.
    options = {"protocol_whitelist": "file", "format_whitelist": DEMUXERS, "fflags": "+genpts"}
    try:
        container = av.open(f"file:{path.absolute()}", options=options, metadata_errors="replace")
    except (av.FFmpegError, OSError, ValueError) as error:
        raise UnreadableVideo(
            f"{shown_name(path)} is not a video that can be opened: {_reason(error)}."
        ) from error
    try:
        return container, _video_stream(container, path, limits)
    except UnreadableVideo:
        container.close()
        raise


def _video_stream(container: InputContainer, path: Path, limits: ImagingSettings) -> VideoStream:
    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not moving:
        raise UnreadableVideo(f"{shown_name(path)} holds no video stream.")
    stream = next((s for s in moving if s.disposition & Disposition.default), moving[0])
    if stream.codec_context is None:
        raise UnreadableVideo(f"{shown_name(path)} is coded in a way that no decoder here knows.")
    width, height = stream.codec_context.width, stream.codec_context.height
    if width <= 0 or height <= 0:
        raise UnreadableVideo(f"{shown_name(path)} does not say how large its frames are; it may be cut off.")
    if width * height > limits.max_pixels:
        raise UnreadableVideo(
            f"{shown_name(path)} has frames of {width} x {height} px, "
            f"more than the limit of {limits.max_pixels:,} px."
        )
    # For frames that grow later on. The decoder counts rows rounded up to its alignment, hence the slack.
    stream.codec_context.options = {"max_pixels": str(2 * limits.max_pixels + ALIGNMENT_SLACK)}
    stream.thread_type = "AUTO"
    stream.thread_count = min(os.cpu_count() or 1, MOST_THREADS)
    return stream


def _reason(error: Exception) -> str:
    return one_line(str(getattr(error, "strerror", None) or error)).rstrip(".")
