"""Rates that carry their counts, and what they could have been with other people.

People are the unit of every interval: pictures of one person are not independent, and one person's face is
part of very many pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval and how it was found.

    Attributes
    ----------
    low, high : float
        Its ends.
    method : str
        "bootstrap over people", "Clopper-Pearson over people" or another name in words.
    level : float
        Nominal coverage.
    """

    low: float
    high: float
    method: str
    level: float = LEVEL

    def excludes(self, value: float) -> bool:
        """Whether a value lies outside."""
        return not self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of counted events.

    Attributes
    ----------
    numerator, denominator : int
        Events, and chances for one.
    interval : Interval or None
        None where no interval was asked for or none can be given.
    """

    numerator: int
    denominator: int
    interval: Interval | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            raise ValueError(f"{self.numerator} of {self.denominator} is no share")

    @property
    def value(self) -> float | None:
        """The share, or None when nothing was counted."""
        return self.numerator / self.denominator if self.denominator else None


def person_weights(people: int, replicates: int, seed: int) -> NDArray[np.int32]:
    """Draw people with replacement, again and again.

    Parameters
    ----------
    people : int
        Number of people, at least 1.
    replicates : int
        Number of bootstrap samples.
    seed : int
        The same seed gives the same draws.

    Returns
    -------
    ndarray of int32, shape (replicates, people)
        How often each person was drawn; every row adds up to `people`.

    Notes
    -----
    A pair of one person takes that person's weight, and a pair of two different people the product of their
    weights: the pairs are exactly those of the drawn people, except that the copies of one person are never
    compared with each other (Snijders and Borgatti 1999 call this the vertex bootstrap). Drawing pairs
    instead of people would give intervals several times too narrow.
    """
    draws = np.random.default_rng(seed).multinomial(people, np.full(people, 1.0 / people), size=replicates)
    return draws.astype(np.int32)


def percentile_interval(values: NDArray[np.float64], method: str, level: float = LEVEL) -> Interval | None:
    """Take the middle of a bootstrap distribution.

    Parameters
    ----------
    values : ndarray of float64, shape (replicates,)
        The statistic in each sample; NaN where the sample did not define it.
    method : str
        How the samples were drawn, in words.
    level : float
        Nominal coverage.

    Returns
    -------
    Interval or None
        None when fewer than 9 in 10 samples define the statistic.
    """
    defined = values[~np.isnan(values)]
    if len(defined) < 0.9 * len(values) or not len(values):
        return None
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(defined, [tail, 1.0 - tail])
    return Interval(float(low), float(high), method, level)


def rate_over_people(
    numerator: int, denominator: int, people: int, replicated: NDArray[np.float64], level: float = LEVEL
) -> Rate:
    """Join a rate with its interval over people.

    Parameters
    ----------
    numerator, denominator : int
        The counts.
    people : int
        How many different people the denominator holds.
    replicated : ndarray of float64, shape (replicates,)
        The rate in each bootstrap sample of people.
    level : float
        Nominal coverage.

    Returns
    -------
    Rate
        With the percentile interval. Where all chances or none were events every sample repeats the rate,
        and the interval is that of Clopper and Pearson for as many trials as there are people.
    """
    if denominator == 0 or people == 0:
        return Rate(numerator, denominator)
    if numerator in (0, denominator):
        exact = clopper_pearson(people if numerator else 0, people, level)
        exact = Interval(exact.low, exact.high, f"{exact.method} over people", level)
        return Rate(numerator, denominator, exact)
    return Rate(numerator, denominator, percentile_interval(replicated, "bootstrap over people", level))


def wilson(numerator: int, denominator: int, level: float = LEVEL) -> Interval:
    """Give Wilson's score interval (1927) for independent trials.

    Parameters
    ----------
    numerator, denominator : int
        Events and trials, at least one trial.
    level : float
        Nominal coverage.

    Returns
    -------
    Interval
        The shares p with |share - p| <= z sqrt(p (1 - p) / n).
    """
    z = NormalDist().inv_cdf(1.0 - (1.0 - level) / 2.0)
    n, share = denominator, numerator / denominator
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * float(np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)))
    low = 0.0 if numerator == 0 else max(centre - half, 0.0)
    high = 1.0 if numerator == denominator else min(centre + half, 1.0)
    return Interval(low, high, "Wilson", level)


def clopper_pearson(numerator: int, denominator: int, level: float = LEVEL) -> Interval:
    """Give the exact interval of Clopper and Pearson (1934) for independent trials.

    Parameters
    ----------
    numerator, denominator : int
        Events and trials, at least one trial.
    level : float
        Least coverage.

    Returns
    -------
    Interval
        All shares that a two-sided exact test with equal tails would not reject.
    """
    tail = (1.0 - level) / 2.0
    low = 0.0 if numerator == 0 else _share_with_upper_tail(numerator, denominator, tail)
    misses = denominator - numerator
    high = 1.0 if misses == 0 else 1.0 - _share_with_upper_tail(misses, denominator, tail)
    return Interval(low, high, "Clopper-Pearson", level)


def _share_with_upper_tail(events: int, trials: int, tail: float) -> float:
    """Find the share at which at least `events` of `trials` have the probability `tail`."""
    factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, trials + 1)))])
    k = np.arange(events, trials + 1)
    choices = factorials[trials] - factorials[k] - factorials[trials - k]
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        probability = float(np.exp(choices + k * np.log(middle) + (trials - k) * np.log1p(-middle)).sum())
        low, high = (middle, high) if probability < tail else (low, middle)
    return (low + high) / 2.0
