"""One probe and one candidate side by side, and what the examiner concludes of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.actions import MapDisplay, make_action
from app.actions.searches.comparing import PairActions
from app.actions.searches.judging_pair import PairJudging
from app.jobs import JobRunner
from app.qtmodels.searches.candidates import letter
from app.qtmodels.searches.comparison import ComparisonSession, OpenedPair
from app.state import AppState
from app.widgets.compare.judgement_list import disagreement
from app.widgets.compare.pair_frame import PairFrame
from app.widgets.compare.pair_view import FASTEST_HZ, SLOWEST_HZ
from app.widgets.compare.scene import Mode
from app.widgets.compare.wording import caption_of_probe, place_line
from app.widgets.empty_state import EmptyState
from app.widgets.fields import decimal_number
from app.widgets.page import Page, columns, tool_buttons
from app.widgets.searches.map_panel import MapChoice
from app.widgets.text import ElidedLabel, Notice
from app.widgets.theme import SPACING

if TYPE_CHECKING:
    from core.workspace import Workspace


class ComparePage(Page):
    """The faces at the left, checklist and conclusion at the right; it opens on the original pictures.

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
    """

    def __init__(
        self, workspace: Workspace, runner: JobRunner, state: AppState, parent: QWidget | None = None
    ) -> None:
        super().__init__(QCoreApplication.translate("ComparePage", "Compare"), parent)
        self._state = state
        self._pair: OpenedPair | None = None
        self._rank = 0
        self.session = ComparisonSession(workspace, runner, self)
        self.frame = PairFrame()
        self.view = self.frame.view
        self.pair_actions = PairActions(self, self.view)
        self.maps = MapDisplay(workspace, runner, self.view, self)
        self.judging = PairJudging(self.session, self.frame, self.maps.panel, self)
        self.crop_action = self._crop_choice()
        self.next_action = make_action(
            self,
            self.tr("&Next candidate"),
            lambda: self._move(1),
            shortcut="J",
            picture="next",
            tip=self.tr("Compare with the next candidate of the list"),
        )
        self.before_action = make_action(
            self,
            self.tr("Candidate &before"),
            lambda: self._move(-1),
            shortcut="K",
            picture="previous",
            tip=self.tr("Compare with the candidate before on the list"),
        )
        self._lay_out()
        self._connect()
        self.clear()

    @property
    def pair(self) -> OpenedPair | None:
        """The pair on show."""
        return self._pair

    @property
    def menu(self) -> tuple[str, list[QAction]]:
        """Title and entries of the page's menu."""
        return self.tr("&Compare"), [
            self.next_action,
            self.before_action,
            *self.pair_actions.all,
            self.crop_action,
            self.maps.test_action,
            *self.judging.all,
        ]

    def open(self, search_id: int, rank: int) -> None:
        """Show a candidate beside the probe of a search.

        Parameters
        ----------
        search_id : int
            The search.
        rank : int
            The candidate's key in it.
        """
        self.notice.say("")
        self._rank = rank
        self.session.open(search_id, rank)

    def place(self) -> str:
        """Return search and rank of the pair on show."""
        return "" if self._pair is None else "/".join(map(str, self._pair.key))

    def restore_place(self, place: str) -> None:
        """Show the pair again that :meth:`place` named."""
        if re.fullmatch(r"\d+/\d+", place):
            self.open(*map(int, place.split("/")))

    @Slot()
    def clear(self) -> None:
        """Show no pair."""
        self._pair = None
        self.session.close()
        self.judging.close()
        self.maps.close()
        self.frame.clear()
        self._place.setText("")
        self._remark.say("")
        self._stack.setCurrentIndex(0)
        for action in (self.next_action, self.before_action, self.crop_action):
            action.setEnabled(False)

    def showEvent(self, event: QShowEvent) -> None:
        """Read the pair on show again: what was stored elsewhere may have changed what may be seen."""
        super().showEvent(event)
        if self._pair is not None:
            self.session.reopen()

    def _crop_choice(self) -> QAction:
        action = make_action(
            self,
            self.tr("&Crop"),
            self._show_faces_again,
            shortcut="C",
            tip=self.tr("Show the aligned crop that was enrolled, not the picture it comes from"),
        )
        action.setCheckable(True)
        return action

    def _lay_out(self) -> None:
        self._place = ElidedLabel("sectionTitle")
        self._remark = Notice()
        self._rate = decimal_number(self.tr("Changes a second while flickering"), SLOWEST_HZ, FASTEST_HZ)
        self._rate.setSingleStep(0.25)
        self._rate.setValue(self.view.flicker_rate)
        kept = self._rate.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self._rate.setSizePolicy(kept)
        self._rate.setSuffix(self.tr(" /s"))
        self._rate.setToolTip(
            self.tr("Changes a second while flickering, fewer than three: faster flicker may cause seizures.")
        )
        tools = QHBoxLayout()
        tools.setSpacing(SPACING)
        actions = self.pair_actions
        tools.addWidget(tool_buttons(actions.modes))
        tools.addWidget(tool_buttons([actions.switch]))
        tools.addStretch(1)
        tools.addWidget(tool_buttons([*actions.ways, self.crop_action]))
        left = QWidget()
        layout = QVBoxLayout(left)
        layout.setContentsMargins(0, 0, SPACING, 0)
        layout.setSpacing(SPACING)
        head = QHBoxLayout()
        head.setSpacing(SPACING)
        head.addWidget(self._place, 1)
        head.addWidget(self._rate)
        head.addWidget(tool_buttons([actions.fit, actions.native], words=False))
        layout.addLayout(head)
        layout.addWidget(self._remark)
        layout.addLayout(tools)
        layout.addWidget(self.frame, 1)
        self.judging.form.setMinimumWidth(424)
        self._stack = QStackedWidget()
        hint = self.tr("Choose a candidate on the Search page and have it compared with its probe.")
        self._stack.addWidget(EmptyState("compare", self.tr("No pair is open"), hint))
        self._stack.addWidget(columns((820, 480), left, self.judging.form, growing=0))
        self.body.addWidget(self._stack, 1)
        self.add_tools(tool_buttons([self.before_action, self.next_action, self.judging.reject_action]))
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        self._rate.valueChanged.connect(self.view.set_flicker_rate)
        self.view.view_changed.connect(self._follow_view)
        self.session.opened.connect(self._show)
        self.session.failed.connect(self._fail)
        self.maps.failed.connect(self.say_failed)
        self.maps.panel.shown_changed.connect(self._say_map)
        self._state.case_changed.connect(self.clear)
        self._state.step_done.connect(self.session.reopen)
        self._state.examiner_changed.connect(self._change_examiner)

    @Slot()
    def _follow_view(self) -> None:
        self._rate.setVisible(self.view.flickering)

    @Slot()
    def _say_map(self) -> None:
        self.frame.say_map(self.maps.panel.words)

    @Slot(object)
    def _show(self, pair: OpenedPair) -> None:
        before, self._pair = self._pair, pair
        self._rank = pair.shown.rank
        new = before is None or before.key != pair.key
        if new:
            self._begin_on_original(pair)
        self._stack.setCurrentIndex(1)
        self.judging.open(pair)
        if new:
            same_probe = before is not None and before.view.search_id == pair.view.search_id
            self._show_faces(pair, keep_view=same_probe)
        self._show_words(pair)
        if new or before is None or before.view.hidden != pair.view.hidden:
            self._show_maps(pair)
        self.next_action.setEnabled(pair.neighbour(pair.shown.rank, 1) is not None)
        self.before_action.setEnabled(pair.neighbour(pair.shown.rank, -1) is not None)

    def _begin_on_original(self, pair: OpenedPair) -> None:
        """Switch off whatever would show anything but the original pictures as they are."""
        self.crop_action.setChecked(pair.source is None)
        self.crop_action.setEnabled(pair.source is not None)
        self.view.set_smooth(False)
        if self.view.mode is Mode.DIFFERENCE:
            self.view.set_mode(Mode.SIDE_BY_SIDE)
        self.maps.panel.choose(MapChoice.OFF)

    def _show_faces(self, pair: OpenedPair, *, keep_view: bool) -> None:
        crop = self.crop_action.isChecked() or pair.source is None
        face = pair.crop if crop or pair.source is None else pair.source
        self.frame.show_faces(pair.probe, face, pair.why, keep_view=keep_view)

    @Slot()
    def _show_faces_again(self) -> None:
        if self._pair is not None:
            self._show_faces(self._pair, keep_view=True)
            self._show_words(self._pair)

    def _show_words(self, pair: OpenedPair) -> None:
        shown, search = pair.shown, pair.view.search
        neutral = letter(shown.position)
        if pair.view.hidden:
            self._remark.say(pair.view.why)
        else:
            self._remark.say(disagreement(pair.judgements), "warning")
        self._place.setText(place_line(pair.view, shown, neutral))
        candidate = shown.candidate
        self.frame.show_captions(
            "" if search is None else caption_of_probe(search.probe),
            neutral if candidate is None else candidate.subject,
        )

    def _show_maps(self, pair: OpenedPair) -> None:
        if pair.view.search is None:
            self.maps.close()
        else:
            self.maps.open(pair.view.search)
            self.maps.show_candidate(pair.shown.rank)

    def _move(self, steps: int) -> None:
        if self._pair is None:
            return
        rank = self._pair.neighbour(self._rank, steps)
        if rank is not None:
            self.open(self._pair.view.search_id, rank)

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self.say_failed(sentence)
        self.judging.follow()
        if self._pair is not None:
            self._rank = self._pair.shown.rank

    @Slot()
    def _change_examiner(self) -> None:
        """Forget what another examiner began, and read what this one may see."""
        pair = self._pair
        self.judging.forget()
        self.clear()
        if pair is not None:
            self.open(*pair.key)
