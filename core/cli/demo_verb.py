"""`discern demo`: a case to look at, built offline."""

from __future__ import annotations

import typer

from core.cli.session import JsonOption, Session, WorkspaceOption


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""

    @application.command("demo")
    def demo(context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
        """Enrol 101 people and search for one from a face under 20 px. The last line is always JSON."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened, session.progress() as progress:
            made = opened.build_demo(progress)
            found = opened.search_record(made.search_id)
        first = found.result.candidates[0]
        if not session.json:
            session.say(
                f"The gallery {made.gallery} holds {made.subjects} people; the probe's eyes are "
                f"{found.probe.eye_distance_px:.1f} px apart; rank 1 is {first.subject}, "
                f"similarity {first.similarity:.4f}."
            )
            session.say("Look at it with: discern desk")
        session.line(
            {
                "case_id": made.case_id,
                "search_id": made.search_id,
                "gallery": made.gallery,
                "subjects": made.subjects,
                "rank_1": first.subject,
                "workspace": str(session.directory),
            }
        )
