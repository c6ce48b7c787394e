"""Parts of a picture at the scale at which a detector looks at them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import BoundingBox, FaceDetection

_EDGE_PX = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A rectangle of a picture, resized.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        What the detector sees.
    left, top : float
        Where the first pixel of the view lies in the resized picture.
    scale_x, scale_y : float
        Size of the resized picture over the size of the picture.
    cut : tuple of bool
        Whether the left, top, right and bottom edge cut through the picture.
    """

    pixels: NDArray[np.uint8]
    left: float = 0.0
    top: float = 0.0
    scale_x: float = 1.0
    scale_y: float = 1.0
    cut: tuple[bool, bool, bool, bool] = (False, False, False, False)

    def is_cut(self, box: BoundingBox) -> bool:
        """Tell whether a box in px of the view ends at an edge beyond which the picture goes on."""
        height, width = self.pixels.shape[:2]
        ends = (
            box.x < _EDGE_PX,
            box.y < _EDGE_PX,
            box.x + box.width > width - _EDGE_PX,
            box.y + box.height > height - _EDGE_PX,
        )
        return any(cut and end for cut, end in zip(self.cut, ends, strict=True))

    def to_picture(self, face: FaceDetection) -> FaceDetection:
        """Return a face that was found in the view, in px of the picture.

        Resizing moves the centre of a pixel from c to (c + 0.5) * scale - 0.5; this is the inverse.
        """
        shift = np.array([self.left, self.top]) + 0.5
        scale = np.array([self.scale_x, self.scale_y])
        x, y = (np.array([face.box.x, face.box.y]) + shift) / scale - 0.5
        points = face.landmarks
        if points is not None:
            points = ((points + shift) / scale - 0.5).astype(np.float32)
        box = BoundingBox(float(x), float(y), face.box.width / self.scale_x, face.box.height / self.scale_y)
        return FaceDetection(box, points, face.confidence, face.detector)


def resized(pixels: NDArray[np.uint8], scale: float) -> View:
    """Return the whole picture as a view, enlarged bicubically or shrunk by averaging."""
    height, width = pixels.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size == (width, height):
        return View(pixels)
    interpolation = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    image = np.asarray(cv2.resize(pixels, size, interpolation=interpolation), np.uint8)
    return View(image, scale_x=size[0] / width, scale_y=size[1] / height)


def padded(view: View, margin: int) -> View:
    """Return a view of a whole picture with a margin of its mean colour on all sides, in px of the view."""
    colour = tuple(float(value) for value in view.pixels.mean(axis=(0, 1)))
    image = cv2.copyMakeBorder(view.pixels, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=colour)
    return View(
        np.asarray(image, np.uint8), view.left - margin, view.top - margin, view.scale_x, view.scale_y
    )


def tiles(view: View, side: int, overlap: int) -> Iterator[View]:
    """Cut a view of a whole picture into overlapping tiles.

    Parameters
    ----------
    view : View
        The whole picture.
    side : int
        Longest side of a tile, in px of the view.
    overlap : int
        Least overlap of neighbours; a face no larger lies whole in some tile.

    Yields
    ------
    View
        Tiles of equal size, spread evenly; the view itself when it is small enough.
    """
    height, width = view.pixels.shape[:2]
    tile_width, tile_height = min(side, width), min(side, height)
    for top in _starts(height, tile_height, overlap):
        for left in _starts(width, tile_width, overlap):
            right, bottom = left + tile_width, top + tile_height
            yield View(
                view.pixels[top:bottom, left:right],
                view.left + left,
                view.top + top,
                view.scale_x,
                view.scale_y,
                (left > 0, top > 0, right < width, bottom < height),
            )


def _starts(length: int, side: int, overlap: int) -> list[int]:
    if length <= side:
        return [0]
    count = -(-(length - overlap) // (side - overlap))
    return [int(start) for start in np.linspace(0, length - side, count).round()]
