"""MobileNetV1 with a width of 0.25 (Howard et al., 2017), as the body of a detector."""

from __future__ import annotations

from torch import Tensor, nn

from core.detection.retinaface.layers import activated, convolution

_SLOPE = 0.1
_STRIDE_4 = 3
"""The last block of the first stage whose output has a stride of 4 px."""


class MobileNetQuarter(nn.Module):
    """The three stages of the network, without its classifier.

    Layers are named as in biubug6/Pytorch_Retinaface.

    Parameters
    ----------
    steps : tuple of int
        Strides whose feature maps are wanted; stages beyond the last are left out.
    """

    CHANNELS = {4: 32, 8: 64, 16: 128, 32: 256}  # noqa: RUF012

    def __init__(self, steps: tuple[int, ...]) -> None:
        super().__init__()
        self.steps = steps
        first = [activated(3, 8, stride=2, slope=_SLOPE), _separable(8, 16), _separable(16, 32, 2)]
        first.append(_separable(32, 32))
        if steps[-1] >= 8:
            first += [_separable(32, 64, 2), _separable(64, 64)]
        self.stage1 = nn.Sequential(*first)
        if steps[-1] >= 16:
            self.stage2 = nn.Sequential(_separable(64, 128, 2), *(_separable(128, 128) for _ in range(5)))
        if steps[-1] >= 32:
            self.stage3 = nn.Sequential(_separable(128, 256, 2), _separable(256, 256))

    def forward(self, x: Tensor) -> list[Tensor]:
        """Return the feature maps.

        Parameters
        ----------
        x : Tensor, shape (n, 3, height, width)
            Pictures.

        Returns
        -------
        list of Tensor
            One for each of `steps`: (n, channels, ceil(height / step), ceil(width / step)).
        """
        maps = {}
        for position, block in enumerate(self.stage1):
            x = block(x)
            if position == _STRIDE_4:
                maps[4] = x
        maps[8] = x
        for stride, name in ((16, "stage2"), (32, "stage3")):
            if self.steps[-1] >= stride:
                maps[stride] = x = getattr(self, name)(x)
        return [maps[step] for step in self.steps]


def _separable(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        *convolution(inputs, inputs, 3, stride, groups=inputs),
        nn.LeakyReLU(_SLOPE, inplace=True),
        *convolution(inputs, outputs, 1),
        nn.LeakyReLU(_SLOPE, inplace=True),
    )
