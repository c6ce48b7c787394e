"""The training loop: a generator of events."""

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
from torch.nn import functional

from core.errors import DiscernError, UsageError
from core.progress import Progress
from core.recognition.features import Backbone
from core.recognition.network import NetworkOutput
from core.recognition.passes import FixedPasses
from core.recognition.recognizability_head import RecognizabilityHead
from core.training.average import WeightAverage
from core.training.batches import NOBODY, Batch
from core.training.checkpoint import RunState, load_checkpoint, save_checkpoint, write_whole
from core.training.distributed import Team
from core.training.events import (
    CheckpointSaved,
    ReferenceMeasured,
    TrainingEvent,
    TrainingFinished,
    TrainingStarted,
    TrainingStopped,
    Validated,
)
from core.training.inputs import as_input
from core.training.losses.index_diversion import follow, index_statistics
from core.training.objective import Reference, Truth
from core.training.precision import BFLOAT16, choose_precision
from core.training.preparation import Prepared
from core.training.recipe import Recipe
from core.training.recipe_file import plain
from core.training.schedule import build_optimizer, rate_factor, set_rate
from core.training.step_log import StepLog

CHECKPOINT = "checkpoint.safetensors"
BEST = "best.safetensors"
_PASS_SIZE = 32


class Diverged(DiscernError):
    """The loss or its gradient is no number any more; the last checkpoint is still good."""


