"""The trained recognizability index of single faces, in float64."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.recognition.recognizability_head import PooledRecognizabilityHead, RecognizabilityHead

RI = "RI"
"""What a :class:`~core.types.Recognizability` calls this index."""

_SHORTEST = 1e-6


class IndexHead(ABC):
    """A trained index head as plain numbers.

    Worked out face by face and in float64, so that an index does not depend on the batch it was computed in.
    """

    @staticmethod
    def of(head: RecognizabilityHead | PooledRecognizabilityHead) -> IndexHead:
        """Take the numbers out of a head, which is not changed."""
        if isinstance(head, PooledRecognizabilityHead):
            return PooledIndexHead.of_head(head)
        return LinearIndexHead.of_head(head)

    @abstractmethod
    def index(self, raw: NDArray[np.floating], feature_map: NDArray[np.floating]) -> float:
        """Return the recognizability index of one face.

        Parameters
        ----------
        raw : ndarray, shape (dim,)
            The embedding as the network gives it.
        feature_map : ndarray, shape (channels, rows, columns)
            The last feature map.

        Returns
        -------
        float
            Higher is more recognizable.
        """


@dataclass(frozen=True, slots=True, eq=False)
class LinearIndexHead(IndexHead):
    """A :class:`~core.recognition.recognizability_head.RecognizabilityHead`.

    Attributes
    ----------
    weights : ndarray of float64, shape (dim,)
        For the raw embedding itself.
    norm_weight : float
        For log(|v| / typical_norm).
    bias : float
        The index of an embedding of which nothing is known.
    typical_norm : float
        Length of an ordinary embedding.
    """

    weights: NDArray[np.float64]
    norm_weight: float
    bias: float
    typical_norm: float

    @classmethod
    def of_head(cls, head: RecognizabilityHead) -> LinearIndexHead:
        """Take the numbers out of a head, those of the embedding already divided by the typical norm."""
        row = _float64(head.linear.weight)[0]
        norm_weight = 0.0
        if head.with_norm:
            row, norm_weight = row[:-1], float(row[-1])
        typical = float(head.typical_norm)
        scale = len(row) ** 0.5 / typical
        return cls(row * scale, norm_weight, float(head.linear.bias.detach()[0]), typical)

    def index(self, raw: NDArray[np.floating], feature_map: NDArray[np.floating]) -> float:
        """Return the index of a raw embedding; the feature map is not looked at."""
        v = np.asarray(raw, np.float64)
        length = max(float(np.linalg.norm(v)) / self.typical_norm, _SHORTEST)
        return float(self.weights @ v) + self.norm_weight * float(np.log(length)) + self.bias


@dataclass(frozen=True, slots=True, eq=False)
class PooledIndexHead(IndexHead):
    """A :class:`~core.recognition.recognizability_head.PooledRecognizabilityHead`.

    Attributes
    ----------
    norm_weight : float
        For log |v|.
    weights : ndarray of float64, shape (channels,)
        For the means of the feature map.
    bias : float
        What is added.
    """

    norm_weight: float
    weights: NDArray[np.float64]
    bias: float

    @classmethod
    def of_head(cls, head: PooledRecognizabilityHead) -> PooledIndexHead:
        """Take the numbers out of a head."""
        row = _float64(head.linear.weight)[0]
        return cls(float(row[0]), row[1:], float(head.linear.bias.detach()[0]))

    def index(self, raw: NDArray[np.floating], feature_map: NDArray[np.floating]) -> float:
        """Return the index of a raw embedding and its feature map."""
        length = max(float(np.linalg.norm(np.asarray(raw, np.float64))), _SHORTEST)
        pooled = np.asarray(feature_map, np.float64).mean(axis=(1, 2))
        return self.norm_weight * float(np.log(length)) + float(self.weights @ pooled) + self.bias


def _float64(tensor: Tensor) -> NDArray[np.float64]:
    return np.asarray(tensor.detach().cpu().numpy(), np.float64)
