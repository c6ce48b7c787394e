"""AdamW whose steps are measured in the size of what they change.

Where batch normalisation was folded into the convolutions, weights differ in size by three orders of
magnitude from layer to layer and from channel to channel. Adam moves every number by about the learning
rate: the pointwise filters of the starting network (root mean square 0.02) are thrown about by a rate that
leaves its depthwise filters (0.8) and biases (4) where they are. Here each output channel of a filter moves
in units of its own root mean square, and each bias in units of what its channel varies by, as if the
normalisation were still there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.hooks import RemovableHandle

_SMALLEST = 1e-6


class ScaledAdamW(Optimizer):
    """AdamW with a unit of length for each number.

    Parameters
    ----------
    groups : iterable of dict
        Parameter groups with "params", "lr" and "weight_decay".
    units : mapping of nn.Parameter to Tensor
        The unit of each parameter's steps, broadcast to its shape; 1 for a parameter that has none here.
    betas : tuple of float
        Decays of the averages of the gradient and of its square.
    eps : float
        Added to the root of the second.
    """

    def __init__(
        self,
        groups: Iterable[dict[str, Any]],
        units: Mapping[Tensor, Tensor],
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-12,
    ) -> None:
        super().__init__(groups, {"betas": betas, "eps": eps})
        self._units = units

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Move every parameter that has a gradient."""
        for group in self.param_groups:
            moved = [one for one in group["params"] if one.grad is not None]
            if not moved:
                continue
            states = [self._state_of(one) for one in moved]
            gradients = [one.grad for one in moved]
            first = [state["first"] for state in states]
            second = [state["second"] for state in states]
            (keep, keep_square), steps = group["betas"], int(states[0]["steps"]) + 1
            torch._foreach_lerp_(first, gradients, 1 - keep)
            torch._foreach_mul_(second, keep_square)
            torch._foreach_addcmul_(second, gradients, gradients, 1 - keep_square)
            sizes = torch._foreach_sqrt(second)
            torch._foreach_div_(sizes, (1 - keep_square**steps) ** 0.5)
            torch._foreach_add_(sizes, group["eps"])
            moves = torch._foreach_div(first, sizes)
            torch._foreach_mul_(moves, [state["unit"] for state in states])
            torch._foreach_mul_(moved, 1 - group["lr"] * group["weight_decay"])
            torch._foreach_add_(moved, moves, alpha=-group["lr"] / (1 - keep**steps))
            for state in states:
                state["steps"] += 1

    def _state_of(self, parameter: nn.Parameter) -> dict[str, Tensor]:
        state: dict[str, Tensor] = self.state[parameter]
        if not state:
            unit = self._units.get(parameter, torch.ones(()))
            state["steps"] = torch.zeros((), dtype=torch.int64)
            state["unit"] = torch.empty_like(parameter).copy_(unit.expand_as(parameter))
            state["first"] = torch.zeros_like(parameter)
            state["second"] = torch.zeros_like(parameter)
        return state


def measure_units(network: nn.Module, inputs: Tensor) -> dict[Tensor, Tensor]:
    """Find the natural unit of each parameter of a convolutional network.

    Parameters
    ----------
    network : nn.Module
        Made of convolutions and PReLUs; other modules are left out.
    inputs : Tensor, shape (n, channels, rows, columns)
        Ordinary inputs.

    Returns
    -------
    dict of nn.Parameter to Tensor
        For a filter the root mean square of each output channel, for a bias the standard deviation of its
        channel's output over `inputs`, for slopes their own root mean square.
    """
    units: dict[Tensor, Tensor] = {}

    def look(module: nn.Module, _: Any, output: Tensor) -> None:
        if isinstance(module, nn.Conv2d) and module.bias is not None:
            units[module.bias] = output.float().transpose(0, 1).flatten(1).std(1).clamp(min=_SMALLEST)

    handles: list[RemovableHandle] = []
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            size = module.weight.detach().flatten(1).square().mean(1).sqrt()
            units[module.weight] = size.clamp(min=_SMALLEST)[:, None, None, None]
            handles.append(module.register_forward_hook(look))
        elif isinstance(module, nn.PReLU):
            units[module.weight] = module.weight.detach().square().mean().sqrt()
    try:
        with torch.no_grad():
            network(inputs)
    finally:
        for handle in handles:
            handle.remove()
    return units
