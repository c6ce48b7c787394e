"""Faces that nobody has, made of two: more kinds of faces than there are people at hand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.training.dataset import FaceSet

_SIDE = 112
_OWN_SEED = 1
"""Keeps the random numbers of blends apart from those of batches."""


class Blend(NamedTuple):
    """One face made of two.

    Attributes
    ----------
    crop : ndarray of uint8, shape (112, 112, 3)
        The blend.
    first, second : int
        The pictures that it was made of.
    """

    crop: NDArray[np.uint8]
    first: int
    second: int


class Blends:
    """A fixed number of blends of a set of faces, made anew whenever one is wanted.

    Parameters
    ----------
    faces : FaceSet
        What they are made of.
    count : int
        How many there are.
    seed : int
        Of the choice and the blending.
    """

    def __init__(self, faces: FaceSet, count: int, seed: int) -> None:
        self._faces = faces
        self._count = count
        self._seed = seed

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> Blend:
        """Return a blend by its number; always the same."""
        if not 0 <= number < self._count:
            raise IndexError(number)
        rng = np.random.default_rng((self._seed, number, _OWN_SEED))
        first, second = (int(one) for one in rng.integers(len(self._faces.crops), size=2))
        return Blend(blend_faces(self._faces.crops[first], self._faces.crops[second], rng), first, second)


def blend_faces(
    first: NDArray[np.uint8], second: NDArray[np.uint8], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Blend two aligned faces.

    Half of the blends are one weighted mean, the others go over from one face to the other along a soft
    line, so that eyes of the one meet the mouth of the other. The second is brought to the mean colour of
    the first before. The landmarks of aligned faces lie together, so the result looks like a face, and the
    frozen network says what it makes of it.

    Parameters
    ----------
    first, second : ndarray of uint8, shape (112, 112, 3)
        Aligned faces.
    rng : Generator
        Where the choices come from.

    Returns
    -------
    ndarray of uint8, shape (112, 112, 3)
        The blend.
    """
    one, other = first.astype(np.float32), second.astype(np.float32)
    other += one.mean((0, 1)) - other.mean((0, 1))
    weight: NDArray[np.float32] | float
    if rng.random() < 0.5:
        weight = float(rng.uniform(0.3, 0.7))
    else:
        angle, softness = rng.uniform(0.0, 2 * np.pi), rng.uniform(4.0, 16.0)
        offset = rng.normal(0.0, 12.0)
        y, x = np.mgrid[:_SIDE, :_SIDE].astype(np.float32) - np.float32((_SIDE - 1) / 2)
        along = x * np.cos(angle) + y * np.sin(angle) - offset
        weight = (1 / (1 + np.exp(-along / softness))).astype(np.float32)[..., None]
    blended = weight * one + (1 - weight) * other
    return np.clip(np.rint(blended), 0, 255).astype(np.uint8)
