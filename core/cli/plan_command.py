"""`discern train plan`: the recipe of a tuning, to be changed by hand, and how long it would take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.session import JsonOption, Session, WorkspaceOption
from core.errors import WorkspaceUnusable
from core.training.recipe_text import recipe_text
from core.training.tuning.presets import Method, Preset
from core.training.tuning.run_time import in_words


def register(train: typer.Typer) -> None:
    """Add the command to those of training."""

    @train.command("plan")
    def plan(
        context: typer.Context,
        labelled: Annotated[str, typer.Argument(metavar="SET", help="The labelled set to learn from.")],
        out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the recipe, TOML.")],
        preset: Annotated[Preset, typer.Option("--preset", help="How long.")] = Preset.QUICK,
        method: Annotated[
            Method, typer.Option("--method", help="What of the network may move.")
        ] = Method.LAST_STAGE,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Write the recipe of a tuning for `train tune --recipe`, and say how long it would take."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened, session.progress() as progress:
            found = opened.plan_tuning(labelled, preset=preset, method=method, progress=progress)
        try:
            out.write_text(recipe_text(found.recipe), encoding="utf-8")
        except OSError as error:
            raise WorkspaceUnusable(f"The recipe {out} cannot be written: {error.strerror}.") from error
        if session.json:
            told = {"recipe": str(out), "steps": found.recipe.steps, "seconds_a_step": found.seconds_a_step}
            session.line(told | {"seconds": found.seconds})
        else:
            session.say(f"{out}: {found.recipe.steps} steps, {in_words(found.seconds)}")
