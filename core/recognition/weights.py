"""Weight files: one safetensors file holds a network and its unrecognizable reference."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch import nn

from core.checkpoints import read_verified
from core.errors import ModelUnavailable
from core.recognition.attention import PerceptibilityAttention
from core.recognition.backbones import build_backbone
from core.recognition.cards import weights_path
from core.recognition.features import COUNTER, Backbone
from core.recognition.index_head import IndexHead
from core.recognition.mirrored import MirroredBackbone
from core.recognition.network import PREFIX, build_network
from core.recognition.unrecognizable import UnrecognizableReference
from core.types import ModelCard

_BACKBONE = "backbone."
_CENTRE = "ui.centre"
_CONTRIBUTIONS = "ui.contributions"
_NOTES = "discern"


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A loaded model.

    Attributes
    ----------
    card : ModelCard
        What is known of it.
    backbone : Backbone
        On the processor, in evaluation mode.
    unrecognizable : UnrecognizableReference
        Means over unrecognizable crops.
    head : IndexHead or None
        The trained recognizability index, where the network has one.
    attention : PerceptibilityAttention or None
        The trained attention module, where the network has one.
    """

    card: ModelCard
    backbone: Backbone
    unrecognizable: UnrecognizableReference
    head: IndexHead | None = None
    attention: PerceptibilityAttention | None = None


def load_network(card: ModelCard, directory: Path | None = None) -> Network:
    """Load the weights that belong to a card.

    Parameters
    ----------
    card : ModelCard
        The model.
    directory : Path, optional
        Where its files lie; by default the models that come with the application.

    Returns
    -------
    Network
        The network, on the processor.

    Raises
    ------
    ModelUnavailable
        If the file is absent, is not the one the card was written for, or does not fit the architecture.
    """
    path = weights_path(card, directory)
    data = read_verified(path, card.model_id, card.name)
    try:
        tensors = safetensors.numpy.load(data)
        reference = UnrecognizableReference(tensors.pop(_CENTRE), tensors.pop(_CONTRIBUTIONS))
        if card.architecture.startswith(PREFIX):
            state = {name: torch.from_numpy(np.array(value)) for name, value in tensors.items()}
            network = build_network(card.architecture, card.embedding_dim, state)
            head = IndexHead.of(network.head)
            return Network(card, _as_used(network.backbone, card), reference, head, network.attention)
        backbone = build_backbone(card.architecture, card.embedding_dim)
        load_backbone(backbone, {name.removeprefix(_BACKBONE): value for name, value in tensors.items()})
    except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise ModelUnavailable(f"The weights {path} do not fit a {card.architecture} network.") from error
    return Network(card, _as_used(backbone, card), reference)


def _as_used(backbone: Backbone, card: ModelCard) -> Backbone:
    return MirroredBackbone(backbone).eval() if card.preprocessing.mirrored else backbone


def load_backbone(backbone: Backbone, arrays: Mapping[str, NDArray[np.float32]]) -> None:
    """Fill a network with weights; none may be missing and none may be left over.

    Parameters
    ----------
    backbone : Backbone
        Changed in place.
    arrays : mapping of str to ndarray of float32
        One for each name in the network's state.

    Raises
    ------
    RuntimeError
        If names or shapes differ.
    """
    backbone.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in arrays.items()})


def backbone_arrays(backbone: nn.Module) -> dict[str, NDArray[np.float32]]:
    """Return the weights of a network as a weight file holds them.

    Parameters
    ----------
    backbone : Module
        The network.

    Returns
    -------
    dict of str to ndarray of float32
        Its state without the counters of batch normalisation, which matter to no result and which torch sets
        to 0 when a state comes without them.
    """
    state = backbone.state_dict()
    return {name: value.float().cpu().numpy() for name, value in state.items() if not name.endswith(COUNTER)}


def read_notes(path: Path) -> dict[str, Any]:
    """Read what :func:`serialize_network` wrote into the header of a weight file.

    Parameters
    ----------
    path : Path
        The safetensors file.

    Returns
    -------
    dict
        The notes; empty when there are none or the file cannot be read.
    """
    try:
        with safetensors.safe_open(path, framework="np") as file:
            notes = json.loads((file.metadata() or {}).get(_NOTES, "{}"))
    except (OSError, SafetensorError, ValueError):
        return {}
    return notes if isinstance(notes, dict) else {}


def serialize_network(
    arrays: Mapping[str, NDArray[np.float32]],
    reference: UnrecognizableReference,
    notes: Mapping[str, Any],
    prefix: str = _BACKBONE,
) -> bytes:
    """Make the bytes of a weight file.

    Parameters
    ----------
    arrays : mapping of str to ndarray of float32
        The backbone's state, or a whole network's.
    reference : UnrecognizableReference
        Means over unrecognizable crops.
    notes : mapping
        How the reference was made, kept in the header of the file.
    prefix : str
        What the names in the file begin with; "" for the state of a whole network.

    Returns
    -------
    bytes
        A safetensors file; equal input gives equal bytes, so that its SHA-256 can name the model.
    """
    tensors = {prefix + name: np.ascontiguousarray(value) for name, value in arrays.items()}
    tensors |= {_CENTRE: reference.centre, _CONTRIBUTIONS: reference.contributions}
    # One key: safetensors writes several in an order that changes from process to process.
    metadata = {_NOTES: json.dumps(notes, sort_keys=True)}
    return safetensors.numpy.save(tensors, metadata=metadata)
