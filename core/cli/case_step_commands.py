"""`discern case steps`, `undo` and `redo`: what was done in a case, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from core.cli import case_records
from core.cli.case_record_commands import CaseArgument
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.types import Step

ReasonOption = Annotated[str, typer.Option(help="Why, for the log.")]
CountOption = Annotated[int, typer.Option("--steps", min=1, metavar="N", help="How many.")]


def register_steps(case: typer.Typer) -> None:
    """Add the commands to `discern case`."""

    @case.command("steps")
    def steps(
        context: typer.Context,
        case_id: CaseArgument,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """List the steps of a case that can be undone or redone, oldest first.

        JSON lines, one a step: step_id, case_id, action, details, operator, undone, created.
        """
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            opened.case(case_id)
            done = opened.steps(case_id)
        if session.json:
            for step in done:
                session.line(case_records.of_step(step))
            return
        session.table(
            ("step", "created (UTC)", "who", "action", "undone", "details"),
            [
                (
                    step.step_id,
                    f"{step.created:%Y-%m-%d %H:%M:%S}",
                    step.operator,
                    step.action,
                    "undone" if step.undone else "",
                    step.details,
                )
                for step in done
            ],
        )

    @case.command("undo")
    def undo(
        context: typer.Context,
        case_id: CaseArgument,
        count: CountOption = 1,
        reason: ReasonOption = "",
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Take the last steps of a case back. JSON lines as `case steps`, the last step first."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            opened.case(case_id)
            _repeat(session, lambda: opened.undo(case_id, reason), count, "Undone")

    @case.command("redo")
    def redo(
        context: typer.Context,
        case_id: CaseArgument,
        count: CountOption = 1,
        reason: ReasonOption = "",
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Do the steps again that were undone last. JSON lines as `case steps`, in their order."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            opened.case(case_id)
            _repeat(session, lambda: opened.redo(case_id, reason), count, "Done again")


def _repeat(session: Session, move: Callable[[], Step], count: int, word: str) -> None:
    for _ in range(count):
        step = move()
        if session.json:
            session.line(case_records.of_step(step))
        else:
            session.say(f"{word}: step {step.step_id}, {step.action} {step.details}")
