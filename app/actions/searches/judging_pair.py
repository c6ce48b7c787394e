"""What an examiner says of one pair: begun, kept while others are looked at, stored by its key."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.actions.searches.comparing import conclusion_actions
from app.qtmodels.searches.comparison import ComparisonSession, OpenedPair
from app.widgets.compare.judgement_form import Draft, JudgementForm
from app.widgets.compare.judgement_list import JudgementList
from app.widgets.compare.pair_frame import PairFrame
from core.types import Verdict


class PairJudging(QObject):
    """Joins the form, its keys and the store.

    Parameters
    ----------
    session : ComparisonSession
        Stores what is said.
    frame : PairFrame
        Knows whether the original pictures are on show.
    below : QWidget
        Put at the end of the form.
    owner : QWidget
        The page.
    """

    def __init__(self, session: ComparisonSession, frame: PairFrame, below: QWidget, owner: QWidget) -> None:
        super().__init__(owner)
        self._session, self._frame = session, frame
        self._pair: OpenedPair | None = None
        self._begun: dict[tuple[int, int], Draft] = {}
        self.conclusions = conclusion_actions(owner)
        self.store_action = make_action(
            owner,
            self.tr("&Store the judgement"),
            self._store,
            shortcut="Ctrl+Return",
            tip=self.tr("Store your judgement of this pair; it stays, and a later one replaces it"),
        )
        self.reject_action = make_action(
            owner,
            self.tr("&Reject"),
            self._reject,
            shortcut="R",
            picture="reject",
            tip=self.tr("Reject this candidate, or take the rejection back"),
        )
        self.reject_action.setCheckable(True)
        self.judgements = JudgementList()
        self.form = JudgementForm(self.conclusions, self.store_action, self.judgements, below)
        self.form.changed.connect(self.follow)
        session.stored.connect(self._note_stored)

    @property
    def all(self) -> list[QAction]:
        """Everything that can be said, in the order of the menu."""
        return [*self.conclusions.values(), self.store_action, self.reject_action]

    def open(self, pair: OpenedPair) -> None:
        """Show what was said of a pair, and what was begun of it."""
        before, self._pair = self._pair, pair
        if before is None or before.key != pair.key:
            if before is not None:
                self._keep(before)
            stored = Draft() if pair.own is None else Draft.of(pair.own)
            self.form.show_draft(self._begun.get(pair.key, stored))
        self.judgements.show_judgements(pair.judgements)
        self.reject_action.setChecked(pair.shown.verdict is Verdict.REJECTED)
        self.follow()

    def close(self) -> None:
        """Keep what was begun of the pair on show, and show none."""
        if self._pair is not None:
            self._keep(self._pair)
        self._pair = None
        self.form.show_draft(Draft())
        self.judgements.show_judgements(())
        self.follow()

    def forget(self) -> None:
        """Forget everything that was begun and not stored."""
        self._pair = None
        self._begun.clear()

    @Slot()
    def follow(self) -> None:
        """Say what is stored, and let be done what can be done."""
        pair, draft = self._pair, self.form.draft
        owed = pair is not None and _owes_probe(pair)
        for action in (*self.conclusions.values(), self.reject_action):
            action.setEnabled(pair is not None)
        stored = None if pair is None or pair.own is None else pair.own
        changed = stored is None or draft != Draft.of(stored)
        self.store_action.setEnabled(
            pair is not None and not owed and draft.conclusion is not None and changed
        )
        if owed:
            text = self.tr("Judge the probe on the Search page first.")
        elif stored is None:
            text = self.tr("You have stored nothing of this pair yet.")
        else:
            when = stored.created.astimezone().strftime("%H:%M")
            text = self.tr("You stored this at {0}.").format(when)
            if changed:
                text = self.tr("Changed since you stored it at {0}; both will stay on record.").format(when)
        self.form.said.setText(text)

    def _keep(self, pair: OpenedPair) -> None:
        draft = self.form.draft
        stored = Draft() if pair.own is None else Draft.of(pair.own)
        if draft != stored:
            self._begun[pair.key] = draft
        else:
            self._begun.pop(pair.key, None)

    @Slot()
    def _store(self) -> None:
        pair, draft = self._pair, self.form.draft
        if pair is None or draft.conclusion is None:
            return
        self.store_action.setEnabled(False)
        self._session.judge(
            pair.key,
            draft.conclusion,
            draft.features,
            draft.note,
            on_original=self._frame.on_original,
        )

    @Slot(object)
    def _note_stored(self, key: tuple[int, int]) -> None:
        self._begun.pop(key, None)

    @Slot()
    def _reject(self) -> None:
        if self._pair is not None:
            rejected = self._pair.shown.verdict is Verdict.REJECTED
            self._session.give_verdict(self._pair.key, None if rejected else Verdict.REJECTED)


def _owes_probe(pair: OpenedPair) -> bool:
    """Return whether the examiner has to judge the probe before anything else."""
    view = pair.view
    return view.hidden and not view.second and not any(one.rank == 0 for one in view.judgements)
