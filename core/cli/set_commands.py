"""`discern train set`: labelled faces to tune a model with."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.session import JsonOption, Session, WorkspaceOption
from core.training.sets.manifest import LabelledSet
from core.training.sets.summary import summarize

_NAME = Annotated[str, typer.Argument(metavar="NAME", help="Of the set.")]


def register(train: typer.Typer) -> None:
    """Add the commands to those of training."""
    sets = typer.Typer(help="Labelled sets: who is on which picture.", no_args_is_help=True)
    train.add_typer(sets, name="set")

    @sets.command("make")
    def make(
        context: typer.Context,
        name: _NAME,
        sources: Annotated[
            list[Path] | None,
            typer.Argument(
                metavar="SOURCE...",
                help="Directories with a folder for each person, and CSV files with the columns subject and "
                "path, and optionally face_px and group. Pictures of 112x112 px are aligned crops.",
            ),
        ] = None,
        cases: Annotated[
            list[int] | None,
            typer.Option("--case", metavar="ID", help="Take its confirmed faces; repeatable."),
        ] = None,
        holdout_share: Annotated[
            float, typer.Option("--holdout-share", help="Share of the people who are kept for judging.")
        ] = 0.2,
        judged: Annotated[
            Path | None,
            typer.Option("--holdout", metavar="DIR|CSV", help="Warn of what is in this hold-out as well."),
        ] = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Make a labelled set, with its split by people and with warnings."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened, session.progress() as progress:
            made = opened.make_labelled_set(
                name,
                sources or (),
                case_ids=cases or (),
                holdout_share=holdout_share,
                judged=judged,
                progress=progress,
            )
        _tell(session, made)

    @sets.command("show")
    def show(
        context: typer.Context, name: _NAME, workspace: WorkspaceOption = None, as_json: JsonOption = False
    ) -> None:
        """Show people, pictures, recognizability, sizes and warnings of a set."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            _tell(session, opened.labelled_set(name))

    @sets.command("list")
    def list_(context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
        """List all labelled sets."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            for one in opened.labelled_sets():
                if session.json:
                    session.line(_record(one))
                else:
                    session.say(f"{one.name}: {len(one.pictures)} pictures of {len(one.subjects)} people")

    @sets.command("remove")
    def remove(
        context: typer.Context, name: _NAME, workspace: WorkspaceOption = None, as_json: JsonOption = False
    ) -> None:
        """Remove a labelled set with its crops."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            opened.remove_labelled_set(name)
        if session.json:
            session.line({"removed": name})
        else:
            session.say(f"The labelled set {name} is removed.")


def _record(labelled: LabelledSet) -> dict[str, Any]:
    return {
        "name": labelled.name,
        "created": labelled.created,
        "operator": labelled.operator,
        "model": labelled.model,
        "model_id": labelled.model_id,
        "parts": {name: dataclasses.asdict(part) for name, part in summarize(labelled).items()},
        "warnings": [dataclasses.asdict(warning) for warning in labelled.warnings],
        "left_out": list(labelled.left_out),
        "erased": list(labelled.erased),
    }


def _tell(session: Session, labelled: LabelledSet) -> None:
    if session.json:
        pictures = [dataclasses.asdict(picture) for picture in labelled.pictures]
        session.line(_record(labelled) | {"pictures": pictures})
        return
    session.say(f"{labelled.name}, made {labelled.created} by {labelled.operator} with {labelled.model}")
    rows = [
        (
            name,
            part.people,
            part.pictures,
            ", ".join(f"{band} {count}" for band, count in part.bands.items()),
            " ".join(f"{value:.2f}" for value in part.recognizability),
            " ".join(f"{value:.0f}" for value in part.face_px),
        )
        for name, part in summarize(labelled).items()
    ]
    session.table(("part", "people", "pictures", "bands", "index, quartiles", "px, quartiles"), rows)
    for warning in labelled.warnings:
        session.say(f"{'Stops' if warning.stops else 'Note'}: {warning.message}")
    for reason in labelled.left_out:
        session.say(f"Left out: {reason}")
    for pseudonym in labelled.erased:
        session.say(f"Taken out since: {pseudonym}")
