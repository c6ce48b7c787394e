"""The look of a strongly compressed video: a transform of 4x4 blocks with coarse steps.

Like H.264's residual coding in what it does to a still: luma in 4x4 blocks, chroma at half resolution, one
step for all coefficients. Motion compensation, prediction and the deblocking filter are left out.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_BLOCK = 4


def _dct_matrix(n: int) -> NDArray[np.float32]:
    k, i = np.mgrid[:n, :n]
    matrix = np.sqrt(2 / n) * np.cos(np.pi * (2 * i + 1) * k / (2 * n))
    matrix[0] /= np.sqrt(2)
    return np.asarray(matrix, np.float32)


_DCT = _dct_matrix(_BLOCK)


def code_in_blocks(pixels: NDArray[np.uint8], step: float) -> NDArray[np.uint8]:
    """Code an RGB picture in blocks and decode it.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        RGB.
    step : float
        Quantization step in grey levels; H.264's doubles with every 6 of its QP, and is 10 at QP 24.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        The decoded picture.
    """
    height, width = pixels.shape[:2]
    planes = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb))
    luma = quantize_blocks(planes[0].astype(np.float32), step)
    half = ((width + 1) // 2, (height + 1) // 2)
    chroma = [
        cv2.resize(
            quantize_blocks(cv2.resize(plane, half, interpolation=cv2.INTER_AREA).astype(np.float32), step),
            (width, height),
            interpolation=cv2.INTER_LINEAR,
        )
        for plane in planes[1:]
    ]
    decoded = np.clip(np.rint(np.stack([luma, *chroma], axis=2)), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_YCrCb2RGB), np.uint8)


def quantize_blocks(plane: NDArray[np.float32], step: float) -> NDArray[np.float32]:
    """Round the DCT coefficients of each 4x4 block to multiples of `step`.

    Parameters
    ----------
    plane : ndarray of float32, shape (height, width)
        One channel; it is padded with its edge to whole blocks for the while.
    step : float
        Quantization step.

    Returns
    -------
    ndarray of float32, shape (height, width)
        The plane after the inverse transform.
    """
    height, width = plane.shape
    padded = np.pad(plane, ((0, -height % _BLOCK), (0, -width % _BLOCK)), mode="edge")
    rows, columns = padded.shape[0] // _BLOCK, padded.shape[1] // _BLOCK
    blocks = padded.reshape(rows, _BLOCK, columns, _BLOCK).swapaxes(1, 2)
    coefficients = np.rint(_DCT @ blocks @ _DCT.T / np.float32(step)) * np.float32(step)
    decoded = (_DCT.T @ coefficients @ _DCT).swapaxes(1, 2).reshape(padded.shape)
    return np.asarray(decoded[:height, :width], np.float32)
