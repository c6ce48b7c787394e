"""Searches under way: one face, a stored probe again, many faces one by one, several faces as one person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.jobs import JobRunner, Lane
from app.state import FaceInPicture
from core.errors import Cancelled, DiscernError, ModelMismatch
from core.progress import Progress
from core.types import Fusion, Search

if TYPE_CHECKING:
    from core.workspace import Workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a search runs against.

    Attributes
    ----------
    galleries : tuple of str or None
        Names, None for all.
    fusion : Fusion
        How samples of a subject are put together.
    top : int
        Length of the candidate list.
    """

    galleries: tuple[str, ...] | None
    fusion: Fusion
    top: int


@dataclass(frozen=True, slots=True, eq=False)
class FaceSearch:
    """What became of one face of a batch.

    Attributes
    ----------
    face_id : int
        The face.
    search : Search or None
        The search, None when none was made.
    reason : str
        One sentence when none was made.
    """

    face_id: int
    search: Search | None
    reason: str = ""


class SearchRuns(QObject):
    """Starts searches and tells what becomes of them.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    made : Signal(Search)
        A search was stored that the user waits for.
    streamed : Signal(FaceSearch)
        A face of a batch was searched for, or could not be.
    batch_ended : Signal(tuple of FaceSearch)
        A batch is over, also one that was stopped.
    failed : Signal(str)
        One sentence about what could not be done.
    """

    made = Signal(object)
    streamed = Signal(object)
    batch_ended = Signal(object)
    failed = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._runner = workspace, runner

    def one(self, chosen: FaceInPicture, terms: Terms, case_id: int | None) -> None:
        """Search for a face; one that a case keeps is searched for as it is kept."""
        if chosen.face_id is not None:
            self.together((chosen.face_id,), terms)
            return
        workspace = self._workspace
        self._start(
            self.tr("Search the galleries"),
            lambda: workspace.search(
                chosen.image,
                chosen.face,
                top=terms.top,
                galleries=terms.galleries,
                fusion=terms.fusion,
                case_id=case_id,
            ),
        )

    def again(self, search_id: int, terms: Terms) -> None:
        """Search for the probe of a stored search."""
        workspace = self._workspace
        self._start(
            self.tr("Search again"),
            lambda: workspace.search_again(
                search_id, top=terms.top, galleries=terms.galleries, fusion=terms.fusion
            ),
        )

    def together(self, face_ids: Sequence[int], terms: Terms) -> None:
        """Search for several faces of one person with one template."""
        workspace = self._workspace
        self._start(
            self.tr("Search for {0} faces as one person").format(len(face_ids))
            if len(face_ids) > 1
            else self.tr("Search the galleries"),
            lambda: workspace.search_faces(
                face_ids, top=terms.top, galleries=terms.galleries, fusion=terms.fusion
            ),
        )

    def each(self, face_ids: Sequence[int], terms: Terms) -> None:
        """Search for each of several faces; one that cannot be searched for does not stop the rest."""
        workspace = self._workspace
        results: list[FaceSearch] = []

        def _search(progress: Progress) -> Iterator[FaceSearch]:
            for done, face_id in enumerate(face_ids):
                progress.step(done, len(face_ids), self.tr("face {0}").format(face_id))
                yield self._advised(partial(_searched, workspace, face_id, terms))

        def _note(result: FaceSearch) -> None:
            results.append(result)
            self.streamed.emit(result)

        self._runner.stream(
            Lane.MODEL,
            self.tr("Search for each of {0} faces").format(len(face_ids)),
            _search,
            owner=self,
            each=_note,
            failed=self.failed.emit,
            ended=lambda: self.batch_ended.emit(tuple(results)),
            issue=lambda result: result.reason,
        )

    def _start(self, title: str, search: Callable[[], Search]) -> None:
        self._runner.run(
            Lane.MODEL,
            title,
            lambda progress: self._advised(search),
            owner=self,
            then=self.made.emit,
            failed=self.failed.emit,
        )

    def _advised(self, search: Callable[[], T]) -> T:
        """Search, and say what can be done about embeddings of different models."""
        try:
            return search()
        except ModelMismatch as error:
            advice = self.tr(
                "{0} Re-embed the galleries on the Gallery page; a probe of another model has to be analysed "
                "again."
            )
            raise ModelMismatch(advice.format(error)) from error


def _searched(workspace: Workspace, face_id: int, terms: Terms) -> FaceSearch:
    try:
        search = workspace.search_faces(
            (face_id,), top=terms.top, galleries=terms.galleries, fusion=terms.fusion
        )
    except (Cancelled, ModelMismatch):
        # A stop was asked for, or no face at all can be compared with these galleries.
        raise
    except DiscernError as error:
        return FaceSearch(face_id, None, str(error))
    return FaceSearch(face_id, search)
