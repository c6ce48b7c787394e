"""The quick measurement inside a training run: landmarks and separation, on people it never saw."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from core.detection.refinement.network import RefinementNet
from core.detection.refinement.refiner import as_input, averaged
from core.training.refinement.candidates import Candidates
from core.training.refinement.jitter import seen
from core.types.detectors import RefinerConfig

EDGES = (0.0, 10.0, 14.0, 18.0, 25.0, 40.0, 80.0, math.inf)
_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class RefinementMeasurement:
    """How well candidates are judged.

    Attributes
    ----------
    candidates : int
        How many there were.
    landmark_error : dict of str to float
        By the range of the sides of boxes in px: median error of the landmarks, in units of the distance of
        the eyes. The mean would be that of the few faces seen from the side, whose eyes are close together.
    separation : float
        Probability that a face gets a higher confidence than what is none (area under the ROC curve).
    """

    candidates: int
    landmark_error: dict[str, float]
    separation: float

    @property
    def score(self) -> float:
        """The separation less the mean of the landmark errors."""
        return self.separation - sum(self.landmark_error.values()) / max(len(self.landmark_error), 1)


class RefinementValidator:
    """Always the same candidates, seen as they are and mirrored.

    Parameters
    ----------
    candidates : Candidates
        Of people and backgrounds that are not learned from.
    config : RefinerConfig
        What the network sees.
    """

    def __init__(self, candidates: Candidates, config: RefinerConfig) -> None:
        self._candidates = candidates
        pairs = zip(candidates.crops, candidates.landmarks, strict=True)
        views, points = zip(*(seen(crop, landmarks, config) for crop, landmarks in pairs), strict=True)
        self._views, self._points = np.stack(views), np.stack(points)

    @torch.inference_mode()
    def measure(self, network: RefinementNet) -> RefinementMeasurement:
        """Measure a network in evaluation mode."""
        points, logits = [], []
        for start in range(0, len(self._views), _AT_ONCE):
            straight = as_input(self._views[start : start + _AT_ONCE])
            answer = averaged(network(straight), network(straight.flip(3)))
            points.append(answer.landmarks.numpy())
            logits.append(answer.logits.numpy())
        faces = self._candidates.is_face
        wanted = self._points[faces]
        eyes = np.linalg.norm(wanted[:, 1] - wanted[:, 0], axis=1)
        error = np.linalg.norm(np.concatenate(points)[faces] - wanted, axis=2).mean(1) / eyes
        sides = self._candidates.sides[faces]
        errors = {}
        for low, high in pairwise(EDGES):
            inside = (sides >= low) & (sides < high)
            if inside.any():
                errors[f"{low:g}-{high:g}"] = float(np.median(error[inside]))
        said = np.concatenate(logits)
        return RefinementMeasurement(len(faces), errors, separation(said[faces], said[~faces]))


def separation(faces: NDArray[np.floating], others: NDArray[np.floating]) -> float:
    """Return the probability that a face is told higher than what is none; a tie counts half.

    Parameters
    ----------
    faces, others : ndarray, shapes (n,) and (m,)
        What was said of each.

    Returns
    -------
    float
        In [0, 1], NaN when one of them is empty.
    """
    if not len(faces) or not len(others):
        return math.nan
    ordered = np.sort(others)
    below, upto = (np.searchsorted(ordered, faces, side) for side in ("left", "right"))
    return float((below + upto).mean() / (2 * len(others)))
