"""`discern gallery` reembed, export and import: whole galleries."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from core.cli.session import JsonOption, ModelOption, Session, WorkspaceOption


def register(gallery: typer.Typer) -> None:
    """Add the commands to those of galleries."""

    @gallery.command("reembed")
    def reembed(
        context: typer.Context,
        model: ModelOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Embed all stored crops with a model, then let it serve; goes on where it was stopped."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened, session.progress() as progress:
            for step in opened.reembed(model, progress):
                if session.json:
                    session.line(dataclasses.asdict(step))
        if not session.json:
            session.say(f"{step.done} samples have an embedding of {step.model}, which serves from now on.")

    @gallery.command("export")
    def export(
        context: typer.Context,
        name: Annotated[str, typer.Argument(help="The gallery.")],
        target: Annotated[Path, typer.Argument(metavar="DIR|FILE.zip", help="A new folder, or a new zip.")],
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Export a gallery: a folder with a list that `enroll` reads, or a zip with embeddings too."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened, session.progress() as progress:
            if target.suffix.lower() == ".zip":
                made = opened.export_gallery_bundle(name, target, progress)
            else:
                made = opened.export_gallery(name, target, progress)
        if session.json:
            session.line(dataclasses.asdict(made) | {"path": str(made.path)})
        else:
            session.say(
                f"{made.samples} samples of {made.subjects} subjects were written to {made.path}; "
                f"SHA-256 {made.sha256}"
            )

    @gallery.command("import")
    def import_(
        context: typer.Context,
        file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="A bundle of `gallery export`.")],
        name: Annotated[str | None, typer.Option("--gallery", help="Instead of that of the bundle.")] = None,
        min_recognizability: Annotated[
            float | None, typer.Option("--min-recognizability", metavar="RI", help="Refuse faces below it.")
        ] = None,
        override: Annotated[
            str,
            typer.Option("--override", metavar="REASON", help="Import below the gate; the reason is logged."),
        ] = "",
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Import a bundle after checking each hash in it; what is there already is passed over."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened, session.progress() as progress:
            result = opened.import_gallery_bundle(
                file,
                gallery=name,
                min_recognizability=min_recognizability,
                override_reason=override,
                progress=progress,
            )
        if session.json:
            session.line(dataclasses.asdict(result))
        else:
            session.say(
                f"{result.imported} samples imported into {result.gallery}, {result.reembedded} of them "
                f"embedded anew; {result.already} already there, {result.refused} refused."
            )
