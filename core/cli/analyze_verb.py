"""`discern analyze`: the faces of pictures and video frames, and how recognizable they are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli import records
from core.cli.exit_codes import ExitCode
from core.cli.given_pictures import AtOption, FrameOption, given_pictures
from core.cli.session import JsonOption, ModelOption, Session, WorkspaceOption
from core.types import ImageAnalysis


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""

    @application.command("analyze")
    def analyze(
        context: typer.Context,
        paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Pictures, folders or videos.")],
        at: AtOption = None,
        frame: FrameOption = None,
        model: ModelOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Find faces and say how recognizable they are. A video gives its first frame if not told."""
        session = Session.of(context, workspace, as_json)
        assessed = 0
        rows: list[tuple[object, ...]] = []
        with session.open(model) as opened, session.progress() as progress:
            for analysis in given_pictures(opened, paths, at or (), frame or (), progress):
                assessed += len(analysis.assessed)
                if session.json:
                    session.line(records.of_analysis(analysis))
                else:
                    rows += _rows(analysis)
        if not session.json:
            columns = ("path", "outcome", "box", "eyes px", "RI", "band", "reason")
            session.table(columns, rows)
        if not assessed:
            raise typer.Exit(ExitCode.NOTHING_ASSESSABLE)


def _rows(analysis: ImageAnalysis) -> list[tuple[object, ...]]:
    where = str(analysis.path or "")
    if analysis.frame is not None:
        where += f" @ frame {analysis.frame.ordinal} ({analysis.frame.seconds:.3f} s)"
    if not analysis.faces:
        return [(where, analysis.outcome.value, "", "", "", "", analysis.reason)]
    rows: list[tuple[object, ...]] = []
    for face in analysis.faces:
        index = face.recognizability
        box = face.detection.box
        rows.append(
            (
                where,
                face.outcome.value,
                f"{box.x:.0f},{box.y:.0f} {box.width:.0f}x{box.height:.0f}",
                f"{face.aligned.eye_distance_px:.1f}" if face.aligned else "",
                f"{index.index:.3f}" + (" provisional" if index.provisional else "") if index else "",
                index.band.value if index else "",
                face.reason,
            )
        )
    return rows
