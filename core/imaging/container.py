"""Video files opened as what they are: one local file, one video stream, nothing it points to."""

from __future__ import annotations

from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from core.errors import UnreadableVideo
from core.settings import ImagingSettings

DEMUXERS = "asf,avi,dhav,dv,flv,gif,ivf,matroska,mov,mpeg,mpegts,mxf,ogg,webm,wtv,yuv4mpegpipe"
"""The containers that are opened; playlists and lists of files (hls, concat, dash) are not among them."""

_ALIGNMENT_SLACK = 1 << 16


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
        raise UnreadableVideo(f"{path.name} is not a video that can be opened: {_reason(error)}.") from error
    try:
        return container, _video_stream(container, path, limits)
    except UnreadableVideo:
        container.close()
        raise


def _video_stream(container: InputContainer, path: Path, limits: ImagingSettings) -> VideoStream:
    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not moving:
        raise UnreadableVideo(f"{path.name} holds no video stream.")
    stream = next((s for s in moving if s.disposition & Disposition.default), moving[0])
    if stream.codec_context is None:
        raise UnreadableVideo(f"{path.name} is coded in a way that no decoder here knows.")
    width, height = stream.codec_context.width, stream.codec_context.height
    if width <= 0 or height <= 0:
        raise UnreadableVideo(f"{path.name} does not say how large its frames are; it may be cut off.")
    if width * height > limits.max_pixels:
        raise UnreadableVideo(
            f"{path.name} has frames of {width} x {height} px, "
            f"more than the limit of {limits.max_pixels:,} px."
        )
    # For frames that grow later on. The decoder counts rows rounded up to its alignment, hence the slack.
    stream.codec_context.options = {"max_pixels": str(2 * limits.max_pixels + _ALIGNMENT_SLACK)}
    stream.thread_type = "AUTO"
    return stream


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).rstrip(".")
