"""Where faces are in a picture, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types.faces import MIRRORED_LANDMARKS


@dataclass(frozen=True, slots=True, eq=False)
class FaceLabels:
    """Faces of a picture.

    Attributes
    ----------
    boxes : ndarray of float32, shape (n, 4)
        Left, top, right and bottom in px; (0, 0) is the centre of the first pixel.
    landmarks : ndarray of float32, shape (n, 5, 2)
        Right eye, left eye, nose, right and left mouth corner; zeros where they are not known.
    certain : ndarray of bool, shape (n,)
        Whether there is a face for sure. Otherwise the place is neither face nor background.
    """

    boxes: NDArray[np.float32]
    landmarks: NDArray[np.float32]
    certain: NDArray[np.bool_]

    @classmethod
    def none(cls) -> FaceLabels:
        """Return the labels of a picture without faces."""
        return cls(np.zeros((0, 4), np.float32), np.zeros((0, 5, 2), np.float32), np.zeros(0, bool))

    @classmethod
    def uncertain(cls, boxes: NDArray[np.float32]) -> FaceLabels:
        """Return labels for places (n, 4) that are neither face nor background."""
        n = len(boxes)
        return cls(boxes.astype(np.float32), np.zeros((n, 5, 2), np.float32), np.zeros(n, bool))

    @classmethod
    def joined(cls, parts: Sequence[FaceLabels]) -> FaceLabels:
        """Return the labels of several parts one after the other; at least one part is needed."""
        return cls(
            np.concatenate([part.boxes for part in parts]),
            np.concatenate([part.landmarks for part in parts]),
            np.concatenate([part.certain for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.certain)

    @property
    def sides(self) -> NDArray[np.float32]:
        """Size of each face in px: the square root of the area of its box."""
        extent = self.boxes[:, 2:] - self.boxes[:, :2]
        return np.asarray(np.sqrt(np.maximum(extent, 0).prod(1)), np.float32)

    def chosen(self, which: NDArray[np.generic]) -> FaceLabels:
        """Return some of the faces, by places or by a mask."""
        return FaceLabels(self.boxes[which], self.landmarks[which], self.certain[which])

    def doubted(self, doubtful: NDArray[np.bool_]) -> FaceLabels:
        """Return the same faces, those of a mask no longer certain."""
        return FaceLabels(self.boxes, self.landmarks, self.certain & ~doubtful)

    def moved(self, matrix: NDArray[np.float64], mirrored: bool = False) -> FaceLabels:
        """Return the labels after the picture was moved.

        Parameters
        ----------
        matrix : ndarray of float64, shape (2, 3)
            From old to new coordinates, both counted from the corner of the picture, not from the centre of
            its first pixel.
        mirrored : bool
            Whether the matrix turns right into left.

        Returns
        -------
        FaceLabels
            Boxes keep their sides parallel to the axes: their centre follows the matrix, their width and
            height only its scales, because a head that leans does not grow.
        """
        scales = np.hypot(*matrix[:, :2])
        centres = (self.boxes[:, :2] + self.boxes[:, 2:]) / 2
        half = (self.boxes[:, 2:] - self.boxes[:, :2]) / 2 * scales
        centres, landmarks = _mapped(centres, matrix), _mapped(self.landmarks, matrix)
        if mirrored:
            landmarks = landmarks[:, MIRRORED_LANDMARKS]
        boxes = np.concatenate([centres - half, centres + half], axis=1)
        return FaceLabels(boxes.astype(np.float32), landmarks.astype(np.float32), self.certain)

    def visible(self, left: float, top: float, right: float, bottom: float) -> NDArray[np.float32]:
        """Return which share of each box lies in a rectangle, given by its edges counted from the corner."""
        low = np.maximum(self.boxes[:, :2], (left - 0.5, top - 0.5))
        high = np.minimum(self.boxes[:, 2:], (right - 0.5, bottom - 0.5))
        area = (self.boxes[:, 2:] - self.boxes[:, :2]).prod(1)
        return np.asarray(np.maximum(high - low, 0).prod(1) / np.maximum(area, 1e-9), np.float32)


def _mapped(points: NDArray[np.floating], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((points + 0.5) @ matrix[:, :2].T + matrix[:, 2] - 0.5)
