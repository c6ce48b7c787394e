"""`discern report`: a search as a document, or a case or search as a pack that others can check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.examiner_option import ExaminerOption, sign_in
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.errors import UsageError
from core.workspace import Originals, Workspace


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""

    @application.command("report")
    def report(
        context: typer.Context,
        search_id: Annotated[
            int | None, typer.Argument(metavar="[SEARCH_ID]", help="The search, as `search` printed it.")
        ] = None,
        case: Annotated[
            int | None,
            typer.Option("--case", metavar="CASE_ID", help="Instead of a search: all searches of a case."),
        ] = None,
        out: Annotated[
            Path | None, typer.Option("--out", metavar="DIR", help="The folder to write reports to.")
        ] = None,
        bundle: Annotated[
            Path | None,
            typer.Option(
                "--bundle",
                metavar="FILE.zip",
                help="Write a disclosure pack: reports, every search of the case, embeddings, pictures, the "
                "log and verify.py, which checks it all.",
            ),
        ] = None,
        originals: Annotated[
            Originals, typer.Option(help="Whether the pack holds the files that were taken in.")
        ] = Originals.COPIES,
        examiner: ExaminerOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Write reports (PDF, HTML, JSON, CSV) or a disclosure pack. The same state gives the same bytes."""
        session = Session.of(context, workspace, as_json)
        if (search_id is None) == (case is None):
            raise UsageError("Name either a search or, with --case, a case.")
        if out is None and bundle is None:
            raise UsageError("Say where to write: --out DIR, --bundle FILE.zip, or both.")
        with session.open() as opened:
            sign_in(opened, examiner)
            if out is not None:
                _write_reports(session, opened, search_id, case, out)
            if bundle is not None:
                _write_pack(session, opened, search_id, case, bundle, originals)


def _write_reports(
    session: Session, opened: Workspace, search_id: int | None, case_id: int | None, out: Path
) -> None:
    if search_id is not None:
        keys = [search_id]
    else:
        assert case_id is not None
        opened.case(case_id)
        keys = sorted(search.search_id for search in opened.searches(case_id))
    for key in keys:
        files = opened.report(key, out)
        names = {ending: str(getattr(files, ending)) for ending in ("pdf", "html", "json", "csv")}
        if session.json:
            session.line({"search_id": key, **names})
        else:
            session.say(f"Written: {', '.join(names.values())}")
    if not keys and not session.json:
        session.say("The case has no searches, so there is nothing to report on.")


def _write_pack(
    session: Session,
    opened: Workspace,
    search_id: int | None,
    case_id: int | None,
    bundle: Path,
    originals: Originals,
) -> None:
    written = opened.disclose(bundle, search_id=search_id, case_id=case_id, originals=originals)
    if session.json:
        session.line(
            {
                "bundle": str(written.path),
                "sha256": written.sha256,
                "manifest_sha256": written.manifest_sha256,
                "byte_size": written.byte_size,
                "files": written.files,
            }
        )
        return
    session.say(
        f"Written: {written.path} ({written.files} files and their manifest, {written.byte_size:,} bytes)"
    )
    session.say(f"SHA-256 of the manifest: {written.manifest_sha256}")
    session.say(f"SHA-256 of the zip file: {written.sha256}")
    session.say(
        "Hand the hash of the manifest over by another way than the pack: only it shows a rewritten pack."
    )
