"""The optimizer of a recipe and its learning rate over time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from torch import Tensor, nn
from torch.optim import SGD, AdamW, Optimizer

from core.training.recipe import OptimizerRecipe
from core.training.scaled_adam import ScaledAdamW

_MOMENTUM = 0.9


def rate_factor(step: int, steps: int, recipe: OptimizerRecipe) -> float:
    """Return the share of the peak learning rate for a step, counted from 0.

    Parameters
    ----------
    step, steps : int
        The step, and steps in all.
    recipe : OptimizerRecipe
        Warm-up and end.

    Returns
    -------
    float
        Rises evenly to 1 over the warm-up, then falls as half a cosine to `last_rate`.
    """
    warmup = min(recipe.warmup, steps // 2)
    if step < warmup:
        return (step + 1) / warmup
    done = (step - warmup) / max(steps - warmup - 1, 1)
    return recipe.last_rate + (1 - recipe.last_rate) * (1 + math.cos(math.pi * min(done, 1.0))) / 2


def build_optimizer(
    backbone: nn.Module,
    heads: Iterable[nn.Module],
    recipe: OptimizerRecipe,
    units: Mapping[Tensor, Tensor],
) -> Optimizer:
    """Make the optimizer.

    Parameters
    ----------
    backbone : nn.Module
        Learns at the peak rate.
    heads : iterable of nn.Module
        Learn at `heads_rate`.
    recipe : OptimizerRecipe
        Kind and settings.
    units : mapping of nn.Parameter to Tensor
        Of "scaled_adamw".

    Returns
    -------
    Optimizer
        Each of its groups has the entry "peak", its peak learning rate.
    """
    groups = []
    for peak, modules in ((recipe.learning_rate, [backbone]), (recipe.heads_rate, list(heads))):
        parameters = [one for module in modules for one in module.parameters()]
        for decay, chosen in (
            (recipe.weight_decay, [one for one in parameters if one.ndim > 1]),
            (0.0, [one for one in parameters if one.ndim <= 1]),
        ):
            groups.append({"params": chosen, "weight_decay": decay, "lr": peak, "peak": peak})
    match recipe.kind:
        case "sgd":
            return SGD(groups, momentum=_MOMENTUM)
        case "adamw":
            return AdamW(groups, foreach=True)
        case "scaled_adamw":
            return ScaledAdamW(groups, units)


def set_rate(optimizer: Optimizer, factor: float) -> float:
    """Set the learning rates to a share of their peaks, and return that of the first group."""
    for group in optimizer.param_groups:
        group["lr"] = factor * group["peak"]
    rate: float = optimizer.param_groups[0]["lr"]
    return rate
