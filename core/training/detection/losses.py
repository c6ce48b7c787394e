"""The three losses of the detector, each summed over the anchors that it looks at."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.training.detection.anchor_assignment import BACKGROUND


class MinedClassification(nn.Module):
    """Face or background, on all face anchors and the hardest background anchors.

    L_cls of RetinaFace (Deng et al., CVPR 2020, equation 1), the softmax loss of two classes, with the online
    hard negative mining of SSD (Liu et al., ECCV 2016, section 2.2).

    Parameters
    ----------
    negatives : float
        Background anchors for each face anchor of the same picture.
    least_negatives : int
        So many of each picture at least, so that a picture without faces teaches something.
    """

    def __init__(self, negatives: float, least_negatives: int) -> None:
        super().__init__()
        self._negatives = negatives
        self._least = least_negatives

    def forward(self, logits: Tensor, assigned: Tensor) -> Tensor:
        """Sum the loss.

        Parameters
        ----------
        logits : Tensor, shape (pictures, anchors, 2)
            Background and face.
        assigned : Tensor of int64, shape (pictures, anchors)
            From :func:`core.training.detection.anchor_assignment.assign_anchors`.

        Returns
        -------
        Tensor
            A number.
        """
        is_face, is_background = assigned >= 0, assigned == BACKGROUND
        costs = functional.cross_entropy(logits.transpose(1, 2), is_face.long(), reduction="none")
        wanted = (is_face.sum(1) * self._negatives).clamp(min=self._least).long()
        wanted = torch.minimum(wanted, is_background.sum(1))
        hardness = torch.where(is_background, costs.detach(), -1.0)
        hardest, places = hardness.topk(int(wanted.max()), dim=1)
        mined = torch.arange(hardest.shape[1]) < wanted[:, None]
        return costs[is_face].sum() + costs.gather(1, places)[mined].sum()


class OffsetRegression(nn.Module):
    """Coded boxes or landmarks against coded truth: smooth L1.

    L_box and L_pts of RetinaFace (equation 1), robust as in Fast R-CNN (Girshick, ICCV 2015, equation 3): the
    mean over the numbers of an anchor, summed over the anchors.
    """

    def forward(self, offsets: Tensor, targets: Tensor) -> Tensor:
        """Sum the loss over the anchors; both are of shape (n, numbers)."""
        return functional.smooth_l1_loss(offsets, targets, reduction="none").mean(1).sum()