class Trainer:
    """One run.

    Parameters
    ----------
    recipe : Recipe
        What to do.
    prepared : Prepared
        What to do it with; the network is trained in place.
    directory : Path
        Where the checkpoint and the best weights lie; a run that was begun there goes on.
    team : Team
        The processes that share the work.

    Raises
    ------
    UsageError
        If the run in `directory` was begun with another recipe.
    ModelUnavailable
        If its checkpoint is damaged.
    """

    def __init__(self, recipe: Recipe, prepared: Prepared, directory: Path, team: Team) -> None:
        self._recipe = recipe
        self._data = prepared
        self._directory = directory
        self._team = team
        self._network = prepared.network
        self._objective = prepared.objective
        self._share = team.share(recipe.batch_size)
        self._average = WeightAverage(self._network, recipe.optimizer.average)
        heads = (self._network.attention, self._network.head, self._objective)
        self._optimizer = build_optimizer(self._network.backbone, heads, recipe.optimizer, prepared.units)
        self._parameters = [one for group in self._optimizer.param_groups for one in group["params"]]
        self._precision = choose_precision(recipe.precision)
        self._modules = {
            "network": self._network,
            "average": self._average.network,
            "objective": self._objective,
        }
        self._state = RunState(plain(recipe))
        self._unrecognizable: Tensor | None = None
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
            len(self._data.faces.people),
            len(self._data.faces.crops),
            state.step,
            recipe.steps,
            sum(one.numel() for one in self._parameters),
            self._precision,
        )
        if state.step == 0:
            yield self._validate()
        log = StepLog()
        for step, batch in self._data.source.batches(state.step, recipe.steps):
            if self._team.agree(progress.cancelled):
                yield self._save()
                yield TrainingStopped(state.step)
                return
            if self._unrecognizable is None or step % self._measure_every == 0:
                yield self._measure_reference()
            began = time.perf_counter()
            rate = set_rate(self._optimizer, rate_factor(step, recipe.steps, recipe.optimizer))
            log.add(*self._step(batch), rate, len(batch.crops), time.perf_counter() - began)
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

    @property
    def _measure_every(self) -> int:
        return self._recipe.unrecognizable.every or self._data.source.steps_per_epoch

    def _step(self, batch: Batch) -> tuple[float, dict[str, float], float]:
        self._network.train()
        output = self._forward(batch)
        total, losses = self._objective(output, self._truth(batch), self._reference())
        self._optimizer.zero_grad()
        total.backward()
        self._team.average_gradients(self._parameters)
        norm = float(torch.nn.utils.clip_grad_norm_(self._parameters, self._recipe.optimizer.clip))
        loss = float(total.detach())
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise Diverged(
                f"Training diverged at step {self._state.step + 1} (loss {loss}, gradient {norm}); "
                "the checkpoint before it is kept."
            )
        self._optimizer.step()
        self._average.update(self._network, self._state.step + 1)
        return loss, {name: float(value.detach()) for name, value in losses.items()}, norm

    def _forward(self, batch: Batch) -> NetworkOutput:
        inputs = as_input(batch.crops[self._share], self._data.preprocessing)
        with torch.autocast("cpu", torch.bfloat16, enabled=self._precision == BFLOAT16):
            output = self._network(inputs)
        gather = self._team.gather
        return NetworkOutput(
            gather(output.embedding),
            gather(output.attended),
            gather(output.attention),
            gather(output.recognizability),
            output.feature_map,
        )

    def _truth(self, batch: Batch) -> Truth:
        blended = batch.blends != NOBODY
        targets = self._data.targets[batch.indices]
        targets[blended] = self._data.blend_targets[batch.blends[blended]]
        arrays = (targets, batch.indices, batch.labels, batch.partners, batch.sizes)
        return Truth(*map(torch.from_numpy, arrays))

    def _reference(self) -> Reference:
        # The embeddings are as old as the last measurement, but the head is the one at hand, so that it
        # cannot escape from index diversion by moving its bias.
        assert self._unrecognizable is not None
        now = index_statistics(self._index(self._unrecognizable))
        keep = self._recipe.unrecognizable.keep
        self._state.statistics = follow(self._state.statistics, now, keep)
        centre = functional.normalize(self._unrecognizable, dim=1).mean(0)
        return Reference(centre, self._state.statistics)

    @torch.no_grad()
    def _index(self, embeddings: Tensor) -> Tensor:
        head = self._network.head
        assert isinstance(head, RecognizabilityHead)
        head.eval()
        index: Tensor = head(embeddings)
        head.train()
        return index

    def _measure_reference(self) -> ReferenceMeasured:
        def embed(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
            return self._embed(self._network.backbone, crops)

        raw, tried = self._data.unrecognizable.embeddings(embed, self._state.step)
        self._unrecognizable = torch.from_numpy(raw)
        centre = functional.normalize(self._unrecognizable, dim=1).mean(0)
        return ReferenceMeasured(self._state.step, tried, len(raw), float(centre.norm()))

    def _validate(self) -> Validated:
        backbone = self._average.network.backbone
        found = self._data.validator.measure(lambda crops: self._embed(backbone, crops))
        state = self._state
        best = state.best_score is None or found.score > state.best_score
        if best:
            state.best_score, state.best_step, state.worse = found.score, state.step, 0
            if self._team.leads:
                tensors = {
                    name: tensor.contiguous() for name, tensor in self._average.network.state_dict().items()
                }
                write_whole(self._directory / BEST, safetensors.torch.save(tensors))
        else:
            state.worse += 1
        return Validated(
            state.step, found.people, _by_px(found.acceptance), _by_px(found.rank_one), found.score, best
        )

    def _embed(self, backbone: Backbone, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        passes = FixedPasses(backbone, self._data.preprocessing, torch.device("cpu"), _PASS_SIZE)
        return np.concatenate([raw for raw, _ in passes.run(crops)])

    def _save(self) -> CheckpointSaved:
        path = self._directory / CHECKPOINT
        if self._team.leads:
            extra = {} if self._unrecognizable is None else {"unrecognizable": self._unrecognizable}
            save_checkpoint(path, self._state, self._modules, self._optimizer, extra)
        return CheckpointSaved(self._state.step, str(path))

    def _resume(self) -> None:
        path = self._directory / CHECKPOINT
        state, extra = load_checkpoint(path, self._modules, self._optimizer)
        if state.recipe != self._state.recipe:
            raise UsageError(f"The run in {self._directory} was begun with another recipe.")
        self._state, self._unrecognizable = state, extra.get("unrecognizable")


def _by_px(values: dict[int, float]) -> dict[str, float]:
    return {str(size): round(value, 4) for size, value in values.items()}
