"""The entry point: parses, runs one verb, and turns errors into a sentence and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from core import __version__
from core.cli.exit_codes import ExitCode
from core.cli.passphrases import PassphraseFileOption
from core.cli.printing import printable
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.errors import Cancelled, DiscernError, UsageError

INTERRUPTED = 130
VERBS = (
    "analyze",
    "enroll",
    "search",
    "report",
    "embed",
    "models",
    "gallery",
    "case",
    "verify",
    "demo",
    "evaluate",
    "desk",
    "train",
)


def build_application() -> typer.Typer:
    """Return the command line with all its verbs."""
    application = typer.Typer(
        name="discern",
        help="Examine very low-resolution faces: recognizability, attention, ranked candidates, reports.",
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @application.callback()
    def common(
        context: typer.Context,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
        passphrase_file: PassphraseFileOption = None,
        version: bool = typer.Option(
            False, "--version", is_eager=True, callback=_print_version, help="Print the version and stop."
        ),
    ) -> None:
        context.obj = Session.of(context, workspace, as_json)
        context.obj.passphrase_file = passphrase_file

    for verb in VERBS:
        import_module(f"core.cli.{verb}_verb").register(application)
    return application


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"discern {__version__}")
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Instead of `sys.argv[1:]`.

    Returns
    -------
    int
        The exit code, see :class:`ExitCode`.
    """
    # Whatever is written, reports and exports included, shows faces or names: it is its owner's alone.
    os.umask(0o077)
    try:
        build_application()(args=None if arguments is None else list(arguments), prog_name="discern")
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else ExitCode.DONE
        return ExitCode.CANCELLED if code == INTERRUPTED else code
    except UsageError as error:
        print(printable(str(error), sys.stderr), file=sys.stderr)
        return ExitCode.USAGE
    except Cancelled:
        print("Cancelled.", file=sys.stderr)
        return ExitCode.CANCELLED
    except DiscernError as error:
        print(printable(str(error), sys.stderr), file=sys.stderr)
        return ExitCode.FAILED
    except BrokenPipeError:
        # The reader went away; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED
    return ExitCode.DONE
