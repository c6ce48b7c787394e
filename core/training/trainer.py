"""The training loop: a generator of events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.recognition.features import Backbone
from core.recognition.network import NetworkOutput, RecognizabilityNetwork
from core.recognition.passes import FixedPasses
from core.recognition.recognizability_head import RecognizabilityHead
from core.training.average import WeightAverage
from core.training.batches import NOBODY, Batch
from core.training.checkpoint import RunState
from core.training.distributed import Team
from core.training.events import (
    ReferenceMeasured,
    TrainingEvent,
    TrainingStarted,
    Validated,
)
from core.training.inputs import as_input
from core.training.losses.index_diversion import follow, index_statistics
from core.training.objective import Reference, Truth
from core.training.precision import BFLOAT16, choose_precision
from core.training.preparation import Prepared
from core.training.recipe import Recipe
from core.training.recipe_file import plain
from core.training.run_loop import RunLoop
from core.training.schedule import build_optimizer

_PASS_SIZE = 32


class Trainer(RunLoop[RecognizabilityNetwork, Batch]):
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
        network = prepared.network
        average = WeightAverage(network, recipe.optimizer.average)
        heads = (network.attention, network.head, prepared.objective)
        super().__init__(
            recipe,
            RunState(plain(recipe)),
            directory,
            team,
            average,
            build_optimizer(network.backbone, heads, recipe.optimizer, prepared.units),
            {"network": network, "average": average.network, "objective": prepared.objective},
        )
        self._recipe = recipe
        self._data = prepared
        self._network = network
        self._objective = prepared.objective
        self._share = team.share(recipe.batch_size)
        self._precision = choose_precision(recipe.precision)
        self._unrecognizable: Tensor | None = self._resume().get("unrecognizable")

    def _begin(self) -> Iterator[TrainingEvent]:
        yield TrainingStarted(
            self._recipe.name,
            len(self._data.faces.people),
            len(self._data.faces.crops),
            self._state.step,
            self._recipe.steps,
            sum(one.numel() for one in self._parameters),
            self._precision,
        )
        if self._state.step == 0:
            yield self._validate()

    def _batches(self, first: int, last: int) -> Iterator[tuple[int, Batch]]:
        return self._data.source.batches(first, last)

    def _before(self, step: int) -> Iterator[TrainingEvent]:
        if self._unrecognizable is None or step % self._measure_every == 0:
            yield self._measure_reference()

    @property
    def _measure_every(self) -> int:
        return self._recipe.unrecognizable.every or self._data.source.steps_per_epoch

    def _step(self, batch: Batch) -> tuple[float, dict[str, float], float]:
        self._network.train()
        output = self._forward(batch)
        total, losses = self._objective(output, self._truth(batch), self._reference())
        norm = self._descend(total)
        loss = float(total.detach())
        self._move(loss, norm)
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
        self._judge(found.score, best=best)
        return Validated(
            state.step, found.people, _by_px(found.acceptance), _by_px(found.rank_one), found.score, best
        )

    def _embed(self, backbone: Backbone, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        passes = FixedPasses(backbone, self._data.preprocessing, torch.device("cpu"), _PASS_SIZE)
        return np.concatenate([raw for raw, _ in passes.run(crops)])

    def _extra(self) -> dict[str, Tensor]:
        return {} if self._unrecognizable is None else {"unrecognizable": self._unrecognizable}


def _by_px(values: dict[int, float]) -> dict[str, float]:
    return {str(size): round(value, 4) for size, value in values.items()}
