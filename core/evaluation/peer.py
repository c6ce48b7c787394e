"""An independent system for comparison: the ResNet of dlib, where it is installed.

It comes from the packages `dlib-bin` and `face-recognition-models`, which no part of the application needs.
"""

from __future__ import annotations

import hashlib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import ModelUnavailable
from core.evaluation.systems import Descriptions
from core.imaging.alignment import ARCFACE_TEMPLATE, similarity_transform

CHIP_SIZE = 150
CHIP_EYES: NDArray[np.float64] = np.array([(47.73, 47.14), (100.28, 47.12)])
"""Eye centres in the picture that the network expects, right eye first: means of the eye corners of dlib's
mean face (`get_face_chip_details`, 5 points) with its padding of 0.25."""
CHIP_EYES.flags.writeable = False

_MODEL = "dlib_face_recognition_resnet_model_v1.dat"
_MISSING = "The peer needs the packages dlib-bin and face-recognition-models, which are not installed."


class DlibSystem:
    """dlib's ResNet on the same aligned crops, compared by Euclidean distance as its author does.

    A crop is carried over by the eyes; what would lie below the crop repeats its last row. That costs little:
    on 804 clean pictures (LFW, people 6, at most 3 each) 300 of 327 mated pairs are accepted at FMR 1e-3, and
    305 with dlib's own alignment on the photographs.

    Raises
    ------
    ModelUnavailable
        If the packages are not installed.
    """

    def __init__(self) -> None:
        package = find_spec("face_recognition_models")
        try:
            dlib: Any = import_module("dlib")
        except ImportError as error:
            raise ModelUnavailable(_MISSING) from error
        if package is None or not package.submodule_search_locations:
            raise ModelUnavailable(_MISSING)
        path = Path(package.submodule_search_locations[0]) / "models" / _MODEL
        self._hash = hashlib.sha256(path.read_bytes()).hexdigest()
        self._network = dlib.face_recognition_model_v1(str(path))
        self._to_chip = similarity_transform(ARCFACE_TEMPLATE[:2], CHIP_EYES)

    @property
    def name(self) -> str:
        """Short name."""
        return "dlib-resnet"

    @property
    def system_id(self) -> str:
        """SHA-256 of the weights."""
        return self._hash

    def describe(self, crops: NDArray[np.uint8]) -> Descriptions:
        """Describe aligned crops; dlib has no quality measure."""
        size = (CHIP_SIZE, CHIP_SIZE)
        chips = [
            np.asarray(cv2.warpAffine(crop, self._to_chip, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)
            for crop in crops
        ]
        vectors = np.array(self._network.compute_face_descriptor(chips), np.float32).reshape(-1, 128)
        return Descriptions(vectors, {})

    def similarities(self, first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return minus the Euclidean distances."""
        squares = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1) - 2.0 * first @ second.T
        return np.asarray(-np.sqrt(np.maximum(squares, 0.0)), np.float32)
