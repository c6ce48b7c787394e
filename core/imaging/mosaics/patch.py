"""One face, cut out of its photograph and brought to a wanted size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.mosaics.effects import blur, relight
from core.imaging.mosaics.labels import FaceLabels
from core.imaging.mosaics.plan import MosaicPlan
from core.imaging.mosaics.sources import LabelledFrame

_MARGINS = (0.1, 0.6)
"""Range of what is seen around a face on each side, in units of its side. Photographs of the set end, in
black or in somebody else's unlabelled ear, little more than half a face further out."""

_SHRINKING = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST)
_SHRINKING_SHARES = (0.7, 0.1, 0.1, 0.1)
_ENOUGH_SEEN = 0.75
_LEAST_PX = 3
_FEW_DEGREES, _MANY_DEGREES = 8.0, 35.0


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Something to be laid onto a canvas.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    opacity : ndarray of float32, shape (height, width, 1), or None
        From 0 to 1; None covers everything.
    labels : FaceLabels
        Faces, in px of the patch; the first is the one in the middle of the photograph.
    """

    pixels: NDArray[np.uint8]
    opacity: NDArray[np.float32] | None
    labels: FaceLabels


def whole_frame(frame: LabelledFrame, side: float) -> Patch:
    """Shrink or enlarge a whole photograph until its main face measures `side` px."""
    scale = side / frame.main_side
    reduction = _reduction(scale)
    pixels, matrix = _resampled(frame.pixels(reduction), (0, 0), scale * reduction, cv2.INTER_AREA)
    labels = frame.labels.moved(matrix @ _reduced(reduction))
    return _finished(frame, pixels, None, labels, 0.0)


def face_patch(frame: LabelledFrame, side: float, rng: np.random.Generator, plan: MosaicPlan) -> Patch:
    """Cut out the main face of a photograph with some of its surroundings.

    Parameters
    ----------
    frame : LabelledFrame
        The photograph.
    side : float
        What the face shall measure, in px.
    rng : Generator
        Decides on everything.
    plan : MosaicPlan
        Shares and strength of what makes it poorer.

    Returns
    -------
    Patch
        The face, its labels moved with it.
    """
    scale = side / frame.main_side
    reduction = _reduction(scale)
    pixels = frame.pixels(reduction)
    box = frame.labels.boxes[frame.main] + 0.5
    margins = frame.main_side * np.exp(rng.uniform(math.log(_MARGINS[0]), math.log(_MARGINS[1]), 4))
    low = np.maximum(np.floor((box[:2] - margins[:2]) / reduction), 0).astype(int)
    high = np.minimum(np.ceil((box[2:] + margins[2:]) / reduction), pixels.shape[1::-1]).astype(int)
    if rng.random() < plan.occluded:
        pixels = _occluded(pixels, box / reduction, rng)
    mirrored = bool(rng.random() < 0.5)
    if rng.random() < plan.turned:
        spread = _MANY_DEGREES if rng.random() < plan.far_turned else _FEW_DEGREES
        pixels, matrix = _turned(pixels, low, high, scale * reduction, mirrored, spread, rng)
    else:
        how = _SHRINKING[rng.choice(len(_SHRINKING), p=_SHRINKING_SHARES)] if scale < 1 else cv2.INTER_LINEAR
        part = pixels[low[1] : high[1], low[0] : high[0]]
        pixels, matrix = _resampled(part, (int(low[0]), int(low[1])), scale * reduction, how)
        if mirrored:
            pixels = np.ascontiguousarray(pixels[:, ::-1])
            matrix[0] = -matrix[0] + (0.0, 0.0, pixels.shape[1])
    labels = frame.labels.moved(matrix @ _reduced(reduction), mirrored)
    if plan.strength > 0 and rng.random() < 0.5:
        pixels = relight(pixels, rng, plan.strength)
    if plan.strength > 0 and rng.random() < 0.25:
        pixels = blur(pixels, rng, plan.strength * min(0.08 * side, 3.0))
    opacity, rim = _edges(pixels.shape[0], pixels.shape[1], labels.boxes[frame.main] + 0.5, side, rng)
    return _finished(frame, pixels, opacity, labels, rim)


def _reduction(scale: float) -> int:
    return 4 if scale <= 0.125 else 2 if scale <= 0.25 else 1


def _reduced(reduction: int) -> NDArray[np.float64]:
    return np.diag([1 / reduction, 1 / reduction, 1.0])


def _resampled(
    pixels: NDArray[np.uint8], corner: tuple[int, int], scale: float, how: int
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    height, width = pixels.shape[:2]
    wide, high = max(round(width * scale), _LEAST_PX), max(round(height * scale), _LEAST_PX)
    small = np.asarray(cv2.resize(pixels, (wide, high), interpolation=how), np.uint8)
    x_scale, y_scale = wide / width, high / height
    return small, np.array([[x_scale, 0.0, -corner[0] * x_scale], [0.0, y_scale, -corner[1] * y_scale]])


def _turned(
    pixels: NDArray[np.uint8],
    low: NDArray[np.int_],
    high: NDArray[np.int_],
    scale: float,
    mirrored: bool,
    spread: float,
    rng: np.random.Generator,
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    angle = math.radians(float(np.clip(rng.normal(0.0, spread), -60, 60)))
    size = np.maximum(np.round((high - low) * scale), _LEAST_PX).astype(int)
    shrunk = np.eye(3)
    if scale < 0.5:
        # Twice the wanted size keeps what the turn needs and loses what would alias.
        pixels, shrunk[:2] = _resampled(pixels, (0, 0), 2 * scale, cv2.INTER_AREA)
    turn = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    if mirrored:
        turn[:, 0] = -turn[:, 0]
    matrix = np.column_stack([turn, size / 2 + rng.uniform(-0.5, 0.5, 2) - turn @ ((low + high) / 2)])
    # OpenCV counts from the centre of the first pixel, the matrix from its corner.
    warp = (matrix @ np.linalg.inv(shrunk)).copy()
    warp[:, 2] += warp[:, :2] @ (0.5, 0.5) - 0.5
    out = cv2.warpAffine(pixels, warp, (int(size[0]), int(size[1])), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(out, np.uint8), matrix


def _occluded(
    pixels: NDArray[np.uint8], box: NDArray[np.float32], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Cover a part of a box: a bar across or along it, or a disc somewhere on it."""
    pixels = pixels.copy()
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    colour = tuple(int(value) for value in rng.integers(0, 256, 3))
    part, start = rng.uniform(0.15, 0.4), rng.uniform(-0.1, 0.9)
    match rng.integers(3):
        case 0:
            corners = (left - 0.2 * width, top + start * height, right + 0.2 * width)
            first, last = corners[:2], (corners[2], top + (start + part) * height)
        case 1:
            first, last = (
                (left + start * width, top - height),
                (left + (start + part) * width, bottom + height),
            )
        case _:
            centre = (int(left + start * width), int(top + rng.uniform(0, 1) * height))
            cv2.circle(pixels, centre, max(int(part * width), 1), colour, -1)
            return pixels
    cv2.rectangle(pixels, (int(first[0]), int(first[1])), (int(last[0]), int(last[1])), colour, -1)
    return pixels


