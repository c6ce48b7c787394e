"""`discern verify`: whether everything still is what was recorded."""

from __future__ import annotations

import typer

from core.cli.exit_codes import ExitCode
from core.cli.session import JsonOption, Session, WorkspaceOption


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""

    @application.command("verify")
    def verify(
        context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False
    ) -> None:
        """Check the database, the audit log, the stored pictures and the search index."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            problems = opened.verify()
            head = opened.audit_head()
        if session.json:
            session.line({"ok": not problems, "problems": list(problems), "audit_head": head})
        else:
            for problem in problems:
                session.say(problem)
            session.say(
                f"{len(problems) or 'No'} problem{'' if len(problems) == 1 else 's'}; audit head {head}"
            )
        if problems:
            raise typer.Exit(ExitCode.FAILED)
