"""A network in training as the evaluation protocols see it."""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from core.evaluation.systems import EMBEDDING_NORM, Descriptions
from core.recognition.index_head import RI
from core.recognition.network import NetworkOutput, RecognizabilityNetwork
from core.training.inputs import as_input
from core.types import Preprocessing

EmbeddingChoice = Literal["v", "v_attn", "sum"]
"""What is compared: the backbone's vector, that of the attended map, or the sum of both at unit length."""

_BATCH = 32


class NetworkSystem:
    """A network that has no weight file yet.

    Parameters
    ----------
    name : str
        For tables.
    network : RecognizabilityNetwork
        Put in evaluation mode.
    preprocessing : Preprocessing
        How it is fed.
    compared : str
        Which vector is compared.
    with_index : bool
        Whether its index head was trained.
    """

    def __init__(
        self,
        name: str,
        network: RecognizabilityNetwork,
        preprocessing: Preprocessing,
        *,
        compared: EmbeddingChoice = "v",
        with_index: bool = True,
    ) -> None:
        self._name = name
        self._network = network.eval()
        self._preprocessing = preprocessing
        self._compared = compared
        self._with_index = with_index

    @property
    def name(self) -> str:
        """Name for tables."""
        return self._name

    @property
    def system_id(self) -> str:
        """The name again; it must be unique among what is measured together."""
        return self._name

    def describe(self, crops: NDArray[np.uint8]) -> Descriptions:
        """Embed aligned crops and say how good they are."""
        vectors, index, norms = [], [], []
        for start in range(0, len(crops), _BATCH):
            output = self._run(crops[start : start + _BATCH])
            vectors.append(_compared(output, self._compared).numpy())
            index.append(output.recognizability.numpy())
            norms.append(output.embedding.norm(dim=1).numpy())
        qualities = {RI: np.concatenate(index).astype(np.float64)} if self._with_index else {}
        qualities[EMBEDDING_NORM] = np.concatenate(norms).astype(np.float64)
        return Descriptions(np.concatenate(vectors), qualities)

    def similarities(self, first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the cosines of unit-length vectors."""
        return first @ second.T

    @torch.inference_mode()
    def _run(self, crops: NDArray[np.uint8]) -> NetworkOutput:
        output: NetworkOutput = self._network(as_input(crops, self._preprocessing))
        return output


def _compared(output: NetworkOutput, choice: EmbeddingChoice) -> torch.Tensor:
    v, attended = functional.normalize(output.embedding), functional.normalize(output.attended)
    return {"v": v, "v_attn": attended, "sum": functional.normalize(v + attended)}[choice]
