"""Decoded frames: from a keyframe onwards, upright, and as RGB."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from core.errors import UnreadableVideo
from core.imaging.frame_index import FrameIndex, Keyframe


def decode_from(
    container: InputContainer,
    stream: VideoStream,
    start: Keyframe,
    beat: Callable[[], None],
    leading: bool = False,
) -> Iterator[VideoFrame]:
    """Decode from a keyframe to the end.

    Parameters
    ----------
    container : InputContainer
        Standing at the keyframe or before it.
    stream : VideoStream
        The stream to decode.
    start : Keyframe
        Where to start; packets before it are skipped.
    beat : callable
        Called for each packet, as a sign that the work goes on.
    leading : bool
        Whether frames that are shown before the keyframe are wanted as well. They are right
        only when they do not need a group of pictures before it.

    Yields
    ------
    VideoFrame
        In presentation order, as the decoder puts them out. Nothing when the container stands behind the
        keyframe. A packet that cannot be decoded is passed over.
    """
    started = False
    for packet in container.demux(stream):
        beat()
        if not started:
            if packet.dts is not None and packet.dts > start.dts and packet.pts != start.pts:
                return
            started = packet.is_keyframe and packet.pts == start.pts
            if not started:
                continue
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            if frame.pts is not None and (leading or frame.pts >= start.pts):
                yield frame


def checked_head(
    container: InputContainer, stream: VideoStream, index: FrameIndex, name: str, beat: Callable[[], None]
) -> tuple[FrameIndex, VideoFrame]:
    """Decode the beginning of a video and take out of its index what the decoder does not put out.

    Parameters
    ----------
    container : InputContainer
        Just opened.
    stream : VideoStream
        The stream that was indexed.
    index : FrameIndex
        What its packets promise.
    name : str
        What to call it in an error.
    beat : callable
        Called for each packet, as a sign that the work goes on.

    Returns
    -------
    index : FrameIndex
        Without the frames shown before the first keyframe that cannot be decoded.
    first : VideoFrame
        The first frame that can be shown.

    Raises
    ------
    UnreadableVideo
        If no frame can be decoded.
    """
    start = index.keyframes[0]
    good: dict[int, VideoFrame] = {}
    for frame in decode_from(container, stream, start, beat, leading=True):
        if frame.pts is not None and not frame.is_corrupt:
            good[frame.pts] = frame
        if frame.pts is None or frame.pts >= start.pts:
            break
    missing = frozenset(pts for pts in index.pts if pts <= start.pts and pts not in good)
    if start.pts in missing:
        raise UnreadableVideo(f"The first frame of {name} cannot be decoded.")
    kept = index.without(missing)
    return kept, good[kept.pts[0]]


def upright_rgb(frame: VideoFrame) -> NDArray[np.uint8]:
    """Return a frame as RGB, shape (height, width, 3), turned as its display matrix asks."""
    pixels = frame.to_ndarray(format="rgb24")
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, turns), np.uint8)


def frame_notes(frame: VideoFrame, stream: VideoStream) -> tuple[str, ...]:
    """Return what a viewer of the frame has to know, one sentence each."""
    notes = []
    if frame.is_corrupt:
        notes.append("The decoder reported errors in this frame.")
    if frame.interlaced_frame:
        notes.append("The frame is interlaced; both fields are shown as recorded.")
    aspect = stream.sample_aspect_ratio
    if aspect and aspect != 1:
        notes.append(f"Its pixels are {aspect} as wide as high; they are shown as recorded.")
    return tuple(notes)
