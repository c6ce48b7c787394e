"""From crops to what the network is fed in training."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.types import Preprocessing


def as_input(crops: NDArray[np.uint8], preprocessing: Preprocessing) -> Tensor:
    """Prepare crops.

    Parameters
    ----------
    crops : ndarray of uint8, shape (n, size, size, 3)
        RGB.
    preprocessing : Preprocessing
        How the network is fed.

    Returns
    -------
    Tensor of float32, shape (n, 3, size, size)
        In channels_last order, which convolutions on a processor prefer.
    """
    if preprocessing.channel_order != "RGB":
        crops = np.ascontiguousarray(crops[..., ::-1])
    pixels = torch.from_numpy(crops).permute(0, 3, 1, 2)
    return (pixels.float() - preprocessing.mean) / preprocessing.std
