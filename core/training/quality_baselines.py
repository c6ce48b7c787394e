"""Published quality measures on a given network, to set the recognizability index against."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.evaluation.stochastic_quality import SER_FIQ, StochasticQuality
from core.progress import Progress
from core.recognition.cards import read_card
from core.recognition.passes import FixedPasses
from core.recognition.weights import load_network
from core.settings import ImagingSettings
from core.training.dataset import load_faces
from core.training.frozen_faces import describe_faces
from core.training.quality_heads import fit_certainty
from core.training.recipe import DataRecipe, DegradationRecipe

CR_FIQA = "CR-FIQA head"
_PASS_SIZE = 32


class QualityBaselines:
    """The CR-FIQA head and SER-FIQ of one model.

    Parameters
    ----------
    weights : Path
        Its `.safetensors` file, with the card beside it.
    data : DataRecipe
        The faces that the CR-FIQA head is fitted to: its training splits.
    limits : ImagingSettings
        Limits for the decoder.
    seed : int
        Of degradations, first weights and masks.
    progress : Progress
        Told while the head is fitted.

    Raises
    ------
    ModelUnavailable
        If there is no such model.
    UsageError
        If the data are not there.
    Cancelled
        If `progress` asks for it.
    """

    def __init__(
        self, weights: Path, data: DataRecipe, limits: ImagingSettings, seed: int, progress: Progress
    ) -> None:
        card = read_card(weights.stem, weights.parent)
        backbone = load_network(card, weights.parent).backbone
        faces = load_faces(data, limits).train
        frozen = describe_faces(backbone, card.preprocessing, faces, DegradationRecipe(), seed, progress)
        self._certainty = fit_certainty(frozen, seed)
        self._stochastic = StochasticQuality(backbone, seed=seed)
        self._passes = FixedPasses(backbone, card.preprocessing, torch.device("cpu"), _PASS_SIZE)

    def __call__(self, crops: NDArray[np.uint8]) -> dict[str, NDArray[np.float64]]:
        """Measure aligned crops, uint8 (n, 112, 112, 3) RGB; higher is better."""
        certainty, stochastic = [], []
        for raw, feature_maps in self._passes.run(crops):
            with torch.inference_mode():
                certainty += self._certainty(torch.from_numpy(raw)).tolist()
            stochastic += [self._stochastic.quality(features) for features in feature_maps]
        return {CR_FIQA: np.array(certainty, np.float64), SER_FIQ: np.array(stochastic, np.float64)}
