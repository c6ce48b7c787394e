"""Tuning a model on a labelled set of the workspace, and judging what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import Conflict, DiscernError, NotFound, UsageError, WorkspaceUnusable
from core.progress import Progress
from core.recognition.cards import find_model, models_directory, read_card, weights_path
from core.storage import audit
from core.training.events import (
    StageReported,
    TrainingEvent,
    TrainingFinished,
    TrainingStopped,
    to_record,
)
from core.training.recipe import Recipe
from core.training.recipe_text import recipe_text
from core.training.sets.manifest import Part, read_crops
from core.training.tuning.presets import STEPS, Method, Preset, tuning_recipe
from core.types import ModelCard
from core.workspace.models.model_files import check_free, check_name
from core.workspace.tuning.labelled_sets import LabelledSets
from core.workspace.tuning.shipped_faces import faces_to_keep
from core.workspace.tuning.tuning_report import write_report
from core.workspace.tuning.tuning_run import EVENTS, MODEL, RECIPE, RUN, TuningRun, read_run, write_run

if TYPE_CHECKING:
    from core.training.tuning.run import Tuning


class Tunings(LabelledSets):
    """The part of the front door that tunes models."""

    def tune(
        self,
        name: str,
        labelled: str,
        *,
        preset: Preset = Preset.QUICK,
        method: Method = Method.LAST_STAGE,
        kept: str = "",
        steps: int | None = None,
        progress: Progress | None = None,
    ) -> Iterator[TrainingEvent]:
        """Tune the active model, or go on where a run of this name stopped.

        Parameters
        ----------
        name : str
            Of the run, and of the model it makes.
        labelled : str
            The labelled set to learn from.
        preset : Preset
            How long.
        method : Method
            What of the network may move.
        kept : str
            A labelled set of good photographs whose embeddings must stay what they are; the shipped faces
            without one.
        steps : int, optional
            Instead of those of the preset.
        progress : Progress, optional
            May stop it after any step; the same call goes on.

        Yields
        ------
        TrainingEvent
            What happens. After the last step the model is made, which is what the gate judges.

        Raises
        ------
        UsageError
            If the name will not do, or the set is not fit to learn from.
        NotFound
            If there is no such set.
        Conflict
            If the name is taken by a model, or a run of this name was asked for something else.
        ModelUnavailable
            If the active model or the checkpoint cannot be used.
        WorkspaceUnusable
            If the run cannot be written, such as on a full disk.
        """
        check_name(name)
        run = self._run_of(name, labelled, preset, method, kept, steps)
        directory = self._run_directory(name)
        begun = (directory / RUN).is_file()
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            recipe = self._recipe_of(run)
            if not begun:
                write_run(run, directory)
                (directory / RECIPE).write_text(recipe_text(recipe), encoding="utf-8")
            self._log("training.start", run, resumed=begun)
            yield from self._run_logged(run, recipe, directory, progress or Progress())
        except OSError as error:
            reason = error.strerror or str(error)
            raise WorkspaceUnusable(f"The run {directory} cannot be written: {reason}.") from error

    def tuning_runs(self) -> tuple[TuningRun, ...]:
        """Return what was asked for in all runs, in order of name."""
        found = sorted((self._training_directory / "runs").glob(f"*/{RUN}"))
        return tuple(read_run(path.parent) for path in found)

    def tuning_run(self, name: str) -> TuningRun:
        """Return what was asked for in a run.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        TuningRun
            The run.

        Raises
        ------
        NotFound
            If there is none of this name.
        """
        if Path(name).name != name:
            raise NotFound(f"There is no run named {name!r}.")
        return read_run(self._run_directory(name))

    def tuned_model(self, name: str) -> ModelCard:
        """Return the card of the model that a run made.

        Parameters
        ----------
        name : str
            Of the run.

        Returns
        -------
        ModelCard
            The card.

        Raises
        ------
        NotFound
            If there is no such run, or it is not finished.
        """
        self.tuning_run(name)
        directory = self._run_directory(name) / MODEL
        if not (directory / f"{name}.json").is_file():
            raise NotFound(
                f"The run {name!r} has made no model yet; the same `tune` command goes on with it."
            )
        return read_card(name, directory)

    def _run_directory(self, name: str) -> Path:
        return self._training_directory / "runs" / name

    def _run_of(
        self, name: str, labelled: str, preset: Preset, method: Method, kept: str, steps: int | None
    ) -> TuningRun:
        known = self._run_directory(name)
        before = read_run(known) if (known / RUN).is_file() else None
        if before is None:
            check_free(name, self.models_directory)
        found = self.labelled_set(labelled)
        if found.stopped_by:
            raise UsageError(
                f"Nothing can be trained with the labelled set {labelled!r}: {' '.join(found.stopped_by)}"
            )
        if kept:
            self.labelled_set(kept)
        parent = self.active_model() if before is None else self._card(before.parent)
        asked = TuningRun(
            name=name,
            labelled=labelled,
            parent=parent.name,
            parent_id=parent.model_id,
            preset=preset,
            method=method,
            kept=kept,
            steps=steps or STEPS[preset],
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            operator=self.settings.operator,
        )
        if before is not None and not before.same_as(asked):
            raise Conflict(f"The run {name!r} was begun with other options; choose another name.")
        return before or asked

    def _card(self, model: str) -> ModelCard:
        return read_card(model, self._directory_of(model))

    def _directory_of(self, model: str) -> Path:
        return find_model(model, (models_directory(), self.models_directory))

    def _recipe_of(self, run: TuningRun) -> Recipe:
        return tuning_recipe(
            run.name,
            run.parent,
            self.labelled_set(run.labelled),
            self._set_directory(run.labelled),
            run.preset,
            run.method,
            steps=run.steps,
            threads=self.settings.recognition.threads,
        )

    def _tuning_of(self, run: TuningRun, recipe: Recipe) -> Tuning:
        # torch takes seconds to import, which asking for runs does not need.
        from core.training.tuning.run import Tuning

        crops, people = self._kept_faces(run.kept)
        return Tuning(
            recipe=recipe,
            method=run.method,
            models=self._directory_of(run.parent),
            labelled=self._set_directory(run.labelled),
            kept=crops,
            kept_people=people,
            limits=self.settings.imaging,
        )

    def _kept_faces(self, kept: str) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
        if not kept:
            return faces_to_keep()
        pictures = self.labelled_set(kept).of(Part.TRAIN)
        return read_crops(self._set_directory(kept), pictures), tuple(one.subject for one in pictures)

    def _run_logged(
        self, run: TuningRun, recipe: Recipe, directory: Path, progress: Progress
    ) -> Iterator[TrainingEvent]:
        outcome: dict[str, Any] = {"outcome": "interrupted"}
        try:
            for event in self._run(run, recipe, directory, progress):
                if isinstance(event, TrainingStopped):
                    outcome = {"outcome": "stopped", "step": event.step}
                with (directory / EVENTS).open("a", encoding="utf-8") as file:
                    file.write(json.dumps(to_record(event), ensure_ascii=False) + "\n")
                yield event
            if outcome["outcome"] != "stopped":
                outcome = {"outcome": "finished", "model_id": self.tuned_model(run.name).model_id}
        except DiscernError as error:
            outcome = {"outcome": "failed", "reason": str(error)}
            raise
        finally:
            self._log("training.end", run, **outcome)
        if outcome["outcome"] == "finished":
            write_report(directory, self.labelled_set(run.labelled))

    def _run(
        self, run: TuningRun, recipe: Recipe, directory: Path, progress: Progress
    ) -> Iterator[TrainingEvent]:
        from core.training.tuning.export import export_tuned
        from core.training.tuning.run import tune

        tuning = self._tuning_of(run, recipe)
        for event in tune(tuning, directory, progress):
            if not isinstance(event, TrainingFinished):
                yield event
                continue
            # The few people of the curves choose no step: the model is made of the last one.
            yield StageReported("Making a model of the last weights, with its cluster and bands.")
            card, _ = export_tuned(tuning, run.preset, directory, directory / MODEL, progress)
            yield TrainingFinished(event.step, event.step, str(weights_path(card, directory / MODEL)))
            yield StageReported(f"The model {card.name} is made; the gate has to judge it.")

    def _log(self, action: str, run: TuningRun, **details: object) -> None:
        told = {
            "run": run.name,
            "set": run.labelled,
            "parent": run.parent,
            "parent_id": run.parent_id,
            "method": run.method.value,
            "preset": run.preset.value,
            "steps": run.steps,
        }
        with self._database.write() as session:
            audit.append(session, self.settings.operator, action, told | details)
