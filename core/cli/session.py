"""What every verb shares: the workspace, where results go, and progress on standard error."""

from __future__ import annotations

import contextlib
import json
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
    """

    directory: Path
    json: bool

    @classmethod
    def of(cls, context: typer.Context, workspace: Path | None, as_json: bool) -> Session:
        """Combine the options given before the verb with those given after it."""
        outer: Session | None = context.obj
        directory = workspace or (outer.directory if outer else default_workspace())
        return cls(directory, as_json or bool(outer and outer.json))

    def open(self, model: str | None = None) -> Workspace:
        """Open the workspace, and make it when it is missing; `model` takes the place of the active one."""
        if model is None:
            return Workspace.open(self.directory)
        settings = load_settings(self.directory / "settings.toml")
        return Workspace.open(self.directory, settings.replace("recognition", model=model))

    def line(self, record: Mapping[str, Any]) -> None:
        """Print one object as one line of JSON."""
        print(json.dumps(record, ensure_ascii=False, allow_nan=False), flush=True)

    def say(self, text: str) -> None:
        """Print one sentence for a person."""
        print(text, flush=True)

    def warn(self, text: str) -> None:
        """Print one sentence on standard error."""
        print(text, file=sys.stderr, flush=True)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Print a table for a person; cells are never cut off."""
        console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200, highlight=False)
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
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
            print(f"\r\033[K{step.done}{of} {step.message[:60]}", end="", file=sys.stderr, flush=True)

        progress = Progress(on_step if shown else None)
        before = signal.getsignal(signal.SIGINT)
        signal.signal(signal.SIGINT, lambda *_: progress.cancel())
        try:
            yield progress
        finally:
            signal.signal(signal.SIGINT, before)
            if shown:
                print("\r\033[K", end="", file=sys.stderr, flush=True)
