"""Faces, from the detector's box to the network's answer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.types.arrays import read_only
from core.types.attention import AttentionMap
from core.types.images import FrameReference, SourceImage


class Outcome(StrEnum):
    """How the examination of a picture or a face ended.

    `UNREADABLE` and `NOT_DETECTED` are outcomes of a picture; `TOO_SMALL` and `NOT_ASSESSED` are
    outcomes of a face. A picture with at least one face is `OK`.
    """

    OK = "ok"
    UNREADABLE = "unreadable"
    NOT_DETECTED = "not_detected"
    TOO_SMALL = "too_small"
    NOT_ASSESSED = "not_assessed"


class Band(StrEnum):
    """Recognizability in words, worst first."""

    UNRECOGNIZABLE = "unrecognizable"
    LOW = "low"
    FAIR = "fair"
    GOOD = "good"


class AlignmentSource(StrEnum):
    """What the similarity transform to the crop was fitted to."""

    LANDMARKS = "landmarks"
    BOX = "box"


MIRRORED_LANDMARKS = (1, 0, 2, 4, 3)
"""Order of the five landmarks in a mirrored picture: right and left change places."""


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """An axis-parallel box in px.

    Attributes
    ----------
    x, y : float
        Left and top edge.
    width, height : float
        Extent, positive.
    """

    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, self.as_list())) or self.width <= 0 or self.height <= 0:
            raise ValueError(f"a box needs finite edges and a positive extent, not {self}")

    @property
    def area(self) -> float:
        """Area in px²."""
        return self.width * self.height

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom edge."""
        return self.x, self.y, self.x + self.width, self.y + self.height

    def area_within(self, width: float, height: float) -> float:
        """Return the area in px² of the part that lies in a picture of a size in px."""
        across = min(self.x + self.width, width) - max(self.x, 0.0)
        down = min(self.y + self.height, height) - max(self.y, 0.0)
        return max(across, 0.0) * max(down, 0.0)

    @property
    def centre(self) -> NDArray[np.float64]:
        """Centre as an array (x, y)."""
        return np.array([self.x + self.width / 2, self.y + self.height / 2])

    def as_list(self) -> list[float]:
        """Return [x, y, width, height]."""
        return [self.x, self.y, self.width, self.height]


@dataclass(frozen=True, slots=True, eq=False)
class FaceDetection:
    """A place in a picture that holds a face.

    Attributes
    ----------
    box : BoundingBox
        Face box, in px of the source image.
    landmarks : ndarray of float32, shape (5, 2), or None
        Right eye, left eye, nose tip, right and left corner of the mouth, as the subject has them
        (the right eye is on the left of an upright picture). None for a box drawn without them.
    confidence : float or None
        The detector's confidence in [0, 1]; None for a box drawn by hand.
    detector : str
        Id of the detector, or "manual".
    """

    MANUAL: ClassVar[str] = "manual"

    box: BoundingBox
    landmarks: NDArray[np.float32] | None
    confidence: float | None
    detector: str

    def __post_init__(self) -> None:
        if self.landmarks is not None:
            checked = read_only("landmarks", self.landmarks, np.float32, (5, 2))
            object.__setattr__(self, "landmarks", checked)

    @property
    def manual(self) -> bool:
        """Whether a person drew the box."""
        return self.detector == self.MANUAL


@dataclass(frozen=True, slots=True, eq=False)
class AlignedFace:
    """A face as the network sees it.

    Attributes
    ----------
    crop : ndarray of uint8, shape (112, 112, 3)
        RGB, similarity-aligned to the ArcFace template.
    transform : ndarray of float64, shape (2, 3)
        Maps source px to crop px: crop = transform @ (x, y, 1).
    eye_distance_px : float
        Distance of the eyes in px of the source, measured before the crop was enlarged. For an
        alignment from the box alone it is estimated from the box.
    source : AlignmentSource
        What the transform was fitted to.
    """

    crop: NDArray[np.uint8]
    transform: NDArray[np.float64]
    eye_distance_px: float
    source: AlignmentSource

    def __post_init__(self) -> None:
        object.__setattr__(self, "crop", read_only("crop", self.crop, np.uint8, (112, 112, 3)))
        object.__setattr__(self, "transform", read_only("transform", self.transform, np.float64, (2, 3)))


