"""`discern desk`: the application."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from core.cli.session import JsonOption, Session, WorkspaceOption
from core.errors import UsageError


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""

    @application.command("desk")
    def desk(
        context: typer.Context,
        files: Annotated[
            list[Path] | None, typer.Argument(metavar="[FILE...]", help="Pictures to open.")
        ] = None,
        demo: Annotated[bool, typer.Option("--demo", help="Open the demonstration case.")] = False,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Start the application."""
        session = Session.of(context, workspace, as_json)
        if importlib.util.find_spec("PySide6") is None or importlib.util.find_spec("app") is None:
            raise UsageError("The desk is not installed: install discern with its gui extra.")
        # The engine knows nothing of the desk, so it starts it as the separate program that it is.
        command = [sys.executable, "-m", "app", "--workspace", str(session.directory)]
        command += ["--demo"] if demo else []
        if session.passphrase_file is not None:
            command += ["--passphrase-file", str(session.passphrase_file)]
        command += [str(file) for file in files or ()]
        raise typer.Exit(subprocess.call(command))  # noqa: S603 (our own interpreter and module)
