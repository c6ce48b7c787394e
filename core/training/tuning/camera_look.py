"""How a camera looks, measured on pictures of it, so that good photographs can be made to look the same.

The pictures of a labelled set say little about where their faces belong, because the model hardly recognizes
them; a good photograph does. What the camera does to a face can be read from pictures of other faces: their
mean spectrum is that of good photographs at the same size, times contrast and lens, plus noise. Faces lose
their power quickly towards fine detail and noise does not, so that the two can be told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.alignment import CROP_SIZE
from core.imaging.degradation import add_noise, gaussian_blur, jpeg

LEAST_PICTURES = 20
"""With fewer, a mean spectrum is that of the faces rather than of the camera."""

_SMALLEST = 8
_FREQUENCIES = np.linspace(0.05, 0.5, 8)
"""Edges of the classes of spatial frequency, in cycles per px."""

_BLURS = np.arange(0.0, 2.01, 0.05)
_LUMA = np.array([0.299, 0.587, 0.114])
_ONES = np.ones(3)
_PROBE = 20.0
"""Standard deviation of the noise whose spectrum is measured, in grey levels."""

_CODED_SHARE = 0.7
_QUALITIES = (25, 75)
_STRONGER = (1.0, 2.5)
"""So many times the measured noise: coding has taken a part of it before it could be measured."""


@dataclass(frozen=True, slots=True, eq=False)
class CameraLook:
    """What a camera does to faces.

    Attributes
    ----------
    sizes : ndarray of int64, shape (n,)
        Native side in px of the faces that it was measured on.
    means, deviations : ndarray of float64, shape (n, 3)
        Mean and standard deviation of each channel of each face, in grey levels.
    blur : float
        Standard deviation of its lens and motion, in native px.
    noise : float
        Standard deviation of its noise in the luminance, in grey levels.
    """

    sizes: NDArray[np.int64]
    means: NDArray[np.float64]
    deviations: NDArray[np.float64]
    blur: float
    noise: float

    def imitate(self, crop: NDArray[np.uint8], rng: np.random.Generator) -> tuple[NDArray[np.uint8], float]:
        """Make a good photograph look as if the camera had taken it.

        Parameters
        ----------
        crop : ndarray of uint8, shape (112, 112, 3)
            RGB, aligned.
        rng : Generator
            Where all choices come from: which face of the camera gives size, light and contrast.

        Returns
        -------
        crop : ndarray of uint8, shape (112, 112, 3)
            What the camera would have made of it, enlarged again.
        size : float
            Side in px that it went through.
        """
        like = int(rng.integers(len(self.sizes)))
        size = int(self.sizes[like])
        small = gaussian_blur(_reduced(crop, size), self.blur).astype(np.float64)
        noise = self.noise * float(rng.uniform(*_STRONGER)) / float(np.linalg.norm(_LUMA))
        centre, spread = small.mean(axis=(0, 1)), np.maximum(small.std(axis=(0, 1)), 1.0)
        wanted = np.sqrt(np.maximum(np.square(self.deviations[like]) - noise**2, 1.0))
        lit = self.means[like] + (small - centre) * wanted / spread
        taken = add_noise(_grey_levels(lit), rng, noise)
        if rng.random() < _CODED_SHARE:
            taken = jpeg(taken, int(rng.integers(*_QUALITIES)))
        enlarged = cv2.resize(taken, (CROP_SIZE, CROP_SIZE), interpolation=cv2.INTER_CUBIC)
        return np.asarray(enlarged, np.uint8), float(size)


def measure_look(
    crops: NDArray[np.uint8], face_px: Sequence[float | None], photographs: NDArray[np.uint8]
) -> CameraLook | None:
    """Measure how a camera looks.

    Parameters
    ----------
    crops : ndarray of uint8, shape (n, 112, 112, 3)
        Faces that it took, RGB, aligned.
    face_px : sequence of (float or None)
        Native width of each face in px, about the side of its crop before it was enlarged.
    photographs : ndarray of uint8, shape (m, 112, 112, 3)
        Good photographs of any people.

    Returns
    -------
    CameraLook or None
        None where fewer than :data:`LEAST_PICTURES` faces have a known size that is smaller than a crop, or
        there are no photographs.
    """
    known = [row for row, width in enumerate(face_px) if width is not None and width < CROP_SIZE]
    if len(known) < LEAST_PICTURES or not len(photographs):
        return None
    sizes = np.array([max(round(face_px[row] or 0.0), _SMALLEST) for row in known], np.int64)
    small = [_reduced(crops[row], int(size)) for row, size in zip(known, sizes, strict=True)]
    chosen = np.resize(np.arange(len(photographs)), max(len(known), len(photographs)))
    through = np.resize(sizes, len(chosen)).tolist()
    others = [
        _as_measured(_reduced(photographs[row], size)) for row, size in zip(chosen, through, strict=True)
    ]
    rng = np.random.default_rng(0)
    grey = [_as_measured(_grey_levels(rng.normal(128, _PROBE, (size, size, 1)) * _ONES)) for size in through]
    blur, noise = _fit(_mean_power(small), _mean_power(others), _mean_power(grey) / _PROBE**2)
    return CameraLook(
        sizes=sizes,
        means=np.array([one.mean(axis=(0, 1)) for one in small]),
        deviations=np.array([one.std(axis=(0, 1)) for one in small]),
        blur=blur,
        noise=noise,
    )


def _as_measured(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Enlarge a face to a crop and reduce it again, as those of the camera were, which costs fine detail."""
    large = cv2.resize(small, (CROP_SIZE, CROP_SIZE), interpolation=cv2.INTER_CUBIC)
    return _reduced(np.asarray(large, np.uint8), len(small))


