"""Mosaics: pictures whose faces are known, each a function of a seed and a number."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.mosaics.canvas import made_up, photographed
from core.imaging.mosaics.effects import Sensor
from core.imaging.mosaics.labels import FaceLabels
from core.imaging.mosaics.patch import Patch, face_patch, whole_frame
from core.imaging.mosaics.plan import MosaicPlan
from core.imaging.mosaics.sources import MosaicSources

_ATTEMPTS = 8
_ENOUGH_SEEN = 0.7
_BLOCK = (2, 5)
_FRAME_SIDES = 2.35
"""Side of a whole photograph in units of the side of the face in its middle."""


@dataclass(frozen=True, slots=True, eq=False)
class Mosaic:
    """A picture and what is on it.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    labels : FaceLabels
        Its faces.
    """

    pixels: NDArray[np.uint8]
    labels: FaceLabels


class MosaicGenerator:
    """Makes mosaics.

    Parameters
    ----------
    sources : MosaicSources
        What they are made from. Without backgrounds all canvases are made up.
    plan : MosaicPlan
        What they look like.
    seed : int
        Of everything.
    """

    def __init__(self, sources: MosaicSources, plan: MosaicPlan, seed: int) -> None:
        self._sources = sources
        self._plan = plan
        self._seed = seed
        self._sensor = Sensor(seed)

    def make(self, number: int) -> Mosaic:
        """Make the mosaic with a number; it depends on nothing else but sources, plan and seed."""
        rng = np.random.default_rng((self._seed, number))
        plan, doubled = self._plan, bool(rng.random() < self._plan.enlarged)
        if doubled:
            plan = dataclasses.replace(plan, width=-(-plan.width // 2), height=-(-plan.height // 2))
        pixels, labels = self._canvas(rng, plan)
        laid = _Laid(pixels, [labels])
        if rng.random() >= plan.empty:
            self._place(laid, rng, plan)
        pixels = self._sensor.photograph(laid.pixels, rng, plan.strength)
        labels = FaceLabels.joined(laid.labels)
        seen = labels.visible(0, 0, plan.width, plan.height)
        labels = labels.doubted((seen < _ENOUGH_SEEN) | (labels.sides < plan.smallest / 1.5)).chosen(
            seen > 0.05
        )
        if doubled:
            size = (self._plan.width, self._plan.height)
            pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), np.uint8)
            matrix = np.diag([size[0] / plan.width, size[1] / plan.height, 1.0])[:2]
            labels = labels.moved(matrix)
        return Mosaic(pixels, labels)

    def _canvas(self, rng: np.random.Generator, plan: MosaicPlan) -> tuple[NDArray[np.uint8], FaceLabels]:
        backgrounds = self._sources.backgrounds
        if not backgrounds or rng.random() < plan.plain:
            return made_up(plan.width, plan.height, rng), FaceLabels.none()
        chosen = backgrounds[int(rng.integers(len(backgrounds)))]
        return photographed(chosen, plan.width, plan.height, rng)

    def _place(self, laid: _Laid, rng: np.random.Generator, plan: MosaicPlan) -> None:
        frames = self._sources.frames
        if rng.random() < plan.block:
            self._place_block(laid, rng, plan)
        count = int(rng.integers(1, plan.most_faces + 1))
        # The large ones first, while there is room for them.
        for side in sorted((self._side(rng, plan) for _ in range(count)), reverse=True):
            patch = face_patch(frames[int(rng.integers(len(frames)))], side, rng, plan)
            for _ in range(_ATTEMPTS):
                box = patch.labels.boxes[0]
                centre = (box[:2] + box[2:]) / 2
                corner = np.round(rng.uniform(0, 1, 2) * (plan.width, plan.height) - centre).astype(int)
                if laid.lay(patch, int(corner[0]), int(corner[1])):
                    break

    def _place_block(self, laid: _Laid, rng: np.random.Generator, plan: MosaicPlan) -> None:
        columns, rows = rng.integers(_BLOCK[0], _BLOCK[1] + 1, 2)
        largest = min(plan.width / columns, plan.height / rows) / _FRAME_SIDES
        if largest <= plan.smallest:
            return
        side = math.exp(rng.uniform(math.log(plan.smallest), math.log(min(largest, plan.largest))))
        cell = side * _FRAME_SIDES
        left = rng.uniform(0, plan.width - columns * cell)
        top = rng.uniform(0, plan.height - rows * cell)
        for row in range(int(rows)):
            for column in range(int(columns)):
                frame = self._sources.frames[int(rng.integers(len(self._sources.frames)))]
                patch = whole_frame(frame, side)
                laid.lay(patch, round(left + column * cell), round(top + row * cell))

    def _side(self, rng: np.random.Generator, plan: MosaicPlan) -> float:
        fits = max(min(plan.largest, 0.75 * min(plan.width, plan.height)), plan.smallest)
        small = rng.random() < plan.small
        largest = min(plan.small_limit, fits) if small else fits
        return math.exp(rng.uniform(math.log(plan.smallest), math.log(max(largest, plan.smallest))))


class _Laid:
    """A canvas and the faces that lie on it so far."""

    def __init__(self, pixels: NDArray[np.uint8], labels: list[FaceLabels]) -> None:
        self.pixels = pixels
        self.labels = labels

    def lay(self, patch: Patch, left: int, top: int) -> bool:
        """Lay a patch with its corner at a place, unless it would cover a face; say whether it lies."""
        height, width = self.pixels.shape[:2]
        high, wide = patch.pixels.shape[:2]
        x, y = max(left, 0), max(top, 0)
        right, bottom = min(left + wide, width), min(top + high, height)
        if right <= x or bottom <= y:
            return False
        if any((labels.visible(x, y, right, bottom) > 0).any() for labels in self.labels):
            return False
        part = (slice(y - top, bottom - top), slice(x - left, right - left))
        under = self.pixels[y:bottom, x:right]
        if patch.opacity is None:
            under[:] = patch.pixels[part]
        else:
            under[:] = under + (patch.pixels[part].astype(np.float32) - under) * patch.opacity[part]
        self.labels.append(patch.labels.moved(np.array([[1.0, 0.0, left], [0.0, 1.0, top]])))
        return True
