"""`discern models`: which networks there are and under what licence, and how to add one."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from core.cli import records
from core.cli.session import JsonOption, Session, WorkspaceOption


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""
    models = typer.Typer(help="The networks and their cards.", no_args_is_help=True)
    application.add_typer(models, name="models")

    @models.command("list")
    def list_(context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
        """List the models with id, licence and what is known of them."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            active = opened.active_model().model_id
            cards = opened.models()
        if session.json:
            for card in cards:
                session.line(records.of_model(card, card.model_id == active))
            return
        for card in cards:
            provisional = " (provisional)" if card.provisional else ""
            session.say(f"{card.name}{' (active)' if card.model_id == active else ''}")
            session.say(f"  id              {card.model_id}")
            session.say(f"  network         {card.architecture}, {card.embedding_dim} numbers an embedding")
            session.say(f"  recognizability {card.recognizability}{provisional}")
            session.say(f"  licence         {card.licence}")
            session.say(f"  origin          {card.origin}")
            for text in (*card.figures, *card.limitations):
                session.say(f"  - {text}")

    @models.command("add")
    def add(
        context: typer.Context,
        file: Annotated[
            Path,
            typer.Argument(
                metavar="FILE",
                help="Weights of insightface arcface_torch, AdaFace or CVLface, or of a RetinaFace detector "
                "(retinaface-pytorch, Pytorch_Retinaface): .pth, .pt, .ckpt, a zip that holds one, or "
                ".safetensors.",
            ),
        ],
        faces: Annotated[
            Path | None,
            typer.Option(
                "--faces",
                metavar="DIR",
                help="20 pictures of faces or more, to measure recognizability with; those of 112x112 px are "
                "aligned crops. A folder for each of 50 people with two pictures in it gives the bands too.",
            ),
        ] = None,
        name: Annotated[
            str | None, typer.Option("--name", metavar="NAME", help="What to call it; else after the file.")
        ] = None,
        licence: Annotated[
            str, typer.Option("--licence", metavar="TEXT", help="Licence of the weights, for the card.")
        ] = "",
        origin: Annotated[
            str, typer.Option("--origin", metavar="TEXT", help="Where the weights come from, for the card.")
        ] = "",
        channel_order: Annotated[
            str | None,
            typer.Option(
                "--channel-order", metavar="RGB|BGR", help="Instead of what the publisher documents."
            ),
        ] = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Make a model of a weight file; the workspace's settings and --model find it by its name."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened, session.progress() as progress:
            added = opened.add_model(
                file,
                faces=faces,
                name=name,
                licence=licence,
                origin=origin,
                channel_order=channel_order,
                progress=progress,
            )
        if session.json:
            session.line(dataclasses.asdict(added))
            return
        session.say(f"{added.name} ({added.architecture}), id {added.model_id}")
        for text in added.remarks:
            session.say(f"  - {text}")
