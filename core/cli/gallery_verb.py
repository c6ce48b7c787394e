"""`discern gallery`: what the galleries hold, and what can be done with them."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli import gallery_changes, gallery_transfer, records
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.errors import NotFound


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""
    gallery = typer.Typer(help="Galleries, subjects and samples.", no_args_is_help=True)
    application.add_typer(gallery, name="gallery")
    _register_listing(gallery)
    gallery_changes.register(gallery)
    gallery_transfer.register(gallery)


def _register_listing(gallery: typer.Typer) -> None:
    @gallery.command("list")
    def list_(
        context: typer.Context,
        name: Annotated[
            str | None, typer.Option("--gallery", help="List the subjects of this gallery.")
        ] = None,
        text: Annotated[str, typer.Option("--text", help="Only subjects whose name contains it.")] = "",
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """List the galleries, or the subjects of one."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            if name is None and not text:
                galleries = opened.galleries()
                if session.json:
                    for found in galleries:
                        session.line(records.of_gallery(found))
                else:
                    rows = [(g.name, g.subjects, g.samples, f"{g.created:%Y-%m-%d %H:%M}") for g in galleries]
                    session.table(("gallery", "subjects", "samples", "created (UTC)"), rows)
                return
            subjects = opened.subjects(name, text)
        if session.json:
            for subject in subjects:
                session.line(records.of_subject(subject))
        else:
            session.table(
                ("id", "subject", "gallery", "samples"),
                [(s.subject_id, s.name, s.gallery, s.samples) for s in subjects],
            )

    @gallery.command("show")
    def show(
        context: typer.Context,
        subject: Annotated[str, typer.Argument(help="Name of the subject.")],
        name: Annotated[str | None, typer.Option("--gallery", help="Its gallery.")] = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Show the samples of a subject."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            found = [s for s in opened.subjects(name, subject) if s.name == subject]
            if not found:
                raise NotFound(f"There is no subject {subject}.")
            samples = [sample for s in found for sample in opened.samples(subject_id=s.subject_id)]
        if session.json:
            for sample in samples:
                session.line(records.of_sample(sample))
            return
        session.table(
            ("sample", "subject", "gallery", "RI", "band", "eyes px", "overridden", "authority", "source"),
            [
                (
                    s.sample_id,
                    s.subject_id,
                    s.gallery,
                    f"{s.recognizability:.3f}",
                    s.band.value,
                    f"{s.eye_distance_px:.1f}",
                    "yes" if s.overridden else "",
                    s.authority,
                    s.source,
                )
                for s in samples
            ],
        )

    @gallery.command("stats")
    def stats(context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
        """Say how much the galleries hold, by model and by band of recognizability."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            held = opened.gallery_stats()
        record = {
            "revision": held.revision,
            "galleries": len(held.galleries),
            "subjects": held.subjects,
            "samples": held.samples,
            "samples_by_model": dict(held.samples_by_model),
            "samples_by_band": {band.value: count for band, count in held.samples_by_band},
        }
        if session.json:
            session.line(record)
        else:
            rows: list[tuple[str, object]] = [("revision", held.revision), ("galleries", len(held.galleries))]
            rows += [("subjects", held.subjects), ("samples", held.samples)]
            rows += [(f"samples with model {model[:12]}", count) for model, count in held.samples_by_model]
            rows += [(f"samples {band.value}", count) for band, count in held.samples_by_band]
            session.table(("what", "value"), rows)
