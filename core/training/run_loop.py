"""What every training run does, whatever it trains: steps, measurements, checkpoints, going on."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import safetensors.torch
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from core.errors import DiscernError, UsageError
from core.progress import Progress
from core.training import run_files
from core.training.average import WeightAverage
from core.training.checkpoint import RunState, load_checkpoint, save_checkpoint
from core.training.distributed import Team
from core.training.events import (
    CheckpointSaved,
    TrainingContinued,
    TrainingEvent,
    TrainingFinished,
    TrainingPaused,
    TrainingStopped,
)
from core.training.recipe import OptimizerRecipe
from core.training.schedule import rate_factor, set_rate
from core.training.step_log import StepLog

CHECKPOINT, BEST = run_files.CHECKPOINT, run_files.BEST
_LONGEST_LOSS = 60.0
"""Seconds of work that may be lost when a run is killed, whatever its recipe says of checkpoints."""

_LARGEST_COST = 0.05
"""Share of the time that such further checkpoints may take."""

Drawn = TypeVar("Drawn")
Network = TypeVar("Network", bound=nn.Module)


class Diverged(DiscernError):
    """The loss or its gradient is no number any more; the last checkpoint is still good."""


class ValidationPlan(Protocol):
    """When a network is measured, and when to give up."""

    @property
    def every(self) -> int:
        """Steps between measurements."""

    @property
    def patience(self) -> int:
        """Measurements without a better one before training stops; 0 never stops."""


class Hold(Protocol):
    """What can make a run wait between two steps."""

    @property
    def wanted(self) -> bool:
        """Whether it should wait now."""

    def wait(self, progress: Progress) -> None:
        """Return when it may go on, or when a stop was asked for."""


class RunPlan(Protocol):
    """What a loop needs to know of a recipe."""

    @property
    def steps(self) -> int:
        """Steps in all."""

    @property
    def batch_size(self) -> int:
        """Pictures in each."""

    @property
    def log_every(self) -> int:
        """Steps between reports."""

    @property
    def checkpoint_every(self) -> int:
        """Steps between checkpoints."""

    @property
    def optimizer(self) -> OptimizerRecipe:
        """How weights move."""

    @property
    def validation(self) -> ValidationPlan:
        """When the network is measured."""


class RunLoop(ABC, Generic[Network, Drawn]):
    """A run that goes on from its checkpoint.

    Parameters
    ----------
    plan : RunPlan
        The recipe.
    state : RunState
        Where a new run stands.
    directory : Path
        Where the checkpoint and the best weights lie; a run that was begun there goes on.
    team : Team
        The processes that share the work.
    average : WeightAverage
        The moving average of the network, which is what is measured and kept.
    optimizer : Optimizer
        Moves the weights.
    modules : dict of str to Module
        Whose states a checkpoint holds, by name.
    """

    def __init__(
        self,
        plan: RunPlan,
        state: RunState,
        directory: Path,
        team: Team,
        average: WeightAverage[Network],
        optimizer: Optimizer,
        modules: dict[str, nn.Module],
    ) -> None:
        self._plan = plan
        self._state = state
        self._directory = directory
        self._team = team
        self._average = average
        self._optimizer = optimizer
        self._parameters = [one for group in optimizer.param_groups for one in group["params"]]
        self._modules = modules
        self._saved_at = time.monotonic()
        self._seconds_saving = 0.0

    def run(self, progress: Progress, hold: Hold | None = None) -> Iterator[TrainingEvent]:
        """Train until the last step, or until `progress` asks to stop.

        Parameters
        ----------
        progress : Progress
            Asked before each step.
        hold : Hold, optional
            Asked before each step too, whether to wait; for a run in one process alone.

        Yields
        ------
        TrainingEvent
            What happens, ending with `TrainingStopped` or `TrainingFinished`.

        Raises
        ------
        Diverged
            If the loss is no number any more.
        """
        state, plan = self._state, self._plan
        yield from self._begin()
        log = StepLog()
        for step, batch in self._batches(state.step, plan.steps):
            if self._team.agree(progress.cancelled):
                yield self._save()
                yield TrainingStopped(state.step)
                return
            if hold is not None and hold.wanted:
                yield self._save()
                yield TrainingPaused(state.step)
                hold.wait(progress)
                if progress.cancelled:
                    yield TrainingStopped(state.step)
                    return
                yield TrainingContinued(state.step)
            yield from self._before(step)
            began = time.perf_counter()
            rate = set_rate(self._optimizer, rate_factor(step, plan.steps, plan.optimizer))
            log.add(*self._step(batch), rate, plan.batch_size, time.perf_counter() - began)
            state.step = step + 1
            last = state.step == plan.steps
            if last or state.step % plan.log_every == 0:
                yield log.report(state.step, plan.steps)
            if last or state.step % plan.validation.every == 0:
                yield self._validate()
            if last or state.step % plan.checkpoint_every == 0 or self._is_overdue():
                yield self._save()
            if plan.validation.patience and state.worse >= plan.validation.patience:
                break
        yield TrainingFinished(state.step, state.best_step, str(self._directory / BEST))

    @abstractmethod
    def _begin(self) -> Iterator[TrainingEvent]: ...

    @abstractmethod
    def _batches(self, first: int, last: int) -> Iterator[tuple[int, Drawn]]: ...

    def _before(self, step: int) -> Iterator[TrainingEvent]:
        yield from ()

    @abstractmethod
    def _step(self, batch: Drawn) -> tuple[float, dict[str, float], float]: ...

    @abstractmethod
    def _validate(self) -> TrainingEvent: ...

    def _extra(self) -> dict[str, Tensor]:
        return {}

    def _descend(self, total: Tensor) -> float:
        """Work out the gradient of a loss in all processes; returns its length before it was clipped."""
        self._optimizer.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        self._team.average_gradients(self._parameters)
        return float(torch.nn.utils.clip_grad_norm_(self._parameters, self._plan.optimizer.clip))

    def _move(self, loss: float, norm: float) -> None:
        """Move the weights, unless loss or gradient is no number."""
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise Diverged(
                f"Training diverged at step {self._state.step + 1} (loss {loss}, gradient {norm}); "
                "the checkpoint before it is kept."
            )
        self._optimizer.step()

    def _learn(
        self, network: Network, total: Tensor, losses: dict[str, Tensor]
    ) -> tuple[float, dict[str, float], float]:
        """Take a step against a loss of which each process worked out its own part."""
        norm = self._descend(total)
        told = self._mean_over_team(torch.stack([total.detach(), *(one.detach() for one in losses.values())]))
        loss, *each = told.tolist()
        self._move(loss, norm)
        self._team.average(one for one in network.buffers() if one.is_floating_point())
        self._average.update(network, self._state.step + 1)
        return loss, dict(zip(losses, each, strict=True)), norm

    def _mean_over_team(self, values: Tensor) -> Tensor:
        return self._team.gather(values[None]).mean(0)

    def _judge(self, score: float, *, best: bool) -> None:
        """Take note of a measurement, and keep the weights of the best one."""
        state = self._state
        if not best:
            state.worse += 1
            return
        state.best_score, state.best_step, state.worse = score, state.step, 0
        if self._team.leads:
            tensors = self._average.network.state_dict()
            run_files.write_whole(
                self._directory / BEST,
                safetensors.torch.save({name: tensor.contiguous() for name, tensor in tensors.items()}),
            )

    def _save(self) -> CheckpointSaved:
        path = self._directory / CHECKPOINT
        began = time.monotonic()
        if self._team.leads:
            save_checkpoint(path, self._state, self._modules, self._optimizer, self._extra())
        self._saved_at = time.monotonic()
        self._seconds_saving = self._saved_at - began
        return CheckpointSaved(self._state.step, str(path))

    def _is_overdue(self) -> bool:
        """Say whether slow steps have put too much work at risk; a checkpoint does not change the run."""
        wait = max(_LONGEST_LOSS, self._seconds_saving / _LARGEST_COST)
        return time.monotonic() - self._saved_at > wait

    def _resume(self) -> dict[str, Tensor]:
        """Go on where an earlier run stopped, if one did; returns the further tensors of its checkpoint."""
        path = self._directory / CHECKPOINT
        if not path.is_file():
            return {}
        state, extra = load_checkpoint(path, self._modules, self._optimizer)
        if state.recipe != self._state.recipe:
            raise UsageError(f"The run in {self._directory} was begun with another recipe.")
        self._state = state
        return extra
