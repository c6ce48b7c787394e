"""Which of the faces that a new analysis found are those that were known before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.detection.suppression import overlaps
from core.types import BoundingBox

SAME_FACE = 0.4
"""Least intersection over union at which two boxes are taken for the same face."""


def assign(known: Sequence[BoundingBox], found: Sequence[BoundingBox]) -> dict[int, int]:
    """Assign boxes that were found to boxes that are known, the best pair first.

    Parameters
    ----------
    known : sequence of BoundingBox
        Boxes of known faces.
    found : sequence of BoundingBox
        Boxes of a new analysis.

    Returns
    -------
    dict of int to int
        Position in `found` to position in `known`, each at most once, for pairs whose boxes overlap by at
        least :data:`SAME_FACE`.
    """
    if not known or not found:
        return {}
    shared = np.array([overlaps(box, known) for box in found])
    assigned: dict[int, int] = {}
    while shared.max() >= SAME_FACE:
        new, old = np.unravel_index(int(shared.argmax()), shared.shape)
        assigned[int(new)] = int(old)
        shared[new, :] = shared[:, old] = -1.0
    return assigned
