"""`discern case edit`, `status` and `blind`: what is written of a case, and where it stands."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli import records
from core.cli.case_record_commands import CaseArgument
from core.cli.examiner_option import ExaminerOption, sign_in
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.types import Case, CaseStatus

ReasonOption = Annotated[str, typer.Option(help="Why, for the log.")]


def register_editing(case: typer.Typer) -> None:
    """Add the commands to `discern case`."""

    @case.command("edit")
    def edit(
        context: typer.Context,
        case_id: CaseArgument,
        title: Annotated[str | None, typer.Option(help="Short title.")] = None,
        reference: Annotated[str | None, typer.Option(help="The laboratory's own reference.")] = None,
        authority: Annotated[str | None, typer.Option(help="Who asked for it, and on what ground.")] = None,
        notes: Annotated[str | None, typer.Option(help="Free text.")] = None,
        examiner: ExaminerOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Change what is written of a case, in one step that can be undone. JSON as `case list`."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            sign_in(opened, examiner)
            changed = opened.edit_case(
                case_id, title=title, reference=reference, authority=authority, notes=notes
            )
        _show(session, changed)

    @case.command("status")
    def status(
        context: typer.Context,
        case_id: CaseArgument,
        status: Annotated[CaseStatus, typer.Argument(help="Where it shall stand.")],
        reason: ReasonOption = "",
        examiner: ExaminerOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Move a case on, or open a closed one again, which takes a reason. JSON as `case list`."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            sign_in(opened, examiner)
            changed = opened.set_case_status(case_id, status, reason)
        _show(session, changed)

    @case.command("blind")
    def blind(
        context: typer.Context,
        case_id: CaseArgument,
        blind: Annotated[bool, typer.Option("--on/--off", help="Examination, or review.")] = True,
        reason: ReasonOption = "",
        examiner: ExaminerOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Hide candidates until the probe was judged, or not, which takes a reason. JSON as `case list`."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            sign_in(opened, examiner)
            changed = opened.set_case_blind(case_id, blind, reason)
        _show(session, changed)


def _show(session: Session, case: Case) -> None:
    if session.json:
        session.line(records.of_case(case))
    else:
        blind = "blind" if case.blind else "not blind"
        session.say(f"Case {case.case_id}: {case.title} ({case.status.value}, {blind})")
