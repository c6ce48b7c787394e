"""Non-maximum suppression on the device of the boxes, many of them at once."""

from __future__ import annotations

import torch
from torch import Tensor

_BLOCK = 256


def survivors(boxes: Tensor, max_overlap: float) -> Tensor:
    """Tell which boxes greedy non-maximum suppression keeps.

    A box survives when no better survivor overlaps it. Within a block of boxes that rule is applied to all at
    once, starting with all as survivors, until nothing changes, which gives the greedy choice (Zheng et al.,
    "Enhancing geometric factors in model learning and inference for object detection", 2020, proposition 1);
    the survivors of a block then suppress what comes after it.

    Parameters
    ----------
    boxes : Tensor, shape (n, 4)
        Left, top, right and bottom; the most confident first.
    max_overlap : float
        Intersection over union above which two boxes are the same face.

    Returns
    -------
    Tensor of bool, shape (n,)
        True for the survivors.
    """
    kept = torch.ones(len(boxes), dtype=torch.bool, device=boxes.device)
    for start in range(0, len(boxes), _BLOCK):
        block, later = kept[start : start + _BLOCK], kept[start + _BLOCK :]
        suppresses = _overlap(boxes[start : start + _BLOCK], boxes[start:]) > max_overlap
        within = suppresses[:, : len(block)].triu(diagonal=1)
        candidates, before = block.clone(), None
        while before is None or not torch.equal(block, before):
            before = block.clone()
            block.copy_(candidates & ~(within & before[:, None]).any(dim=0))
        later &= ~suppresses[block][:, len(block) :].any(dim=0)
    return kept


def _overlap(some: Tensor, others: Tensor) -> Tensor:
    left, top, right, bottom = some[:, None].unbind(dim=-1)
    others_left, others_top, others_right, others_bottom = others.unbind(dim=-1)
    shared = (torch.minimum(right, others_right) - torch.maximum(left, others_left)).clamp_(min=0)
    shared *= (torch.minimum(bottom, others_bottom) - torch.maximum(top, others_top)).clamp_(min=0)
    area = (right - left) * (bottom - top)
    others_area = (others_right - others_left) * (others_bottom - others_top)
    return shared / (area + others_area - shared)
