"""Recall, precision and false positives of a detector over many pictures, with intervals over pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluation.detection_pairing import Pairing
from core.evaluation.intervals import Interval, Rate, percentile_interval, person_weights, wilson

METHOD = "bootstrap over pictures"


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What a detector does at one threshold.

    Attributes
    ----------
    false_positives_per_picture : float
        That were allowed.
    threshold : float or None
        Least confidence that is accepted; None where nothing may be.
    recall : Rate
        Faces found, of all.
    false_positives : int
        That happened.
    landmark_error : float or None
        Mean over the faces found, in units of the distance of the eyes.
    landmark_interval : Interval or None
        Of that mean.
    """

    false_positives_per_picture: float
    threshold: float | None
    recall: Rate
    false_positives: int
    landmark_error: float | None
    landmark_interval: Interval | None


@dataclass(frozen=True, slots=True)
class AveragePrecision:
    """The area under the curve of precision over recall.

    Attributes
    ----------
    value : float or None
        None when there was no face to be found.
    interval : Interval or None
        Over pictures.
    """

    value: float | None
    interval: Interval | None


class DetectionCurve:
    """All detections of a set of pictures, the most confident first.

    Detections of one confidence are accepted together or not at all.

    Parameters
    ----------
    pairings : sequence of Pairing
        One for each picture.
    """

    def __init__(self, pairings: Sequence[Pairing]) -> None:
        self.pictures = len(pairings)
        self.faces = sum(one.faces for one in pairings)
        confidence = np.concatenate([np.zeros(0), *(one.confidence for one in pairings)])
        order = np.argsort(-confidence, kind="stable")
        picture = np.repeat(np.arange(len(pairings)), [len(one.confidence) for one in pairings])
        self._faces = np.array([one.faces for one in pairings], np.int64)
        self._picture = picture[order]
        self._true = np.concatenate([np.zeros(0, bool), *(one.true for one in pairings)])[order]
        self._error = np.concatenate([np.zeros(0), *(one.landmark_error for one in pairings)])[order]
        self.confidence: NDArray[np.float64] = confidence[order]
        # The last detection of each confidence: only there the curve has a point.
        self._last = np.flatnonzero(np.diff(self.confidence, append=-np.inf))

    def points(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return thresholds, recall and precision, in order of falling threshold."""
        true = np.cumsum(self._true)[self._last]
        return self.confidence[self._last], true / max(self.faces, 1), true / (self._last + 1.0)

    def operating_point(self, per_picture: float, replicates: int = 0, seed: int = 0) -> OperatingPoint:
        """Find the lowest threshold with few enough false positives.

        Parameters
        ----------
        per_picture : float
            False positives allowed for each picture, on average.
        replicates : int
            Bootstrap samples of pictures, in each of which the threshold is found anew; 0 for no interval.
        seed : int
            Of the samples.

        Returns
        -------
        OperatingPoint
            Recall, false positives and landmarks there.
        """
        ones = np.ones((1, self.pictures))
        accepted = int(self._accepted(ones, per_picture)[0])
        true = self._true[:accepted]
        rate, errors = Rate(int(true.sum()), self.faces), self._error[:accepted][true]
        known = errors[~np.isnan(errors)]
        interval = landmark_interval = None
        if replicates and self.faces:
            weights = self._weights(replicates, seed)
            recalls, means = self._replicated(weights, per_picture)
            interval = percentile_interval(recalls, METHOD)
            if rate.numerator in (0, rate.denominator):
                interval = wilson(rate.numerator, rate.denominator)
            landmark_interval = percentile_interval(means, METHOD) if len(known) else None
        return OperatingPoint(
            per_picture,
            float(self.confidence[accepted - 1]) if accepted else None,
            Rate(rate.numerator, rate.denominator, interval),
            int((~true).sum()),
            float(known.mean()) if len(known) else None,
            landmark_interval,
        )

    def average_precision(self, replicates: int = 0, seed: int = 0) -> AveragePrecision:
        """Return the area under precision over recall, precision made to fall (PASCAL VOC since 2010)."""
        if not self.faces:
            return AveragePrecision(None, None)
        value = float(self._areas(np.ones((1, self.pictures)))[0])
        interval = None
        if replicates:
            interval = percentile_interval(self._areas(self._weights(replicates, seed)), METHOD)
        return AveragePrecision(value, interval)

    def false_positives(self, threshold: float) -> int:
        """Count the false positives with at least this confidence."""
        return int((~self._true[self.confidence >= threshold]).sum())

    def recall(self, threshold: float) -> Rate:
        """Return the share of faces found with at least this confidence."""
        return Rate(int(self._true[self.confidence >= threshold].sum()), self.faces)

    def _weights(self, replicates: int, seed: int) -> NDArray[np.float64]:
        return person_weights(self.pictures, replicates, seed).astype(np.float64)

    def _accepted(self, weights: NDArray[np.float64], per_picture: float) -> NDArray[np.int64]:
        """Return how many detections are accepted, for weights (replicates, pictures)."""
        if not len(self._last):
            return np.zeros(len(weights), np.int64)
        false = np.cumsum(np.where(self._true, 0.0, weights[:, self._picture]), axis=1)[:, self._last]
        few = (false <= per_picture * weights.sum(1, keepdims=True) + 1e-9).sum(1)
        return np.asarray(np.concatenate([[0], self._last + 1])[few], np.int64)

    def _replicated(
        self, weights: NDArray[np.float64], per_picture: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        accepted = np.arange(len(self._true)) < self._accepted(weights, per_picture)[:, None]
        counted = weights[:, self._picture] * (self._true & accepted)
        faces = weights @ self._faces
        recalls = np.where(faces > 0, counted.sum(1) / np.maximum(faces, 1), np.nan)
        known = np.where(np.isnan(self._error), 0.0, counted)
        total = known.sum(1)
        means = np.where(total > 0, (known @ np.nan_to_num(self._error)) / np.maximum(total, 1), np.nan)
        return recalls, means

    def _areas(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        if not len(self._last):
            return np.zeros(len(weights))
        each = weights[:, self._picture]
        true = np.cumsum(each * self._true, axis=1)[:, self._last]
        found = np.cumsum(each, axis=1)[:, self._last]
        precision = np.divide(true, found, out=np.zeros_like(true), where=found > 0)
        falling = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
        faces = weights @ self._faces
        steps = np.diff(true, axis=1, prepend=0.0)
        return np.where(faces > 0, (steps * falling).sum(1) / np.maximum(faces, 1), np.nan)
