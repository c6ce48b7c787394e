"""Who is at work, for one command."""

from __future__ import annotations

from typing import Annotated

import typer

from core.workspace import Workspace

ExaminerOption = Annotated[
    str | None,
    typer.Option("--examiner", metavar="NAME", help="Who is at work, instead of the one in the settings."),
]


def sign_in(opened: Workspace, examiner: str | None) -> None:
    """Let an examiner work: what follows is logged under this name, and shows what this examiner may see.

    Parameters
    ----------
    opened : Workspace
        The workspace.
    examiner : str or None
        The name; None leaves the one of the settings.
    """
    if examiner is not None:
        opened.sign_in(examiner)