@dataclass(frozen=True, slots=True)
class Recognizability:
    """How much of an identity the network can read from a face.

    Attributes
    ----------
    index : float
        The recognizability index; higher is more recognizable.
    band : Band
        The index in words, by the edges of the model's card.
    kind : str
        "RI" for a trained head, "ERS" for 1 - cos(v, UI centre) clipped at 1 (Deng et al. 2021).
    provisional : bool
        True while the index does not come from a head trained for it.
    """

    index: float
    band: Band
    kind: str
    provisional: bool


@dataclass(frozen=True, slots=True, eq=False)
class FaceAnalysis:
    """One face after the whole path from pixels to embedding.

    Attributes
    ----------
    detection : FaceDetection
        Where the face is.
    outcome : Outcome
        `OK`, `TOO_SMALL` or `NOT_ASSESSED`.
    reason : str
        One sentence when the outcome is not `OK`, otherwise empty.
    aligned : AlignedFace or None
        The crop, where one could be made.
    embedding : ndarray of float32, shape (dim,), or None
        Unit-length embedding.
    embedding_norm : float or None
        Length of the embedding before it was normalised.
    recognizability : Recognizability or None
        The index, where the face could be assessed.
    attention_maps : tuple of AttentionMap
        The maps of the crop, at most one of each kind; empty where the face could not be assessed.
    model_id : str or None
        SHA-256 of the weights that gave the embedding.
    """

    detection: FaceDetection
    outcome: Outcome
    reason: str = ""
    aligned: AlignedFace | None = None
    embedding: NDArray[np.float32] | None = None
    embedding_norm: float | None = None
    recognizability: Recognizability | None = None
    attention_maps: tuple[AttentionMap, ...] = ()
    model_id: str | None = None

    def __post_init__(self) -> None:
        if self.embedding is not None:
            checked = read_only("embedding", self.embedding, np.float32, (None,))
            object.__setattr__(self, "embedding", checked)


@dataclass(frozen=True, slots=True, eq=False)
class ImageAnalysis:
    """All faces of one picture, or why there are none.

    Attributes
    ----------
    path : Path or None
        The path as it was given.
    outcome : Outcome
        `OK`, `UNREADABLE` or `NOT_DETECTED`.
    reason : str
        One sentence when the outcome is not `OK`, otherwise empty.
    image : SourceImage or None
        The decoded picture, None when it could not be read.
    faces : tuple of FaceAnalysis
        Faces, largest first.
    sha256 : str or None
        Hash of the file's bytes; known also for a file that could be read but not decoded.
    """

    path: Path | None
    outcome: Outcome
    reason: str = ""
    image: SourceImage | None = None
    faces: tuple[FaceAnalysis, ...] = ()
    sha256: str | None = None

    @property
    def frame(self) -> FrameReference | None:
        """The place in the video when the picture is a frame."""
        return self.image.frame if self.image else None

    @property
    def main(self) -> FaceAnalysis | None:
        """The face that the picture is taken to show when nobody says which.

        The largest as far as it is in the picture, and among faces of at least three quarters of its area, a
        difference that a detector's boxes do not resolve, the one nearest the middle of the picture.
        """
        if self.image is None or not self.faces:
            return None
        size = (self.image.width, self.image.height)
        seen = [face.detection.box.area_within(*size) for face in self.faces]
        rivals = [face for face, area in zip(self.faces, seen, strict=True) if area >= 0.75 * max(seen)]
        middle = np.array(size) / 2
        return min(rivals, key=lambda face: float(np.linalg.norm(face.detection.box.centre - middle)))

    @property
    def assessed(self) -> tuple[FaceAnalysis, ...]:
        """The faces that have an embedding."""
        return tuple(face for face in self.faces if face.outcome is Outcome.OK)
