"""`discern gallery`: what the galleries hold."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli import records
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.errors import NotFound, UsageError


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""
    gallery = typer.Typer(help="Galleries, subjects and samples.", no_args_is_help=True)
    application.add_typer(gallery, name="gallery")

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
                session.line(
                    {
                        "sample_id": sample.sample_id,
                        "subject_id": sample.subject_id,
                        "subject": sample.subject,
                        "gallery": sample.gallery,
                        "sample": sample.source,
                        "sha256": sample.source_sha256,
                        "box": sample.box.as_list(),
                        "eye_distance_px": sample.eye_distance_px,
                        "recognizability": sample.recognizability,
                        "band": sample.band.value,
                        "model_id": sample.model_id,
                        "overridden": sample.overridden,
                        "created": sample.created.isoformat(),
                    }
                )
            return
        session.table(
            ("sample", "gallery", "RI", "band", "eyes px", "overridden", "source"),
            [
                (
                    s.sample_id,
                    s.gallery,
                    f"{s.recognizability:.3f}",
                    s.band.value,
                    f"{s.eye_distance_px:.1f}",
                    "yes" if s.overridden else "",
                    s.source,
                )
                for s in samples
            ],
        )

    @gallery.command("remove")
    def remove(
        context: typer.Context,
        name: Annotated[str, typer.Option("--gallery", help="The gallery.")],
        reason: Annotated[str, typer.Option("--reason", help="Why; it is kept in the audit log.")],
        subject: Annotated[str | None, typer.Argument(help="A subject; the whole gallery if none.")] = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Remove a subject, or a whole gallery, with its samples, crops and embeddings."""
        session = Session.of(context, workspace, as_json)
        if not reason.strip():
            raise UsageError("A removal needs a reason: it is kept in the audit log.")
        with session.open() as opened:
            if subject is None:
                opened.remove_gallery(name, reason)
            else:
                found = [s for s in opened.subjects(name, subject) if s.name == subject]
                if not found:
                    raise NotFound(f"There is no subject {subject} in the gallery {name}.")
                opened.remove_subject(found[0].subject_id, reason)
        if session.json:
            session.line({"removed": subject or name, "gallery": name, "reason": reason})
        else:
            session.say(
                f"Removed {subject or 'the gallery'} {'from' if subject else ''} {name}.".replace("  ", " ")
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
