"""Runs and models as the desk shows them: how far a run is, what it told, and where a model comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.errors import NotFound
from core.training.events import TrainingEvent, from_record
from core.types import ModelCard
from core.workspace.tuning.gate_record import GateRecord, gate_record
from core.workspace.tuning.recognizability_shift import RecognizabilityShift, RecognizabilityShifts
from core.workspace.tuning.run_controls import TuningStatus
from core.workspace.tuning.run_reports import RunReports
from core.workspace.tuning.tuning_plan import PlannedTunings
from core.workspace.tuning.tuning_run import GATE, RECIPE, TuningRun, read_events, read_record


class RunStage(StrEnum):
    """How far a run is on the way to a model that serves."""

    UNFINISHED = "unfinished"
    NOT_JUDGED = "not_judged"
    PROMOTABLE = "promotable"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    INSTALLED = "installed"
    SERVING = "serving"


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run in a list.

    Attributes
    ----------
    run : TuningRun
        What was asked for.
    stage : RunStage
        How far it is.
    status : TuningStatus
        Whether it is going on, from where it can, and why it failed.
    """

    run: TuningRun
    stage: RunStage
    status: TuningStatus


@dataclass(frozen=True, slots=True)
class RunOverview:
    """Everything about a run.

    Attributes
    ----------
    summary : RunSummary
        What was asked for and how far it is.
    events : tuple of TrainingEvent
        What it told, in order.
    recipe : str
        Its recipe, TOML.
    gate : GateRecord or None
        The verdict on its model.
    shift : RecognizabilityShift or None
        How recognizability moved, where it was measured.
    """

    summary: RunSummary
    events: tuple[TrainingEvent, ...]
    recipe: str
    gate: GateRecord | None
    shift: RecognizabilityShift | None


@dataclass(frozen=True, slots=True)
class ModelOrigin:
    """A model and how it came to be.

    Attributes
    ----------
    card : ModelCard
        The model.
    serving : bool
        Whether it is the one in use.
    run : TuningRun or None
        The run that made it; None for a model that was not tuned here.
    gate : GateRecord or None
        What the gate said of it.
    override : str
        The sentence that says why it was promoted against the verdict; empty where it was not.
    """

    card: ModelCard
    serving: bool
    run: TuningRun | None
    gate: GateRecord | None
    override: str


class TrainingDesk(PlannedTunings, RecognizabilityShifts, RunReports):
    """The part of the front door that shows runs and models."""

    def run_summaries(self) -> tuple[RunSummary, ...]:
        """Return all runs, the newest first."""
        serving = self.active_model().model_id
        known = {card.name: card.model_id for card in self.models()}
        runs = sorted(self.tuning_runs(), key=lambda run: run.created, reverse=True)
        return tuple(
            RunSummary(run, self._stage(run, serving, known), self.tuning_status(run.name)) for run in runs
        )

    def run_overview(self, name: str) -> RunOverview:
        """Return everything about a run.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        RunOverview
            As it lies in the workspace at this moment.

        Raises
        ------
        NotFound
            If there is no such run.
        UsageError
            If its verdict cannot be read.
        """
        run = self.tuning_run(name)
        known = {card.name: card.model_id for card in self.models()}
        stage = self._stage(run, self.active_model().model_id, known)
        path = self._run_directory(name) / RECIPE
        return RunOverview(
            RunSummary(run, stage, self.tuning_status(name)),
            self._told(name),
            path.read_text(encoding="utf-8") if path.is_file() else "",
            self._verdict_of_run(name),
            self.recognizability_shift(name),
        )

    def model_origins(self) -> tuple[ModelOrigin, ...]:
        """Return all models with how they came to be, the one in use first."""
        serving = self.active_model().model_id
        runs = {run.name: run for run in self.tuning_runs()}
        found = []
        for card in self.models():
            run = runs.get(card.name)
            tuned = run is not None and self._made(run.name) == card.model_id
            against = next((one for one in card.limitations if "against the verdict" in one), "")
            found.append(
                ModelOrigin(
                    card,
                    card.model_id == serving,
                    run if tuned else None,
                    self._verdict_of_run(card.name) if tuned else None,
                    against,
                )
            )
        return tuple(sorted(found, key=lambda one: (not one.serving, one.run is None, one.card.name)))

    def _stage(self, run: TuningRun, serving: str, known: Mapping[str, str]) -> RunStage:
        made = self._made(run.name)
        if not made:
            return RunStage.UNFINISHED
        if made == serving:
            return RunStage.SERVING
        if known.get(run.name) == made:
            return RunStage.INSTALLED
        record: Mapping[str, Any] = read_record(self._run_directory(run.name) / GATE) or {}
        if record.get("model_id") != made:
            return RunStage.NOT_JUDGED
        stages = {"promote": RunStage.PROMOTABLE, "refuse": RunStage.REFUSED}
        return stages.get(str(record.get("verdict")), RunStage.UNDECIDED)

    def _made(self, name: str) -> str:
        try:
            return self.tuned_model(name).model_id
        except NotFound:
            return ""

    def _verdict_of_run(self, name: str) -> GateRecord | None:
        record = read_record(self._run_directory(name) / GATE)
        return None if record is None else gate_record(record, name)

    def _told(self, name: str) -> tuple[TrainingEvent, ...]:
        found = []
        for record in read_events(self._run_directory(name)):
            try:
                found.append(from_record(record))
            except (ValueError, AttributeError):
                continue
        return tuple(found)
