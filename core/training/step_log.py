"""Means over the steps between two reports."""

from __future__ import annotations

from collections import defaultdict

from core.training.events import StepDone


class StepLog:
    """Collects what the steps say until it is asked."""

    def __init__(self) -> None:
        self._clear()

    def add(
        self, loss: float, losses: dict[str, float], norm: float, rate: float, images: int, seconds: float
    ) -> None:
        """Take in one step.

        Parameters
        ----------
        loss : float
            Weighted sum.
        losses : dict of str to float
            Each loss.
        norm : float
            Of the gradient before it was clipped.
        rate : float
            Learning rate.
        images : int
            Pictures of the step.
        seconds : float
            How long it took.
        """
        self._steps += 1
        self._loss += loss
        self._norm += norm
        self._rate = rate
        self._images += images
        self._seconds += seconds
        for name, value in losses.items():
            self._losses[name] += value

    def report(self, step: int, steps: int) -> StepDone:
        """Return the means since the last report; at least one step must have been taken in."""
        n = self._steps
        event = StepDone(
            step,
            steps,
            self._loss / n,
            {name: value / n for name, value in self._losses.items()},
            self._rate,
            self._norm / n,
            self._images / max(self._seconds, 1e-9),
        )
        self._clear()
        return event

    def _clear(self) -> None:
        self._steps = self._images = 0
        self._loss = self._norm = self._rate = self._seconds = 0.0
        self._losses: dict[str, float] = defaultdict(float)
