"""The training loop of the detector: a generator of events."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.detection.retinaface.network import RawDetections, RetinaFaceNet
from core.errors import UsageError
from core.imaging.mosaics.mosaic import MosaicGenerator
from core.imaging.mosaics.sources import MosaicSources, people_of
from core.progress import Progress
from core.training.average import WeightAverage
from core.training.checkpoint import RunState, load_checkpoint, save_checkpoint, write_whole
from core.training.detection.batches import MosaicBatch, MosaicBatches
from core.training.detection.multitask_loss import MultitaskLoss
from core.training.detection.recipe import DetectionRecipe
from core.training.detection.validation import DetectorValidator
from core.training.distributed import Team
from core.training.events import (
    CheckpointSaved,
    DetectorValidated,
    TrainingEvent,
    TrainingFinished,
    TrainingStarted,
    TrainingStopped,
)
from core.training.precision import BFLOAT16, choose_precision
from core.training.recipe_file import plain
from core.training.schedule import build_optimizer, rate_factor, set_rate
from core.training.step_log import StepLog
from core.training.trainer import BEST, CHECKPOINT, Diverged

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


class DetectorTrainer:
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
        self._recipe = recipe
        self._sources = train
        self._directory = directory
        self._team = team
        torch.manual_seed(recipe.seed)
        network = RetinaFaceNet(recipe.network)
        expect_few_faces(network)
        self._network: RetinaFaceNet = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._average = WeightAverage(self._network, recipe.optimizer.average)
        others = [one for name, one in self._network.named_children() if name != "body"]
        self._optimizer = build_optimizer(self._network.body, others, recipe.optimizer, {})
        self._parameters = [one for group in self._optimizer.param_groups for one in group["params"]]
        self._precision = choose_precision(recipe.precision)
        size = (recipe.mosaic.height, recipe.mosaic.width)
        self._loss = MultitaskLoss(recipe.network, size, recipe.assignment, recipe.losses)
        generator = MosaicGenerator(train, recipe.mosaic, recipe.seed)
        self._batches = MosaicBatches(generator, recipe.batch_size, team.share(recipe.batch_size))
        self._validator = DetectorValidator(validation, recipe)
        self._mean = torch.tensor(recipe.network.mean).view(1, 3, 1, 1)
        self._std = torch.tensor(recipe.network.std).view(1, 3, 1, 1)
        self._modules = {"network": self._network, "average": self._average.network}
        self._state = RunState(plain(recipe))
        if (directory / CHECKPOINT).is_file():
            self._resume()

    def run(self, progress: Progress) -> Iterator[TrainingEvent]:
        """Train until the last step, or until `progress` asks to stop.

        Parameters
        ----------
        progress : Progress
            Asked before each step.

        Yields
        ------
        TrainingEvent
            What happens, ending with `TrainingStopped` or `TrainingFinished`.

        Raises
        ------
        Diverged
            If the loss is no number any more.
        """
        state, recipe = self._state, self._recipe
        yield TrainingStarted(
            recipe.name,
            people_of(self._sources.frames),
            len(self._sources.frames),
            state.step,
            recipe.steps,
            sum(one.numel() for one in self._parameters),
            self._precision,
        )
        log = StepLog()
        for step, batch in self._batches.batches(state.step, recipe.steps):
            if self._team.agree(progress.cancelled):
                yield self._save()
                yield TrainingStopped(state.step)
                return
            began = time.perf_counter()
            rate = set_rate(self._optimizer, rate_factor(step, recipe.steps, recipe.optimizer))
            log.add(*self._step(batch), rate, recipe.batch_size, time.perf_counter() - began)
            state.step = step + 1
            last = state.step == recipe.steps
            if last or state.step % recipe.log_every == 0:
                yield log.report(state.step, recipe.steps)
            if last or state.step % recipe.validation.every == 0:
                yield self._validate()
            if last or state.step % recipe.checkpoint_every == 0:
                yield self._save()
            if recipe.validation.patience and state.worse >= recipe.validation.patience:
                break
        yield TrainingFinished(state.step, state.best_step, str(self._directory / BEST))

    def _step(self, batch: MosaicBatch) -> tuple[float, dict[str, float], float]:
        self._network.train()
        raw = self._forward(batch.pixels)
        total, losses = self._loss(raw, batch.labels, self._mean_over_team)
        self._optimizer.zero_grad()
        total.backward()
        self._team.average_gradients(self._parameters)
        norm = float(torch.nn.utils.clip_grad_norm_(self._parameters, self._recipe.optimizer.clip))
        told = self._mean_over_team(torch.stack([total.detach(), *(one.detach() for one in losses.values())]))
        loss, *each = told.tolist()
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise Diverged(
                f"Training diverged at step {self._state.step + 1} (loss {loss}, gradient {norm}); "
                "the checkpoint before it is kept."
            )
        self._optimizer.step()
        self._team.average(one for one in self._network.buffers() if one.is_floating_point())
        self._average.update(self._network, self._state.step + 1)
        return loss, dict(zip(losses, each, strict=True)), norm

    def _forward(self, pixels: NDArray[np.uint8]) -> RawDetections:
        if self._recipe.network.channel_order == "BGR":
            pixels = np.ascontiguousarray(pixels[..., ::-1])
        inputs = (torch.from_numpy(pixels).permute(0, 3, 1, 2).float() - self._mean) / self._std
        with torch.autocast("cpu", torch.bfloat16, enabled=self._precision == BFLOAT16):
            raw = self._network(inputs)
        return RawDetections(*(values.float() for values in raw))

    def _mean_over_team(self, values: Tensor) -> Tensor:
        return self._team.gather(values[None]).mean(0)

    def _validate(self) -> DetectorValidated:
        found = self._validator.measure(self._average.network)
        state = self._state
        best = state.best_score is None or found.score >= state.best_score
        if best:
            state.best_score, state.best_step, state.worse = found.score, state.step, 0
            if self._team.leads:
                tensors = {
                    name: tensor.contiguous() for name, tensor in self._average.network.state_dict().items()
                }
                write_whole(self._directory / BEST, safetensors.torch.save(tensors))
        else:
            state.worse += 1
        return DetectorValidated(
            state.step,
            found.pictures,
            {str(size): round(value, 4) for size, value in found.recall.items()},
            {str(size): round(value, 4) for size, value in found.landmark_error.items()},
            found.score,
            best,
        )

    def _save(self) -> CheckpointSaved:
        path = self._directory / CHECKPOINT
        if self._team.leads:
            save_checkpoint(path, self._state, self._modules, self._optimizer, {})
        return CheckpointSaved(self._state.step, str(path))

    def _resume(self) -> None:
        state, _ = load_checkpoint(self._directory / CHECKPOINT, self._modules, self._optimizer)
        if state.recipe != self._state.recipe:
            raise UsageError(f"The run in {self._directory} was begun with another recipe.")
        self._state = state
