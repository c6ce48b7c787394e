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
from core.detection.retinaface.network import RetinaFaceNet
from core.errors import ModelUnavailable
from core.recognition.cards import write_card
from core.types.detectors import DetectorCard


def save_retinaface(state: Mapping[str, Tensor], card: DetectorCard, directory: Path) -> DetectorCard:
    """Write weights and their card.

    Parameters
    ----------
    state : mapping of str to Tensor
        State of the network that `card.config` describes.
    card : DetectorCard
        Its `model_id` is not looked at.
    directory : Path
        An existing directory; the files are named after the card.

    Returns
    -------
    DetectorCard
        The card with the SHA-256 of the weight file; equal weights have an equal one.
    """
    data = safetensors.torch.save({name: value.detach().cpu().contiguous() for name, value in state.items()})
    card = replace(card, model_id=hashlib.sha256(data).hexdigest())
    path = detector_weights_path(card, directory)
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_bytes(data)
    os.replace(unfinished, path)
    # The card makes the detector exist, so it comes last.
    write_card(card, directory)
    return card


def load_retinaface(card: DetectorCard, directory: Path | None = None) -> RetinaFaceNet:
    """Load the network that belongs to a card.

    Parameters
    ----------
    card : DetectorCard
        The detector.
    directory : Path, optional
        Where its files lie; by default the models that come with the application.

    Returns
    -------
    RetinaFaceNet
        On the processor, in evaluation mode.

    Raises
    ------
    ModelUnavailable
        If the file is absent, is not the one the card was written for, or does not fit the network.
    """
    path = detector_weights_path(card, directory)
    data = read_verified(path, card.model_id, card.name)
    try:
        network = RetinaFaceNet(card.config)
        network.load_state_dict(safetensors.torch.load(data))
    except (SafetensorError, KeyError, RuntimeError) as error:
        raise ModelUnavailable(f"The weights {path} do not fit the network of its card.") from error
    return network.eval()
