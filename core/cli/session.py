"""What every verb shares: the workspace, where results go, and progress on standard error."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from core.cli.passphrases import passphrase_of
from core.cli.printing import json_line, printable
from core.cli.uses import noted_use
from core.imaging.naming import one_line
from core.progress import Progress, Step
from core.settings import default_workspace, load_settings
from core.workspace import Workspace

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        metavar="DIR",
        help="The workspace; else DISCERN_WORKSPACE, else the user's data directory.",
        show_default=False,
    ),
]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME", help="A model of `models list` instead of the active one."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, one object or one line each.")]


@dataclass(slots=True)
class Session:
    """How this run of the program was asked to behave.

    Attributes
    ----------
    directory : Path
        The workspace.
    json : bool
        Whether results are JSON lines.
    passphrase_file : Path or None
        File with the passphrase of an encrypted workspace, as the command line names it.
    command : str
        The command that runs, such as "case add"; empty before it is known.
    """

    directory: Path
    json: bool
    passphrase_file: Path | None = None
    command: str = ""

    @classmethod
    def of(cls, context: typer.Context, workspace: Path | None, as_json: bool) -> Session:
        """Combine the options given before the verb with those given after it."""
        outer: Session | None = context.obj
        directory = workspace or (outer.directory if outer else default_workspace())
        file = outer.passphrase_file if outer else None
        command = context.command_path.partition(" ")[2]
        return cls(directory, as_json or bool(outer and outer.json), file, command)

    def passphrase(self) -> str | None:
        """Return the passphrase of the workspace, None where there is none or nobody can be asked."""
        return passphrase_of(self.directory, self.passphrase_file)

    @contextlib.contextmanager
    def open(self, model: str | None = None) -> Iterator[Workspace]:
        """Open the workspace, and make it when it is missing; `model` takes the place of the active one.

        Start and end of a command that works on evidence or searches are logged.

        Yields
        ------
        Workspace
            Open until the block ends.
        """
        passphrase, settings = self.passphrase(), None
        if model is not None:
            settings = load_settings(self.directory / "settings.toml").replace("recognition", model=model)
        with Workspace.open(self.directory, settings, passphrase) as opened, noted_use(opened, self.command):
            yield opened

    def line(self, record: Mapping[str, Any]) -> None:
        """Print one object as one line of JSON."""
        print(json_line(record, sys.stdout), flush=True)

    def say(self, text: str) -> None:
        """Print one sentence for a person."""
        print(printable(text, sys.stdout), flush=True)

    def warn(self, text: str) -> None:
        """Print one sentence on standard error."""
        print(printable(text, sys.stderr), file=sys.stderr, flush=True)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Print a table for a person; cells are never cut off."""
        console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200, highlight=False)
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            cells = ("" if cell is None else one_line(printable(str(cell), sys.stdout)) for cell in row)
            table.add_row(*map(escape, cells))
        console.print(table)

    @contextlib.contextmanager
    def progress(self) -> Iterator[Progress]:
        """Yield a progress that speaks on a terminal's standard error and stops at Ctrl+C.

        Yields
        ------
        Progress
            To be handed to the work.
        """
        shown = sys.stderr.isatty()

        def on_step(step: Step) -> None:
            of = f"/{step.total}" if step.total else ""
            print(
                f"\r\033[K{step.done}{of} {one_line(step.message[:60])}", end="", file=sys.stderr, flush=True
            )

        progress = Progress(on_step if shown else None)
        before = signal.getsignal(signal.SIGINT)
        signal.signal(signal.SIGINT, lambda *_: progress.cancel())
        try:
            yield progress
        finally:
            signal.signal(signal.SIGINT, before)
            if shown:
                print("\r\033[K", end="", file=sys.stderr, flush=True)
