"""Where a passphrase comes from: a file that is named, or a prompt without echo; never the command line."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from core.errors import Cancelled, UsageError
from core.types import SHORTEST_PASSPHRASE
from core.workspace import LOST, is_protected, read_passphrase

VARIABLE = "DISCERN_PASSPHRASE_FILE"

PassphraseFileOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help=f"File with the passphrase of an encrypted workspace; else {VARIABLE}, else you are asked.",
        show_default=False,
    ),
]
NewPassphraseFileOption = Annotated[
    Path | None,
    typer.Option(
        "--new-passphrase-file",
        metavar="FILE",
        help="File with the new passphrase on one line; else you are asked.",
        show_default=False,
    ),
]


def passphrase_of(directory: Path, file: Path | None) -> str | None:
    """Return the passphrase of a workspace.

    Parameters
    ----------
    directory : Path
        The workspace.
    file : Path or None
        As `--passphrase-file` names it.

    Returns
    -------
    str or None
        None for a workspace that is not encrypted, and where nothing was named and nobody can be asked.

    Raises
    ------
    UsageError
        If a file was named for a workspace that is not encrypted, or cannot be read.
    Cancelled
        If nothing was typed.
    """
    if not is_protected(directory):
        if file is not None:
            raise UsageError(
                f"The workspace {directory} is not encrypted, so --passphrase-file says nothing: "
                "`discern case protect --new-passphrase-file FILE` encrypts it."
            )
        return None
    named = file or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if named is not None:
        return read_passphrase(named)
    return _typed(f"Passphrase of {directory}: ") if sys.stdin.isatty() else None


def new_passphrase(file: Path | None) -> str:
    """Return the passphrase that a workspace is to get; one that is typed is typed twice.

    Parameters
    ----------
    file : Path or None
        As `--new-passphrase-file` names it.

    Returns
    -------
    str
        The passphrase.

    Raises
    ------
    UsageError
        If the file cannot be read, nobody can be asked, or what was typed differs.
    Cancelled
        If nothing was typed.
    """
    print(LOST, file=sys.stderr, flush=True)
    if file is not None:
        return read_passphrase(file)
    if not sys.stdin.isatty():
        raise UsageError("A new passphrase is needed: name a file that holds it with --new-passphrase-file.")
    typed = _typed(f"New passphrase, at least {SHORTEST_PASSPHRASE} characters: ")
    if _typed("The same again: ") != typed:
        raise UsageError("The two passphrases differ; nothing was changed.")
    return typed


def _typed(prompt: str) -> str:
    try:
        typed = getpass.getpass(prompt, stream=sys.stderr)
    except (EOFError, KeyboardInterrupt) as error:
        raise Cancelled("No passphrase was typed.") from error
    if not typed:
        raise Cancelled("No passphrase was typed.")
    return typed
