"""Tuning a model on a labelled set of the workspace."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import Conflict, DiscernError, UsageError, WorkspaceUnusable
from core.progress import Progress
from core.recognition.cards import find_model, models_directory, read_card
from core.storage import audit
from core.training.background import spare_threads
from core.training.events import TrainingEvent, TrainingStopped
from core.training.recipe import Recipe, load_recipe
from core.training.recipe_text import recipe_text
from core.training.tuning.control import RunControl
from core.training.tuning.presets import STEPS, Method, Preset, tuning_recipe
from core.types import ModelCard
from core.workspace.models.model_files import check_free, check_name
from core.workspace.tuning.child import unwritable
from core.workspace.tuning.child_process import run_apart, time_apart
from core.workspace.tuning.run_controls import RunControls
from core.workspace.tuning.tuning_report import write_report
from core.workspace.tuning.tuning_run import RECIPE, RUN, TuningRun, read_run, write_run
from core.workspace.tuning.tuning_task import TuningTask


@dataclass(frozen=True, slots=True)
class TuningEstimate:
    """How long tunings would take on this machine.

    Attributes
    ----------
    seconds_a_step : float
        Measured, in a process like the one that would do it.
    threads : int
        Processor threads that it had.
    seconds : dict of Preset to float
        All steps of each preset; measurements, checkpoints and the making of the model come to that.
    """

    seconds_a_step: float
    threads: int
    seconds: dict[Preset, float]


class Tunings(RunControls):
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
            May stop it, which takes less than two seconds; the same call goes on.

        Yields
        ------
        TrainingEvent
            What happens. After the last step the model is made, which is what the gate judges. The work is
            done by a process of its own, at low priority and with as many threads as the settings say, so
            that this call only waits; :meth:`pause_tuning` holds it from anywhere. If this process dies, the
            other one ends within seconds.

        Raises
        ------
        UsageError
            If the name will not do, or the set is not fit to learn from.
        NotFound
            If there is no such set.
        Conflict
            If the name is taken by a model, a run of this name was asked for something else, or another
            process works on it.
        ModelUnavailable
            If the active model or the checkpoint cannot be used.
        WorkspaceUnusable
            If the run cannot be written, such as on a full disk.
        TrainingInterrupted
            If the process that does the work is killed; the same call goes on from the last checkpoint.
        """
        check_name(name)
        run = self._run_of(name, labelled, preset, method, kept, steps)
        directory = self._run_directory(name)
        begun = (directory / RUN).is_file()
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            control = RunControl(directory)
            if control.running:
                raise Conflict(f"Another process works on the run {name!r}: stop it, or follow it there.")
            recipe = self._recipe_of(run)
            control.clear()
            if not begun:
                write_run(run, directory)
            if not (directory / RECIPE).is_file():
                (directory / RECIPE).write_text(recipe_text(recipe), encoding="utf-8")
            self._log("training.start", run, resumed=begun)
            yield from self._run_logged(run, directory, progress or Progress())
        except OSError as error:
            raise WorkspaceUnusable(unwritable(error, directory)) from error

    def estimate_tuning(
        self, labelled: str, *, method: Method = Method.LAST_STAGE, progress: Progress | None = None
    ) -> TuningEstimate:
        """Measure a step of a tuning, and say how long each preset would take.

        Parameters
        ----------
        labelled : str
            The labelled set to learn from.
        method : Method
            What of the network may move.
        progress : Progress, optional
            May cancel.

        Returns
        -------
        TuningEstimate
            From a few steps, with the threads and the priority of a tuning.

        Raises
        ------
        NotFound
            If there is no such set.
        UsageError
            If its pictures are gone or changed.
        ModelUnavailable
            If the active model cannot be used.
        Cancelled
            If a stop was asked for.
        """
        found, parent = self.labelled_set(labelled), self.active_model()
        directory = self._set_directory(labelled)
        recipe = tuning_recipe("estimate", parent.name, found, directory, Preset.QUICK, method)
        threads = spare_threads(self.settings.training.threads)
        with tempfile.TemporaryDirectory() as draft:
            (Path(draft) / RECIPE).write_text(recipe_text(recipe), encoding="utf-8")
            task = TuningTask(
                run=Path(draft),
                models=self._directory_of(parent.name),
                labelled=directory,
                kept=None,
                preset=Preset.QUICK,
                method=method,
                threads=threads,
                limits=self.settings.imaging,
            )
            seconds = time_apart(task, progress or Progress())
        return TuningEstimate(seconds, threads, {preset: seconds * steps for preset, steps in STEPS.items()})

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
        """Return the recipe that lies with a run, which settings of today do not change, or a new one."""
        path = self._run_directory(run.name) / RECIPE
        if path.is_file():
            return load_recipe(path)
        return tuning_recipe(
            run.name,
            run.parent,
            self.labelled_set(run.labelled),
            self._set_directory(run.labelled),
            run.preset,
            run.method,
            steps=run.steps,
        )

    def _task_of(self, run: TuningRun) -> TuningTask:
        return TuningTask(
            run=self._run_directory(run.name),
            models=self._directory_of(run.parent),
            labelled=self._set_directory(run.labelled),
            kept=self._set_directory(run.kept) if run.kept else None,
            preset=run.preset,
            method=run.method,
            threads=spare_threads(self.settings.training.threads),
            limits=self.settings.imaging,
        )

    def _run_logged(self, run: TuningRun, directory: Path, progress: Progress) -> Iterator[TrainingEvent]:
        outcome: dict[str, Any] = {"outcome": "interrupted"}
        try:
            for event in run_apart(self._task_of(run), progress):
                if isinstance(event, TrainingStopped):
                    outcome = {"outcome": "stopped", "step": event.step}
                yield event
            if outcome["outcome"] != "stopped":
                outcome = {"outcome": "finished", "model_id": self.tuned_model(run.name).model_id}
        except DiscernError as error:
            outcome = {"outcome": "failed", "reason": str(error)}
            with contextlib.suppress(WorkspaceUnusable):
                # The sentence on why the run failed matters more than one on why that cannot be logged.
                self._log("training.end", run, **outcome)
            raise
        finally:
            if outcome["outcome"] != "failed":
                self._log("training.end", run, **outcome)
        if outcome["outcome"] == "finished":
            write_report(directory, self.labelled_set(run.labelled))

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
