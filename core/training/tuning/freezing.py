"""What of a backbone may move: its head, its last stage, or all of it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from core.recognition.features import Backbone, Features
from core.training.tuning.presets import Method


def hold(backbone: Backbone, method: Method) -> int:
    """Let only some weights of a backbone move.

    Parameters
    ----------
    backbone : Backbone
        Changed in place: what is held asks for no gradient.
    method : Method
        What may move.

    Returns
    -------
    int
        How many numbers may.
    """
    match method:
        case Method.HEADS:
            moving = _head(backbone)
        case Method.LAST_STAGE:
            moving = _head(backbone) | _last_stage(backbone)
        case Method.WHOLE:
            moving = set(backbone.parameters())
    for parameter in backbone.parameters():
        parameter.requires_grad_(parameter in moving)
    return sum(parameter.numel() for parameter in moving)


def _head(backbone: Backbone) -> set[nn.Parameter]:
    """Return the weights on which the embedding of a given feature map depends."""
    parameters = list(backbone.parameters())
    wanted = [parameter.requires_grad_(True) for parameter in parameters]
    feature_map = torch.ones(1, backbone.channels, backbone.grid, backbone.grid)
    with torch.enable_grad():
        found: tuple[Tensor | None, ...] = torch.autograd.grad(
            backbone.project(feature_map).sum(), wanted, allow_unused=True
        )
    return {one for one, gradient in zip(parameters, found, strict=True) if gradient is not None}


def _last_stage(backbone: Backbone) -> set[nn.Parameter]:
    """Return the weights of those parts whose output has the resolution of the last feature map."""
    found: set[nn.Parameter] = set()

    def look(module: nn.Module, _: Any, output: Tensor | Features) -> None:
        if isinstance(output, Tensor) and output.ndim == 4 and output.shape[-1] == backbone.grid:
            found.update(module.parameters())

    handles = [module.register_forward_hook(look) for module in backbone.children()]
    try:
        with torch.no_grad():
            backbone(torch.zeros(1, 3, 112, 112))
    finally:
        for handle in handles:
            handle.remove()
    return found
