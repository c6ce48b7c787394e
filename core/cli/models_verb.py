"""`discern models`: which networks there are and under what licence, and how to add one."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli import records
from core.cli.session import JsonOption, Session, WorkspaceOption


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""
    models = typer.Typer(help="The networks and their cards.", no_args_is_help=True)
    application.add_typer(models, name="models")

    @models.command("list")
    def list_(context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
        """List networks and detectors with id, licence and what is known of them."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            active, detector = opened.active_model().model_id, opened.settings.detection.detector
            networks, detectors = opened.models(), opened.detectors()
        told = [records.of_model(card, card.model_id == active) for card in networks]
        told += [records.of_detector(card, card.name == detector) for card in detectors]
        for record in told:
            if session.json:
                session.line(record)
            else:
                _say(session, record)

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


def _say(session: Session, record: Mapping[str, Any]) -> None:
    session.say(f"{record['name']}{' (active)' if record['active'] else ''}")
    session.say(f"  id              {record['model_id']}")
    if record["kind"] == "detector":
        session.say(
            f"  detector        {record['architecture']}, faces from {record['smallest_face_px']:g} px"
        )
    else:
        provisional = " (provisional)" if record["provisional"] else ""
        session.say(
            f"  network         {record['architecture']}, {record['embedding_dim']} numbers an embedding"
        )
        session.say(f"  recognizability {record['recognizability']}{provisional}")
    session.say(f"  licence         {record['licence']}")
    session.say(f"  origin          {record['origin']}")
    for text in (*record["figures"], *record["limitations"]):
        session.say(f"  - {text}")
