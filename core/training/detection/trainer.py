"""The training loop of the detector: a generator of events."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.detection.retinaface.network import RawDetections, RetinaFaceNet
from core.imaging.mosaics.mosaic import MosaicGenerator
from core.imaging.mosaics.sources import MosaicSources, people_of
from core.training.average import WeightAverage
from core.training.checkpoint import RunState
from core.training.detection.batches import MosaicBatch, MosaicBatches
from core.training.detection.multitask_loss import MultitaskLoss
from core.training.detection.recipe import DetectionRecipe
from core.training.detection.validation import DetectorValidator
from core.training.distributed import Team
from core.training.events import (
    DetectorValidated,
    TrainingEvent,
    TrainingStarted,
)
from core.training.precision import BFLOAT16, choose_precision
from core.training.recipe_file import plain
from core.training.run_loop import RunLoop
from core.training.schedule import build_optimizer

_FACE_PRIOR = 0.01


@torch.no_grad()
def expect_few_faces(network: RetinaFaceNet) -> None:
    """Set the biases of the class heads so that every anchor begins as background with probability 0.99.

    Nearly all anchors are background; without this the first steps learn nothing else (Lin et al., "Focal
    loss for dense object detection", ICCV 2017, section 4.1), and a measurement drowns in boxes.
    """
    for head in network.ClassHead:
        bias = head.get_submodule("conv1x1").get_parameter("bias").view(-1, 2)
        bias[:, 0], bias[:, 1] = math.log(1 - _FACE_PRIOR), math.log(_FACE_PRIOR)


class DetectorTrainer(RunLoop[RetinaFaceNet, MosaicBatch]):
    """One run.

    Parameters
    ----------
    recipe : DetectionRecipe
        What to do.
    train, validation : MosaicSources
        What to do it with.
    directory : Path
        Where the checkpoint and the best weights lie; a run that was begun there goes on.
    team : Team
        The processes that share the work. Each normalises its own part of a batch; the weights are
        the same in all.

    Raises
    ------
    UsageError
        If the run in `directory` was begun with another recipe.
    ModelUnavailable
        If its checkpoint is damaged.
    """

    def __init__(
        self,
        recipe: DetectionRecipe,
        train: MosaicSources,
        validation: MosaicSources,
        directory: Path,
        team: Team,
    ) -> None:
        torch.manual_seed(recipe.seed)
        made = RetinaFaceNet(recipe.network)
        expect_few_faces(made)
        network: RetinaFaceNet = made.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        average = WeightAverage(network, recipe.optimizer.average)
        others = [one for name, one in network.named_children() if name != "body"]
        super().__init__(
            recipe,
            RunState(plain(recipe)),
            directory,
            team,
            average,
            build_optimizer(network.body, others, recipe.optimizer, {}),
            {"network": network, "average": average.network},
        )
        self._recipe = recipe
        self._sources = train
        self._network = network
        self._precision = choose_precision(recipe.precision)
        size = (recipe.mosaic.height, recipe.mosaic.width)
        self._loss = MultitaskLoss(recipe.network, size, recipe.assignment, recipe.losses)
        generator = MosaicGenerator(train, recipe.mosaic, recipe.seed)
        self._mosaics = MosaicBatches(generator, recipe.batch_size, team.share(recipe.batch_size))
        self._validator = DetectorValidator(validation, recipe)
        self._mean = torch.tensor(recipe.network.mean).view(1, 3, 1, 1)
        self._std = torch.tensor(recipe.network.std).view(1, 3, 1, 1)
        self._resume()

    def _begin(self) -> Iterator[TrainingEvent]:
        yield TrainingStarted(
            self._recipe.name,
            people_of(self._sources.frames),
            len(self._sources.frames),
            self._state.step,
            self._recipe.steps,
            sum(one.numel() for one in self._parameters),
            self._precision,
        )

    def _batches(self, first: int, last: int) -> Iterator[tuple[int, MosaicBatch]]:
        return self._mosaics.batches(first, last)

    def _step(self, batch: MosaicBatch) -> tuple[float, dict[str, float], float]:
        self._network.train()
        raw = self._forward(batch.pixels)
        total, losses = self._loss(raw, batch.labels, self._mean_over_team)
        return self._learn(self._network, total, losses)

    def _forward(self, pixels: NDArray[np.uint8]) -> RawDetections:
        if self._recipe.network.channel_order == "BGR":
            pixels = np.ascontiguousarray(pixels[..., ::-1])
        inputs = (torch.from_numpy(pixels).permute(0, 3, 1, 2).float() - self._mean) / self._std
        with torch.autocast("cpu", torch.bfloat16, enabled=self._precision == BFLOAT16):
            raw = self._network(inputs)
        return RawDetections(*(values.float() for values in raw))

    def _validate(self) -> DetectorValidated:
        found = self._validator.measure(self._average.network)
        state = self._state
        best = state.best_score is None or found.score >= state.best_score
        self._judge(found.score, best=best)
        return DetectorValidated(
            state.step,
            found.pictures,
            {str(size): round(value, 4) for size, value in found.recall.items()},
            {str(size): round(value, 4) for size, value in found.landmark_error.items()},
            found.score,
            best,
        )