def _edges(
    height: int, width: int, box: NDArray[np.float32], side: float, rng: np.random.Generator
) -> tuple[NDArray[np.float32] | None, float]:
    """Choose how a patch ends: at once, softly at its rim, or softly around the head."""
    kind = rng.random()
    if kind < 0.3:
        return None, 0.0
    x, y = np.arange(width, dtype=np.float32) + 0.5, np.arange(height, dtype=np.float32) + 0.5
    if kind < 0.7:
        rim = float(rng.uniform(0.02, 0.12) * side + 0.5)
        fade = [np.clip(np.minimum(axis, n - axis) / rim, 0, 1) for axis, n in ((x, width), (y, height))]
        return (fade[1][:, None] * fade[0])[..., None], rim
    centre, half = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]) / 2 * rng.uniform(1.15, 1.5)
    radius = np.hypot((x - centre[0]) / half[0], ((y - centre[1]) / half[1])[:, None])
    ramp = rng.uniform(0.15, 0.5)
    opacity = np.clip((1 + ramp - radius) / ramp, 0, 1)[..., None]
    return np.asarray(opacity, np.float32), math.inf


def _finished(
    frame: LabelledFrame,
    pixels: NDArray[np.uint8],
    opacity: NDArray[np.float32] | None,
    labels: FaceLabels,
    rim: float,
) -> Patch:
    """Put the main face first, doubt what is cut or fades, and drop what is not seen at all."""
    height, width = pixels.shape[:2]
    order = np.argsort(np.arange(len(labels)) != frame.main, kind="stable")
    labels = labels.chosen(order)
    inner = min(rim, width / 2), min(rim, height / 2)
    doubtful = labels.visible(inner[0], inner[1], width - inner[0], height - inner[1]) < _ENOUGH_SEEN
    doubtful[0] = False
    seen = labels.visible(0, 0, width, height) > 0.05
    seen[0] = True
    return Patch(pixels, opacity, labels.doubted(doubtful).chosen(seen))
