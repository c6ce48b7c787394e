"""`discern train` runs, estimate, pause, continue and stop: what goes on, and how long it would take."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from core.cli.session import JsonOption, Session, WorkspaceOption
from core.training.tuning.presets import Method
from core.training.tuning.run_time import in_words

_RUN = Annotated[str, typer.Argument(metavar="RUN", help="Name of the run.")]


def register(train: typer.Typer) -> None:
    """Add the commands to those of training."""
    _register_listing(train)
    _register_wishes(train)


def _register_listing(train: typer.Typer) -> None:
    @train.command("runs")
    def runs(context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
        """List all tunings, how far they are, and their verdicts."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            for run in opened.tuning_runs():
                verdict = (opened.gate_record(run.name) or {}).get("verdict")
                status = opened.tuning_status(run.name)
                if session.json:
                    told = {"state": status.state, "step": status.step, "message": status.message}
                    session.line(dataclasses.asdict(run) | told | {"verdict": verdict})
                    continue
                judged = (verdict or "not judged").replace("_", " ")
                session.say(
                    f"{run.name}: {run.labelled}, {run.method}, {status.state} at step {status.step} of "
                    f"{run.steps}; {judged}" + (f" ({status.message})" if status.message else "")
                )

    @train.command("estimate")
    def estimate(
        context: typer.Context,
        labelled: Annotated[str, typer.Argument(metavar="SET", help="The labelled set to learn from.")],
        method: Annotated[
            Method, typer.Option("--method", help="What of the network may move.")
        ] = Method.LAST_STAGE,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Measure a step on this machine, and say how long each preset would take."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened, session.progress() as progress:
            found = opened.estimate_tuning(labelled, method=method, progress=progress)
        if session.json:
            session.line(dataclasses.asdict(found))
            return
        session.say(f"A step takes {found.seconds_a_step:.2f} s with {found.threads} threads.")
        for preset, seconds in found.seconds.items():
            session.say(f"{preset}: {in_words(seconds)}")


def _register_wishes(train: typer.Typer) -> None:
    @train.command("pause")
    def pause(
        context: typer.Context, run: _RUN, workspace: WorkspaceOption = None, as_json: JsonOption = False
    ) -> None:
        """Let a run that goes on elsewhere wait at its next step, after a checkpoint."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            opened.pause_tuning(run)
        _confirm(session, run, "pause", f"{run} waits at its next step; `train continue` lets it go on.")

    @train.command("continue")
    def continue_(
        context: typer.Context, run: _RUN, workspace: WorkspaceOption = None, as_json: JsonOption = False
    ) -> None:
        """Let a run that waits go on."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            opened.continue_tuning(run)
        _confirm(session, run, "continue", f"{run} goes on.")

    @train.command("stop")
    def stop(
        context: typer.Context, run: _RUN, workspace: WorkspaceOption = None, as_json: JsonOption = False
    ) -> None:
        """End a run that goes on elsewhere, with a checkpoint; `tune` goes on with it."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            opened.stop_tuning(run)
        _confirm(session, run, "stop", f"{run} ends with a checkpoint; `train tune` goes on with it.")


def _confirm(session: Session, run: str, wish: str, sentence: str) -> None:
    if session.json:
        session.line({"run": run, "asked": wish})
    else:
        session.say(sentence)
