"""`discern case add`, `pictures`, `faces` and `state`: the record of a case."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from core.cli import case_records
from core.cli.exit_codes import ExitCode
from core.cli.given_pictures import AtOption, FrameOption, given_pictures
from core.cli.session import JsonOption, ModelOption, Session, WorkspaceOption
from core.types import CaseFace, CasePicture, FaceState, ImageAnalysis, Outcome
from core.workspace import KeptAnalysis

CaseArgument = Annotated[int, typer.Argument(metavar="CASE_ID", help="The case.")]


def register_record(case: typer.Typer) -> None:
    """Add the commands to `discern case`."""

    @case.command("add")
    def add(
        context: typer.Context,
        case_id: CaseArgument,
        paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Pictures, folders or videos.")],
        at: AtOption = None,
        frame: FrameOption = None,
        model: ModelOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Analyse pictures and keep them in a case, with their faces; again, and ids and states stay.

        JSON lines, one a picture: path, outcome, reason, picture (as `case pictures` prints it, null where
        nothing was kept) and faces (as `case faces` prints them).
        """
        session = Session.of(context, workspace, as_json)
        assessed = 0
        with session.open(model) as opened, session.progress() as progress:
            # A case outlives the folder that somebody stood in.
            absolute = [path.absolute() for path in paths]
            analyses = given_pictures(opened, absolute, at or (), frame or (), progress)
            for kept in opened.keep_analyses(case_id, _frames(analyses) if at or frame else analyses):
                assessed += sum(face.outcome is Outcome.OK for face in kept.faces)
                if session.json:
                    session.line(case_records.of_kept(kept))
                else:
                    session.say(_sentence(kept))
        if not assessed:
            raise typer.Exit(ExitCode.NOTHING_ASSESSABLE)

    @case.command("pictures")
    def pictures(
        context: typer.Context,
        case_id: CaseArgument,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """List the pictures of a case, derived ones included.

        JSON lines, one a picture: picture_id, case_id, evidence_id, path, sha256, width, height, frame,
        parent_id, operation, parameters, outcome, reason, faces, best, created, pixel_sha256, failure,
        failed.
        """
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            found = opened.case_pictures(case_id)
        if session.json:
            for picture in found:
                session.line(case_records.of_picture(picture))
        else:
            show_pictures(session, found)

    @case.command("faces")
    def faces(
        context: typer.Context,
        case_id: CaseArgument,
        picture: Annotated[
            int | None, typer.Option(metavar="PICTURE_ID", help="Only the faces of this picture.")
        ] = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """List the faces of a case, with what was said of each.

        JSON lines, one a face: face_id, picture_id, state, subject, box, landmarks, confidence, detector,
        outcome, reason, eye_distance_px, alignment, recognizability, recognizability_kind, provisional, band,
        model_id, created.
        """
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            found = opened.case_faces(case_id, picture)
        show_faces(session, found)

    @case.command("state")
    def state(
        context: typer.Context,
        face_ids: Annotated[list[int], typer.Argument(metavar="FACE_ID...", help="Faces of one case.")],
        state: Annotated[FaceState, typer.Argument(help="What they are.")],
        subject: Annotated[
            str, typer.Option(metavar="NAME", help="Who it is, for a suggested or confirmed face.")
        ] = "",
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Say what faces are, in one step that can be undone. JSON lines as `case faces`."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            changed = opened.set_face_states(face_ids, state, subject)
        show_faces(session, changed)


def show_pictures(session: Session, found: Iterable[CasePicture]) -> None:
    """Print pictures for a person."""
    session.table(
        ("id", "picture", "size", "outcome", "faces", "best RI", "derived from", "changed since intake"),
        [
            (
                one.picture_id,
                _place(one),
                f"{one.width} x {one.height}",
                one.outcome.value,
                one.faces,
                "" if one.best is None else f"{one.best:.3f}",
                _origin(one),
                f"{one.failed:%Y-%m-%d %H:%M} UTC: {one.failure}" if one.failed else "",
            )
            for one in found
        ],
    )


def show_faces(session: Session, found: Iterable[CaseFace]) -> None:
    """Print faces, as JSON lines or for a person."""
    if session.json:
        for face in found:
            session.line(case_records.of_face(face))
        return
    session.table(
        ("id", "picture", "state", "subject", "box", "eyes px", "RI", "band", "reason"),
        [
            (
                one.face_id,
                one.picture_id,
                one.state.value,
                one.subject,
                "{:.0f},{:.0f} {:.0f}x{:.0f}".format(*one.detection.box.as_list()),
                "" if one.eye_distance_px is None else f"{one.eye_distance_px:.1f}",
                f"{one.recognizability.index:.3f}" if one.recognizability else "",
                one.recognizability.band.value if one.recognizability else "",
                one.reason,
            )
            for one in found
        ],
    )


def _frames(analyses: Iterable[ImageAnalysis]) -> Iterator[ImageAnalysis]:
    """Take a frame that cannot be shown for no picture at all, although its video has a hash."""
    for analysis in analyses:
        yield analysis if analysis.image else dataclasses.replace(analysis, sha256=None)


def _sentence(kept: KeptAnalysis) -> str:
    if kept.picture is None:
        return f"{kept.analysis.path}: not kept. {kept.reason}"
    picture = kept.picture
    best = "" if picture.best is None else f", best RI {picture.best:.3f}"
    said = f" {picture.reason}" if picture.reason else ""
    faces = "1 face" if picture.faces == 1 else f"{picture.faces} faces"
    return f"Picture {picture.picture_id}: {_place(picture)}, {faces}{best}.{said}"


def _place(picture: CasePicture) -> str:
    frame = picture.frame
    return (
        picture.path if frame is None else f"{picture.path} @ frame {frame.ordinal} ({frame.seconds:.3f} s)"
    )


def _origin(picture: CasePicture) -> str:
    if not picture.derived:
        return ""
    given = ", ".join(f"{name} {value:g}" for name, value in picture.parameters)
    return f"{picture.parent_id}: {picture.operation} ({given})"
