"""`discern gallery` merge, split, move, undo, redo, remove and erase: changes of who is in a gallery."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from core.cli import records
from core.cli.exit_codes import ExitCode
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.errors import NotFound, UsageError
from core.workspace.galleries.erasure_certificate import certificate_text

_SUBJECT = Annotated[int, typer.Argument(metavar="SUBJECT_ID", help="As `gallery list --gallery` prints it.")]
_SAMPLES = Annotated[
    list[int], typer.Option("--sample", metavar="SAMPLE_ID", help="A sample of `gallery show`; repeatable.")
]


def register(gallery: typer.Typer) -> None:
    """Add the commands to those of galleries."""
    _register_steps(gallery)
    _register_removals(gallery)


def _register_steps(gallery: typer.Typer) -> None:
    @gallery.command("merge")
    def merge(
        context: typer.Context,
        into: _SUBJECT,
        others: Annotated[list[int], typer.Argument(metavar="OTHER_ID...", help="They become part of it.")],
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Merge subjects that are one person; can be undone."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            merged = opened.merge_subjects(into, others)
        if session.json:
            session.line(records.of_subject(merged))
        else:
            session.say(f"{merged.name} ({merged.subject_id}) has {merged.samples} samples now.")

    @gallery.command("split")
    def split(
        context: typer.Context,
        subject_id: _SUBJECT,
        samples: _SAMPLES,
        name: Annotated[str, typer.Option("--name", help="Name of the new subject.")],
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Make some samples of a subject a subject of their own; can be undone."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            parts = opened.split_subject(subject_id, samples, name)
        for part in parts:
            if session.json:
                session.line(records.of_subject(part))
            else:
                session.say(f"{part.name} ({part.subject_id}) has {part.samples} samples now.")

    @gallery.command("move")
    def move(
        context: typer.Context,
        into: _SUBJECT,
        samples: _SAMPLES,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Move samples to another subject of their gallery; can be undone."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            moved = opened.move_samples(samples, into)
        if session.json:
            session.line(records.of_subject(moved))
        else:
            session.say(f"{moved.name} ({moved.subject_id}) has {moved.samples} samples now.")

    @gallery.command("undo")
    def undo(context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
        """Take back the last change of the galleries that is not undone."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            step = opened.undo(None)
        if session.json:
            session.line({"step_id": step.step_id, "action": step.action, "undone": step.undone})
        else:
            session.say(f"Undone: {step.action}.")

    @gallery.command("redo")
    def redo(context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
        """Do the change again that was undone last."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            step = opened.redo(None)
        if session.json:
            session.line({"step_id": step.step_id, "action": step.action, "undone": step.undone})
        else:
            session.say(f"Done again: {step.action}.")


def _register_removals(gallery: typer.Typer) -> None:
    @gallery.command("remove")
    def remove(
        context: typer.Context,
        name: Annotated[str, typer.Option("--gallery", help="The gallery.")],
        reason: Annotated[str, typer.Option("--reason", help="Why; it is kept in the audit log.")],
        subject: Annotated[str | None, typer.Argument(help="A subject; the whole gallery if none.")] = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Remove a subject, or a whole gallery; candidate lists of the past keep the names."""
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

    @gallery.command("erase")
    def erase(
        context: typer.Context,
        subject_id: _SUBJECT,
        reason: Annotated[
            str, typer.Option("--reason", help="Why, without the name; it is kept in the audit log.")
        ],
        with_copies: Annotated[
            bool,
            typer.Option("--with-copies", help="Delete copies made before upgrades that hold the person."),
        ] = False,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Erase a person, look whether it is true, and certify it. This cannot be undone."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            certificate = opened.erase_subject(subject_id, reason, with_copies=with_copies)
        if session.json:
            session.line(dataclasses.asdict(certificate))
        else:
            session.say(certificate_text(certificate).rstrip())
            session.say(f"\nWritten to {certificate.files[0]} and {certificate.files[1]}")
        if not certificate.verified:
            raise typer.Exit(ExitCode.FAILED)
