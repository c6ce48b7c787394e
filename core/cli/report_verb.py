"""`discern report`: a search as a document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.session import JsonOption, Session, WorkspaceOption


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""

    @application.command("report")
    def report(
        context: typer.Context,
        search_id: Annotated[
            int, typer.Argument(metavar="SEARCH_ID", help="The search, as `search` printed it.")
        ],
        out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write to.")],
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Write the report of a search as PDF and JSON. The same search gives the same bytes."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            files = opened.report(search_id, out)
        if session.json:
            session.line({"search_id": search_id, "pdf": str(files.pdf), "json": str(files.json)})
        else:
            session.say(f"Written: {files.pdf} and {files.json}")
