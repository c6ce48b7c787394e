"""From a detection to the aligned crop that a network sees."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import AlignedFace, AlignmentSource, BoundingBox, FaceDetection

CROP_SIZE = 112

ARCFACE_TEMPLATE: NDArray[np.float64] = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
)
"""Where the landmarks belong in a crop of 112x112 px (Deng et al. 2019), subject's right eye first."""

ARCFACE_TEMPLATE.flags.writeable = False

BOX_LANDMARKS: NDArray[np.float64] = np.array(
    [(-0.193, -0.138), (0.193, -0.138), (0.0, 0.095), (-0.166, 0.276), (0.166, 0.276)]
)
"""Mean place of the landmarks about the centre of a face box, in units of sqrt(width * height).

Measured on the largest libfacedetection face of each of 10,129 Labeled Faces in the Wild photographs
(250x250 px, deep-funneled): landmarks minus box centre, over the square root of the box's area, averaged
over all faces and then over left and right, because a population has no preferred side. The landmarks of
one face differ from this mean by 17 % of its eye distance (median; 47 % at the 95th percentile).
"""

BOX_LANDMARKS.flags.writeable = False

_BORDER = 2
_LEAST_BLOCKS = 16


def similarity_transform(source: NDArray[np.floating], target: NDArray[np.floating]) -> NDArray[np.float64]:
    """Fit rotation, uniform scale and shift between paired points by least squares.

    The closed form of Umeyama (1991), equations 40 to 43, restricted to proper rotations.

    Parameters
    ----------
    source : ndarray, shape (n, 2)
        Points to map, at least two of them different.
    target : ndarray, shape (n, 2)
        Where they should come to lie.

    Returns
    -------
    ndarray of float64, shape (2, 3)
        The matrix M that minimises the sum of squares of M @ (x, y, 1) - target.

    Raises
    ------
    ValueError
        If the shapes differ or all source points coincide.
    """
    p = np.asarray(source, np.float64)
    q = np.asarray(target, np.float64)
    if p.shape != q.shape or p.ndim != 2 or p.shape[1] != 2:
        raise ValueError(f"paired points of shape (n, 2) are needed, not {p.shape} and {q.shape}")
    p_mean, q_mean = p.mean(axis=0), q.mean(axis=0)
    p, q = p - p_mean, q - q_mean
    variance = float((p**2).sum())
    if variance == 0.0:
        raise ValueError("all source points coincide")
    u, singular, vt = np.linalg.svd(q.T @ p)
    signs = np.array([1.0, math.copysign(1.0, np.linalg.det(u) * np.linalg.det(vt))])
    linear = (u * signs) @ vt * (float(singular @ signs) / variance)
    return np.column_stack([linear, q_mean - linear @ p_mean])


def box_landmarks(box: BoundingBox) -> NDArray[np.float64]:
    """Return where the five landmarks of an upright face in a box are on average, shape (5, 2), in px."""
    centre = (box.x + box.width / 2, box.y + box.height / 2)
    return np.array(centre) + BOX_LANDMARKS * math.sqrt(box.area)


def align(pixels: NDArray[np.uint8], detection: FaceDetection) -> AlignedFace:
    """Cut a face out of its picture so that its landmarks lie on the ArcFace template.

    Pixels are interpolated linearly, as the networks of the field were trained with, and what lies
    outside the picture is black. A face that shrinks to less than half its size is averaged over whole
    blocks of pixels first, so that detail finer than the crop does not alias.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    detection : FaceDetection
        The face. Without landmarks the transform is fitted to :data:`BOX_LANDMARKS`: it has no
        rotation, and the eye distance is an estimate (0.386 times the square root of the box's area).

    Returns
    -------
    AlignedFace
        The crop, the transform, and the eye distance in px of the source.

    Raises
    ------
    ValueError
        If all landmarks coincide.
    """
    if detection.landmarks is None:
        landmarks, source = box_landmarks(detection.box), AlignmentSource.BOX
    else:
        landmarks, source = detection.landmarks.astype(np.float64), AlignmentSource.LANDMARKS
    transform = similarity_transform(landmarks, ARCFACE_TEMPLATE)
    return AlignedFace(
        crop=_warp(pixels, transform),
        transform=transform,
        eye_distance_px=float(np.linalg.norm(landmarks[1] - landmarks[0])),
        source=source,
    )


def _warp(pixels: NDArray[np.uint8], transform: NDArray[np.float64]) -> NDArray[np.uint8]:
    scale = math.sqrt(abs(np.linalg.det(transform[:, :2])))
    # Landmarks far outside a picture must not ask for blocks larger than the picture itself.
    largest = max(1, max(pixels.shape[:2]) // _LEAST_BLOCKS)
    block = min(math.floor(1.0 / scale), largest) if scale < 0.5 else 1
    patch, left, top = _patch(pixels, transform, block)
    if patch.size == 0:
        return np.zeros((CROP_SIZE, CROP_SIZE, 3), np.uint8)
    # The centre of a block lies (block - 1) / 2 px right of and below the centre of its first pixel.
    shift = (block - 1) / 2
    to_source = np.array([[block, 0.0, left + shift], [0.0, block, top + shift], [0.0, 0.0, 1.0]])
    if block > 1:
        size = (patch.shape[1] // block, patch.shape[0] // block)
        patch = np.asarray(cv2.resize(patch, size, interpolation=cv2.INTER_AREA), np.uint8)
    crop = cv2.warpAffine(patch, transform @ to_source, (CROP_SIZE, CROP_SIZE), flags=cv2.INTER_LINEAR)
    return np.asarray(crop, np.uint8)


def _patch(
    pixels: NDArray[np.uint8], transform: NDArray[np.float64], block: int
) -> tuple[NDArray[np.uint8], int, int]:
    """Cut out what the crop can see, in whole blocks, with its left and top edge in the picture."""
    end = CROP_SIZE - 1
    corners = np.array([(0, 0), (end, 0), (0, end), (end, end)], np.float64)
    seen = (corners - transform[:, 2]) @ np.linalg.inv(transform[:, :2]).T
    height, width = pixels.shape[:2]
    margin = _BORDER * block
    low = np.maximum(np.floor(seen.min(axis=0)) - margin, 0)
    high = np.minimum(np.ceil(seen.max(axis=0)) + margin + 1, (width, height))
    left, top = int(min(low[0], width)), int(min(low[1], height))
    patch = pixels[top : int(max(high[1], top)), left : int(max(high[0], left))]
    if block > 1 and patch.size:
        missing = (-patch.shape[0] % block, -patch.shape[1] % block)
        patch = np.pad(patch, ((0, missing[0]), (0, missing[1]), (0, 0)))
    return patch, left, top
