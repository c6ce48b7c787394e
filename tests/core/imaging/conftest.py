"""Limits and pictures for the tests of core.imaging."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.settings import ImagingSettings, load_settings


@pytest.fixture
def limits() -> ImagingSettings:
    return load_settings().imaging


@pytest.fixture
def scene() -> NDArray[np.uint8]:
    """A smooth coloured picture, 40 px wide and 24 px high, without symmetry."""
    y, x = np.mgrid[0:24, 0:40]
    return np.stack([6 * x, 10 * y, 3 * x + 4 * y], axis=2).astype(np.uint8)
