"""A probe beside its candidates, as the examiner at work may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtGui import QAction, QImage, QShowEvent
from PySide6.QtWidgets import QWidget

from app.actions import CandidateReview, CaseSearches, MapDisplay, ProbeJudging, ProbeSearches, make_action
from app.jobs import JobRunner
from app.qtimage import image_from_bytes
from app.qtmodels.searches.candidates import CandidatesModel, Wording
from app.qtmodels.searches.search_session import OpenedSearch, SearchSession
from app.qtmodels.thumbnails import Thumbnails
from app.state import AppState, FaceInPicture
from app.widgets.lists import row_list
from app.widgets.page import Page, columns, tool_buttons
from app.widgets.searches.candidate_delegate import CandidateDelegate
from app.widgets.searches.candidate_pair import CandidatePair
from app.widgets.searches.judgement_terms import verdict_name
from app.widgets.searches.search_body import SearchBody, search_side
from app.widgets.searches.search_terms import SearchTerms
from app.widgets.searches.search_words import finished, said, summary
from app.widgets.terms import band_name
from core.types import Search

if TYPE_CHECKING:
    from core.workspace import Workspace


class SearchPage(Page):
    """Faces and searches of the case at the left, the pair in the middle, the candidate list at the right.

    What a search holds is read as a :class:`core.types.SearchView`, so that nothing is here that may not be
    shown.

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
    compare_requested : Signal(ComparisonRequest)
        A candidate is to be compared with the probe.
    """

    report_requested = Signal(int)
    compare_requested = Signal(object)

    def __init__(
        self, workspace: Workspace, runner: JobRunner, state: AppState, parent: QWidget | None = None
    ) -> None:
        super().__init__(QCoreApplication.translate("SearchPage", "Search"), parent)
        self._workspace, self._runner, self._state = workspace, runner, state
        self._shown, self._mapped = 0, 0
        self._untested: set[int] = set()
        self._crops = Thumbnails(runner, self._sample_crop, 512, self)
        self.session = SearchSession(workspace, runner, self)
        self.candidates = CandidatesModel(Wording(band_name, verdict_name), self._crops, self)
        self.terms = SearchTerms(workspace.settings.gallery)
        self.list = row_list(self.candidates, CandidateDelegate, self.tr("Candidates"))
        self.searches = CaseSearches(workspace, runner, state, self)
        self.pair = CandidatePair(state.card.bands)
        self.probes = ProbeSearches(workspace, runner, state, self.terms, self)
        self.judging = ProbeJudging(self.session, self)
        self.review = CandidateReview(self.session, self.candidates, self.list, self)
        self.maps = MapDisplay(workspace, runner, self.pair.probe, self)
        self.again_action = make_action(
            self,
            self.tr("&Run again"),
            self._run_again,
            shortcut="Ctrl+R",
            picture="again",
            tip=self.tr("Search for this probe again, in the galleries as they are now"),
        )
        self.report_action = make_action(
            self,
            self.tr("Re&port…"),
            self._request_report,
            shortcut="Ctrl+P",
            picture="report",
            tip=self.tr("Read the report of this search and write it"),
        )
        self._lay_out()
        self._connect()
        self.refresh()

    @property
    def opened(self) -> OpenedSearch | None:
        """The search on show."""
        return self.session.shown

    @property
    def search(self) -> Search | None:
        """The search on show as far as it may be seen: None while its candidates are hidden."""
        return self.opened.view.search if self.opened is not None else None

    @property
    def menu(self) -> tuple[str, list[QAction]]:
        """Title and entries of the page's menu."""
        return self.tr("&Search"), [
            self.review.next_action,
            self.review.before_action,
            *self.review.all,
            *self.probes.all,
            self.again_action,
            self.report_action,
            self.maps.test_action,
        ]

    @Slot()
    def refresh(self) -> None:
        """Read the galleries and the faces of the case again."""
        self._runner.ask(
            self.tr("List the galleries"),
            self._workspace.galleries,
            owner=self,
            then=self.terms.offer,
            failed=self.say_failed,
        )
        self.probes.refresh()

    def run(self, chosen: FaceInPicture) -> None:
        """Search for a face and show what was found."""
        self.notice.say("")
        self.probes.search(chosen)

    @Slot(int)
    def open(self, search_id: int) -> None:
        """Show a stored search."""
        self.notice.say("")
        self._mapped = 0
        self.session.open(search_id)

    def place(self) -> str:
        """Return the number of the search on show."""
        return str(self._shown) if self._shown else ""

    def restore_place(self, place: str) -> None:
        """Show the search that :meth:`place` named."""
        if place.isdecimal():
            self.session.open(int(place))

    def showEvent(self, event: QShowEvent) -> None:
        """Read the search on show again: a comparison elsewhere may have changed what may be seen."""
        super().showEvent(event)
        self.session.reopen()

    def _lay_out(self) -> None:
        self.content = SearchBody(self.pair, self.list, self.judging.form, self.maps.panel, self.review.all)
        side = search_side(self.probes.choice, self.searches.list)
        self.add_tools(self.terms, tool_buttons([self.again_action, self.report_action]))
        self.body.addWidget(columns((264, 1000), side, self.content, growing=1), 1)
        self.setFocusProxy(self.list)
        for action in (self.again_action, self.report_action):
            action.setEnabled(False)
        self.maps.close()

    def _connect(self) -> None:
        state = self._state
        self.list.selectionModel().currentChanged.connect(self._show_candidate)
        self._crops.loaded.connect(self._show_crops)
        self.searches.pictured.connect(self._show_crops)
        self.searches.chosen.connect(self.open)
        self.session.opened.connect(self._show_opened)
        self.session.decided.connect(self._follow_decision)
        self.session.measured.connect(self.candidates.show_sizes)
        self.review.comparison_requested.connect(self.compare_requested)
        self.probes.made.connect(self._show_new)
        self.probes.streamed.connect(self.searches.add)
        self.probes.batch_ended.connect(self._end_batch)
        for part in (self.session, self.searches, self.probes, self.maps):
            part.failed.connect(self.say_failed)
        state.gallery_changed.connect(self._crops.forget)
        for changed in (state.gallery_changed, state.case_changed):
            changed.connect(self.refresh)
        state.examiner_changed.connect(self.judging.forget)
        for changed in (state.case_changed, state.step_done, state.examiner_changed):
            changed.connect(self.session.reopen)

    @Slot(int)
    def _follow_decision(self, search_id: int) -> None:
        self.notice.say("")
        self._state.searches_changed.emit()

    @Slot(object)
    def _show_new(self, search: Search) -> None:
        self._untested.add(search.search_id)
        self.open(search.search_id)
        self._state.searches_changed.emit()

    @Slot(str)
    def _end_batch(self, words: str) -> None:
        self.notice.say(words)
        self._state.searches_changed.emit()

    def _run_again(self) -> None:
        if self.opened is not None:
            self.notice.say("")
            self.probes.search_again(self.opened.view.search_id)

    @Slot(object)
    def _show_opened(self, opened: OpenedSearch) -> None:
        view, current = opened.view, self.review.current
        fresh = view.search_id != self._shown
        self._shown = view.search_id
        if fresh:
            self.pair.show_probe(opened.probe)
            self.searches.mark(view.search_id)
            if view.search is not None:
                self.terms.take_from(view.search)
        self._show_words(opened)
        self._show_maps(opened, fresh)
        stays = self.candidates.show(view.candidates) and not fresh and current is not None
        row = self.candidates.row_of_rank(current.rank) if stays and current is not None else 0
        self.list.setCurrentIndex(self.candidates.index(row))
        self._show_candidate()
        self.judging.open(opened)
        self.review.follow()
        self.again_action.setEnabled(not opened.finished)
        self.report_action.setEnabled(not view.hidden)
        if fresh:
            self.list.setFocus()

    def _show_words(self, opened: OpenedSearch) -> None:
        view, content = opened.view, self.content
        over = finished(opened.case) if opened.case is not None and opened.finished else ""
        content.show_search()
        content.first.say(view.why or over, "warning")
        content.summary.setText(summary(view, opened.faces))
        content.answer.show_answer(view.nobody_suitable, reversible=opened.decidable)
        content.said.setText(said(view.judgements))
        content.said.setVisible(bool(view.judgements))
        content.caution.setVisible(not view.hidden)
        self.probes.faces.show_names(not view.hidden)

    def _show_maps(self, opened: OpenedSearch, fresh: bool) -> None:
        search = opened.view.search
        if search is None:
            self._mapped = 0
            self.maps.close()
        elif fresh or self._mapped != search.search_id:
            self._mapped = search.search_id
            self.maps.open(search)
            if search.search_id in self._untested:
                self._untested.discard(search.search_id)
                self.maps.test(search)

    @Slot()
    def _show_candidate(self) -> None:
        shown, opened = self.review.current, self.opened
        if shown is None:
            self.pair.candidate.clear(self.tr("The galleries hold nobody to compare with."))
        elif shown.candidate is None or opened is None or opened.view.search is None:
            self.pair.show_hidden(self.candidates.title(shown))
        else:
            self.pair.show_candidate(shown.candidate, opened.view.search.result.gallery_size)
            self.maps.show_candidate(shown.rank)
        self._show_crops()

    @Slot()
    def _show_crops(self) -> None:
        shown = self.review.current
        if self._shown:
            crop = self._crops.get(shown.sample_id) if shown is not None else None
            self.pair.show_crops(self.searches.probe(self._shown), crop)

    def _request_report(self) -> None:
        if self.search is not None:
            self.report_requested.emit(self.search.search_id)

    def _sample_crop(self, sample_id: int) -> QImage:
        return image_from_bytes(self._workspace.sample_crop(sample_id))
