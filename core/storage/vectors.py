"""Vectors as bytes, little-endian on every machine: float32, and float64 where sums must stay exact."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_STORED = np.dtype("<f4")
_WIDE = np.dtype("<f8")


def to_bytes(vector: NDArray[np.float32]) -> bytes:
    """Return the bytes to store for an array of float32.

    Parameters
    ----------
    vector : ndarray of float32
        Any shape; its elements are written row by row.

    Returns
    -------
    bytes
        Four bytes an element.
    """
    return np.ascontiguousarray(vector, dtype=_STORED).tobytes()


def from_bytes(stored: bytes, columns: int | None = None) -> NDArray[np.float32]:
    """Return the array that was stored, read-only.

    Parameters
    ----------
    stored : bytes
        What :func:`to_bytes` made.
    columns : int, optional
        Length of a row, for an array of two axes.

    Returns
    -------
    ndarray of float32, shape (n,) or (n / columns, columns)
        A view of the bytes.
    """
    vector = np.frombuffer(stored, dtype=_STORED).astype(np.float32, copy=False)
    return vector if columns is None else vector.reshape(-1, columns)


def to_wide_bytes(array: NDArray[np.floating]) -> bytes:
    """Return the bytes to store for an array in float64, eight an element, row by row."""
    return np.ascontiguousarray(array, dtype=_WIDE).tobytes()


def from_wide_bytes(stored: bytes) -> NDArray[np.float64]:
    """Return the vector that :func:`to_wide_bytes` stored, read-only."""
    return np.frombuffer(stored, dtype=_WIDE).astype(np.float64, copy=False)


def normalized(vector: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return a vector at unit length.

    Raises
    ------
    ValueError
        If it has no length or is not finite.
    """
    wide = vector.astype(np.float64)
    length = float(np.linalg.norm(wide))
    if not np.isfinite(length) or length == 0:
        raise ValueError("an embedding must be finite and must not be zero")
    return (wide / length).astype(np.float32)
