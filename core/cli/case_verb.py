"""`discern case`: examinations."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli import records
from core.cli.case_derive_commands import register_derive
from core.cli.case_editing_commands import register_editing
from core.cli.case_evidence_commands import register_evidence
from core.cli.case_exchange_commands import register_exchange
from core.cli.case_log_commands import register_log
from core.cli.case_record_commands import register_record
from core.cli.case_step_commands import register_steps
from core.cli.judging_commands import register_judging
from core.cli.protection_commands import register_protection
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.types import EvidenceMode, Search


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""
    case = typer.Typer(help="Examinations: their pictures, faces, searches and steps.", no_args_is_help=True)
    application.add_typer(case, name="case")
    for register_part in (
        register_editing,
        register_record,
        register_derive,
        register_steps,
        register_judging,
        register_evidence,
        register_log,
        register_exchange,
        register_protection,
    ):
        register_part(case)

    @case.command("new")
    def new(
        context: typer.Context,
        title: Annotated[str, typer.Argument(help="Short title.")],
        reference: Annotated[str, typer.Option(help="The laboratory's own reference.")] = "",
        authority: Annotated[str, typer.Option(help="Who asked for it, and on what ground.")] = "",
        notes: Annotated[str, typer.Option(help="Free text.")] = "",
        copies: Annotated[
            bool | None,
            typer.Option(
                "--copies/--references",
                help="Keep verified copies of the files that are taken in, or path, size and hash alone; as "
                "the settings say when neither is given.",
                show_default=False,
            ),
        ] = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Open a case."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            mode = None if copies is None else EvidenceMode.COPIES if copies else EvidenceMode.REFERENCES
            made = opened.new_case(title, reference, authority, notes, mode)
        if session.json:
            session.line(records.of_case(made))
        else:
            session.say(f"Case {made.case_id}: {made.title} (evidence: {made.evidence_mode.value})")

    @case.command("list")
    def list_(context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
        """List the cases."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            cases = opened.cases()
        if session.json:
            for found in cases:
                session.line(records.of_case(found))
        else:
            session.table(
                ("id", "title", "reference", "status", "searches", "created (UTC)"),
                [
                    (
                        c.case_id,
                        c.title,
                        c.reference,
                        c.status.value,
                        c.searches,
                        f"{c.created:%Y-%m-%d %H:%M}",
                    )
                    for c in cases
                ],
            )

    @case.command("show")
    def show(
        context: typer.Context,
        case_id: Annotated[int, typer.Argument(metavar="CASE_ID")],
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Show a case with all its searches, those without candidates included."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            found = opened.open_case(case_id)
            searches = opened.searches(case_id)
        if session.json:
            session.line(records.of_case(found) | {"searches": [records.of_search(s) for s in searches]})
            return
        session.say(f"Case {found.case_id}: {found.title} ({found.status.value})")
        for label, value in (
            ("reference", found.reference),
            ("authority", found.authority),
            ("notes", found.notes),
            ("evidence", f"the case keeps {found.evidence_mode.value} of the files that are taken in"),
        ):
            if value:
                session.say(f"  {label}: {value}")
        session.table(
            ("search", "probe", "RI", "band", "N", "rank 1", "similarity"),
            [
                (
                    s.search_id,
                    s.probe.path,
                    f"{s.probe.recognizability.index:.3f}",
                    s.probe.recognizability.band.value,
                    s.result.gallery_size,
                    _first(s),
                    f"{s.result.candidates[0].similarity:.4f}" if s.result.candidates else "",
                )
                for s in searches
            ],
        )


def _first(search: Search) -> str:
    if search.candidates_hidden:
        return "hidden"
    return search.result.candidates[0].subject if search.result.candidates else "nobody"
