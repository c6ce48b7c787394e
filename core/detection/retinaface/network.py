"""RetinaFace: single-shot face detection with five landmarks (Deng et al., CVPR 2020)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from core.detection.retinaface.mobilenet import MobileNetQuarter
from core.detection.retinaface.pyramid import ContextModule, FeaturePyramid
from core.detection.retinaface.resnet import ResNet50
from core.types.detectors import RetinaFaceConfig

BACKBONES: dict[str, type[MobileNetQuarter] | type[ResNet50]] = {
    "mobilenet0.25": MobileNetQuarter,
    "resnet50": ResNet50,
}


class RawDetections(NamedTuple):
    """What the network says of each prior; see :mod:`core.detection.retinaface.coding`.

    Attributes
    ----------
    boxes : Tensor, shape (n, priors, 4)
        Coded offsets of centre and size.
    logits : Tensor, shape (n, priors, 2)
        Background and face, before the softmax.
    landmarks : Tensor, shape (n, priors, 10)
        Coded offsets of five points: x1, y1, .. y5.
    """

    boxes: Tensor
    logits: Tensor
    landmarks: Tensor


class RetinaFaceNet(nn.Module):
    """Body, feature pyramid, context modules and heads.

    Parameters are named as in biubug6/Pytorch_Retinaface and retinaface-pytorch (with the three levels
    that those have), so that their weights fit after a prefix is stripped.

    Parameters
    ----------
    config : RetinaFaceConfig
        Backbone, width and levels.

    Raises
    ------
    KeyError
        If the backbone is not one of :data:`BACKBONES`.
    """

    def __init__(self, config: RetinaFaceConfig) -> None:
        super().__init__()
        self.config = config
        self.body = BACKBONES[config.backbone](config.steps)
        inputs = [self.body.CHANNELS[step] for step in config.steps]
        self.fpn = FeaturePyramid(inputs, config.channels)
        for level in range(1, len(inputs) + 1):
            self.add_module(f"ssh{level}", ContextModule(config.channels))
        counts = [len(sides) for sides in config.min_sizes]
        self.ClassHead = nn.ModuleList(Head(config.channels, count, 2) for count in counts)
        self.BboxHead = nn.ModuleList(Head(config.channels, count, 4) for count in counts)
        self.LandmarkHead = nn.ModuleList(Head(config.channels, count, 10) for count in counts)

    def forward(self, x: Tensor) -> RawDetections:
        """Run the network.

        Parameters
        ----------
        x : Tensor, shape (n, 3, height, width)
            Pictures, prepared as the configuration says; of any size.

        Returns
        -------
        RawDetections
            The same in training and evaluation; priors in the order of
            :func:`core.detection.retinaface.priors.priors`.
        """
        merged = self.fpn(self.body(x))
        maps = [self.get_submodule(f"ssh{level}")(y) for level, y in enumerate(merged, start=1)]
        return RawDetections(
            _joined(self.BboxHead, maps), _joined(self.ClassHead, maps), _joined(self.LandmarkHead, maps)
        )


class Head(nn.Module):
    """Values for each prior of a level, linear in the feature map.

    Parameters
    ----------
    channels : int
        Of the feature map.
    priors : int
        Priors at each position.
    values : int
        Values for each prior.
    """

    def __init__(self, channels: int, priors: int, values: int) -> None:
        super().__init__()
        self.values = values
        self.conv1x1 = nn.Conv2d(channels, priors * values, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return values of shape (n, rows * columns * priors, values), row by row."""
        y: Tensor = self.conv1x1(x)
        return y.permute(0, 2, 3, 1).reshape(x.shape[0], -1, self.values)


def _joined(heads: nn.ModuleList, maps: Sequence[Tensor]) -> Tensor:
    return torch.cat([head(y) for head, y in zip(heads, maps, strict=True)], dim=1)
