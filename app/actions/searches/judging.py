"""What an examiner says of a probe and of candidates, each by a key, and kept by the id it was said of."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QListView, QWidget

from app.actions.making import make_action
from app.qtmodels.searches.candidates import CandidatesModel
from app.qtmodels.searches.search_session import OpenedSearch, SearchSession
from app.state import ComparisonRequest
from app.widgets.compare.comparison_terms import suitability_name
from app.widgets.searches.judgement_terms import suitability_meaning
from app.widgets.searches.probe_judgement import ProbeJudgement, ProbeJudgementForm
from core.types import ShownCandidate, Suitability, Verdict


class ProbeJudging(QObject):
    """The form for the examiner's own judgement of a probe, and its keys.

    A judgement that was begun is kept while other searches are looked at.

    Parameters
    ----------
    session : SearchSession
        Stores the judgement.
    owner : QWidget
        The page.
    """

    def __init__(self, session: SearchSession, owner: QWidget) -> None:
        super().__init__(owner)
        self._session = session
        self._search_id = 0
        self._begun: dict[int, ProbeJudgement] = {}
        self.choices = {
            suitability: self._choice(owner, suitability, str(key))
            for key, suitability in enumerate(Suitability, start=1)
        }
        self.everything_action = make_action(
            owner,
            self.tr("All or none"),
            lambda: self.form.toggle_everything(),
            shortcut="A",
            tip=self.tr("Call every part of the face visible, or none"),
        )
        self.store_action = make_action(
            owner,
            self.tr("Store the judgement"),
            self._store,
            shortcut="Ctrl+Return",
            tip=self.tr("Store your judgement of the probe; it stays, and a later one replaces it"),
        )
        self.form = ProbeJudgementForm(self.choices, self.everything_action, self.store_action)
        self._follow()

    def open(self, opened: OpenedSearch) -> None:
        """Ask for a judgement of the probe of a search, where one is due."""
        self._keep()
        due = opened.owes_judgement
        if not due:
            self._begun.pop(opened.view.search_id, None)
        self._search_id = opened.view.search_id if due else 0
        self.form.show_answer(self._begun.get(self._search_id, ProbeJudgement()))
        self.form.setVisible(due)
        self._follow()

    @Slot()
    def forget(self) -> None:
        """Drop what was begun, so that another examiner does not see it."""
        self._begun.clear()
        self._search_id = 0
        self.form.show_answer(ProbeJudgement())
        self._follow()

    def _choice(self, owner: QWidget, suitability: Suitability, key: str) -> QAction:
        action = make_action(
            owner,
            suitability_name(suitability),
            lambda: self._choose(suitability),
            shortcut=key,
            tip=suitability_meaning(suitability),
        )
        action.setCheckable(True)
        return action

    def _choose(self, suitability: Suitability) -> None:
        for other, action in self.choices.items():
            action.setChecked(other is suitability)
        self._follow()

    def _follow(self) -> None:
        due = self._search_id > 0
        for action in (*self.choices.values(), self.everything_action):
            action.setEnabled(due)
        self.store_action.setEnabled(due and self.form.answer.suitability is not None)

    def _keep(self) -> None:
        if self._search_id:
            self._begun[self._search_id] = self.form.answer

    @Slot()
    def _store(self) -> None:
        answer = self.form.answer
        if self._search_id and answer.suitability is not None:
            self._session.judge_probe(self._search_id, answer.suitability, answer.features, answer.note)


class CandidateReview(QObject):
    """Walks a candidate list and says of its places what is to be said.

    Parameters
    ----------
    session : SearchSession
        Stores what is said.
    model : CandidatesModel
        The candidates on show.
    view : QListView
        Where one of them is current.
    owner : QWidget
        The page.

    Attributes
    ----------
    comparison_requested : Signal(ComparisonRequest)
        A candidate is to be compared with the probe.
    """

    comparison_requested = Signal(object)

    def __init__(
        self, session: SearchSession, model: CandidatesModel, view: QListView, owner: QWidget
    ) -> None:
        super().__init__(owner)
        self._session, self._model, self._view = session, model, view
        tr = self.tr
        self.next_action = make_action(
            owner, tr("Next candidate"), lambda: self._move(1), shortcut="J", tip=tr("Go down the list")
        )
        self.before_action = make_action(
            owner, tr("Candidate before"), lambda: self._move(-1), shortcut="K", tip=tr("Go up the list")
        )
        self.compare_action = make_action(
            owner,
            tr("&Compare"),
            self._compare,
            shortcut="C",
            picture="picture",
            tip=tr("Lay the candidate beside the probe; Return on the list does the same"),
        )
        self.shortlist_action = make_action(
            owner,
            tr("&Shortlist"),
            lambda: self._say(Verdict.SHORTLISTED),
            shortcut=("S", "+"),
            picture="shortlist",
            tip=tr("Keep the candidate for a comparison, or take that back"),
        )
        self.reject_action = make_action(
            owner,
            tr("&Reject"),
            lambda: self._say(Verdict.REJECTED),
            shortcut="R",
            picture="reject",
            tip=tr("Reject the candidate for this face, or take that back; later searches remember it"),
        )
        self.nobody_action = make_action(
            owner,
            tr("&Nobody suitable"),
            self._say_nobody,
            shortcut="N",
            picture="nobody",
            tip=tr("Answer that nobody on this list is suitable, or take that back"),
        )
        for action in (self.shortlist_action, self.reject_action, self.nobody_action):
            action.setCheckable(True)
        view.activated.connect(self.compare_action.trigger)
        view.selectionModel().currentChanged.connect(self._follow_current)
        self.follow()

    @property
    def all(self) -> list[QAction]:
        """The actions in the order of the tool bar."""
        return [self.compare_action, self.shortlist_action, self.reject_action, self.nobody_action]

    @property
    def current(self) -> ShownCandidate | None:
        """The candidate that the keys are about at this moment."""
        return self._model.item(self._view.currentIndex())

    @Slot(QModelIndex, QModelIndex)
    def _follow_current(self, current: QModelIndex, before: QModelIndex) -> None:
        self.follow()

    def follow(self) -> None:
        """Offer what can be said of the current candidate, and show what was."""
        opened, current = self._session.shown, self.current
        decidable = opened is not None and opened.decidable
        self.compare_action.setEnabled(opened is not None and opened.comparable and current is not None)
        verdict = current.verdict if current is not None else None
        for action, said in (
            (self.shortlist_action, Verdict.SHORTLISTED),
            (self.reject_action, Verdict.REJECTED),
        ):
            action.setEnabled(decidable and current is not None)
            action.setChecked(verdict is said)
        self.nobody_action.setEnabled(decidable)
        self.nobody_action.setChecked(opened is not None and opened.view.nobody_suitable)

    def _move(self, rows: int) -> None:
        row = self._view.currentIndex().row() + rows
        if 0 <= row < self._model.rowCount():
            self._view.setCurrentIndex(self._model.index(row))

    def _say(self, verdict: Verdict) -> None:
        opened, current = self._session.shown, self.current
        if opened is not None and current is not None:
            self._session.toggle_verdict(opened.view.search_id, current.rank, verdict)
        self.follow()

    def _say_nobody(self) -> None:
        if self._session.shown is not None:
            self._session.toggle_nobody_suitable(self._session.shown.view.search_id)
        self.follow()

    def _compare(self) -> None:
        opened, current = self._session.shown, self.current
        if opened is not None and current is not None:
            self.comparison_requested.emit(ComparisonRequest(opened.view.search_id, current.rank))
