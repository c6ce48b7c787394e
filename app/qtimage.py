"""Arrays and PNG bytes to Qt images; every function is safe on any thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from core.types import Band, BoundingBox, FaceAnalysis, FacePicture, SourceImage

_FORMATS = {3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888}
_GENEROUS = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class FacePictures:
    """The pictures of one face.

    Attributes
    ----------
    found : QImage
        The box at native px.
    aligned : QImage or None
        The crop that the network sees.
    maps : tuple of QImage
        An overlay for the aligned crop for each of the face's maps.
    """

    found: QImage
    aligned: QImage | None
    maps: tuple[QImage, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FaceImage:
    """The surroundings of a face that is compared, at native px.

    Attributes
    ----------
    image : QImage
        What was cut out of the picture.
    box : BoundingBox
        Face box, in px of what was cut out.
    landmarks : ndarray of float64, shape (5, 2)
        Right eye, left eye, nose tip, right and left corner of the mouth, in px of what was cut out.
    to_crop : ndarray of float64, shape (2, 3)
        Maps px of what was cut out to px of the aligned crop.
    estimated, original, recognizability, band
        As in :class:`core.types.FacePicture`.
    """

    image: QImage
    box: BoundingBox
    landmarks: NDArray[np.float64]
    to_crop: NDArray[np.float64]
    estimated: bool
    original: bool
    recognizability: float
    band: Band


def face_image(face: FacePicture) -> FaceImage:
    """Cut a face out of its picture with two widths of the face on each side of it, where there are.

    Parameters
    ----------
    face : FacePicture
        The face in the whole picture.

    Returns
    -------
    FaceImage
        The same face in px of what was cut out.
    """
    box = face.box
    margin = _GENEROUS * max(box.width, box.height)
    rows, columns = face.pixels.shape[:2]
    left = int(np.clip(np.floor(box.x - margin), 0, columns - 1))
    top = int(np.clip(np.floor(box.y - margin), 0, rows - 1))
    right, bottom = box.x + box.width + margin, box.y + box.height + margin
    to_crop = face.to_crop.copy()
    to_crop[:, 2] += to_crop[:, :2] @ (left, top)
    return FaceImage(
        cut(face.pixels, left, top, right - left, bottom - top),
        BoundingBox(box.x - left, box.y - top, box.width, box.height),
        face.landmarks.astype(np.float64) - (left, top),
        to_crop,
        face.estimated,
        face.original,
        face.recognizability,
        face.band,
    )


def face_pictures(image: SourceImage, face: FaceAnalysis, maps: Sequence[NDArray[np.uint8]]) -> FacePictures:
    """Cut a face out of its picture.

    Parameters
    ----------
    image : SourceImage
        The picture.
    face : FaceAnalysis
        One of its faces.
    maps : sequence of ndarray of uint8, shape (size, size, 4)
        RGBA overlays for the aligned crop.

    Returns
    -------
    FacePictures
        What the desk shows of the face.
    """
    box = face.detection.box
    found = cut(image.pixels, box.x, box.y, box.width, box.height)
    aligned = image_from_array(face.aligned.crop) if face.aligned else None
    return FacePictures(found, aligned, tuple(map(image_from_array, maps)))


def image_from_array(pixels: NDArray[np.uint8]) -> QImage:
    """Return an image that owns a copy of the pixels.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3) or (height, width, 4)
        RGB or RGBA, alpha not premultiplied.

    Returns
    -------
    QImage
        The same pixels.

    Raises
    ------
    ValueError
        If the array is of another shape or dtype.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in _FORMATS:
        raise ValueError(f"pixels must be uint8 with 3 or 4 channels, not {pixels.dtype} {pixels.shape}")
    height, width, channels = pixels.shape
    data = np.ascontiguousarray(pixels)
    return QImage(data.data, width, height, width * channels, _FORMATS[channels]).copy()


def image_from_bytes(data: bytes) -> QImage:
    """Decode an image that the workspace itself encoded; null when the bytes are none."""
    return QImage.fromData(data)


def fitted(image: QImage, side: int) -> QImage:
    """Return the image shrunk (never enlarged) so that its longer side is at most `side` px."""
    if max(image.width(), image.height()) <= side:
        return image
    aspect, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(side, side, aspect, smooth)


def cut(pixels: NDArray[np.uint8], x: float, y: float, width: float, height: float) -> QImage:
    """Return the pixels of a box, untouched; parts of the box outside the picture are left out.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    x, y, width, height : float
        The box in px, edges between pixels rounded outwards.

    Returns
    -------
    QImage
        At least 1x1 px.
    """
    rows, columns = pixels.shape[:2]
    left, top = int(np.clip(np.floor(x), 0, columns - 1)), int(np.clip(np.floor(y), 0, rows - 1))
    right, bottom = int(np.ceil(x + width)), int(np.ceil(y + height))
    return image_from_array(pixels[top : max(bottom, top + 1), left : max(right, left + 1)])
