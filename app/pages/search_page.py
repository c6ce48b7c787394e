"""A probe beside its ranked candidates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication, QModelIndex, Signal, Slot
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.actions import MapDisplay, make_action
from app.jobs import JobRunner, Lane
from app.qtimage import image_from_bytes
from app.qtmodels.candidates import CandidatesModel
from app.qtmodels.searches import SearchesModel
from app.qtmodels.thumbnails import Thumbnails
from app.state import AppState, FaceInPicture
from app.widgets.candidate_pair import CandidatePair
from app.widgets.delegates import CandidateDelegate, TwoLineDelegate
from app.widgets.empty_state import EmptyState
from app.widgets.lists import row_list
from app.widgets.page import Page, column, columns, tool_buttons
from app.widgets.search_terms import SearchTerms
from app.widgets.text import Notice, TextLabel
from app.widgets.theme import SPACING
from core.progress import Progress
from core.types import Search

if TYPE_CHECKING:
    from core.workspace import Workspace

T = TypeVar("T")


class SearchPage(Page):
    """Recent searches at the left, the pair in the middle, the candidate list at the right.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    state : AppState
        What pages share.
    parent : QWidget, optional
        Parent widget.

    Attributes
    ----------
    report_requested : Signal(int)
        The search on show is to be reported.
    """

    report_requested = Signal(int)

    def __init__(
        self, workspace: Workspace, runner: JobRunner, state: AppState, parent: QWidget | None = None
    ) -> None:
        super().__init__(QCoreApplication.translate("SearchPage", "Search"), parent)
        self._workspace, self._runner, self._state = workspace, runner, state
        self._search: Search | None = None
        self._crops = Thumbnails(runner, self._sample_crop, 512, self)
        self._probes = Thumbnails(runner, self._probe_crop, 512, self)
        self.candidates = CandidatesModel(self._crops, self)
        self.recent = SearchesModel(self._probes, self)
        self.terms = SearchTerms(workspace.settings.gallery)
        self.again_action = make_action(
            self, self.tr("&Run again"), self._run_again, shortcut="Ctrl+R", picture="again"
        )
        self.report_action = make_action(
            self, self.tr("Re&port…"), self._request_report, shortcut="Ctrl+P", picture="report"
        )
        self.next_action = make_action(self, self.tr("Next candidate"), lambda: self._move(1), shortcut="J")
        self.before_action = make_action(
            self, self.tr("Candidate before"), lambda: self._move(-1), shortcut="K"
        )
        self._lay_out()
        self._connect()
        self.refresh()

    @property
    def search(self) -> Search | None:
        """The search on show."""
        return self._search

    @property
    def menu(self) -> tuple[str, list[QAction]]:
        """Title and entries of the page's menu."""
        return self.tr("&Search"), [
            self.next_action,
            self.before_action,
            self.again_action,
            self.report_action,
            self.maps.test_action,
        ]

    @Slot()
    def refresh(self) -> None:
        """Read the searches and galleries again."""
        case_id = self._state.case_id
        self._ask(self.tr("List the searches"), lambda: self._workspace.searches(case_id), self._show_recent)
        self._ask(self.tr("List the galleries"), self._workspace.galleries, self.terms.offer)

    def run(self, chosen: FaceInPicture) -> None:
        """Search for a face and show what was found."""
        galleries, fusion, top, case_id = (
            self.terms.galleries,
            self.terms.fusion,
            self.terms.top,
            self._state.case_id,
        )

        def _search(progress: Progress) -> Search:
            return self._workspace.search(
                chosen.image, chosen.face, top=top, galleries=galleries, fusion=fusion, case_id=case_id
            )

        self._start(self.tr("Search the galleries"), _search)

    def open(self, search_id: int) -> None:
        """Show a stored search."""
        self._ask(
            self.tr("Read a search"), lambda: self._workspace.search_record(search_id), self._show_search
        )

    def _run_again(self) -> None:
        if self._search is None:
            return
        search_id, top = self._search.search_id, self.terms.top
        galleries, fusion = self.terms.galleries, self.terms.fusion

        def _search(progress: Progress) -> Search:
            return self._workspace.search_again(search_id, top=top, galleries=galleries, fusion=fusion)

        self._start(self.tr("Search again"), _search)

    def _start(self, title: str, work: Callable[[Progress], Search]) -> None:
        self.notice.say("")
        self._runner.run(Lane.MODEL, title, work, owner=self, then=self._show_new, failed=self.say_failed)

    def _show_new(self, search: Search) -> None:
        self._show_search(search)
        self.maps.test(search)
        self._state.searches_changed.emit()

    def _lay_out(self) -> None:
        tr = self.tr
        self.add_tools(self.terms, tool_buttons([self.again_action, self.report_action]))
        self.recent_list = row_list(self.recent, TwoLineDelegate, tr("Recent searches"))
        self.recent_list.setMinimumWidth(216)
        self.list = row_list(self.candidates, CandidateDelegate, tr("Candidates, rank 1 first"))
        self.list.setMinimumWidth(340)
        self.pair = CandidatePair(self._state.card.bands)
        self.maps = MapDisplay(self._workspace, self._runner, self.pair.probe, self)
        self.summary = TextLabel("", "muted", wrap=True)
        caution = tr(
            "Similarity is not a probability. Rank 1 exists for every probe, also when the person is in no "
            "gallery. A candidate is an investigative lead, not an identification."
        )
        right = QWidget()
        listing = QVBoxLayout(right)
        listing.setContentsMargins(0, 0, 0, 0)
        listing.setSpacing(SPACING)
        listing.addWidget(self.summary)
        listing.addWidget(self.list, 1)
        found = QWidget()
        halves = QHBoxLayout(found)
        halves.setContentsMargins(0, 0, 0, 0)
        halves.setSpacing(SPACING)
        halves.addWidget(
            column(tr("Probe and candidate"), self.pair, Notice(caution, "warning"), self.maps.panel)
        )
        halves.addWidget(right, 1)
        hint = tr("Select a face on the Analyse page and press Ctrl+Return, or choose a search at the left.")
        self._stack = QStackedWidget()
        self._stack.addWidget(EmptyState("search", tr("No search is open"), hint))
        self._stack.addWidget(found)
        self.body.addWidget(columns((248, 1000), self.recent_list, self._stack, growing=1), 1)
        self.setFocusProxy(self.list)
        for action in (self.again_action, self.report_action):
            action.setEnabled(False)

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(self._show_candidate)
        self.recent_list.clicked.connect(self._open_recent)
        self.recent_list.activated.connect(self._open_recent)
        self._crops.loaded.connect(self._show_crops)
        self._probes.loaded.connect(self._show_crops)
        self._state.searches_changed.connect(self.refresh)
        self._state.gallery_changed.connect(self._crops.forget)
        self._state.gallery_changed.connect(self.refresh)
        self._state.case_changed.connect(self.refresh)

        self.maps.failed.connect(self.say_failed)

    def _show_recent(self, searches: tuple[Search, ...]) -> None:
        self.recent.replace(sorted(searches, key=lambda search: search.search_id, reverse=True))
        self._mark_recent()

    def _mark_recent(self) -> None:
        shown = self._search.search_id if self._search else None
        rows = [row for row, search in enumerate(self.recent.rows) if search.search_id == shown]
        self.recent_list.setCurrentIndex(self.recent.index(rows[0]) if rows else QModelIndex())

    def _show_search(self, search: Search) -> None:
        self._search = search
        self._mark_recent()
        self._stack.setCurrentIndex(1)
        result = search.result
        self.pair.show_search(search)
        self.maps.open(search)
        self.summary.setText(self._summary(search))
        self.terms.take_from(search)
        self.candidates.replace(result.candidates)
        self._show_crops()
        for action in (self.again_action, self.report_action):
            action.setEnabled(True)
        if result.candidates:
            self.list.setCurrentIndex(self.candidates.index(0))
            self.list.setFocus()
        else:
            self.pair.candidate.clear(self.tr("The galleries hold nobody to compare with."))

    def _summary(self, search: Search) -> str:
        result = search.result
        if not result.candidates:
            return self.tr(
                "Search {0} had nobody to compare with. Enrol people on the Gallery page and run it again."
            ).format(search.search_id)
        return self.tr("Search {0}: {1} candidates of {2} subjects in {3}, galleries at revision {4}").format(
            search.search_id,
            len(result.candidates),
            result.gallery_size,
            ", ".join(result.galleries),
            result.gallery_revision,
        )

    @Slot(QModelIndex, QModelIndex)
    def _show_candidate(self, current: QModelIndex, before: QModelIndex) -> None:
        candidate = self.candidates.item(current)
        if candidate is not None:
            self.pair.show_candidate(candidate)
            self.maps.show_candidate(candidate.rank)
            self._show_crops()

    @Slot()
    def _show_crops(self) -> None:
        if self._search is not None:
            candidate = self.candidates.item(self.list.currentIndex())
            crop = self._crops.get(candidate.sample_id) if candidate else None
            self.pair.show_crops(self._probes.get(self._search.search_id), crop)

    @Slot(QModelIndex)
    def _open_recent(self, index: QModelIndex) -> None:
        search = self.recent.item(index)
        if search is not None:
            self._show_search(search)

    def _move(self, rows: int) -> None:
        row = self.list.currentIndex().row() + rows
        if 0 <= row < self.candidates.rowCount():
            self.list.setCurrentIndex(self.candidates.index(row))

    def _request_report(self) -> None:
        if self._search is not None:
            self.report_requested.emit(self._search.search_id)

    def _sample_crop(self, sample_id: int) -> QImage:
        return image_from_bytes(self._workspace.sample_crop(sample_id))

    def _probe_crop(self, search_id: int) -> QImage:
        return image_from_bytes(self._workspace.probe_crop(search_id))

    def _ask(self, title: str, question: Callable[[], T], then: Callable[[T], None]) -> None:
        self._runner.ask(title, question, owner=self, then=then, failed=self.say_failed)
