"""How long a step of a tuning takes on this machine, measured without reading the whole set."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.progress import Progress
from core.recognition.mirrored import unmirrored
from core.recognition.network import RecognizabilityNetwork
from core.recognition.weights import load_network
from core.training.fast_slopes import speed_up_slopes
from core.training.inputs import as_input
from core.training.tuning.freezing import hold
from core.training.tuning.presets import Method
from core.types import ModelCard

_TIMED = 3
_SLOWEST_SECONDS = 60.0


def step_time(
    card: ModelCard,
    models: Path,
    method: Method,
    crops: NDArray[np.uint8],
    batch_size: int,
    progress: Progress,
) -> float:
    """Measure a step of a tuning: one pass through the network and back.

    Parameters
    ----------
    card : ModelCard
        The model that the tuning begins with.
    models : Path
        Where its weights lie.
    method : Method
        What may move.
    crops : ndarray of uint8, shape (n, 112, 112, 3)
        Aligned crops, of which a batch is made.
    batch_size : int
        Pictures in a step.
    progress : Progress
        Asked between passes; may cancel.

    Returns
    -------
    float
        Seconds: the median of a few passes, or the first one where that is slow already.

    Raises
    ------
    ModelUnavailable
        If the weights are absent or damaged.
    Cancelled
        If a stop was asked for.
    """
    start = load_network(card, models)
    network = RecognizabilityNetwork(unmirrored(start.backbone), card.embedding_dim, dropout=0.0)
    speed_up_slopes(network)
    hold(network.backbone, method)
    network = network.to(memory_format=torch.channels_last).train()  # type: ignore[call-overload]
    inputs = as_input(np.resize(crops, (batch_size, *crops.shape[1:])), card.preprocessing)
    return pass_time(network, inputs, progress, _SLOWEST_SECONDS)


def pass_time(network: RecognizabilityNetwork, inputs: Tensor, progress: Progress, slowest: float) -> float:
    """Measure a pass through a network and back, here and now.

    Parameters
    ----------
    network : RecognizabilityNetwork
        In training mode; it gathers gradients.
    inputs : Tensor, shape (n, 3, 112, 112)
        A batch.
    progress : Progress
        Asked between passes; may cancel.
    slowest : float
        Seconds after which no further pass is begun.

    Returns
    -------
    float
        Seconds: the median of a few passes, or the first one where that is slow already.

    Raises
    ------
    Cancelled
        If a stop was asked for.
    """
    taken: list[float] = []
    # The first pass finds out how to run the convolutions.
    while len(taken) <= _TIMED and sum(taken) < slowest:
        progress.step(len(taken), _TIMED + 1)
        began = time.perf_counter()
        output = network(inputs)
        (output.embedding.square().mean() + 0 * output.recognizability.sum()).backward()
        taken.append(time.perf_counter() - began)
    return float(np.median(taken[1:] or taken))
