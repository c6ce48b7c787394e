"""From the published arrays of MobileFaceNet_TF to the names of our network."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelUnavailable
from core.recognition.backbones import MobileFaceNet


def convert_mobilefacenet(source: Path) -> dict[str, NDArray[np.float32]]:
    """Rename the arrays of a folded MobileFaceNet.

    Both sides list their layers in the order in which the network runs them, so that the n-th layer with
    weights here is the n-th there; the shapes of all must agree.

    Parameters
    ----------
    source : Path
        Directory with `mobilefacenet_ms1m.npz` (arrays `<operation>.weight`, `.bias`, `.slope`) and
        `mobilefacenet_ms1m.json` (the operations in order).

    Returns
    -------
    dict of str to ndarray of float32
        The state of :class:`~core.recognition.backbones.MobileFaceNet`.

    Raises
    ------
    ModelUnavailable
        If the operations are not those of this network.
    """
    description = json.loads((source / "mobilefacenet_ms1m.json").read_text(encoding="utf-8"))
    published: list[NDArray[np.float32]] = []
    with np.load(source / "mobilefacenet_ms1m.npz") as arrays:
        for operation in description["ops"]:
            parts = {"conv": ("weight", "bias"), "prelu": ("slope",), "add": ()}[operation["op"]]
            published += [arrays[f"{operation['out']}.{part}"] for part in parts]
    state = MobileFaceNet(description["embedding"]).state_dict()
    ours = [tuple(value.shape) for value in state.values()]
    if ours != [value.shape for value in published]:
        raise ModelUnavailable(f"The arrays in {source} are not those of a MobileFaceNet.")
    return dict(zip(state, published, strict=True))
