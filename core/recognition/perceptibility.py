"""The perceptibility map of a trained network, worked out face by face in float64.

So that a map does not depend on the batch that its face was in, the attention module is taken out of the
network as plain numbers, as :mod:`core.recognition.index_head` does with the index.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.recognition.attention import PerceptibilityAttention

_SMALLEST_SPREAD = 1e-6
"""Relative to the mean gate; a map that is flatter than the rounding of the feature map shows nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class PerceptibilityGates:
    """A trained :class:`~core.recognition.attention.PerceptibilityAttention` as plain numbers.

    Attributes
    ----------
    squeeze, excite : tuple of ndarray of float64
        Weight (outputs, inputs) and bias (outputs,) of the two layers of the channel attention.
    kernel : ndarray of float64, shape (2, k, k)
        Of the spatial attention: for the mean and for the maximum over the channels.
    bias : float
        Of the spatial attention.
    """

    squeeze: tuple[NDArray[np.float64], NDArray[np.float64]]
    excite: tuple[NDArray[np.float64], NDArray[np.float64]]
    kernel: NDArray[np.float64]
    bias: float

    @classmethod
    def of(cls, attention: PerceptibilityAttention) -> PerceptibilityGates:
        """Take the numbers out of an attention module; it is not changed."""
        state = {
            name: value.detach().cpu().numpy().astype(np.float64)
            for name, value in attention.state_dict().items()
        }
        return cls(
            (state["channel.squeeze.weight"], state["channel.squeeze.bias"]),
            (state["channel.excite.weight"], state["channel.excite.bias"]),
            state["spatial.conv.weight"][0],
            float(state["spatial.conv.bias"][0]),
        )

    def gates(self, feature_map: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the spatial gates of one face.

        Parameters
        ----------
        feature_map : ndarray of float32, shape (channels, rows, columns)
            The last feature map of one crop, or with twice as many channels that of a
            :class:`~core.recognition.mirrored.MirroredBackbone`, of whose halves the mean is taken.

        Returns
        -------
        ndarray of float64, shape (rows, columns)
            In (0, 2); 1 leaves a position as it is.
        """
        channels = self.squeeze[0].shape[1]
        if len(feature_map) == 2 * channels:
            turned = self._gates(feature_map[channels:, :, ::-1])
            return (self._gates(feature_map[:channels]) + turned[:, ::-1]) / 2
        return self._gates(feature_map)

    def _gates(self, feature_map: NDArray[np.float32]) -> NDArray[np.float64]:
        x = feature_map.astype(np.float64)
        pooled = np.stack([x.mean(axis=(1, 2)), x.max(axis=(1, 2))])
        hidden = np.maximum(pooled @ self.squeeze[0].T + self.squeeze[1], 0.0)
        channel = 2.0 * _sigmoid((hidden @ self.excite[0].T + self.excite[1]).sum(axis=0))
        attended = x * channel[:, None, None]
        margin = self.kernel.shape[1] // 2
        around = np.pad(
            np.stack([attended.mean(axis=0), attended.max(axis=0)]),
            ((0, 0), (margin, margin), (margin, margin)),
        )
        windows = np.lib.stride_tricks.sliding_window_view(around, self.kernel.shape[1:], axis=(1, 2))
        return 2.0 * _sigmoid(np.einsum("crskl,ckl->rs", windows, self.kernel) + self.bias)

    def map(self, feature_map: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """Return how much more of each position is let through than of the average one.

        Only the relation of the gates means something: a factor common to all positions could as well be
        one of the channel gates.

        Parameters
        ----------
        feature_map : ndarray of float32, shape (channels, rows, columns)
            The last feature map of one crop.

        Returns
        -------
        ndarray of float32, shape (rows, columns), or None
            gate / mean gate - 1. None when all gates are alike, as before any training.
        """
        gates = self.gates(feature_map)
        values = gates / gates.mean() - 1.0
        return None if np.abs(values).max() < _SMALLEST_SPREAD else values.astype(np.float32)


def _sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * x)))
