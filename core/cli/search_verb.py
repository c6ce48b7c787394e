"""`discern search`: probes against galleries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli import records
from core.cli.exit_codes import ExitCode
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.types import Fusion, Outcome
from core.workspace import ProbeSearch


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""

    @application.command("search")
    def search(
        context: typer.Context,
        paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Probes: pictures or folders.")],
        top: Annotated[
            int | None, typer.Option(min=1, metavar="K", help="Length of the candidate list.")
        ] = None,
        gallery: Annotated[
            list[str] | None, typer.Option(help="A gallery to search; repeatable. All when not given.")
        ] = None,
        fusion: Annotated[Fusion | None, typer.Option(help="Best sample, or RI-weighted template.")] = None,
        case: Annotated[int | None, typer.Option(metavar="CASE_ID", help="The case it belongs to.")] = None,
        every_face: Annotated[bool, typer.Option("--every-face", help="Not only the main face.")] = False,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Rank candidates for each probe. A candidate is an investigative lead, not an identification."""
        session = Session.of(context, workspace, as_json)
        searched = 0
        with session.open() as opened, session.progress() as progress:
            for probe in opened.search_paths(
                paths,
                top=top,
                galleries=gallery,
                fusion=fusion,
                case_id=case,
                every_face=every_face,
                progress=progress,
            ):
                searched += probe.outcome is Outcome.OK
                if session.json:
                    session.line(records.of_probe(probe))
                else:
                    _show(session, probe)
        if not searched:
            raise typer.Exit(ExitCode.NOTHING_ASSESSABLE)


def _show(session: Session, probe: ProbeSearch) -> None:
    found = probe.search
    if found is None:
        session.say(f"{probe.path}: {probe.outcome.value}. {probe.reason}\n")
        return
    index, result = found.probe.recognizability, found.result
    provisional = ", provisional" if index.provisional else ""
    session.say(
        f"Search {found.search_id}: {probe.path}, RI {index.index:.3f} ({index.band.value}{provisional}), "
        f"eyes {found.probe.eye_distance_px:.1f} px apart; N = {result.gallery_size}, "
        f"gallery revision {result.gallery_revision}, model {result.model_id[:12]}"
    )
    session.table(
        ("rank", "similarity", "subject", "gallery", "RI of sample", "sample"),
        [
            (
                candidate.rank,
                f"{candidate.similarity:.4f}",
                candidate.subject,
                candidate.gallery,
                f"{candidate.recognizability:.3f} {candidate.band.value}",
                candidate.sample_source,
            )
            for candidate in result.candidates
        ],
    )
    session.say("Similarity is not a probability of identity; every probe has a rank 1.\n")
