"""The one check that arrays inside data objects go through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def read_only(name: str, array: NDArray[Any], dtype: DTypeLike, shape: Sequence[int | None]) -> NDArray[Any]:
    """Return a read-only array after checking what it is.

    Parameters
    ----------
    name : str
        What to call the array in the error.
    array : ndarray
        The array to check. It is copied only when somebody could still write to it.
    dtype : dtype-like
        The dtype it must have; nothing is converted.
    shape : sequence of int or None
        The extent of each axis; None allows any.

    Returns
    -------
    ndarray
        A contiguous array with the same values, not writeable.

    Raises
    ------
    ValueError
        If dtype or shape differ, or a floating-point value is not finite.
    """
    wanted = np.dtype(dtype)
    fits = len(shape) == array.ndim and all(
        n is None or n == m for n, m in zip(shape, array.shape, strict=True)
    )
    if array.dtype != wanted or not fits:
        raise ValueError(f"{name} must be {wanted} {tuple(shape)}, not {array.dtype} {array.shape}")
    if wanted.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{name} holds values that are not finite")
    if array.flags.writeable or not array.flags.c_contiguous:
        array = np.array(array, order="C")
        array.flags.writeable = False
    return array
