"""Batch normalisation folded into the convolution before it, for inference."""

from __future__ import annotations

import copy

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from core.detection.retinaface.network import RetinaFaceNet


def folded(network: RetinaFaceNet) -> RetinaFaceNet:
    """Return a copy for inference that has no batch normalisation left.

    Parameters
    ----------
    network : RetinaFaceNet
        Left as it is.

    Returns
    -------
    RetinaFaceNet
        In evaluation mode; gives the same results but for rounding.
    """
    network = copy.deepcopy(network).eval()
    for module in list(network.modules()):
        convolution: tuple[str, nn.Conv2d] | None = None
        for name, child in list(module.named_children()):
            if isinstance(child, nn.BatchNorm2d) and convolution is not None:
                setattr(module, convolution[0], fuse_conv_bn_eval(convolution[1], child))
                setattr(module, name, nn.Identity())
            convolution = (name, child) if isinstance(child, nn.Conv2d) else None
    return network
