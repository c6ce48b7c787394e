"""Published RetinaFace weights: whose they are, how they are fed, and a copy under our names.

Names, preprocessing and licences were read in the published code of ternaus/retinaface (the package
retinaface-pytorch) and biubug6/Pytorch_Retinaface; both were trained on WIDER FACE. The names of the layers
are ours. The two differ in what they are fed, which a file does not say: the published files are known by
their SHA-256, any other is judged by its layout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from core.checkpoints import Checkpoint
from core.detection.retinaface.network import RetinaFaceNet
from core.errors import ModelUnavailable, UsageError
from core.types.detectors import RetinaFaceConfig

_COUNTER = "num_batches_tracked"
_LIGHTNING = "model."
_MARKS = {"body.stage1.0.0.weight": "mobilenet0.25", "body.conv1.weight": "resnet50"}
_CHANNELS = {"mobilenet0.25": 64, "resnet50": 256}


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who published weights, and how they are fed.

    Attributes
    ----------
    name : str
        Short name.
    repository : str
        Where the code is.
    channel_order : str
        "RGB" or "BGR".
    mean, std : tuple of float
        As in :class:`core.types.detectors.RetinaFaceConfig`.
    """

    name: str
    repository: str
    channel_order: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


TERNAUS = Publisher(
    "ternaus",
    "ternaus/retinaface (retinaface-pytorch)",
    "RGB",
    (0.485 * 255, 0.456 * 255, 0.406 * 255),
    (0.229 * 255, 0.224 * 255, 0.225 * 255),
)
BIUBUG6 = Publisher("biubug6", "biubug6/Pytorch_Retinaface", "BGR", (104.0, 117.0, 123.0), (1.0, 1.0, 1.0))
PUBLISHERS = {publisher.name: publisher for publisher in (TERNAUS, BIUBUG6)}

KNOWN_FILES = {
    "6d1de9c2944f2ccddca5f5e010ea5ae64a39845a86311af6fdf30841b0a5a16d": BIUBUG6,
    "2979b33ffafda5d74b6948cd7a5b9a7a62f62b949cef24e95fd15d2883a65220": BIUBUG6,
    "f168fae3c": TERNAUS,
}
"""By the SHA-256 of the file, or as much of it as is published: Resnet50_Final.pth,
mobilenet0.25_Final.pth and retinaface_resnet50_2020-07-20-f168fae3c.zip, in this order."""


@dataclass(frozen=True, slots=True, eq=False)
class ForeignDetector:
    """Weights of somebody else's RetinaFace.

    Attributes
    ----------
    publisher : Publisher
        Whose they are.
    published : bool
        Whether the file is one of :data:`KNOWN_FILES`; otherwise the layout speaks for the publisher.
    config : RetinaFaceConfig
        How to build and feed the network.
    state : dict of str to Tensor
        State of our network.
    """

    publisher: Publisher
    published: bool
    config: RetinaFaceConfig
    state: dict[str, Tensor]


def recognise_detector(checkpoint: Checkpoint, publisher: str | None = None) -> ForeignDetector | None:
    """Find out whether a weight file holds a RetinaFace, and whose.

    Parameters
    ----------
    checkpoint : Checkpoint
        The file.
    publisher : str, optional
        Name of one of :data:`PUBLISHERS`, for whoever knows better.

    Returns
    -------
    ForeignDetector or None
        None when it holds another network.

    Raises
    ------
    ModelUnavailable
        If it begins like a RetinaFace but a weight is missing, left over or of another shape.
    UsageError
        If the publisher is not known.
    """
    if publisher is not None and publisher not in PUBLISHERS:
        raise UsageError(f"Weights of {publisher!r} are not known; known are: {', '.join(PUBLISHERS)}.")
    tensors = checkpoint.tensors
    if all(name.startswith(_LIGHTNING) for name in tensors):
        tensors = {name.removeprefix(_LIGHTNING): value for name, value in tensors.items()}
    backbone = next((backbone for mark, backbone in _MARKS.items() if mark in tensors), None)
    if backbone is None:
        return None
    known = next((who for digits, who in KNOWN_FILES.items() if checkpoint.sha256.startswith(digits)), None)
    # retinaface-pytorch has no other backbone; a ResNet-50 of biubug6's that is not the published file has
    # to be named as his.
    judged = TERNAUS if backbone == "resnet50" else BIUBUG6
    whose = PUBLISHERS[publisher] if publisher else known or judged
    config = RetinaFaceConfig(
        backbone=backbone,
        channels=_CHANNELS[backbone],
        channel_order=whose.channel_order,
        mean=whose.mean,
        std=whose.std,
    )
    state = _fitted(tensors, RetinaFaceNet(config), checkpoint.path.name)
    return ForeignDetector(whose, known is whose, config, state)


def _fitted(tensors: Mapping[str, Tensor], network: RetinaFaceNet, file: str) -> dict[str, Tensor]:
    wanted = network.state_dict()
    state = {name: value.float() for name, value in tensors.items() if not name.endswith(_COUNTER)}
    counters = {name: torch.zeros_like(value) for name, value in wanted.items() if name.endswith(_COUNTER)}
    state |= counters
    common = wanted.keys() & state.keys()
    for names, trouble in (
        (wanted.keys() - common, "lacks"),
        (state.keys() - common, "also holds"),
        ({name for name in common if wanted[name].shape != state[name].shape}, "has another shape for"),
        ({name for name, value in state.items() if not value.isfinite().all()}, "is damaged in"),
    ):
        if names:
            others = f" and {len(names) - 1} more" if len(names) > 1 else ""
            what = f"{file} looks like RetinaFace ({network.config.backbone})"
            raise ModelUnavailable(f"{what} but {trouble} {min(names)}{others}.")
    return {name: state[name] for name in wanted}
