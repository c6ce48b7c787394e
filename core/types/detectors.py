"""What is known about a face detector before its weights are loaded."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RetinaFaceConfig:
    """What a RetinaFace network is built from and how it is fed; travels in the card of its weights.

    The input is (value - mean) / std, channel by channel, in units of an 8-bit value and in the order of
    `channel_order`.

    Attributes
    ----------
    backbone : str
        "mobilenet0.25" or "resnet50".
    channels : int
        Channels of the feature pyramid; a multiple of 4.
    min_sizes : tuple of tuple of int
        Sides of the square priors of each pyramid level, in px of the input.
    steps : tuple of int
        Stride of each level in px: consecutive ones of 4, 8, 16 and 32, ascending.
    variances : tuple of float
        By which the regressed offsets of centres and (logarithmic) sizes are multiplied.
    channel_order : str
        "RGB" or "BGR".
    mean, std : tuple of float
        One value for each channel.
    face_px : tuple of float
        Smallest and largest side of a face in px of the input between which none is missed for its size.
    """

    backbone: str = "mobilenet0.25"
    channels: int = 64
    min_sizes: tuple[tuple[int, ...], ...] = ((16, 32), (64, 128), (256, 512))
    steps: tuple[int, ...] = (8, 16, 32)
    variances: tuple[float, float] = (0.1, 0.2)
    channel_order: str = "RGB"
    mean: tuple[float, float, float] = (127.5, 127.5, 127.5)
    std: tuple[float, float, float] = (127.5, 127.5, 127.5)
    face_px: tuple[float, float] = (16.0, 512.0)

    def __post_init__(self) -> None:
        strides = (4, 8, 16, 32)
        runs = {strides[first:last] for first in range(4) for last in range(first + 1, 5)}
        if self.steps not in runs:
            raise ValueError(f"steps must be consecutive ones of {strides}, not {self.steps}")
        if len(self.min_sizes) != len(self.steps) or not all(self.min_sizes):
            raise ValueError("every level needs the sides of its priors")
        if any(side <= 0 for sides in self.min_sizes for side in sides):
            raise ValueError("the sides of priors must be positive")
        if self.channels <= 0 or self.channels % 4:
            raise ValueError(f"channels must be a positive multiple of 4, not {self.channels}")
        if self.channel_order not in ("RGB", "BGR"):
            raise ValueError(f"channel_order must be RGB or BGR, not {self.channel_order!r}")
        if (len(self.variances), len(self.mean), len(self.std)) != (2, 3, 3):
            raise ValueError("there are two variances, three means and three standard deviations")
        if min(*self.variances, *self.std) <= 0:
            raise ValueError("variances and standard deviations must be positive")
        if not 0 < self.face_px[0] < self.face_px[1]:
            raise ValueError(f"face_px must be positive and ascend, not {self.face_px}")


@dataclass(frozen=True, slots=True)
class RefinerConfig:
    """What the refinement network of a detector sees of a face.

    Attributes
    ----------
    side : int
        Of its input in px; a multiple of 16.
    reach : float
        Side of what it sees, in units of the side of the face's box (the square root of its area).
    """

    side: int = 64
    reach: float = 1.3

    def __post_init__(self) -> None:
        if self.side < 16 or self.side % 16:
            raise ValueError(f"side must be a multiple of 16, not {self.side}")
        if not 1.0 <= self.reach <= 4.0:
            raise ValueError(f"reach must lie between 1 and 4, not {self.reach}")


@dataclass(frozen=True, slots=True)
class DetectorCard:
    """The card that lies beside the weight file of a detector.

    Attributes
    ----------
    model_id : str
        SHA-256 of the weight file, 64 hexadecimal digits.
    name : str
        Short name, also the stem of the file and what the settings choose it by.
    architecture : str
        "retinaface".
    config : RetinaFaceConfig
        How to build and feed the network.
    refiner : RefinerConfig or None
        How to build and feed the refinement network whose weights lie in the same file; None without one.
    licence : str
        Licence and what it restricts.
    origin : str
        Where the weights come from.
    training_data : str
        What they were trained on.
    command : str
        The command that made the file.
    figures : tuple of str
        Measured figures, one sentence each, with data and n.
    limitations : tuple of str
        What the detector must not be used for or was not measured on.
    """

    model_id: str
    name: str
    architecture: str
    config: RetinaFaceConfig
    licence: str
    origin: str
    training_data: str
    command: str
    figures: tuple[str, ...] = field(default=())
    limitations: tuple[str, ...] = field(default=())
    refiner: RefinerConfig | None = None
