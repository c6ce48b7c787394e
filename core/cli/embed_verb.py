"""`discern embed`: embeddings into a file of arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from core.cli.exit_codes import ExitCode
from core.cli.session import JsonOption, ModelOption, Session, WorkspaceOption
from core.errors import UsageError
from core.types import Outcome
from core.workspace import PictureEmbedding


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""

    @application.command("embed")
    def embed(
        context: typer.Context,
        paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Pictures or folders.")],
        out: Annotated[Path, typer.Option("--out", metavar="FILE.npz", help="Where to write the arrays.")],
        aligned: Annotated[
            bool, typer.Option("--aligned", help="Take 112x112 crops as they are, without detection.")
        ] = False,
        resize: Annotated[
            int | None,
            typer.Option("--resize", metavar="S", help="Take the crop down to S px and up again first."),
        ] = None,
        model: ModelOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Write the arrays path, embedding, recognizability; and failed_path, failed_reason."""
        session = Session.of(context, workspace, as_json)
        done: list[PictureEmbedding] = []
        failed: list[PictureEmbedding] = []
        with session.open(model) as opened, session.progress() as progress:
            for picture in opened.embed_paths(paths, aligned=aligned, resize=resize, progress=progress):
                (done if picture.outcome is Outcome.OK else failed).append(picture)
            model_id = opened.active_model().model_id
            dim = opened.active_model().embedding_dim
        embeddings = [picture.embedding for picture in done if picture.embedding is not None]
        try:
            with out.open("wb") as file:
                np.savez(
                    file,
                    path=np.array([str(picture.path) for picture in done], dtype=str),
                    embedding=np.stack(embeddings) if embeddings else np.empty((0, dim), np.float32),
                    recognizability=np.array([picture.recognizability for picture in done], dtype=np.float64),
                    failed_path=np.array([str(picture.path) for picture in failed], dtype=str),
                    failed_reason=np.array([picture.reason for picture in failed], dtype=str),
                    model_id=np.array(model_id),
                )
        except OSError as error:
            raise UsageError(f"The file {out} cannot be written: {error.strerror}.") from error
        for picture in failed:
            session.warn(f"{picture.path}: {picture.reason}")
        if session.json:
            session.line(
                {"out": str(out), "embedded": len(done), "failed": len(failed), "model_id": model_id}
            )
        else:
            session.say(f"{len(done)} embedded, {len(failed)} failed; written to {out}.")
        if not done:
            raise typer.Exit(ExitCode.NOTHING_ASSESSABLE)
