"""Which anchors answer for which face."""

from __future__ import annotations

import torch
from torch import Tensor

from core.training.detection.recipe import AssignmentRecipe

BACKGROUND, NEITHER = -1, -2
"""What an anchor is that answers for no face."""


def assign_anchors(anchors: Tensor, faces: Tensor, uncertain: Tensor, recipe: AssignmentRecipe) -> Tensor:
    """Assign the anchors of one picture.

    An anchor belongs to the face that it overlaps most, where that is enough (Liu et al., "SSD", ECCV 2016,
    section 2.2; RetinaFace, section 3.2). Small faces lie between the anchors and would get few or none:
    every face gets its best ones, even if they overlap less (scale compensation: Zhang et al., "S3FD", ICCV
    2017, section 3.2). An anchor that two faces claim in this way goes to the one it overlaps more.

    Parameters
    ----------
    anchors : Tensor, shape (n, 4)
        Left, top, right and bottom, in any unit.
    faces : Tensor, shape (m, 4)
        Boxes of the faces, in the same unit.
    uncertain : Tensor, shape (k, 4)
        Places that are neither face nor background.
    recipe : AssignmentRecipe
        Thresholds.

    Returns
    -------
    Tensor of int64, shape (n,)
        Place of the face in `faces`, or `BACKGROUND`, or `NEITHER`.
    """
    assigned = torch.full((len(anchors),), BACKGROUND, dtype=torch.int64)
    if len(uncertain):
        shared = _shared(anchors, uncertain)
        ignored = (shared / _area(anchors)[:, None] >= recipe.ignored_share).any(1)
        ignored |= (_iou(anchors, uncertain) >= recipe.background_iou).any(1)
        assigned[ignored] = NEITHER
    if not len(faces):
        return assigned
    overlap = _iou(anchors, faces)
    best, face = overlap.max(1)
    assigned[best >= recipe.background_iou] = NEITHER
    enough = best >= recipe.face_iou
    assigned[enough] = face[enough]
    count = min(recipe.least_anchors, len(anchors))
    # Anchors that contain a face whole overlap it equally: the first ones are taken.
    values, places = (one[:count] for one in overlap.sort(dim=0, descending=True, stable=True))
    claims = torch.zeros_like(overlap)
    claims.scatter_(0, places, torch.where(values >= recipe.compensated_iou, values, 0.0))
    claim, claimant = claims.max(1)
    free = (claim > 0) & (assigned < 0)
    assigned[free] = claimant[free]
    return assigned


def corners(anchors: Tensor) -> Tensor:
    """Turn centre x and y, width and height (n, 4) into left, top, right and bottom."""
    half = anchors[:, 2:] / 2
    return torch.cat([anchors[:, :2] - half, anchors[:, :2] + half], dim=1)


def _iou(boxes: Tensor, others: Tensor) -> Tensor:
    shared = _shared(boxes, others)
    return shared / (_area(boxes)[:, None] + _area(others) - shared)


def _shared(boxes: Tensor, others: Tensor) -> Tensor:
    low = torch.maximum(boxes[:, None, :2], others[:, :2])
    high = torch.minimum(boxes[:, None, 2:], others[:, 2:])
    return (high - low).clamp(min=0).prod(2)


def _area(boxes: Tensor) -> Tensor:
    return (boxes[:, 2:] - boxes[:, :2]).prod(1)
