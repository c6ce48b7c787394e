"""Two faces as they are laid side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types.arrays import read_only
from core.types.faces import Band, BoundingBox


@dataclass(frozen=True, slots=True, eq=False)
class FacePicture:
    """A picture in which one face is looked at, with the landmarks that it is registered by.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB, upright.
    box : BoundingBox
        Face box, in px of the picture.
    landmarks : ndarray of float32, shape (5, 2)
        Right eye, left eye, nose tip, right and left corner of the mouth, as the subject has them, in px.
    estimated : bool
        Whether the landmarks are only where those of an average face in the box would be.
    to_crop : ndarray of float64, shape (2, 3)
        Maps px of the picture to px of the aligned crop of 112 x 112 px that the network saw.
    original : bool
        Whether the pixels are as they came in; False for an aligned crop and for a derived picture.
    recognizability : float
        Index of the face.
    band : Band
        The index in words.
    """

    pixels: NDArray[np.uint8]
    box: BoundingBox
    landmarks: NDArray[np.float32]
    estimated: bool
    to_crop: NDArray[np.float64]
    original: bool
    recognizability: float
    band: Band

    def __post_init__(self) -> None:
        for name, dtype, shape in (
            ("pixels", np.uint8, (None, None, 3)),
            ("landmarks", np.float32, (5, 2)),
            ("to_crop", np.float64, (2, 3)),
        ):
            object.__setattr__(self, name, read_only(name, getattr(self, name), dtype, shape))


@dataclass(frozen=True, slots=True, eq=False)
class ComparedFaces:
    """The pictures of a probe and of one candidate; no name, rank or similarity is among them.

    Attributes
    ----------
    probe : FacePicture
        The picture that was searched for.
    crop : FacePicture
        The candidate's aligned crop as it was enrolled, which is interpolated.
    source : FacePicture or None
        The picture that the candidate was enrolled from, where its file is still there unchanged.
    why : str
        One sentence that says why there is no source; empty when there is.
    """

    probe: FacePicture
    crop: FacePicture
    source: FacePicture | None
    why: str
