"""Weight files of RetinaFace: safetensors, named by the SHA-256 of their bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from core.checkpoints import read_verified
from core.detection.cards import detector_weights_path
from core.detection.refinement.network import RefinementNet
from core.detection.retinaface.network import RetinaFaceNet
from core.errors import ModelUnavailable
from core.recognition.cards import write_card
from core.types.detectors import DetectorCard

_REFINER = "refiner."


def save_retinaface(
    state: Mapping[str, Tensor],
    card: DetectorCard,
    directory: Path,
    refinement: Mapping[str, Tensor] | None = None,
) -> DetectorCard:
    """Write weights and their card.

    Parameters
    ----------
    state : mapping of str to Tensor
        State of the network that `card.config` describes.
    card : DetectorCard
        Its `model_id` is not looked at.
    directory : Path
        An existing directory; the files are named after the card.
    refinement : mapping of str to Tensor, optional
        State of the refinement network that `card.refiner` describes.

    Returns
    -------
    DetectorCard
        The card with the SHA-256 of the weight file; equal weights have an equal one.
    """
    both = {**state, **{f"{_REFINER}{name}": value for name, value in (refinement or {}).items()}}
    data = safetensors.torch.save({name: value.detach().cpu().contiguous() for name, value in both.items()})
    card = replace(card, model_id=hashlib.sha256(data).hexdigest())
    path = detector_weights_path(card, directory)
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_bytes(data)
    os.replace(unfinished, path)
    # The card makes the detector exist, so it comes last.
    write_card(card, directory)
    return card


def load_retinaface(
    card: DetectorCard, directory: Path | None = None
) -> tuple[RetinaFaceNet, RefinementNet | None]:
    """Load the networks that belong to a card.

    Parameters
    ----------
    card : DetectorCard
        The detector.
    directory : Path, optional
        Where its files lie; by default the models that come with the application.

    Returns
    -------
    network : RetinaFaceNet
        On the processor, in evaluation mode.
    refinement : RefinementNet or None
        Likewise; None for a card without a refiner.

    Raises
    ------
    ModelUnavailable
        If the file is absent, is not the one the card was written for, or does not fit the network.
    """
    path = detector_weights_path(card, directory)
    data = read_verified(path, card.model_id, card.name)
    try:
        state = safetensors.torch.load(data)
        refinement = None
        if card.refiner is not None:
            refinement = RefinementNet(card.refiner).eval()
            named = {name: state.pop(name) for name in [*state] if name.startswith(_REFINER)}
            refinement.load_state_dict({name.removeprefix(_REFINER): one for name, one in named.items()})
        network = RetinaFaceNet(card.config)
        network.load_state_dict(state)
    except (SafetensorError, KeyError, RuntimeError) as error:
        raise ModelUnavailable(f"The weights {path} do not fit the network of its card.") from error
    return network.eval(), refinement
