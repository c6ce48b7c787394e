"""The list of adjustments, and the one way to apply an entry of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from core.errors import UsageError
from core.imaging.adjustments.cleaning import FIELDS, deinterlaced, denoised, median_filtered
from core.imaging.adjustments.geometry import cropped, rotated
from core.imaging.adjustments.tone import exposed, with_contrast, with_gamma
from core.types import Adjustment, AdjustmentParameter

_LONGEST_SIDE = 1_000_000

ADJUSTMENTS = (
    Adjustment(
        "rotate",
        "Turn the picture clockwise.",
        (AdjustmentParameter("degrees", -180, 180, 0, "°"),),
        geometric=True,
    ),
    Adjustment(
        "crop",
        "Cut a rectangle out of the picture.",
        (
            AdjustmentParameter("x", 0, _LONGEST_SIDE, 0, "px", whole=True),
            AdjustmentParameter("y", 0, _LONGEST_SIDE, 0, "px", whole=True),
            AdjustmentParameter("width", 1, _LONGEST_SIDE, None, "px", whole=True),
            AdjustmentParameter("height", 1, _LONGEST_SIDE, None, "px", whole=True),
        ),
        geometric=True,
    ),
    Adjustment(
        "exposure",
        "Multiply the light by a power of two.",
        (AdjustmentParameter("stops", -5, 5, 0, "stops"),),
    ),
    Adjustment(
        "gamma",
        "Lighten or darken the middle tones; black and white stay.",
        (AdjustmentParameter("gamma", 0.2, 5, 1),),
    ),
    Adjustment(
        "contrast",
        "Spread the values around the middle between black and white.",
        (AdjustmentParameter("factor", 0.2, 5, 1),),
    ),
    Adjustment(
        "deinterlace",
        "Show the lines of one field twice, or the mean of both fields.",
        (AdjustmentParameter("field", 0, len(FIELDS) - 1, 0, whole=True, choices=FIELDS),),
    ),
    Adjustment(
        "denoise",
        "Average each pixel with those nearby whose surroundings look alike (non-local means).",
        (AdjustmentParameter("strength", 1, 30, 5, "levels"),),
    ),
    Adjustment(
        "median",
        "Replace each value by the median of the square around it.",
        (AdjustmentParameter("radius", 1, 5, 1, "px", whole=True),),
    ),
)
"""All there is; what is stored with a picture names one of these."""

_FUNCTIONS: dict[str, Callable[..., NDArray[np.uint8]]] = {
    "rotate": rotated,
    "crop": cropped,
    "exposure": exposed,
    "gamma": with_gamma,
    "contrast": with_contrast,
    "deinterlace": deinterlaced,
    "denoise": denoised,
    "median": median_filtered,
}


def adjustment(name: str) -> Adjustment:
    """Return the entry of a name.

    Raises
    ------
    UsageError
        If the list has none.
    """
    for entry in ADJUSTMENTS:
        if entry.name == name:
            return entry
    names = ", ".join(entry.name for entry in ADJUSTMENTS)
    raise UsageError(f"There is no adjustment {name!r}; there are {names}.")


def complete(name: str, given: Mapping[str, float]) -> dict[str, float]:
    """Return all parameters of an adjustment.

    Parameters
    ----------
    name : str
        Name of the adjustment.
    given : mapping of str to float
        Parameters by name; those left out have their defaults.

    Returns
    -------
    dict of str to float
        Every parameter, in the order of the list.

    Raises
    ------
    UsageError
        If there is no such adjustment or parameter, or a value is missing, out of its range or not whole.
    """
    entry = adjustment(name)
    unknown = sorted(set(given) - {parameter.name for parameter in entry.parameters})
    if unknown:
        raise UsageError(f"The adjustment {name} has no parameter {unknown[0]!r}.")
    return {one.name: _checked(name, one, given.get(one.name, one.default)) for one in entry.parameters}


def adjust(pixels: NDArray[np.uint8], name: str, given: Mapping[str, float]) -> NDArray[np.uint8]:
    """Apply an adjustment.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB; it is not changed.
    name : str
        Name of the adjustment.
    given : mapping of str to float
        Parameters, see :func:`complete`.

    Returns
    -------
    ndarray of uint8, shape (new height, new width, 3)
        RGB, a new array; the same for the same arguments at any time.

    Raises
    ------
    UsageError
        As :func:`complete`, or if a rectangle to crop reaches beyond the picture.
    """
    result = _FUNCTIONS[adjustment(name).name](pixels, **complete(name, given))
    return np.array(result, np.uint8, order="C")


def _checked(name: str, parameter: AdjustmentParameter, value: float | None) -> float:
    if value is None:
        raise UsageError(f"The adjustment {name} needs the parameter {parameter.name}.")
    value = float(value)
    if not math.isfinite(value) or not parameter.minimum <= value <= parameter.maximum:
        raise UsageError(
            f"The parameter {parameter.name} of {name} must lie between {parameter.minimum:g} and "
            f"{parameter.maximum:g}, not at {value:g}."
        )
    if parameter.whole and value != int(value):
        raise UsageError(f"The parameter {parameter.name} of {name} must be a whole number, not {value:g}.")
    return value
