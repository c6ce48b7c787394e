"""`discern train` tune, gate, promote, rollback, runs and report: a better model, behind a gate."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli import plan_command, run_commands
from core.cli.exit_codes import ExitCode
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.cli.training_run import stoppable, tell
from core.training.recipe import load_recipe
from core.training.tuning.presets import Method, Preset
from core.workspace import ReembeddingProgress

_RUN = Annotated[str, typer.Argument(metavar="RUN", help="Name of the run.")]


def register(train: typer.Typer) -> None:
    """Add the commands to those of training."""
    _register_tuning(train)
    run_commands.register(train)
    plan_command.register(train)
    _register_gate(train)
    _register_switching(train)


def _register_tuning(train: typer.Typer) -> None:
    @train.command("tune")
    def tune(
        context: typer.Context,
        labelled: Annotated[str, typer.Argument(metavar="SET", help="The labelled set to learn from.")],
        name: Annotated[
            str, typer.Option("--name", metavar="RUN", help="Of the run and of the model it makes.")
        ],
        preset: Annotated[Preset, typer.Option("--preset", help="How long.")] = Preset.QUICK,
        method: Annotated[
            Method, typer.Option("--method", help="What of the network may move.")
        ] = Method.LAST_STAGE,
        kept: Annotated[
            str,
            typer.Option(
                "--keep",
                metavar="SET",
                help="A labelled set of good photographs whose embeddings must stay; else the shipped faces.",
            ),
        ] = "",
        steps: Annotated[
            int | None, typer.Option("--steps", min=1, help="Instead of those of the preset.")
        ] = None,
        recipe: Annotated[
            Path | None,
            typer.Option(
                "--recipe", metavar="FILE", help="A recipe of `train plan` that was changed by hand."
            ),
        ] = None,
        until_stdin_closes: Annotated[
            bool,
            typer.Option("--until-stdin-closes", help="Stop, with a checkpoint, when standard input ends."),
        ] = False,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Tune the active model. Ctrl+C or SIGTERM writes a checkpoint; the same command goes on."""
        session = Session.of(context, workspace, as_json)
        changed = None if recipe is None else dataclasses.replace(load_recipe(recipe), name=name)
        if changed is not None and steps is not None:
            changed = dataclasses.replace(changed, steps=steps)
        progress = stoppable(until_stdin_closes)
        with session.open() as opened:
            if changed is not None:
                events = opened.tune_by(
                    changed, labelled, preset=preset, method=method, kept=kept, progress=progress
                )
                tell(session, events)
                return
            tell(
                session,
                opened.tune(
                    name,
                    labelled,
                    preset=preset,
                    method=method,
                    kept=kept,
                    steps=steps,
                    progress=progress,
                ),
            )


def _register_gate(train: typer.Typer) -> None:
    @train.command("gate")
    def gate(
        context: typer.Context,
        run: _RUN,
        holdout: Annotated[
            Path | None,
            typer.Option(
                "--holdout", metavar="DIR|CSV", help="Judge on these pictures too, beside the set's own."
            ),
        ] = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Judge the model of a run against its parent; exit code 1 unless it may be promoted."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened, session.progress() as progress:
            result = opened.judge_run(run, holdout, progress)
            record = opened.gate_record(run) or {}
        if session.json:
            session.line(record)
        else:
            rows = [
                (
                    change.trial,
                    change.group,
                    change.measure,
                    change.people,
                    _number(change.before),
                    _number(change.after),
                    "not judged"
                    if change.interval is None
                    else f"{change.interval.low:+.3f} to {change.interval.high:+.3f}",
                )
                for change in result.changes
            ]
            session.table(("faces", "probes", "rate", "people", "parent", "new", "difference"), rows)
            session.say(f"Verdict: {result.verdict.value.replace('_', ' ')}")
            for reason in result.reasons:
                session.say(f"  - {reason}")
        if result.verdict != "promote":
            raise typer.Exit(ExitCode.FAILED)

    @train.command("report")
    def report(
        context: typer.Context,
        run: _RUN,
        pdf: Annotated[
            Path | None, typer.Option("--pdf", metavar="FILE", help="Write it as a PDF to this file too.")
        ] = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Write the report of a run, with data, recipe, curves and verdict, and say where it lies."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            record, document = opened.run_report(run)
            written = opened.write_run_pdf(run, pdf) if pdf is not None else None
        if session.json:
            files = {"json": str(record), "html": str(document)}
            session.line(files | ({"pdf": str(written)} if written else {}))
        else:
            for file in filter(None, (record, document, written)):
                session.say(str(file))


def _register_switching(train: typer.Typer) -> None:
    @train.command("promote")
    def promote(
        context: typer.Context,
        run: _RUN,
        override: Annotated[
            str,
            typer.Option(
                "--override", metavar="REASON", help="Promote against the verdict; stays in log and card."
            ),
        ] = "",
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Let the model of a run serve; its parent serves until the galleries are embedded anew."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened, session.progress() as progress:
            _follow(session, opened.promote(run, override, progress))

    @train.command("rollback")
    def rollback(
        context: typer.Context,
        reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the audit log.")],
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Let the parent of the model that serves serve again."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened, session.progress() as progress:
            _follow(session, opened.rollback(reason, progress))


def _follow(session: Session, steps: Iterable[ReembeddingProgress]) -> None:
    for step in steps:
        record: dict[str, Any] = dataclasses.asdict(step)
        if session.json:
            session.line(record)
        elif step.complete:
            session.say(f"{step.model} serves now; {step.done} of {step.total} samples have its embedding.")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
