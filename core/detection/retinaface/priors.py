"""Prior boxes (anchors): the squares from which the network's answers are offsets."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from core.types.detectors import RetinaFaceConfig

_CPU = torch.device("cpu")


def priors(height: int, width: int, config: RetinaFaceConfig, device: torch.device = _CPU) -> Tensor:
    """Return the priors of a picture.

    Parameters
    ----------
    height, width : int
        Size of the network's input in px.
    config : RetinaFaceConfig
        Sides and strides.
    device : torch.device
        Where they are wanted.

    Returns
    -------
    Tensor of float32, shape (priors, 4)
        Centre x and y, width and height, as shares of the size of the input. Level by level, row by row,
        position by position, in the order of `min_sizes`. Cached: not to be written to.
    """
    return _priors(height, width, config.min_sizes, config.steps, device)


@lru_cache(maxsize=32)
def _priors(
    height: int,
    width: int,
    min_sizes: tuple[tuple[int, ...], ...],
    steps: tuple[int, ...],
    device: torch.device,
) -> Tensor:
    size = torch.tensor([width, height, width, height], dtype=torch.float64)
    levels = []
    for sides, step in zip(min_sizes, steps, strict=True):
        rows = torch.arange(-(-height // step), dtype=torch.float64)
        columns = torch.arange(-(-width // step), dtype=torch.float64)
        side = torch.tensor(sides, dtype=torch.float64)
        y, x, extent = torch.meshgrid((rows + 0.5) * step, (columns + 0.5) * step, side, indexing="ij")
        levels.append(torch.stack([x, y, extent, extent], dim=-1).reshape(-1, 4) / size)
    return torch.cat(levels).float().to(device)
