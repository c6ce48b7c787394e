"""Cases, where they stand, and what they hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.actions.cases.case_actions import CaseActions
from app.actions.cases.case_changes import CaseChanges
from app.actions.cases.case_exchange import CaseExchange
from app.actions.cases.case_keeping import CaseKeeping
from app.jobs import JobRunner
from app.qtmodels.cases.case_evidence import CaseEvidence
from app.qtmodels.cases.evidence_tree import EvidenceTree, key_of
from app.qtmodels.tables import CasesModel
from app.state import AppState
from app.widgets.cases.case_list import CaseList
from app.widgets.cases.case_panel import CasePanel
from app.widgets.empty_state import EmptyState
from app.widgets.page import Page, columns, tool_buttons
from app.widgets.terms import case_status, state_name
from app.widgets.theme import icon
from core.types import Case, CaseFace, CasePicture, CaseStatus, Search, Step

if TYPE_CHECKING:
    from core.workspace import Workspace


class CasesPage(Page):
    """All cases at the left, those opened last first; the selected one, with its evidence, at the right.

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
    demo_requested : Signal()
        The demonstration case is to be built.
    pictures_requested : Signal()
        The user wants to look at pictures.
    case_entered : Signal(Case)
        A case was opened, to go on where it was left.
    search_opened, picture_opened : Signal(int)
        The search or picture with this key, of the open case, is to be shown.
    face_opened : Signal(CaseFace)
        A face of the open case is to be shown.
    """

    demo_requested = Signal()
    pictures_requested = Signal()
    case_entered = Signal(object)
    search_opened = Signal(int)
    picture_opened = Signal(int)
    face_opened = Signal(object)

    def __init__(
        self, workspace: Workspace, runner: JobRunner, state: AppState, parent: QWidget | None = None
    ) -> None:
        super().__init__(QCoreApplication.translate("CasesPage", "Cases"), parent)
        self._workspace, self._runner, self._state = workspace, runner, state
        self._all: tuple[Case, ...] = ()
        self._changes = CaseChanges(workspace, runner, self)
        self._exchange = CaseExchange(workspace, runner, self)
        self._keeping = CaseKeeping(workspace, runner, self, lambda: self.case)
        self.cases = CasesModel(case_status, self)
        self._tree = EvidenceTree(state_name, icon, self)
        self._evidence = CaseEvidence(workspace, runner, self._tree, self)
        self._stale = True
        self._wanted: int | None = None
        self.commands = CaseActions(
            self,
            new=lambda: self._changes.ask_new(self._created),
            enter=self._open_selected,
            leave=lambda: state.open_case(None),
            edit=lambda: self._change(self._changes.ask_particulars),
            status=lambda: self._change(self._changes.ask_status),
            mode=lambda: self._change(self._changes.ask_mode),
            export=lambda: self._change(self._exchange.ask_export),
            bring=self._exchange.ask_import,
            demo=self.demo_requested.emit,
            pictures=self.pictures_requested.emit,
            find=lambda: self.list.filter.setFocus(),
        )
        self._lay_out()
        self._changes.changed.connect(self._follow_change)
        self._changes.failed.connect(self.say_failed)
        self._exchange.told.connect(self.notice.say)
        self._keeping.told.connect(self.notice.say)
        self._keeping.changed.connect(self._follow_change)
        self._exchange.imported.connect(self._select)
        self._evidence.failed.connect(self.say_failed)
        self._evidence.shown.connect(self.panel.show_evidence)
        state.case_changed.connect(self._follow_case)
        state.searches_changed.connect(self.refresh)
        state.record_changed.connect(self.refresh)
        state.step_done.connect(self._follow_step)
        self._follow_case(state.case)

    @property
    def menu(self) -> tuple[str, list[QAction]]:
        """Title and entries of the page's menu."""
        return self.tr("&Case"), [*self.commands.in_menu, *self._keeping.in_menu]

    @property
    def case(self) -> Case | None:
        """The case that is selected."""
        return self.cases.item(self.list.table.currentIndex())

    @Slot()
    def refresh(self) -> None:
        """Read the cases again, once the page is on show."""
        self._stale = True
        if self.isVisible():
            self._read()

    def showEvent(self, event: QShowEvent) -> None:
        """Read the cases if they may have changed."""
        super().showEvent(event)
        if self._stale:
            self._read()

    def _lay_out(self) -> None:
        tr = self.tr
        commands = self.commands
        self.add_tools(tool_buttons([commands.new, commands.leave]))
        self.list = CaseList(self.cases)
        self.list.filter_changed.connect(self._filter)
        self.list.table.selectionModel().currentChanged.connect(self._show_current)
        self.list.table.activated.connect(self._open_selected)
        self.panel = CasePanel(self._tree, key_of, commands.enter, commands.changing)
        self.panel.activated.connect(self._activate)
        hint = tr(
            "A case keeps pictures, faces and searches of one examination together. Start one, open the "
            "demonstration, or look at pictures without a case."
        )
        first = [commands.new, commands.demo, commands.pictures]
        self._stack = QStackedWidget()
        self._empty = EmptyState("cases", tr("No cases yet"), hint, first)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(columns((720, 480), self.list, self.panel, growing=0))
        self.body.addWidget(self._stack, 1)
        self.setFocusProxy(self._empty)

    def _read(self) -> None:
        self._stale = False
        self._runner.ask(
            self.tr("List the cases"),
            self._workspace.cases,
            owner=self,
            then=self._show_cases,
            failed=self.say_failed,
        )

    def _show_cases(self, cases: tuple[Case, ...]) -> None:
        self._all = tuple(
            sorted(cases, key=lambda one: (one.opened or one.created, one.case_id), reverse=True)
        )
        focused = self.hasFocus()
        self._stack.setCurrentIndex(int(bool(cases)))
        self.setFocusProxy(self.list.table if cases else self._empty)
        if focused:
            self.setFocus()
        self._filter()
        known = next((case for case in cases if case.case_id == self._state.case_id), None)
        if known is not None:
            self._renew(known)

    @Slot()
    def _filter(self) -> None:
        current = self.case
        wanted = self._wanted or (current.case_id if current else None)
        self._wanted = None
        shown = [case for case in self._all if self.list.fits(case)]
        self.cases.replace(shown)
        if shown:
            rows = [row for row, case in enumerate(shown) if case.case_id == wanted]
            self.list.table.selectRow(rows[0] if rows else 0)
        else:
            self._show_current()

    @Slot()
    def _show_current(self) -> None:
        case = self.case
        self._enable()
        self.panel.setEnabled(case is not None)
        if case is not None:
            self.panel.show_case(case, is_open=case.case_id == self._state.case_id)
            self._evidence.open(case.case_id)

    @Slot(object)
    def _select(self, case: Case) -> None:
        self._wanted = case.case_id
        self.refresh()

    def _created(self, case: Case) -> None:
        self.notice.say("")
        self._state.open_case(case)

    @Slot()
    def _open_selected(self) -> None:
        if self.case is not None:
            self._changes.open(self.case, self.case_entered.emit)

    def _change(self, ask: Callable[[Case], None]) -> None:
        self.notice.say("")
        if self.case is not None:
            ask(self.case)

    @Slot(object)
    def _activate(self, item: object) -> None:
        """Open a picture, a face or a search, in its case."""
        case = self.case
        if case is None:
            return
        if isinstance(item, CasePicture):
            self._within(case, lambda: self.picture_opened.emit(item.picture_id))
        elif isinstance(item, CaseFace):
            self._within(case, lambda: self.face_opened.emit(item))
        elif isinstance(item, Search):
            self._within(case, lambda: self.search_opened.emit(item.search_id))

    def _within(self, case: Case, then: Callable[[], None]) -> None:
        if case.case_id == self._state.case_id:
            then()
            return

        def _enter(entered: Case) -> None:
            self._state.open_case(entered)
            then()

        self._changes.open(case, _enter)

    @Slot(object)
    def _follow_case(self, case: Case | None) -> None:
        self._wanted = case.case_id if case else None
        self.commands.leave.setEnabled(case is not None)
        self._enable()
        self.refresh()

    @Slot(object)
    def _follow_change(self, case: Case) -> None:
        self._renew(case)
        self.refresh()

    def _renew(self, case: Case) -> None:
        """Let everybody know when the particulars of the open case are others; counts do not matter."""
        before = self._state.case
        if (
            before is not None
            and before.case_id == case.case_id
            and _particulars(before) != _particulars(case)
        ):
            self._state.open_case(case)

    @Slot(object)
    def _follow_step(self, step: Step) -> None:
        self.refresh()

    def _enable(self) -> None:
        case = self.case
        changeable = case is not None and case.status in (CaseStatus.OPEN, CaseStatus.IN_VERIFICATION)
        self.commands.enter.setEnabled(case is not None and case.case_id != self._state.case_id)
        self.commands.status.setEnabled(case is not None)
        self.commands.export.setEnabled(case is not None)
        self.commands.edit.setEnabled(changeable)
        self.commands.mode.setEnabled(changeable)
        self._keeping.follow(case, changeable=changeable)


def _particulars(case: Case) -> tuple[object, ...]:
    texts = case.title, case.reference, case.authority, case.notes
    return *texts, case.status, case.blind, case.evidence_mode
