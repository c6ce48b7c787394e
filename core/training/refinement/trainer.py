"""The training loop of the refinement network: a generator of events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch.nn import functional

from core.detection.refinement.network import RefinementNet
from core.detection.refinement.refiner import as_input
from core.training.average import WeightAverage
from core.training.checkpoint import RunState
from core.training.distributed import Team
from core.training.events import RefinementValidated, TrainingEvent, TrainingStarted
from core.training.recipe_file import plain
from core.training.refinement.batches import ViewBatch, ViewBatches
from core.training.refinement.candidates import Candidates
from core.training.refinement.recipe import RefinementRecipe
from core.training.refinement.validation import RefinementValidator
from core.training.run_loop import RunLoop
from core.training.schedule import build_optimizer


class RefinementTrainer(RunLoop[RefinementNet, ViewBatch]):
    """One run: landmarks by a smooth L1 loss, face or not by cross entropy.

    Parameters
    ----------
    recipe : RefinementRecipe
        What to do.
    train, validation : Candidates
        What to do it with.
    people : int
        How many people the faces to learn from belong to.
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

    def __init__(
        self,
        recipe: RefinementRecipe,
        train: Candidates,
        validation: Candidates,
        people: int,
        directory: Path,
        team: Team,
    ) -> None:
        torch.manual_seed(recipe.seed)
        network: RefinementNet = RefinementNet(recipe.network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        average = WeightAverage(network, recipe.optimizer.average)
        super().__init__(
            recipe,
            RunState(plain(recipe)),
            directory,
            team,
            average,
            build_optimizer(network.body, (network.gather, network.head), recipe.optimizer, {}),
            {"network": network, "average": average.network},
        )
        self._recipe = recipe
        self._network = network
        self._people = people
        self._candidates = len(train)
        self._views = ViewBatches(train, recipe, team.share(recipe.batch_size))
        self._validator = RefinementValidator(validation, recipe.network)
        self._resume()

    def _begin(self) -> Iterator[TrainingEvent]:
        parameters = sum(one.numel() for one in self._parameters)
        yield TrainingStarted(
            self._recipe.name,
            self._people,
            self._candidates,
            self._state.step,
            self._recipe.steps,
            parameters,
            "float32",
        )

    def _batches(self, first: int, last: int) -> Iterator[tuple[int, ViewBatch]]:
        return self._views.batches(first, last)

    def _step(self, batch: ViewBatch) -> tuple[float, dict[str, float], float]:
        self._network.train()
        recipe = self._recipe.losses
        answer = self._network(as_input(batch.views))
        is_face, points = torch.from_numpy(batch.is_face), torch.from_numpy(batch.landmarks)
        counts = self._mean_over_team(torch.tensor([float(len(is_face)), float(is_face.sum())])).clamp(min=1)
        landmarks = functional.smooth_l1_loss(
            answer.landmarks[is_face], points[is_face], beta=recipe.bend, reduction="none"
        )
        losses = {
            "landmark": landmarks.mean((1, 2)).sum() / counts[1],
            "class": functional.binary_cross_entropy_with_logits(
                answer.logits, is_face.float(), reduction="sum"
            )
            / counts[0],
        }
        total = recipe.landmarks * losses["landmark"] + recipe.classification * losses["class"]
        return self._learn(self._network, total, losses)

    def _validate(self) -> RefinementValidated:
        found = self._validator.measure(self._average.network)
        state = self._state
        best = state.best_score is None or found.score >= state.best_score
        self._judge(found.score, best=best)
        errors = {sides: round(value, 4) for sides, value in found.landmark_error.items()}
        return RefinementValidated(
            state.step, found.candidates, errors, round(found.separation, 4), found.score, best
        )