def _grey_levels(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)


def _reduced(crop: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(crop, (size, size), interpolation=cv2.INTER_AREA), np.uint8)


def _mean_power(faces: Sequence[NDArray[np.uint8]]) -> NDArray[np.float64]:
    """Return the mean power of each class of frequency; untouched white noise has its variance in all."""
    found = np.zeros((len(faces), len(_FREQUENCIES) - 1))
    for row, face in enumerate(faces):
        luminance = face @ _LUMA
        window = np.outer(np.hanning(len(face) + 2)[1:-1], np.hanning(len(face) + 2)[1:-1])
        centred = luminance - (luminance * window).sum() / window.sum()
        power = np.square(np.abs(np.fft.fft2(centred * window))) / np.square(window).sum()
        axis = np.fft.fftfreq(len(face))
        radius = np.hypot(axis[:, None], axis)
        place = np.digitize(radius, _FREQUENCIES) - 1
        for one in range(found.shape[1]):
            inside = power[place == one]
            found[row, one] = inside.mean() if len(inside) else np.nan
    return np.asarray(np.nanmean(found, axis=0))


def _fit(
    camera: NDArray[np.float64], photographs: NDArray[np.float64], noise: NDArray[np.float64]
) -> tuple[float, float]:
    """Explain the power of a camera as blurred photographs at some contrast plus noise, in relative error."""
    middle = (_FREQUENCIES[1:] + _FREQUENCIES[:-1]) / 2
    best = (np.inf, 0.0, 0.0)
    for blur in _BLURS.tolist():
        passed = photographs * np.exp(-np.square(2 * np.pi * middle * blur))
        basis = np.column_stack([passed, noise]) / camera[:, None]
        weights = np.linalg.lstsq(basis, np.ones(len(camera)), rcond=None)[0]
        if weights[1] < 0:
            weights = np.array([(basis[:, 0].sum()) / np.square(basis[:, 0]).sum(), 0.0])
        if weights[0] < 0:
            continue
        error = float(np.square(basis @ weights - 1).sum())
        if error < best[0]:
            best = (error, blur, float(np.sqrt(weights[1])))
    return best[1], best[2]
