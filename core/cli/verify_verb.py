"""`discern verify`: whether a workspace, or a disclosure pack, still is what was recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.case_log_commands import show_uses
from core.cli.exit_codes import ExitCode
from core.cli.session import JsonOption, ModelOption, Session, WorkspaceOption
from core.errors import UsageError
from core.workspace import RECOMPUTE_TOLERANCE, Recomputation, check_pack


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""

    @application.command("verify")
    def verify(
        context: typer.Context,
        bundle: Annotated[
            Path | None,
            typer.Argument(metavar="[BUNDLE]", help="A disclosure pack, zipped or unpacked, from anywhere."),
        ] = None,
        manifest_sha256: Annotated[
            str,
            typer.Option(metavar="HEX", help="The hash of the pack's manifest, as its export printed it."),
        ] = "",
        recompute: Annotated[
            bool, typer.Option("--recompute", help="Also compute the pack's embeddings and ranks anew.")
        ] = False,
        anchor: Annotated[
            Path | None,
            typer.Option(metavar="FILE", help="An anchor of the audit log, instead of that of the settings."),
        ] = None,
        uses: Annotated[
            bool,
            typer.Option(
                "--uses",
                help="Instead of checking: list each use with start, end, examiner, reference databases, "
                "inputs and verifying persons, as the log tells of them.",
            ),
        ] = False,
        model: ModelOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Check a disclosure pack; without one the workspace: database, log, pictures and search index.

        What interrupted work left over in a workspace is named and is no damage.
        """
        session = Session.of(context, workspace, as_json)
        if uses:
            if bundle is not None or recompute or manifest_sha256 or anchor is not None:
                raise UsageError("--uses reads the log of a workspace; it goes with no other option.")
            with session.open() as opened:
                found = opened.uses()
            show_uses(session, found)
            return
        if bundle is None:
            if recompute or manifest_sha256:
                raise UsageError("--recompute and --manifest-sha256 are for disclosure packs: name one.")
            sound = _verify_workspace(session, anchor)
        else:
            if anchor is not None:
                raise UsageError("--anchor is for workspaces: a pack does not hold the end of the log.")
            sound = _verify_pack(session, bundle, manifest_sha256, recompute, model)
        if not sound:
            raise typer.Exit(ExitCode.FAILED)


def _verify_workspace(session: Session, anchor: Path | None) -> bool:
    with session.open() as opened:
        problems, left = opened.verify(anchor), opened.left_over()
        head, notices = opened.audit_head(), opened.log_notices()
    if session.json:
        found = {"ok": not problems, "problems": list(problems), "audit_head": head, "left_over": list(left)}
        session.line(found | {"notices": list(notices)})
    else:
        for problem in problems:
            session.say(problem)
        for notice in notices:
            session.say(f"Notice, and no damage: {notice}")
        if left:
            session.say("Left over from interrupted work, or being written now, and no damage:")
        for one in left:
            session.say(f"  {one}")
        session.say(f"{len(problems) or 'No'} problem{'' if len(problems) == 1 else 's'}; audit head {head}")
    return not problems


def _verify_pack(
    session: Session, bundle: Path, manifest_sha256: str, recompute: bool, model: str | None
) -> bool:
    found = check_pack(bundle, manifest_sha256)
    problems, anew = list(found.problems), None
    if recompute and not problems:
        with session.open(model) as opened, session.progress() as progress:
            anew = opened.recompute(bundle, progress)
        problems += anew.problems
    if session.json:
        session.line({"ok": not problems, "problems": problems, "recomputed": _record(anew)})
        return not problems
    for line in (*found.looked_at, *_sentences(anew)):
        session.say(line)
    for problem in problems:
        session.say(problem)
    session.say(f"{len(problems) or 'No'} problem{'' if len(problems) == 1 else 's'}.")
    return not problems


def _record(anew: Recomputation | None) -> dict[str, object] | None:
    if anew is None:
        return None
    return {
        "similarities": anew.similarities,
        "left_out": anew.left_out,
        "largest_difference": anew.largest,
        "exchanged_ranks": anew.exchanged,
        "tolerance": RECOMPUTE_TOLERANCE,
        "device": anew.device,
    }


def _sentences(anew: Recomputation | None) -> list[str]:
    if anew is None:
        return []
    return [
        f"Computed anew on {anew.device}: {anew.similarities} similarities, the largest difference is "
        f"{anew.largest:.9f} (tolerance {RECOMPUTE_TOLERANCE}); {anew.exchanged} candidates have another "
        f"rank; {anew.left_out} could not be computed anew."
    ]
