"""`discern train`: a model from a recipe, or the active model tuned on labelled faces of the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from core.cli import set_commands, tuning_commands
from core.cli.session import JsonOption, Session
from core.cli.training_run import stoppable, tell
from core.training.memory import keep_memory
from core.training.tasks import load_any_recipe

_RECIPE = "recipe"
_HELP = (
    "Train a model from a recipe (`discern train RECIPE.toml --out DIR`), or tune the active model on "
    "labelled faces: `set make`, `tune`, `gate`, `promote`, and `rollback` if need be."
)


class RecipeGroup(TyperGroup):
    """A group whose commands may be left out: whatever is none of them is handed to the command `recipe`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command before arguments that begin with none.

        The type of the context is private to typer.

        Parameters
        ----------
        ctx : Context
            Of the group.
        args : list of str
            As they were typed.

        Returns
        -------
        list of str
            What is left for the command.
        """
        first = args[0] if args else ""
        if first not in self.commands and first not in self.get_help_option_names(ctx):
            args = [_RECIPE, *args]
        left: list[str] = super().parse_args(ctx, args)
        return left


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""
    train = typer.Typer(help=_HELP, cls=RecipeGroup)
    application.add_typer(train, name="train")
    set_commands.register(train)
    tuning_commands.register(train)

    @train.command(_RECIPE)
    def recipe(
        context: typer.Context,
        recipe: Annotated[
            Path, typer.Argument(metavar="RECIPE.toml", help="What to train, on what and how.")
        ],
        out: Annotated[
            Path, typer.Option("--out", metavar="DIR", help="The run; one that was begun there goes on.")
        ],
        kept: Annotated[
            Path | None,
            typer.Option("--kept", metavar="DIR", help="Where to keep what several runs can share."),
        ] = None,
        until_stdin_closes: Annotated[
            bool,
            typer.Option("--until-stdin-closes", help="Stop, with a checkpoint, when standard input ends."),
        ] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Train a model. Ctrl+C or SIGTERM writes a checkpoint and stops; the same command goes on."""
        session = Session.of(context, None, as_json)
        chosen = load_any_recipe(recipe)
        keep_memory()
        # torch takes seconds to import, which the other verbs and --help need not wait for.
        from core.training.run import train as run

        progress = stoppable(until_stdin_closes)
        tell(session, run(chosen, out, progress, kept))
