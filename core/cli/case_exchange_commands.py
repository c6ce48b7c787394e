"""`discern case export` and `import`: a case as one file, for another workspace."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from core.cli import records
from core.cli.case_record_commands import CaseArgument
from core.cli.session import JsonOption, Session, WorkspaceOption


def register_exchange(case: typer.Typer) -> None:
    """Add the commands to `discern case`."""

    @case.command("export")
    def export(
        context: typer.Context,
        case_id: CaseArgument,
        file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="A new file.")],
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Write a case with all that it needs into one file, for `case import` in another workspace."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened, session.progress() as progress:
            made = opened.export_case(case_id, file, progress)
        if session.json:
            session.line(dataclasses.asdict(made) | {"path": str(made.path)})
            return
        session.say(f"{made.files} files of case {case_id} were written to {made.path}.")
        session.say(f"SHA-256 of the manifest: {made.manifest_sha256}")
        session.say("The file is not encrypted: whoever has it can read the case.")
        for sentence in made.left_behind:
            session.say(f"Stays behind: {sentence}")

    @case.command("import")
    def import_(
        context: typer.Context,
        file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="A bundle of `case export`.")],
        manifest_sha256: Annotated[
            str, typer.Option(metavar="HEX", help="The hash of the manifest, as the export printed it.")
        ] = "",
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Take in a case of another workspace after checking each hash, the log and every row of it."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened, session.progress() as progress:
            made = opened.import_case(file, manifest_sha256=manifest_sha256, progress=progress)
        if session.json:
            session.line(dataclasses.asdict(made) | {"case": records.of_case(made.case)})
            return
        session.say(
            f"Case {made.case.case_id}: {made.case.title}, {made.pictures} pictures, {made.faces} faces, "
            f"{made.searches} searches, {made.judgements} judgements; number {made.source_case_id} where it "
            "comes from."
        )
        session.say(f"Head of the log that it comes with: {made.log_head}")
        for sentence in made.notes:
            session.say(sentence)
