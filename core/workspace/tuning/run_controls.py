"""Runs of a workspace: which there are, how far each is, and how it is held or ended from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.errors import Conflict, NotFound
from core.recognition.cards import read_card
from core.training.run_files import CHECKPOINT
from core.training.tuning.control import RunControl
from core.types import ModelCard
from core.workspace.tuning.labelled_sets import LabelledSets
from core.workspace.tuning.tuning_run import MODEL, RUN, TuningRun, read_events, read_run


class TuningState(StrEnum):
    """What a run does, or how it ended."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class TuningStatus:
    """How far a run is.

    Attributes
    ----------
    name : str
        Of the run.
    state : TuningState
        Interrupted is one whose process was killed, or lost its power.
    step, steps : int
        Steps done and in all. Of one that does not go on, the step of its last checkpoint: from there the
        same `tune` goes on.
    message : str
        Why it failed, in one sentence; empty for other states.
    """

    name: str
    state: TuningState
    step: int
    steps: int
    message: str = ""


class RunControls(LabelledSets):
    """The part of the front door that knows the runs and can hold or end them."""

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

    def tuning_status(self, name: str) -> TuningStatus:
        """Return how far a run is.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        TuningStatus
            As its files say at this moment, whichever process works on it.

        Raises
        ------
        NotFound
            If there is none of this name.
        """
        run = self.tuning_run(name)
        directory = self._run_directory(name)
        told = read_events(directory)
        running, paused = RunControl(directory).running, False
        done, saved, ended, message = 0, 0, "", ""
        for record in told:
            kind = record.get("event", "")
            if kind in ("checkpoint_saved", "training_stopped", "training_paused"):
                saved = int(record["step"])
            done = int(record.get("step", done))
            ended = kind if kind in ("training_stopped", "training_failed") else ""
            message = str(record["message"]) if ended == "training_failed" else ""
            paused = kind == "training_paused"
        if running:
            state = TuningState.PAUSED if paused else TuningState.RUNNING
            return TuningStatus(name, state, done, run.steps)
        if (directory / MODEL / f"{name}.json").is_file():
            return TuningStatus(name, TuningState.FINISHED, done, run.steps)
        if not (directory / CHECKPOINT).is_file():
            saved = 0
        states = {"training_stopped": TuningState.STOPPED, "training_failed": TuningState.FAILED}
        return TuningStatus(name, states.get(ended, TuningState.INTERRUPTED), saved, run.steps, message)

    def pause_tuning(self, name: str) -> None:
        """Let a run wait at its next step, after a checkpoint, whichever process works on it.

        Parameters
        ----------
        name : str
            Of the run.

        Raises
        ------
        NotFound
            If there is none of this name.
        Conflict
            If nothing works on it.
        """
        self._running(name).pause()

    def continue_tuning(self, name: str) -> None:
        """Let a run that waits go on.

        Parameters
        ----------
        name : str
            Of the run.

        Raises
        ------
        NotFound
            If there is none of this name.
        Conflict
            If nothing works on it.
        """
        self._running(name).go_on()

    def stop_tuning(self, name: str) -> None:
        """End a run with a checkpoint, within two seconds, whichever process follows it.

        Parameters
        ----------
        name : str
            Of the run.

        Raises
        ------
        NotFound
            If there is none of this name.
        Conflict
            If nothing works on it.
        """
        self._running(name).stop()

    def _running(self, name: str) -> RunControl:
        self.tuning_run(name)
        control = RunControl(self._run_directory(name))
        if not control.running:
            raise Conflict(f"Nothing works on the run {name!r} now; `discern train tune` goes on with it.")
        return control

    def _run_directory(self, name: str) -> Path:
        return self._training_directory / "runs" / name
