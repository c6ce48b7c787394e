"""What is known about a network before its weights are loaded."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.types.faces import Band


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How a crop becomes the network's input: (value - mean) / std, channels in `channel_order`.

    Attributes
    ----------
    size : int
        Height and width of the input, in px.
    channel_order : str
        "RGB" or "BGR".
    mean, std : float
        In units of an 8-bit value.
    mirrored : bool
        Whether the embedding is the mean of that of the crop and that of its mirror image.
    """

    size: int = 112
    channel_order: str = "RGB"
    mean: float = 127.5
    std: float = 127.5
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class BandEdges:
    """Where the bands of recognizability begin.

    Attributes
    ----------
    low, fair, good : float
        Smallest index of each band; below `low` a face is unrecognizable. Ascending.
    derivation : str
        How the edges were found: data, command, criterion.
    """

    low: float
    fair: float
    good: float
    derivation: str

    def __post_init__(self) -> None:
        if not self.low <= self.fair <= self.good:
            raise ValueError(f"band edges must ascend, not {self.low}, {self.fair}, {self.good}")

    def band(self, index: float) -> Band:
        """Return the band that an index falls into."""
        if index >= self.good:
            return Band.GOOD
        if index >= self.fair:
            return Band.FAIR
        return Band.LOW if index >= self.low else Band.UNRECOGNIZABLE


@dataclass(frozen=True, slots=True)
class ModelCard:
    """The card that lies beside a weight file.

    Attributes
    ----------
    model_id : str
        SHA-256 of the weight file, 64 hexadecimal digits.
    name : str
        Short name, also the stem of the file.
    architecture : str
        Key of the network in `core.recognition.backbones`.
    embedding_dim : int
        Length of an embedding.
    preprocessing : Preprocessing
        How to feed it.
    bands : BandEdges
        Edges of the recognizability bands.
    recognizability : str
        "RI" or "ERS".
    provisional : bool
        True while recognizability does not come from a trained head.
    licence : str
        Licence and what it restricts.
    origin : str
        Where the weights come from.
    training_data : str
        What they were trained on.
    command : str
        The command that made the file.
    figures : tuple of str
        Measured figures, one sentence each, with data, n and interval.
    limitations : tuple of str
        What the model must not be used for or was not measured on.
    """

    model_id: str
    name: str
    architecture: str
    embedding_dim: int
    preprocessing: Preprocessing
    bands: BandEdges
    recognizability: str
    provisional: bool
    licence: str
    origin: str
    training_data: str
    command: str
    figures: tuple[str, ...] = field(default=())
    limitations: tuple[str, ...] = field(default=())
