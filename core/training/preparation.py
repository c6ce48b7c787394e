"""From a recipe to all that a training run works with."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.progress import Progress
from core.recognition.cards import read_card
from core.recognition.mirrored import unmirrored
from core.recognition.network import RecognizabilityNetwork
from core.recognition.weights import load_network
from core.settings import ImagingSettings
from core.training.batches import Batches, BatchSource
from core.training.blending import Blends
from core.training.dataset import FaceSet, load_faces
from core.training.fast_slopes import speed_up_slopes
from core.training.inputs import as_input
from core.training.objective import Objective
from core.training.recipe import Recipe
from core.training.scaled_adam import measure_units
from core.training.teacher import TargetBank, Teacher
from core.training.unrecognizable_crops import UnrecognizableCrops
from core.training.validation import Validator
from core.types import Preprocessing

_NORM_SAMPLE = 256
_UNIT_SAMPLE = 64


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What a training run works with.

    Attributes
    ----------
    network : RecognizabilityNetwork
        As it is before the first step.
    objective : Objective
        The losses.
    preprocessing : Preprocessing
        How to feed the network.
    targets : ndarray of float32, shape (n, dim)
        What the frozen network says of the clean training pictures.
    blend_targets : ndarray of float32, shape (blends, dim)
        What it says of the blends; empty when none are wanted.
    faces : FaceSet
        The training split.
    source : Batches
        The batches.
    unrecognizable : UnrecognizableCrops
        The other kind of crops.
    validator : Validator
        The quick measurement.
    units : dict of nn.Parameter to Tensor
        The unit of each parameter of the backbone, see :mod:`core.training.scaled_adam`.
    """

    network: RecognizabilityNetwork
    objective: Objective
    preprocessing: Preprocessing
    targets: NDArray[np.float32]
    blend_targets: NDArray[np.float32]
    faces: FaceSet
    source: Batches
    unrecognizable: UnrecognizableCrops
    validator: Validator
    units: dict[Tensor, Tensor]


def prepare(recipe: Recipe, limits: ImagingSettings, kept: Path, progress: Progress) -> Prepared:
    """Read the data, load the starting model and ask the frozen network.

    Parameters
    ----------
    recipe : Recipe
        What to train.
    limits : ImagingSettings
        Limits for the decoder.
    kept : Path
        Directory for what can be used again.
    progress : Progress
        Told while the frozen network runs.

    Returns
    -------
    Prepared
        Everything, the network with the weights it begins with.

    Raises
    ------
    UsageError
        If the data are not there.
    ModelUnavailable
        If the starting model is not.
    Cancelled
        If `progress` asks for it.
    """
    card = read_card(recipe.start)
    start = load_network(card)
    splits = load_faces(recipe.data, limits)
    progress.check()
    teaching = read_card(recipe.teacher or recipe.start)
    frozen = load_network(teaching) if recipe.teacher else start
    teacher = Teacher(copy.deepcopy(frozen.backbone), teaching.preprocessing, teaching.model_id)
    targets = teacher.kept_targets(splits.train.crops, kept, progress)
    blends = Blends(splits.train, recipe.degradation.blends, recipe.seed)
    if recipe.degradation.blend:
        crops = (blends[number].crop for number in range(len(blends)))
        blend_targets = teacher.kept_targets(tuple(crops), kept, progress)
    else:
        blend_targets = np.empty((0, card.embedding_dim), np.float32)
    bank = TargetBank(targets, splits.train.labels)
    backbone = unmirrored(start.backbone)
    untrained = Teacher(copy.deepcopy(backbone), card.preprocessing, card.model_id)
    torch.manual_seed(recipe.seed)
    network = RecognizabilityNetwork(
        backbone,
        card.embedding_dim,
        dropout=recipe.network.dropout,
        with_norm=recipe.network.with_norm,
        typical_norm=untrained.typical_norm(splits.train.crops[:_NORM_SAMPLE]),
    )
    speed_up_slopes(network)
    chosen = recipe.unrecognizable
    return Prepared(
        network=network.to(memory_format=torch.channels_last),  # type: ignore[call-overload]
        objective=Objective(recipe.losses, bank, chosen.max_cosine),
        preprocessing=card.preprocessing,
        targets=targets,
        blend_targets=blend_targets,
        faces=splits.train,
        source=BatchSource(splits.train, blends, recipe),
        unrecognizable=UnrecognizableCrops(chosen, splits.train, targets, limits, recipe.seed),
        validator=Validator(splits.validation, recipe.validation.sizes, recipe.validation.people),
        units=measure_units(
            network.backbone, as_input(splits.train.crops[:_UNIT_SAMPLE], card.preprocessing)
        ),
    )
