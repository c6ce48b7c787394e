"""A tuning from recipe to the weights of its last step, resumable like every training."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.errors import Cancelled
from core.progress import Progress
from core.recognition.cards import read_card
from core.recognition.mirrored import unmirrored
from core.recognition.network import RecognizabilityNetwork
from core.recognition.weights import load_network
from core.settings import ImagingSettings
from core.training.distributed import join_team
from core.training.events import StageReported, TrainingEvent, TrainingStopped
from core.training.fast_slopes import speed_up_slopes
from core.training.inputs import as_input
from core.training.objective import Objective
from core.training.preparation import Prepared
from core.training.recipe import Recipe
from core.training.run_loop import Hold
from core.training.teacher import TargetBank
from core.training.trainer import Trainer
from core.training.tuning.freezing import hold
from core.training.tuning.material import TuningBatches, material_targets, read_material
from core.training.tuning.presets import Method
from core.training.tuning.run_time import in_words
from core.training.tuning.step_time import pass_time
from core.training.unrecognizable_crops import UnrecognizableCrops
from core.training.validation import Validator

_SLOWEST_SECONDS = 120.0


@dataclass(frozen=True, slots=True, eq=False)
class Tuning:
    """What to tune and what with.

    Attributes
    ----------
    recipe : Recipe
        From :func:`core.training.tuning.presets.tuning_recipe`.
    method : Method
        What may move.
    models : Path
        Where the files of the model lie that it begins with.
    labelled : Path
        Directory of the labelled set.
    kept : ndarray of uint8, shape (m, 112, 112, 3)
        Aligned crops whose embedding must stay.
    kept_people : tuple of str
        Who is on each of them.
    limits : ImagingSettings
        Limits for the decoder.
    """

    recipe: Recipe
    method: Method
    models: Path
    labelled: Path
    kept: NDArray[np.uint8]
    kept_people: tuple[str, ...]
    limits: ImagingSettings


def prepare_tuning(tuning: Tuning, progress: Progress) -> Prepared:
    """Read the faces and ask the model that it begins with.

    Parameters
    ----------
    tuning : Tuning
        What to tune.
    progress : Progress
        Told while the frozen network runs.

    Returns
    -------
    Prepared
        What the trainer works with; weights that are held ask for no gradient.

    Raises
    ------
    UsageError
        If nothing can be trained with the set.
    ModelUnavailable
        If the model it begins with cannot be used.
    Cancelled
        If a stop was asked for.
    """
    recipe = tuning.recipe
    card = read_card(recipe.start, tuning.models)
    start = load_network(card, tuning.models)
    material = read_material(tuning.labelled, tuning.kept, tuning.kept_people)
    targets = material_targets(start.backbone, card.preprocessing, material, progress)
    torch.manual_seed(recipe.seed)
    network = RecognizabilityNetwork(unmirrored(start.backbone), card.embedding_dim, dropout=0.0)
    speed_up_slopes(network)
    hold(network.backbone, tuning.method)
    return Prepared(
        network=network.to(memory_format=torch.channels_last),  # type: ignore[call-overload]
        objective=Objective(
            recipe.losses, TargetBank(targets, material.faces.labels), recipe.unrecognizable.max_cosine
        ),
        preprocessing=card.preprocessing,
        targets=targets,
        blend_targets=np.empty((0, card.embedding_dim), np.float32),
        faces=material.faces,
        source=TuningBatches(material, recipe),
        unrecognizable=UnrecognizableCrops(
            recipe.unrecognizable, material.faces, targets, tuning.limits, recipe.seed
        ),
        validator=Validator(material.curves, recipe.validation.sizes, recipe.validation.people),
        units={},
    )


def seconds_a_step(prepared: Prepared, batch_size: int) -> float:
    """Measure how long a step takes here and now, on a copy of the network.

    Parameters
    ----------
    prepared : Prepared
        What the trainer works with; it stays as it is.
    batch_size : int
        Pictures in a step.

    Returns
    -------
    float
        Median of a few steps, or the first one where that is slow already.
    """
    network = copy.deepcopy(prepared.network).train()
    crops = np.resize(prepared.faces.crops[:batch_size], (batch_size, *prepared.faces.crops.shape[1:]))
    inputs = as_input(crops, prepared.preprocessing)
    return pass_time(network, inputs, Progress(), _SLOWEST_SECONDS)


def tune(
    tuning: Tuning, directory: Path, progress: Progress, pausing: Hold | None = None
) -> Iterator[TrainingEvent]:
    """Tune a model, or go on where an earlier run in the same directory stopped.

    Parameters
    ----------
    tuning : Tuning
        What to tune.
    directory : Path
        Checkpoint and weights lie here.
    progress : Progress
        Its cancellation is honoured between two steps.
    pausing : Hold, optional
        Asked between two steps whether to wait.

    Yields
    ------
    TrainingEvent
        What happens.

    Raises
    ------
    UsageError
        If nothing can be trained with the set, or the run in `directory` was begun with another recipe.
    ModelUnavailable
        If the model it begins with or the checkpoint cannot be used.
    Diverged
        If the loss is no number any more.
    """
    recipe = tuning.recipe
    if recipe.threads:
        torch.set_num_threads(recipe.threads)
    directory.mkdir(parents=True, exist_ok=True)
    yield StageReported("Reading the faces and asking the model as it is.")
    try:
        prepared = prepare_tuning(tuning, progress)
    except Cancelled:
        yield TrainingStopped(0)
        return
    seconds = seconds_a_step(prepared, recipe.batch_size)
    yield StageReported(f"A step takes {seconds:.2f} s here, {in_words(seconds * recipe.steps)} in all.")
    with join_team() as team:
        yield from Trainer(recipe, prepared, directory, team).run(progress, pausing)
