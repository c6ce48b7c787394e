"""insightface's own MobileFaceNet, which its arcface_torch calls "mbf"."""

from __future__ import annotations

from torch import Tensor, nn

from core.recognition.features import Backbone, Features, HeadMap, affine

_WIDTH = 128
_EMBEDDED = 512


class Layers(nn.Module):
    """Layers one after the other, optionally with the input added to what comes out.

    Parameters
    ----------
    *layers : Module
        The layers.
    residual : bool
        Whether the input is added.
    """

    def __init__(self, *layers: nn.Module, residual: bool = False) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        """Run the layers."""
        y: Tensor = self.layers(x)
        return x + y if self.residual else y


class InsightMobileFaceNet(Backbone):
    """MobileFaceNet (Chen et al. 2018) as insightface's arcface_torch builds it: twice as wide in the trunk.

    Parameters
    ----------
    dim : int
        Length of the embedding.
    """

    channels = _EMBEDDED
    grid = 7

    def __init__(self, dim: int = 512) -> None:
        super().__init__()
        wide = 2 * _WIDTH
        self.layers = nn.ModuleList(
            [
                _convolution(3, _WIDTH, 3, stride=2),
                _convolution(_WIDTH, _WIDTH, 3, groups=64),
                _bottleneck(_WIDTH, 128, _WIDTH, stride=2),
                _residuals(_WIDTH, 128, 4),
                _bottleneck(_WIDTH, 256, wide, stride=2),
                _residuals(wide, 256, 6),
                _bottleneck(wide, 512, wide, stride=2),
                _residuals(wide, 256, 2),
            ]
        )
        self.conv_sep = _convolution(wide, _EMBEDDED, 1)
        depthwise = nn.Conv2d(_EMBEDDED, _EMBEDDED, self.grid, groups=_EMBEDDED, bias=False)
        linear = nn.Linear(_EMBEDDED, dim, bias=False)
        filtered = Layers(depthwise, nn.BatchNorm2d(_EMBEDDED))
        self.features = Layers(filtered, nn.Flatten(), linear, nn.BatchNorm1d(dim))

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
        for layer in self.layers:
            x = layer(x)
        feature_map = self.conv_sep(x)
        return Features(self.project(feature_map), feature_map)

    def project(self, feature_map: Tensor) -> Tensor:
        """Apply the head alone to maps (n, 512, 7, 7); returns raw embeddings (n, dim)."""
        embedding: Tensor = self.features(feature_map)
        return embedding

    def head_map(self) -> HeadMap:
        """Return the head as a factor for each position and one matrix."""
        filtered, _, linear, last = self.features.layers
        depthwise, norm = filtered.get_submodule("layers").children()
        scale, shift = affine(norm)  # type: ignore[arg-type]
        last_scale, last_shift = affine(last)  # type: ignore[arg-type]
        weights = depthwise.get_parameter("weight").detach().double()[:, 0] * scale[:, None, None]
        matrix = linear.get_parameter("weight").detach().double() * last_scale[:, None]
        return HeadMap(weights, matrix[None], matrix @ shift + last_shift)


def _convolution(inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> Layers:
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
    return Layers(convolution, nn.BatchNorm2d(outputs), nn.PReLU(outputs))


def _bottleneck(inputs: int, inner: int, outputs: int, stride: int = 1, *, residual: bool = False) -> Layers:
    return Layers(
        _convolution(inputs, inner, 1),
        _convolution(inner, inner, 3, stride, groups=inner),
        Layers(nn.Conv2d(inner, outputs, 1, bias=False), nn.BatchNorm2d(outputs)),
        residual=residual,
    )


def _residuals(width: int, inner: int, count: int) -> Layers:
    return Layers(*(_bottleneck(width, inner, width, residual=True) for _ in range(count)))
