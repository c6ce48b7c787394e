"""Whose network a table of weights is, and the same weights under the names of ours.

Names and layouts were read in the published code: `recognition/arcface_torch/backbones/iresnet.py` and
`mobilefacenet.py` of deepinsight/insightface, `net.py` and `head.py` of mk-minchul/AdaFace, and
`models/iresnet`, `models/iresnet_insightface` and `models/base` of mk-minchul/CVLface.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from core.errors import ModelUnavailable
from core.recognition.backbones import IR_UNITS, IRESNET_UNITS, build_backbone
from core.recognition.features import COUNTER, Backbone
from core.recognition.iresnet import WIDTHS

State = dict[str, Tensor]

_USUAL_DIM = 512

_IR_ENDS = {
    "input_layer.0": "conv1",
    "input_layer.1": "bn1",
    "input_layer.2": "prelu",
    "output_layer.0": "bn2",
    "output_layer.3": "fc",
    "output_layer.4": "features",
}

_IR_UNIT = {
    "res_layer.0": "bn1",
    "res_layer.1": "conv1",
    "res_layer.2": "bn2",
    "res_layer.3": "prelu",
    "res_layer.4": "conv2",
    "res_layer.5": "bn3",
    "shortcut_layer.0": "downsample.0",
    "shortcut_layer.1": "downsample.1",
}


@dataclass(frozen=True, slots=True, eq=False)
class Recognised:
    """Weights whose publisher is known.

    Attributes
    ----------
    publisher : str
        Whose code reads the file.
    architecture : str
        Key of the network in :mod:`core.recognition.backbones`.
    dim : int
        Length of an embedding.
    channel_order : str or None
        "RGB" or "BGR", as the publisher documents it; None where the names do not tell.
    state : dict of str to Tensor
        float32, under the names of our network.
    """

    publisher: str
    architecture: str
    dim: int
    channel_order: str | None
    state: State


def recognise(tensors: Mapping[str, Tensor], name: str) -> Recognised | None:
    """Find out whose network some weights belong to.

    Parameters
    ----------
    tensors : mapping of str to Tensor
        As :func:`core.checkpoints.read_checkpoint` gives them.
    name : str
        What to call the file in a message.

    Returns
    -------
    Recognised or None
        None if the names are those of no network that is known.

    Raises
    ------
    ModelUnavailable
        If the names are known ones but the network is of a depth that this version does not build.
    """
    for layout in _LAYOUTS:
        names = layout.names
        if layout.prefix + names.mark in tensors:
            own = {
                key.removeprefix(layout.prefix): value.float()
                for key, value in tensors.items()
                if not key.endswith(COUNTER) and not (layout.margin and key.startswith(layout.margin))
            }
            state = names.translate(own)
            architecture = names.architecture(state, name)
            last = state.get(names.last)
            dim = _USUAL_DIM if last is None else last.numel()
            return Recognised(layout.publisher, architecture, dim, layout.channel_order, state)
    return None


def build(recognised: Recognised, name: str) -> Backbone:
    """Make the network and fill it with its weights; none may be missing and none may be left over.

    Parameters
    ----------
    recognised : Recognised
        The weights.
    name : str
        What to call the file in a message.

    Returns
    -------
    Backbone
        In evaluation mode.

    Raises
    ------
    ModelUnavailable
        If a weight is missing, left over, of another shape, or not a finite number.
    """
    # Without memory of its own, until the shapes are known to be right: the file says how large it gets.
    with torch.device("meta"):
        network = build_backbone(recognised.architecture, recognised.dim)
    wanted = {key: value.shape for key, value in network.state_dict().items() if not key.endswith(COUNTER)}
    given = {key: value.shape for key, value in recognised.state.items()}
    what = f"{name} looks like the network {recognised.architecture} of {recognised.publisher}"
    for keys, trouble in (
        (wanted.keys() - given.keys(), "lacks"),
        (given.keys() - wanted.keys(), "also holds"),
        ({key for key in wanted if given.get(key) != wanted[key]}, "has another shape for"),
        ({key for key, value in recognised.state.items() if not value.isfinite().all()}, "is damaged in"),
    ):
        if keys:
            others = f" and {len(keys) - 1} more" if len(keys) > 1 else ""
            raise ModelUnavailable(f"{what} but {trouble} {min(keys)}{others}.")
    network.load_state_dict(recognised.state, assign=True)
    return network


def translate_ir(tensors: Mapping[str, Tensor]) -> State:
    """Give the weights of AdaFace's or CVLface's IR network the names of ours.

    AdaFace numbers its units through, from body.0 on; the stage of each is known by its number of channels.
    A name that no table holds stays as it is.

    Parameters
    ----------
    tensors : mapping of str to Tensor
        By names such as "body.3.res_layer.1.weight".

    Returns
    -------
    dict of str to Tensor
        By names such as "layer2.0.conv1.weight".
    """
    places: dict[str, str] = {}
    units: Counter[int] = Counter()
    for number in range(len(tensors)):
        convolution = tensors.get(f"body.{number}.res_layer.1.weight")
        if convolution is None or convolution.ndim != 4 or len(convolution) not in WIDTHS:
            break
        stage = WIDTHS.index(len(convolution)) + 1
        places[str(number)] = f"layer{stage}.{units[stage]}"
        units[stage] += 1
    state: State = {}
    for key, value in tensors.items():
        module, _, parameter = key.rpartition(".")
        unit = re.fullmatch(r"body\.(\d+)\.(.+)", module)
        if unit and unit[1] in places:
            module = f"{places[unit[1]]}.{_IR_UNIT.get(unit[2], unit[2])}"
        state[f"{_IR_ENDS.get(module, module)}.{parameter}"] = value
    return state


@dataclass(frozen=True, slots=True)
class _Names:
    """How the layers of one kind of network are called.

    `mark` is a name that only this kind has, and `last` that of an array as long as an embedding.
    """

    mark: str
    translate: Callable[[Mapping[str, Tensor]], State]
    architecture: Callable[[State, str], str]
    last: str = "fc.bias"


@dataclass(frozen=True, slots=True)
class _Layout:
    """How one publisher writes and feeds one kind of network.

    `prefix` is what its names begin with, and `margin` what those of the classifier begin with, which is of
    no use after training.
    """

    publisher: str
    prefix: str
    names: _Names
    channel_order: str | None
    margin: str = ""


def _by_units(known: Mapping[str, tuple[int, ...]]) -> Callable[[State, str], str]:
    architectures = {units: architecture for architecture, units in known.items()}

    def find(state: State, name: str) -> str:
        found = {match[1] for key in state if (match := re.match(r"(layer\d\.\d+)\.", key))}
        units = tuple(sum(unit.startswith(f"layer{stage}.") for unit in found) for stage in range(1, 5))
        if units not in architectures:
            raise ModelUnavailable(
                f"{name} holds a residual network of {'-'.join(map(str, units))} units, which is none that "
                f"this version builds ({', '.join(known)})."
            )
        return architectures[units]

    return find


def _is_mbf(_state: State, _name: str) -> str:
    return "mbf"


_ARCFACE = _Names("layer1.0.bn1.weight", dict, _by_units(IRESNET_UNITS))
_MBF = _Names("conv_sep.layers.0.weight", dict, _is_mbf, last="features.layers.3.bias")
_IR = _Names("input_layer.0.weight", translate_ir, _by_units(IR_UNITS))

_LAYOUTS = (
    _Layout("insightface arcface_torch", "", _ARCFACE, "RGB"),
    _Layout("insightface arcface_torch", "", _MBF, "RGB"),
    _Layout("AdaFace", "model.", _IR, "BGR", margin="head."),
    _Layout("CVLface", "net.", _IR, "RGB"),
    _Layout("CVLface", "model.net.", _IR, "RGB"),
    _Layout("CVLface", "net.", _ARCFACE, "RGB"),
    _Layout("CVLface", "model.net.", _ARCFACE, "RGB"),
    _Layout("AdaFace or CVLface", "", _IR, None),
)
