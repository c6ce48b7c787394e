"""From the network's raw answers for one picture to the faces in it."""

from __future__ import annotations

import torch
from torch import Tensor

from core.detection.retinaface.coding import decode_boxes, decode_landmarks
from core.detection.retinaface.network import RawDetections
from core.detection.retinaface.priors import priors
from core.detection.retinaface.suppression import survivors
from core.types.detectors import RetinaFaceConfig

TOP_K = 5000
"""Most confident priors that are considered; the limit that the published packages use."""


def decode(
    raw: RawDetections, size: tuple[int, int], config: RetinaFaceConfig, min_confidence: float, nms_iou: float
) -> Tensor:
    """Decode the answers for one picture.

    Parameters
    ----------
    raw : RawDetections
        Of one picture: shapes (priors, 4), (priors, 2) and (priors, 10).
    size : tuple of int
        Height and width of the network's input in px.
    config : RetinaFaceConfig
        Of the network.
    min_confidence : float
        Least probability of a face.
    nms_iou : float
        Intersection over union above which two boxes are the same face.

    Returns
    -------
    Tensor of float32, shape (faces, 15)
        On the device of `raw`, the most confident first: left, top, right and bottom in px, confidence, and
        x1, y1, .. y5 in px. What is not finite or has no extent is left out.
    """
    # The softmax of two logits, several times faster.
    scores = torch.sigmoid(raw.logits[:, 1] - raw.logits[:, 0])
    chosen = torch.nonzero(scores >= min_confidence).squeeze(1)
    confidence, order = torch.sort(scores[chosen], descending=True, stable=True)
    chosen, confidence = chosen[order[:TOP_K]], confidence[:TOP_K]
    height, width = size
    anchors = priors(height, width, config, scores.device)[chosen]
    scale = torch.tensor([width, height], dtype=torch.float32, device=scores.device)
    boxes = decode_boxes(raw.boxes[chosen], anchors, config.variances) * scale.repeat(2)
    points = decode_landmarks(raw.landmarks[chosen], anchors, config.variances) * scale.repeat(5)
    faces = torch.cat([boxes, confidence[:, None], points], dim=1)
    faces = faces[torch.isfinite(faces).all(dim=1) & (faces[:, 2:4] > faces[:, :2]).all(dim=1)]
    return faces[survivors(faces[:, :4], nms_iou)]
