"""Where the frames of a video are: an index of presentation times, built by reading packets only."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction

from av.container import InputContainer
from av.video.stream import VideoStream

from core.errors import UnreadableVideo
from core.progress import Progress

_REPORT_EVERY = 256
_PACKETS_A_FRAME = 2  # an interlaced stream may hold each field in one


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A frame from which decoding can start.

    Attributes
    ----------
    pts, dts : int
        Presentation and decoding time stamp, in units of the stream's time base.
    """

    pts: int
    dts: int


@dataclass(frozen=True, slots=True)
class FrameIndex:
    """The frames of one stream.

    Attributes
    ----------
    pts : tuple of int
        Presentation time stamps, ascending; the position of each is the ordinal of its frame.
    keyframes : tuple of Keyframe
        In the order of their `pts`.
    end : int
        When the last frame leaves the screen, in the same units.
    time_base : Fraction
        Seconds per unit.
    """

    pts: tuple[int, ...]
    keyframes: tuple[Keyframe, ...]
    end: int
    time_base: Fraction

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the end of the last."""
        return float((self.end - self.pts[0]) * self.time_base)

    @property
    def variable_rate(self) -> bool:
        """Whether the steps between frames differ by more than the rounding of a time base."""
        steps = [after - before for before, after in zip(self.pts, self.pts[1:], strict=False)]
        return bool(steps) and max(steps) - min(steps) > 1

    def starting_points(self, pts: int) -> tuple[Keyframe, ...]:
        """Return the keyframes from which a frame can be decoded, the nearest first.

        A keyframe that is shown after the frame is none of them, even when the frame follows it in the
        file: such leading frames of an open group of pictures also need the group before.
        """
        position = bisect_right(self.keyframes, pts, key=lambda keyframe: keyframe.pts)
        return self.keyframes[:position][::-1]

    def without(self, missing: frozenset[int]) -> FrameIndex:
        """Return an index that lacks the frames with these time stamps."""
        kept = tuple(pts for pts in self.pts if pts not in missing)
        return FrameIndex(kept, self.keyframes, self.end, self.time_base)


def build_index(
    container: InputContainer, stream: VideoStream, max_frames: int, name: str, progress: Progress
) -> FrameIndex:
    """Read all packets of a stream, from where the container stands to its end.

    Parameters
    ----------
    container : InputContainer
        Just opened.
    stream : VideoStream
        The stream to index.
    max_frames : int
        Longest video that is accepted.
    name : str
        What to call it in messages.
    progress : Progress
        Is told the number of packets read, and may ask to stop.

    Returns
    -------
    FrameIndex
        From the first keyframe on. Frames that are shown before it are still listed, because only the
        decoder can tell whether they can be decoded.

    Raises
    ------
    UnreadableVideo
        If there are too many frames, none at all, or none from which decoding can start.
    Cancelled
        If a stop was asked for.
    """
    shown: dict[int, int] = {}
    keyframes: dict[int, Keyframe] = {}
    total = stream.frames or None
    for number, packet in enumerate(container.demux(stream)):
        if number % _REPORT_EVERY == 0:
            progress.step(number, total, f"Indexing {name}")
        if number > _PACKETS_A_FRAME * max_frames:
            raise UnreadableVideo(
                f"{name} consists of more than {_PACKETS_A_FRAME * max_frames:,} packets, which is the limit."
            )
        if packet.pts is None or packet.is_corrupt or packet.is_discard:
            continue
        if packet.is_keyframe:
            dts = packet.dts if packet.dts is not None else packet.pts
            keyframes[packet.pts] = Keyframe(packet.pts, dts)
        if keyframes:
            shown[packet.pts] = packet.duration or 0
        if len(shown) > max_frames:
            raise UnreadableVideo(f"{name} has more than {max_frames:,} frames, which is the limit.")
    if not shown:
        raise UnreadableVideo(f"{name} holds no frame from which decoding can start.")
    if stream.time_base is None:
        raise UnreadableVideo(f"{name} does not say in which unit it counts time.")
    pts = tuple(sorted(shown))
    last_step = shown[pts[-1]] or (pts[-1] - pts[-2] if len(pts) > 1 else 0)
    ordered = tuple(sorted(keyframes.values(), key=lambda keyframe: keyframe.pts))
    return FrameIndex(pts, ordered, pts[-1] + last_step, Fraction(stream.time_base))
