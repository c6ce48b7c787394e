"""Start and end of each run that works on evidence or searches, in the log."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import typer

from core.errors import Cancelled
from core.types import UseEnd
from core.workspace import Workspace

USES = frozenset(
    {
        "analyze",
        "case add",
        "case copies",
        "case derive",
        "case evidence",
        "case export",
        "case judge",
        "case nobody",
        "case search-faces",
        "case state",
        "case verdict",
        "case view",
        "demo",
        "embed",
        "enroll",
        "report",
        "search",
    }
)
"""Commands that work on evidence, on searches, or on people who are searched among."""


@contextlib.contextmanager
def noted_use(opened: Workspace, command: str) -> Iterator[None]:
    """Note start and end of the running command in the log, if it is one of `USES`.

    Parameters
    ----------
    opened : Workspace
        The workspace that it works in.
    command : str
        The command, such as "case add".

    Yields
    ------
    None
        While the command runs.
    """
    if command not in USES:
        yield
        return
    opened.begin_use(f"discern {command}")
    end = UseEnd.FAILED
    try:
        yield
        end = UseEnd.DONE
    except typer.Exit:
        end = UseEnd.DONE
        raise
    except (Cancelled, KeyboardInterrupt, typer.Abort):
        end = UseEnd.CANCELLED
        raise
    finally:
        opened.end_use(end)
