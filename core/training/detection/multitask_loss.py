"""The weighted sum of the detector's losses for the pictures of a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from core.detection.retinaface.coding import encode_boxes, encode_landmarks
from core.detection.retinaface.network import RawDetections
from core.detection.retinaface.priors import priors
from core.imaging.mosaics.labels import FaceLabels
from core.training.detection.anchor_assignment import assign_anchors, corners
from core.training.detection.losses import MinedClassification, OffsetRegression
from core.training.detection.recipe import AssignmentRecipe, DetectionLossRecipe
from core.types.detectors import RetinaFaceConfig


class MultitaskLoss(nn.Module):
    """L = classification + boxes + landmarks: Deng et al., CVPR 2020, equation 1, without dense regression.

    Every term is divided by the number of face anchors, of landmarks by those that have any.

    Parameters
    ----------
    config : RetinaFaceConfig
        Of the network.
    size : tuple of int
        Height and width of the pictures in px.
    assignment : AssignmentRecipe
        Which anchors answer for which face.
    recipe : DetectionLossRecipe
        Weights and constants.
    """

    def __init__(
        self,
        config: RetinaFaceConfig,
        size: tuple[int, int],
        assignment: AssignmentRecipe,
        recipe: DetectionLossRecipe,
    ) -> None:
        super().__init__()
        self._recipe = recipe
        self._assignment = assignment
        self._variances = config.variances
        self._anchors = priors(*size, config)
        self._scale = torch.tensor([size[1], size[0]], dtype=torch.float32)
        self._corners = corners(self._anchors) * self._scale.repeat(2)
        self._classification = MinedClassification(recipe.negatives, recipe.least_negatives)
        self._regression = OffsetRegression()

    def forward(
        self,
        raw: RawDetections,
        labels: Sequence[FaceLabels],
        total: Callable[[Tensor], Tensor] = lambda counts: counts,
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Compute the losses.

        Parameters
        ----------
        raw : RawDetections
            Of the network.
        labels : sequence of FaceLabels
            Of the same pictures, in px.
        total : callable
            Turns this process's numbers of anchors (2,) into the mean over all processes, by which the losses
            are divided, so that averaged gradients are those of the whole batch.

        Returns
        -------
        total : Tensor
            Weighted sum.
        losses : dict of str to Tensor
            "class", "box" and "landmark" before their weights.
        """
        assigned = torch.stack([self._assign(one) for one in labels])
        pictures, places = torch.nonzero(assigned >= 0, as_tuple=True)
        boxes, points, learned = self._targets(labels, assigned, pictures, places)
        counts = total(torch.tensor([float(len(places)), float(learned.sum())])).clamp(min=1.0)
        losses = {
            "class": self._classification(raw.logits, assigned) / counts[0],
            "box": self._regression(raw.boxes[pictures, places], boxes) / counts[0],
            "landmark": self._regression(raw.landmarks[pictures, places][learned], points[learned])
            / counts[1],
        }
        recipe = self._recipe
        weighted = (
            recipe.classification * losses["class"]
            + recipe.boxes * losses["box"]
            + recipe.landmarks * losses["landmark"]
        )
        return weighted, losses

    def _assign(self, labels: FaceLabels) -> Tensor:
        boxes = torch.from_numpy(labels.boxes)
        certain = torch.from_numpy(labels.certain)
        return assign_anchors(self._corners, boxes[certain], boxes[~certain], self._assignment)

    def _targets(
        self, labels: Sequence[FaceLabels], assigned: Tensor, pictures: Tensor, places: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        faces = [one.chosen(one.certain) for one in labels]
        # The faces of all pictures in one list, and where those of each picture begin in it.
        starts = torch.tensor([0, *(len(one) for one in faces)]).cumsum(0)[:-1]
        chosen = assigned[pictures, places] + starts[pictures]
        joined = FaceLabels.joined(faces)
        boxes, points, sides = (
            torch.from_numpy(array)[chosen]
            for array in (joined.boxes, joined.landmarks.reshape(-1, 10), joined.sides)
        )
        anchors = self._anchors[places]
        return (
            encode_boxes(boxes / self._scale.repeat(2), anchors, self._variances),
            encode_landmarks(points / self._scale.repeat(5), anchors, self._variances),
            sides >= self._recipe.landmarks_from_px,
        )
