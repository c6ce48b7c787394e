"""`discern case evidence` and `copies`: the files of a case, whether they are sound, and copies of them."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli import log_records, records
from core.cli.case_record_commands import CaseArgument
from core.cli.exit_codes import ExitCode
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.types import Evidence


def register_evidence(case: typer.Typer) -> None:
    """Add the commands to `discern case`."""

    @case.command("evidence")
    def evidence(
        context: typer.Context,
        case_id: CaseArgument,
        check: Annotated[
            bool,
            typer.Option("--check", help="Take the hash of each file anew, and record what has changed."),
        ] = False,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """List the files of a case, with what the case keeps of each, and whether one was found changed.

        JSON lines, one a file: evidence_id, case_id, kind, path, sha256, byte_size, copied, failure, failed,
        created. With --check a last line has checked and problems (evidence_id, picture_id, path, sentence),
        and the exit code is 1 where there are any.
        """
        session = Session.of(context, workspace, as_json)
        with session.open() as opened, session.progress() as progress:
            problems = opened.check_evidence(case_id, progress) if check else ()
            found = opened.case_evidence(case_id)
        if session.json:
            for piece in found:
                session.line(log_records.of_evidence(piece))
            if check:
                bad = [log_records.of_problem(one) for one in problems]
                session.line({"checked": len(found), "problems": bad})
        else:
            session.table(
                ("id", "file", "size", "SHA-256", "kept as", "changed since intake"),
                [
                    (
                        piece.evidence_id,
                        piece.path,
                        f"{piece.byte_size:,}",
                        piece.sha256[:16],
                        "copy" if piece.copied else "reference",
                        _changed(piece),
                    )
                    for piece in found
                ],
            )
            for problem in problems:
                session.say(problem.sentence)
            if check:
                count = len(problems)
                session.say(f"{count or 'No'} problem{'' if count == 1 else 's'}.")
        if problems:
            raise typer.Exit(ExitCode.FAILED)

    @case.command("copies")
    def copies(
        context: typer.Context,
        case_id: CaseArgument,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Copy every file that a case refers to, verify each copy, and keep copies from now on.

        JSON, one object: case (as `case list`), copied (as `case evidence`) and failed (evidence_id,
        picture_id, path, sentence). The exit code is 1 when a file could not be copied; the others were.
        """
        session = Session.of(context, workspace, as_json)
        with session.open() as opened, session.progress() as progress:
            taken = opened.take_copies(case_id, progress)
        if session.json:
            session.line(
                {
                    "case": records.of_case(taken.case),
                    "copied": [log_records.of_evidence(one) for one in taken.copied],
                    "failed": [log_records.of_problem(one) for one in taken.failed],
                }
            )
        else:
            for piece in taken.copied:
                session.say(f"Copied and verified: {piece.path}")
            for problem in taken.failed:
                session.say(f"Not copied: {problem.sentence}")
            session.say(f"Case {case_id} keeps copies of the files that are taken in.")
        if taken.failed:
            raise typer.Exit(ExitCode.FAILED)


def _changed(piece: Evidence) -> str:
    return f"{piece.failed:%Y-%m-%d %H:%M} UTC: {piece.failure}" if piece.failed else ""
