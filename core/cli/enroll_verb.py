"""`discern enroll`: people into a gallery, behind a gate."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from core.cli import records
from core.cli.exit_codes import ExitCode
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.types import EnrolmentStatus


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""

    @application.command("enroll")
    def enroll(
        context: typer.Context,
        sources: Annotated[
            list[Path],
            typer.Argument(
                metavar="DIR|CSV...", help="Folders with a folder a subject, or lists subject,path."
            ),
        ],
        gallery: Annotated[str | None, typer.Option(help="The gallery; made when missing.")] = None,
        min_recognizability: Annotated[
            float | None, typer.Option("--min-recognizability", metavar="RI", help="Refuse faces below it.")
        ] = None,
        override: Annotated[
            str,
            typer.Option("--override", metavar="REASON", help="Enrol below the gate; the reason is logged."),
        ] = "",
        authority: Annotated[
            str, typer.Option("--authority", help="On whose authority; kept with each sample.")
        ] = "",
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Enrol the main face of each picture. Pictures enrolled before are passed over."""
        session = Session.of(context, workspace, as_json)
        counts: Counter[EnrolmentStatus] = Counter()
        rows: list[tuple[object, ...]] = []
        with session.open() as opened, session.progress() as progress:
            items = [item for source in sources for item in opened.plan_enrolment(source)]
            for enrolment in opened.enroll(
                items,
                gallery=gallery,
                min_recognizability=min_recognizability,
                override_reason=override,
                authority=authority,
                dry_run=dry_run,
                progress=progress,
            ):
                counts[enrolment.status] += 1
                if session.json:
                    session.line(records.of_enrolment(enrolment))
                elif enrolment.status is not EnrolmentStatus.ENROLLED or enrolment.overridden:
                    index = enrolment.recognizability
                    shown = "" if index is None else f"{index:.3f}"
                    rows.append(
                        (enrolment.status.value, enrolment.subject, enrolment.path, shown, enrolment.reason)
                    )
        if not session.json:
            if rows:
                session.table(("status", "subject", "path", "RI", "reason"), rows)
            enrolled, already = counts[EnrolmentStatus.ENROLLED], counts[EnrolmentStatus.ALREADY]
            would = "would be " if dry_run else ""
            session.say(
                f"{enrolled} {would}enrolled, {already} already enrolled, "
                f"{counts[EnrolmentStatus.REFUSED]} refused."
            )
        if counts[EnrolmentStatus.ENROLLED] + counts[EnrolmentStatus.ALREADY] == 0:
            raise typer.Exit(ExitCode.NOTHING_ASSESSABLE)
