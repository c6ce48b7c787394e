"""The networks that turn a crop into an embedding, by the names that model cards give them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from torch import Tensor, nn
from torch.nn import functional

from core.errors import ModelUnavailable
from core.recognition.features import Backbone, Features, HeadMap
from core.recognition.iresnet import IResNet
from core.recognition.mbf import InsightMobileFaceNet

IRESNET_UNITS = {
    "iresnet-18": (2, 2, 2, 2),
    "iresnet-34": (3, 4, 6, 3),
    "iresnet-50": (3, 4, 14, 3),
    "iresnet-100": (3, 13, 30, 3),
}
"""Units a stage of insightface's networks."""

IR_UNITS = {
    "ir-18": (2, 2, 2, 2),
    "ir-34": (3, 4, 6, 3),
    "ir-50": (3, 4, 14, 3),
    "ir-101": (3, 13, 30, 3),
}
"""Units a stage of AdaFace's and CVLface's networks."""


class SameConv(nn.Conv2d):
    """A convolution with bias that pads like TensorFlow's SAME.

    For an even input, a 3 x 3 kernel at stride 2 then pads one row below and one column to the right,
    and none on the other sides, where torch's symmetric padding would sample other pixels.

    Parameters
    ----------
    inputs, outputs : int
        Channels.
    kernel, stride : int
        Extent and step of the square kernel.
    groups : int
        As for :class:`torch.nn.Conv2d`.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        symmetric = kernel // 2 if stride == 1 else 0
        super().__init__(inputs, outputs, kernel, stride, padding=symmetric, groups=groups)
        self.trailing = kernel - stride if stride > 1 else 0

    def forward(self, x: Tensor) -> Tensor:
        """Convolve (n, inputs, h, w)."""
        if self.trailing:
            x = functional.pad(x, (0, self.trailing, 0, self.trailing))
        return super().forward(x)


class ConvPReLU(nn.Sequential):
    """A convolution and a PReLU with a slope for each channel.

    Parameters
    ----------
    inputs, outputs, kernel, stride, groups : int
        As for :class:`SameConv`.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.conv = SameConv(inputs, outputs, kernel, stride, groups)
        self.prelu = nn.PReLU(outputs)


class InvertedResidual(nn.Module):
    """MobileNetV2's block: expand, filter each channel, project linearly, add the input.

    The input is added where the block changes neither the number of channels nor the resolution.

    Parameters
    ----------
    inputs, expanded, outputs : int
        Channels before, inside and after the block.
    stride : int
        Step of the depthwise filter.
    """

    def __init__(self, inputs: int, expanded: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.expand = ConvPReLU(inputs, expanded, 1)
        self.depthwise = ConvPReLU(expanded, expanded, 3, stride, groups=expanded)
        self.project = SameConv(expanded, outputs, 1)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, inputs, h, w) to (n, outputs, h / stride, w / stride)."""
        y: Tensor = self.project(self.depthwise(self.expand(x)))
        return x + y if self.residual else y


class MobileFaceNet(Backbone):
    """MobileFaceNet (Chen et al. 2018) as trained by sirius-ai/MobileFaceNet_TF.

    Batch normalisation is folded into the convolutions. Nothing between the last feature map and the
    embedding is nonlinear, which is what :mod:`core.recognition.decomposition` rests on.

    Parameters
    ----------
    dim : int
        Length of the embedding.
    """

    channels = 512
    grid = 7

    def __init__(self, dim: int = 192) -> None:
        super().__init__()
        self.stem = ConvPReLU(3, 64, 3, stride=2)
        self.stem_depthwise = ConvPReLU(64, 64, 3, groups=64)
        self.stem_project = SameConv(64, 64, 1)
        self.stage2 = _stage(64, 128, 64, blocks=5, stride=2)
        self.stage3 = _stage(64, 256, 128, blocks=1, stride=2)
        self.stage4 = _stage(128, 256, 128, blocks=6, stride=1)
        self.stage5 = _stage(128, 512, 128, blocks=1, stride=2)
        self.stage6 = _stage(128, 256, 128, blocks=2, stride=1)
        self.final_expand = ConvPReLU(128, self.channels, 1)
        self.head_depthwise = nn.Conv2d(self.channels, self.channels, self.grid, groups=self.channels)
        self.head_mix = nn.Conv2d(self.channels, self.channels, 1)
        self.head_project = nn.Conv2d(self.channels, dim, 1)

    def forward(self, x: Tensor) -> Features:
        """Embed crops.

        Parameters
        ----------
        x : Tensor, shape (n, 3, 112, 112)
            RGB, value / 127.5 - 1.

        Returns
        -------
        Features
            Raw embeddings (n, dim) and the last feature map (n, 512, 7, 7).
        """
        x = self.stem_project(self.stem_depthwise(self.stem(x)))
        x = self.stage6(self.stage5(self.stage4(self.stage3(self.stage2(x)))))
        feature_map = self.final_expand(x)
        return Features(self.project(feature_map), feature_map)

    def project(self, feature_map: Tensor) -> Tensor:
        """Apply the head alone to maps (n, 512, 7, 7); returns raw embeddings (n, dim)."""
        embedding: Tensor = self.head_project(self.head_mix(self.head_depthwise(feature_map)))
        return embedding.flatten(1)

    def head_map(self) -> HeadMap:
        """Return the head as a factor for each position and one matrix."""
        (weights, shift), (mix, mix_bias), (project, project_bias) = (
            _parameters(conv) for conv in (self.head_depthwise, self.head_mix, self.head_project)
        )
        project = project[:, :, 0, 0]
        matrix = project @ mix[:, :, 0, 0]
        bias = matrix @ shift + project @ mix_bias + project_bias
        return HeadMap(weights[:, 0], matrix[None], bias)


def build_backbone(architecture: str, dim: int) -> Backbone:
    """Make a network with untrained weights.

    Parameters
    ----------
    architecture : str
        As in the model's card.
    dim : int
        Length of an embedding.

    Returns
    -------
    Backbone
        In evaluation mode.

    Raises
    ------
    ModelUnavailable
        If this version does not know the architecture.
    """
    if architecture not in _ARCHITECTURES:
        known = ", ".join(sorted(_ARCHITECTURES))
        raise ModelUnavailable(f"The network {architecture!r} is not one this version knows ({known}).")
    return _ARCHITECTURES[architecture](dim).eval()


def _stage(inputs: int, expanded: int, outputs: int, blocks: int, stride: int) -> nn.Sequential:
    first = InvertedResidual(inputs, expanded, outputs, stride)
    return nn.Sequential(first, *(InvertedResidual(outputs, expanded, outputs) for _ in range(blocks - 1)))


def _parameters(conv: nn.Conv2d) -> tuple[Tensor, Tensor]:
    return conv.weight.detach().double(), conv.get_parameter("bias").detach().double()


_ARCHITECTURES: dict[str, Callable[[int], Backbone]] = {
    "mobilefacenet": MobileFaceNet,
    "mbf": InsightMobileFaceNet,
    **{name: partial(IResNet, units) for name, units in IRESNET_UNITS.items()},
    **{name: partial(IResNet, units, ir=True) for name, units in IR_UNITS.items()},
}
