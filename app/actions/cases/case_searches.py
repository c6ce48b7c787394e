"""The searches of the open case, the newest first, with what became of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QModelIndex, QObject, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from app.jobs import JobRunner
from app.qtimage import image_from_bytes
from app.qtmodels.searches.searches import SearchesModel, without_candidates
from app.qtmodels.thumbnails import Thumbnails
from app.state import AppState
from app.widgets.delegates import TwoLineDelegate
from app.widgets.lists import row_list
from app.widgets.searches.judgement_terms import answer_words
from core.types import Search

if TYPE_CHECKING:
    from core.workspace import Workspace

T = TypeVar("T")


class CaseSearches(QObject):
    """A list of searches that follows the open case and marks the one on show.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    state : AppState
        What pages share.
    parent : QObject
        Owner.

    Attributes
    ----------
    chosen : Signal(int)
        The search with this key is to be shown.
    pictured : Signal()
        Pictures of probes can now be had.
    failed : Signal(str)
        One sentence about what could not be done.
    """

    chosen = Signal(int)
    pictured = Signal()
    failed = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, state: AppState, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._runner, self._state = workspace, runner, state
        self._marked = 0
        self._probes = Thumbnails(runner, self._probe_crop, 512, self)
        self._probes.loaded.connect(self.pictured)
        self.model = SearchesModel(self._probes, self)
        self.list = row_list(self.model, TwoLineDelegate, self.tr("Searches"))
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        for changed in (
            state.case_changed,
            state.searches_changed,
            state.step_done,
            state.examiner_changed,
        ):
            changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read the searches again, and what became of them."""
        case_id, workspace = self._state.case_id, self._workspace
        self._ask(
            self.tr("List the searches"), lambda: without_candidates(workspace.searches(case_id)), self._show
        )
        if case_id is None:
            self.model.show_answers({})
            return
        self._ask(
            self.tr("List the answers"),
            lambda: {one.search_id: answer_words(one) for one in workspace.search_answers(case_id)},
            self.model.show_answers,
        )

    @Slot(object)
    def add(self, search: Search) -> None:
        """Add a search that was just made."""
        self.model.prepend(*without_candidates([search]))
        self.mark(self._marked)

    def mark(self, search_id: int) -> None:
        """Mark the search on show."""
        self._marked = search_id
        rows = [row for row, search in enumerate(self.model.rows) if search.search_id == search_id]
        self.list.setCurrentIndex(self.model.index(rows[0]) if rows else QModelIndex())

    def probe(self, search_id: int) -> QPixmap | None:
        """Return the crop of a probe; None while it is fetched."""
        return self._probes.get(search_id)

    def _show(self, searches: list[Search]) -> None:
        if [one.search_id for one in searches] != [one.search_id for one in self.model.rows]:
            self.model.replace(searches)
            self.mark(self._marked)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        search = self.model.item(index)
        if search is not None:
            self.chosen.emit(search.search_id)

    def _probe_crop(self, search_id: int) -> QImage:
        return image_from_bytes(self._workspace.probe_crop(search_id))

    def _ask(self, title: str, question: Callable[[], T], then: Callable[[T], None]) -> None:
        self._runner.ask(title, question, owner=self, then=then, failed=self.failed.emit)
