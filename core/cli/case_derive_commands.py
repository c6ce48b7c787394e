"""`discern case derive` and `adjustments`: pictures made from pictures, by a fixed list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from core.cli import case_records
from core.cli.case_record_commands import show_faces, show_pictures
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.errors import UsageError
from core.types import AdjustmentParameter, CaseFace


def register_derive(case: typer.Typer) -> None:
    """Add the commands to `discern case`."""

    @case.command("derive")
    def derive(
        context: typer.Context,
        picture_id: Annotated[int, typer.Argument(metavar="PICTURE_ID", help="What it is made from.")],
        operation: Annotated[str, typer.Argument(help="An adjustment, see `case adjustments`.")],
        given: Annotated[
            list[str] | None,
            typer.Option("--set", metavar="NAME=VALUE", help="A parameter; repeatable."),
        ] = None,
        analyze: Annotated[bool, typer.Option("--analyze", help="Look for its faces as well.")] = False,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Make a picture from another one and keep both; the original is never changed.

        One JSON object as `case pictures` prints it; with --analyze its key `found` holds the faces, as
        `case faces` prints them.
        """
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            picture = opened.derive_picture(picture_id, operation, _parameters(given or ()))
            faces: tuple[CaseFace, ...] = ()
            if analyze:
                picture, faces = opened.analyze_picture(picture.picture_id)
        if session.json:
            found = {"found": [case_records.of_face(face) for face in faces]} if analyze else {}
            session.line(case_records.of_picture(picture) | found)
            return
        show_pictures(session, (picture,))
        if analyze:
            show_faces(session, faces)

    @case.command("adjustments")
    def adjustments(
        context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False
    ) -> None:
        """List what may be done to a picture; nothing in the list invents detail.

        JSON lines, one an adjustment: operation, summary, geometric and parameters (name, minimum, maximum,
        default, unit, whole, choices).
        """
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            listed = opened.adjustments()
        if session.json:
            for one in listed:
                session.line(case_records.of_adjustment(one))
            return
        session.table(
            ("operation", "what it does", "parameters"),
            [(one.name, one.summary, "\n".join(map(_range, one.parameters))) for one in listed],
        )


def _parameters(given: Sequence[str]) -> dict[str, float]:
    found = {}
    for text in given:
        name, _, value = text.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError as error:
            raise UsageError(f"A parameter is given as NAME=VALUE with a number, not as {text!r}.") from error
    return found


def _range(parameter: AdjustmentParameter) -> str:
    if parameter.choices:
        told = ", ".join(f"{number} {choice}" for number, choice in enumerate(parameter.choices))
    else:
        told = f"{parameter.minimum:g} to {parameter.maximum:g}"
    unit = f" {parameter.unit}" if parameter.unit else ""
    default = "needed" if parameter.default is None else f"else {parameter.default:g}"
    return f"{parameter.name}: {told}{unit}, {default}"
