"""What a tuning would do and how long it would take; and one that follows a recipe of one's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import UsageError, WorkspaceUnusable
from core.progress import Progress
from core.training.events import TrainingEvent
from core.training.recipe import Recipe, check_recipe
from core.training.recipe_text import recipe_text
from core.training.tuning.presets import Method, Preset, tuning_recipe
from core.workspace.models.model_files import check_name
from core.workspace.tuning.promotion import Promotion
from core.workspace.tuning.tuning_run import RECIPE, RUN

_PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class TuningPlan:
    """What a tuning would do, before it has a name.

    Attributes
    ----------
    recipe : Recipe
        What the preset and the method make of the set.
    preset : Preset
        How long.
    method : Method
        What may move.
    seconds_a_step : float
        Measured on this machine.
    """

    recipe: Recipe
    preset: Preset
    method: Method
    seconds_a_step: float

    @property
    def seconds(self) -> float:
        """Estimate of all steps together."""
        return self.seconds_a_step * self.recipe.steps


class PlannedTunings(Promotion):
    """The part of the front door that plans tunings and takes recipes that were changed by hand."""

    def plan_tuning(
        self,
        labelled: str,
        *,
        preset: Preset = Preset.QUICK,
        method: Method = Method.LAST_STAGE,
        progress: Progress | None = None,
    ) -> TuningPlan:
        """Write the recipe of a tuning and measure how long a step of it takes.

        Parameters
        ----------
        labelled : str
            The labelled set.
        preset : Preset
            How long.
        method : Method
            What may move.
        progress : Progress, optional
            May cancel.

        Returns
        -------
        TuningPlan
            Nothing is written; the recipe can be changed and given to :meth:`tune_by`.

        Raises
        ------
        NotFound
            If there is no such set.
        UsageError
            If the set is not fit to learn from.
        ModelUnavailable
            If the active model cannot be used.
        Cancelled
            If a stop was asked for.
        """
        found, directory = self.labelled_set(labelled), self._set_directory(labelled)
        if found.stopped_by:
            raise UsageError(
                f"Nothing can be trained with the labelled set {labelled!r}: {' '.join(found.stopped_by)}"
            )
        recipe = tuning_recipe(_PLANNED, self.active_model().name, found, directory, preset, method)
        seconds = self.estimate_tuning(labelled, method=method, progress=progress).seconds_a_step
        return TuningPlan(recipe, preset, method, seconds)

    def tune_by(
        self,
        recipe: Recipe,
        labelled: str,
        *,
        preset: Preset = Preset.QUICK,
        method: Method = Method.LAST_STAGE,
        kept: str = "",
        progress: Progress | None = None,
    ) -> Iterator[TrainingEvent]:
        """Tune the active model by a recipe that was changed by hand.

        Parameters
        ----------
        recipe : Recipe
            Its name is that of the run. What it says of the data and of the model to begin with is replaced
            by the set and the active model.
        labelled : str
            The labelled set to learn from.
        preset : Preset
            What the recipe was made of.
        method : Method
            What may move.
        kept : str
            As for :meth:`tune`.
        progress : Progress, optional
            As for :meth:`tune`.

        Yields
        ------
        TrainingEvent
            As :meth:`tune` does.

        Raises
        ------
        UsageError
            If the values of the recipe do not go together, or as for :meth:`tune`.
        NotFound
            If there is no such set.
        Conflict
            If the name is taken.
        ModelUnavailable
            If the active model cannot be used.
        WorkspaceUnusable
            If the run cannot be written.
        """
        check_name(recipe.name)
        check_recipe(recipe, recipe.name)
        run = self._run_of(recipe.name, labelled, preset, method, kept, recipe.steps)
        directory = self._run_directory(run.name)
        begun = (directory / RUN).is_file()
        if not begun:
            found, place = self.labelled_set(labelled), self._set_directory(labelled)
            bound = tuning_recipe(run.name, run.parent, found, place, preset, method)
            self._write_recipe(dataclasses.replace(recipe, start=run.parent, data=bound.data), directory)
        try:
            yield from self.tune(
                run.name,
                labelled,
                preset=preset,
                method=method,
                kept=kept,
                steps=recipe.steps,
                progress=progress,
            )
        finally:
            if not (directory / RUN).is_file():
                # Nothing was begun, so the next run of this name owes nothing to this recipe.
                (directory / RECIPE).unlink(missing_ok=True)

    def resume_tuning(self, name: str, progress: Progress | None = None) -> Iterator[TrainingEvent]:
        """Go on with a run that is not finished.

        Parameters
        ----------
        name : str
            Of the run.
        progress : Progress, optional
            As for :meth:`tune`.

        Yields
        ------
        TrainingEvent
            As :meth:`tune` does.

        Raises
        ------
        NotFound
            If there is no such run.
        UsageError
            If its set is gone or not fit any more.
        ModelUnavailable
            If its parent or the checkpoint cannot be used.
        WorkspaceUnusable
            If the run cannot be written.
        """
        run = self.tuning_run(name)
        yield from self.tune(
            run.name,
            run.labelled,
            preset=run.preset,
            method=run.method,
            kept=run.kept,
            steps=run.steps,
            progress=progress,
        )

    def _write_recipe(self, recipe: Recipe, directory: Path) -> None:
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            (directory / RECIPE).write_text(recipe_text(recipe), encoding="utf-8")
        except OSError as error:
            reason = error.strerror or str(error)
            raise WorkspaceUnusable(f"The run {directory} cannot be written: {reason}.") from error
