"""Index diversion: recognizable faces are pushed away from the indices of the unrecognizable."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

_SMALLEST_SIGMA = 1e-3


class IndexStatistics(NamedTuple):
    """How the index head sees the unrecognizable cluster.

    Attributes
    ----------
    mean, std : float
        mu_UI and sigma_UI of xi_hat over unrecognizable crops. Plain numbers: no gradient reaches them.
    """

    mean: float
    std: float


def index_statistics(index: Tensor) -> IndexStatistics:
    """Measure mean and standard deviation of indices (n,) of unrecognizable crops."""
    values = index.detach()
    return IndexStatistics(float(values.mean()), float(values.std()))


def follow(before: IndexStatistics | None, now: IndexStatistics, keep: float) -> IndexStatistics:
    """Move statistics toward new ones: an exponential moving average.

    Parameters
    ----------
    before : IndexStatistics or None
        The average so far.
    now : IndexStatistics
        The newest measurement.
    keep : float
        Weight of the average so far, in [0, 1).

    Returns
    -------
    IndexStatistics
        The new average; `now` when there was none.
    """
    if before is None:
        return now
    return IndexStatistics(*(keep * a + (1 - keep) * b for a, b in zip(before, now, strict=True)))


class IndexDiversion:
    """L_ID = mean max(0, tau - (xi_hat - mu_UI) / sigma_UI), Chai et al., CVPR 2023.

    Reconstructed: the hinge with a confidence of 90 %, the division by sigma with one of 70 %.

    Parameters
    ----------
    tau : float
        How many standard deviations a face should lie above the unrecognizable mean. Ours.
    standardized : bool
        Whether the distance is divided by sigma_UI.
    """

    def __init__(self, tau: float = 2.0, standardized: bool = True) -> None:
        self.tau = tau
        self.standardized = standardized

    def __call__(self, index: Tensor, unrecognizable: IndexStatistics) -> Tensor:
        """Return the loss of indices (n,); 0 when n is 0."""
        distance = index - unrecognizable.mean
        if self.standardized:
            distance = distance / max(unrecognizable.std, _SMALLEST_SIGMA)
        return (self.tau - distance).clamp(min=0).sum() / max(len(index), 1)
