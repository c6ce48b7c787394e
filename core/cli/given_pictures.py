"""The pictures that a command line names: files, folders, and frames of videos."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from core.errors import UnreadableVideo
from core.progress import Progress
from core.types import ImageAnalysis, Outcome
from core.workspace import VideoSource, Workspace

AtOption = Annotated[
    list[float] | None, typer.Option("--at", metavar="SECONDS", help="Moments of a video; repeatable.")
]
FrameOption = Annotated[
    list[int] | None, typer.Option("--frame", metavar="N", help="Frames of a video, from 0; repeatable.")
]


def given_pictures(
    opened: Workspace, paths: Sequence[Path], at: Sequence[float], frames: Sequence[int], progress: Progress
) -> Iterator[ImageAnalysis]:
    """Analyse the pictures that were named; a bad one is an outcome and stops nothing.

    Parameters
    ----------
    opened : Workspace
        The workspace.
    paths : sequence of Path
        Pictures, folders or videos; only videos where moments or frames are named.
    at : sequence of float
        Moments in seconds after the first frame.
    frames : sequence of int
        Frames, from 0.
    progress : Progress
        Hears of each picture and may cancel.

    Yields
    ------
    ImageAnalysis
        One a picture.
    """
    if not at and not frames:
        yield from opened.analyze_paths(paths, progress)
        return
    for path in paths:
        try:
            with opened.open_video(path, progress) as video:
                for ordinal in [*(video.ordinal_at(seconds) for seconds in at), *frames]:
                    yield _analyze_frame(opened, video, ordinal)
        except UnreadableVideo as error:
            progress.check()
            yield ImageAnalysis(path, Outcome.UNREADABLE, str(error))


def _analyze_frame(opened: Workspace, video: VideoSource, ordinal: int) -> ImageAnalysis:
    try:
        return opened.analyze(video.frame(ordinal))
    except UnreadableVideo as error:
        return ImageAnalysis(video.info.path, Outcome.UNREADABLE, str(error), sha256=video.info.sha256)
