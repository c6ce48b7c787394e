"""`discern case log` and `uses`: what the log says of a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from core.cli import log_records
from core.cli.case_record_commands import CaseArgument
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.types import Use

_SHOWN_INPUTS = 3


def register_log(case: typer.Typer) -> None:
    """Add the commands to `discern case`."""

    @case.command("log")
    def log(
        context: typer.Context,
        case_id: CaseArgument,
        limit: Annotated[
            int | None, typer.Option("--last", min=1, metavar="N", help="Only the last N entries.")
        ] = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """List what the log says of a case, oldest first, without what is hidden from the examiner at work.

        JSON lines, one an entry: sequence, created, operator, action, details, reason, session, monotonic_ns,
        redacted, entry_hash.
        """
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            entries = opened.case_log(case_id)
        entries = entries if limit is None else entries[-limit:]
        if session.json:
            for entry in entries:
                session.line(log_records.of_entry(entry))
            return
        session.table(
            ("entry", "when (UTC)", "who", "what", "why", "particulars"),
            [
                (
                    entry.sequence,
                    entry.created[:19].replace("T", " "),
                    entry.operator,
                    entry.action,
                    entry.reason,
                    entry.details,
                )
                for entry in entries
            ],
        )

    @case.command("uses")
    def uses(
        context: typer.Context,
        case_id: CaseArgument,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """List the uses that concern a case, as the log alone tells of them. JSON as `verify --uses`."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            found = opened.uses(case_id)
        show_uses(session, found)


def show_uses(session: Session, found: Sequence[Use]) -> None:
    """Print uses, as JSON lines or for a person."""
    if session.json:
        for use in found:
            session.line(log_records.of_use(use))
        return
    session.table(
        ("start (UTC)", "end (UTC)", "end", "examiner", "what", "compared with", "inputs", "verified by"),
        [
            (
                use.started[:19].replace("T", " "),
                use.ended[:19].replace("T", " "),
                use.end.value,
                use.examiner,
                use.what,
                "\n".join(
                    f"{', '.join(one.galleries)}, revision {one.revision}, N = {one.size}"
                    for one in use.databases
                ),
                _inputs(use),
                ", ".join(use.verified_by) or ("nobody yet" if use.searches else ""),
            )
            for use in found
        ],
    )


def _inputs(use: Use) -> str:
    lines = [f"{one.sha256[:12]} {one.path}".rstrip() for one in use.inputs[:_SHOWN_INPUTS]]
    more = len(use.inputs) - len(lines)
    return "\n".join([*lines, f"and {more} more"] if more else lines)
