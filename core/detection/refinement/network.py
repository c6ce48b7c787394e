"""The refinement network: whether a candidate is a face, and where its landmarks are."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

from core.types.detectors import RefinerConfig

_STEM = 32
_BLOCKS = ((48, 1), (64, 2), (64, 1), (96, 2), (96, 1), (96, 1), (128, 2), (128, 1))
_STRIDE = 16
_SLOPE = 0.1
_POINTS = 10


class Refinement(NamedTuple):
    """What the network says of candidates.

    Attributes
    ----------
    landmarks : Tensor, shape (n, 5, 2)
        From the middle of the view, in units of its side; the subject's right eye first.
    logits : Tensor, shape (n,)
        Of being a face.
    """

    landmarks: Tensor
    logits: Tensor


class RefinementNet(nn.Module):
    """Depthwise separable convolutions (MobileNet: Howard et al. 2017) and one linear layer.

    The last feature map is reduced by a depthwise filter of its own size (MobileFaceNet: Chen et al. 2018),
    because a mean over positions would lose where the landmarks are.

    Parameters
    ----------
    config : RefinerConfig
        Side of the input.
    """

    def __init__(self, config: RefinerConfig) -> None:
        super().__init__()
        layers: list[nn.Module] = [*_convolution(3, _STEM, 3, 2)]
        width = _STEM
        for wider, stride in _BLOCKS:
            layers += [*_convolution(width, width, 3, stride, width), *_convolution(width, wider, 1)]
            width = wider
        self.body = nn.Sequential(*layers)
        rest = config.side // _STRIDE
        self.gather = nn.Sequential(
            nn.Conv2d(width, width, rest, groups=width, bias=False), nn.BatchNorm2d(width), nn.Flatten()
        )
        self.head = nn.Linear(width, _POINTS + 1)

    def forward(self, x: Tensor) -> Refinement:
        """Look at candidates.

        Parameters
        ----------
        x : Tensor, shape (n, 3, side, side)
            RGB, (value - 127.5) / 127.5.

        Returns
        -------
        Refinement
            One for each.
        """
        values: Tensor = self.head(self.gather(self.body(x)))
        return Refinement(values[:, :_POINTS].reshape(-1, 5, 2), values[:, _POINTS])


def _convolution(inputs: int, outputs: int, side: int, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    return [
        nn.Conv2d(inputs, outputs, side, stride, side // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.LeakyReLU(_SLOPE, inplace=True),
    ]
