"""Checkpoints: everything a run needs to go on as if it had never stopped.

One safetensors file holds all tensors, and in its header the rest as JSON, so that it can be replaced in one
step and never holds half of one state and half of another. Nothing in it is ever executed.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.optim import Optimizer

from core.errors import ModelUnavailable
from core.recognition.network import PREFIX, RecognizabilityNetwork, build_network
from core.training.losses.index_diversion import IndexStatistics
from core.training.run_files import write_whole
from core.types import ModelCard

_KEY = "state"
_GENERATOR = "generator"


@dataclass(slots=True)
class RunState:
    """Where a run stands, apart from its tensors.

    Attributes
    ----------
    recipe : dict
        The recipe as plain data.
    step : int
        Steps done.
    best_step : int
        Step of the best measurement.
    best_score : float or None
        Its score.
    worse : int
        Measurements since then.
    statistics : IndexStatistics or None
        The moving average of mu_UI and sigma_UI.
    """

    recipe: dict[str, Any]
    step: int = 0
    best_step: int = 0
    best_score: float | None = None
    worse: int = 0
    statistics: IndexStatistics | None = None


def save_checkpoint(
    path: Path,
    state: RunState,
    modules: Mapping[str, nn.Module],
    optimizer: Optimizer,
    extra: Mapping[str, Tensor],
) -> None:
    """Write a checkpoint, whole or not at all.

    Parameters
    ----------
    path : Path
        The file, replaced when it is there.
    state : RunState
        Where the run stands.
    modules : mapping of str to nn.Module
        Whose states to keep, by name.
    optimizer : Optimizer
        Its state is kept; its settings are not, they follow from recipe and step.
    extra : mapping of str to Tensor
        Further tensors.
    """
    tensors = {f"extra.{name}": tensor for name, tensor in extra.items()}
    for prefix, module in modules.items():
        tensors |= {f"{prefix}.{name}": tensor for name, tensor in module.state_dict().items()}
    for number, values in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{number}.{name}": torch.as_tensor(value) for name, value in values.items()}
    tensors[_GENERATOR] = torch.get_rng_state()
    kept = {name: tensor.detach().clone().contiguous() for name, tensor in tensors.items()}
    write_whole(path, safetensors.torch.save(kept, {_KEY: json.dumps(dataclasses.asdict(state))}))


def load_checkpoint(
    path: Path, modules: Mapping[str, nn.Module], optimizer: Optimizer
) -> tuple[RunState, dict[str, Tensor]]:
    """Read a checkpoint into modules, optimizer and torch's generator.

    Parameters
    ----------
    path : Path
        The file.
    modules : mapping of str to nn.Module
        Changed in place.
    optimizer : Optimizer
        Changed in place.

    Returns
    -------
    state : RunState
        Where the run stands.
    extra : dict of str to Tensor
        The further tensors.

    Raises
    ------
    ModelUnavailable
        If the file is damaged or belongs to another network.
    """
    try:
        state = read_state(path)
        tensors = safetensors.torch.load_file(path)
        for prefix, module in modules.items():
            module.load_state_dict(_below(tensors, prefix))
        values: dict[int, dict[str, Tensor]] = {}
        for name, tensor in _below(tensors, "optimizer").items():
            number, _, key = name.partition(".")
            values.setdefault(int(number), {})[key] = tensor
        groups = optimizer.state_dict()["param_groups"]
        optimizer.load_state_dict({"state": values, "param_groups": groups})
        torch.set_rng_state(tensors[_GENERATOR])
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelUnavailable(f"The checkpoint {path} is damaged or belongs to another network.") from error
    return state, _below(tensors, "extra")


def read_state(path: Path) -> RunState:
    """Read where the run of a checkpoint stands, without its tensors."""
    with safe_open(path, "pt") as file:
        stored = json.loads(file.metadata()[_KEY])
    if stored["statistics"] is not None:
        stored["statistics"] = IndexStatistics(*stored["statistics"])
    return RunState(**stored)


def trained_architecture(card: ModelCard) -> str:
    """Return the architecture of what is trained from a model: its own, with attention and an index head.

    Parameters
    ----------
    card : ModelCard
        Of the model the run begins with, which may have both already.

    Returns
    -------
    str
        As a card names it.
    """
    return PREFIX + card.architecture.removeprefix(PREFIX)


def read_network(path: Path, card: ModelCard) -> RecognizabilityNetwork:
    """Read the averaged network out of a checkpoint.

    Parameters
    ----------
    path : Path
        The checkpoint.
    card : ModelCard
        Of the model the run began with.

    Returns
    -------
    RecognizabilityNetwork
        In evaluation mode.

    Raises
    ------
    ModelUnavailable
        If the file is damaged or belongs to another network.
    """
    try:
        average = _below(safetensors.torch.load_file(path), "average")
        return build_network(trained_architecture(card), card.embedding_dim, average)
    except (OSError, SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise ModelUnavailable(f"The checkpoint {path} is damaged or belongs to another network.") from error


def _below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    start = prefix + "."
    return {name.removeprefix(start): value for name, value in tensors.items() if name.startswith(start)}
