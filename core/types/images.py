"""Pictures as they came in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.types.arrays import read_only


@dataclass(frozen=True, slots=True)
class FrameReference:
    """Where in a video a picture was taken.

    Attributes
    ----------
    stream : int
        Index of the video stream in its container.
    pts : int
        Presentation time stamp, in units of `time_base`.
    time_base : Fraction
        Seconds per unit of `pts`.
    ordinal : int
        Position in presentation order, from 0.
    """

    stream: int
    pts: int
    time_base: Fraction
    ordinal: int

    @property
    def seconds(self) -> float:
        """Presentation time in seconds."""
        return float(self.pts * self.time_base)


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What a video says of itself and what its index found.

    Attributes
    ----------
    path : Path
        The file.
    sha256 : str
        Hash of the file's bytes, 64 hexadecimal digits.
    width, height : int
        Size of a decoded frame after rotation, in px.
    frames : int
        Number of frames that can be shown.
    stream : int
        Index of the video stream.
    time_base : Fraction
        Seconds per unit of PTS.
    duration : float
        From the first frame to the end of the last, in seconds.
    codec, container : str
        Short names.
    variable_rate : bool
        Whether the steps between frames differ.
    """

    path: Path
    sha256: str
    width: int
    height: int
    frames: int
    stream: int
    time_base: Fraction
    duration: float
    codec: str
    container: str
    variable_rate: bool


@dataclass(frozen=True, slots=True, eq=False)
class SourceImage:
    """A decoded picture and where it comes from.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB, EXIF orientation applied.
    sha256 : str
        Hash of the bytes of the file (of the whole video for a frame), 64 hexadecimal digits.
    path : Path or None
        The file, None for pixels that never were one.
    file_format : str
        "JPEG", "PNG", "TIFF", "BMP", "WEBP", or the codec of a video.
    byte_size : int
        Size of the file.
    orientation : int
        EXIF orientation that was undone, 1 to 8.
    notes : tuple of str
        What the decoder had to decide, one sentence each (transparency dropped, first frame of several).
    frame : FrameReference or None
        The place in the video, None for a still.
    pixel_sha256 : str or None
        Hash of the decoded RGB bytes, for a frame.
    """

    pixels: NDArray[np.uint8]
    sha256: str
    path: Path | None
    file_format: str
    byte_size: int
    orientation: int = 1
    notes: tuple[str, ...] = ()
    frame: FrameReference | None = None
    pixel_sha256: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", read_only("pixels", self.pixels, np.uint8, (None, None, 3)))

    @property
    def width(self) -> int:
        """Width in px."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height in px."""
        return int(self.pixels.shape[0])
