"""`discern search`: probes against galleries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli import records
from core.cli.exit_codes import ExitCode
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.types import Faithfulness, Fusion, Outcome, SearchMaps, Suitability
from core.workspace import TESTED, ProbeSearch


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
        tested: Annotated[
            int | None,
            typer.Option(
                "--test",
                min=0,
                metavar="K",
                help="Test the probe's maps and the evidence on the first K candidates, seconds a face. "
                "By default 3 for a single picture and 0, no test, for several.",
                show_default=False,
            ),
        ] = None,
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
                tested=_tests(paths) if tested is None else tested,
                progress=progress,
            ):
                searched += probe.outcome is Outcome.OK
                if session.json:
                    session.line(records.of_probe(probe))
                else:
                    _show(session, probe)
        if not searched:
            raise typer.Exit(ExitCode.NOTHING_ASSESSABLE)


def _tests(paths: list[Path]) -> int:
    return TESTED if len(paths) == 1 and not paths[0].is_dir() else 0


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
    if found.candidates_hidden:
        session.say(
            "The case is examined blind, so the candidates are hidden until you have judged the probe: "
            f"discern case judge {found.search_id} --suitability {'|'.join(Suitability)}\n"
        )
        return
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
    if probe.maps is not None:
        _show_maps(session, probe.maps)
    session.say("Similarity is not a probability of identity; every probe has a rank 1.\n")


def _show_maps(session: Session, maps: SearchMaps) -> None:
    for one in maps.probe:
        session.say(f"Map of the probe, {one.kind.value}: {_verdict(one.faithfulness)}")
    for rank, evidence in enumerate(maps.candidates, start=1):
        if evidence is not None and evidence.faithfulness is not None:
            session.say(
                f"Evidence on rank {rank}: {evidence.constant:+.4f} constant, {evidence.speaking_for:+.4f} "
                f"for, {evidence.speaking_against:+.4f} against; {_verdict(evidence.faithfulness)}"
            )
    session.say("A region's part in a similarity is arithmetic of the network, no proof of a shared feature.")


def _verdict(test: Faithfulness | None) -> str:
    if test is None:
        return "not tested"
    words = "informative here" if test.informative else "not informative here"
    return f"{words} (beats {test.beaten} of {len(test.random)} random maps)"
