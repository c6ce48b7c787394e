"""Cases and the searches that belong to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QFrame, QHeaderView, QStackedWidget, QTableView, QVBoxLayout, QWidget

from app.actions import make_action
from app.jobs import JobRunner
from app.qtimage import image_from_bytes
from app.qtmodels.searches import SearchesModel
from app.qtmodels.tables import CasesModel
from app.qtmodels.thumbnails import Thumbnails
from app.state import AppState
from app.widgets.delegates import TwoLineDelegate
from app.widgets.dialogs import CaseDialog
from app.widgets.empty_state import EmptyState, button_for
from app.widgets.lists import row_list
from app.widgets.page import Page, columns, tool_buttons
from app.widgets.terms import case_status
from app.widgets.text import Facts, TextLabel
from app.widgets.theme import SPACING
from core.types import Case, Search

if TYPE_CHECKING:
    from core.workspace import Workspace


class CasesPage(Page):
    """All cases at the left; the selected one, with its searches, at the right.

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
    search_opened : Signal(int)
        A search of a case is to be shown.
    """

    demo_requested = Signal()
    pictures_requested = Signal()
    search_opened = Signal(int)

    def __init__(
        self, workspace: Workspace, runner: JobRunner, state: AppState, parent: QWidget | None = None
    ) -> None:
        super().__init__(QCoreApplication.translate("CasesPage", "Cases"), parent)
        self._workspace, self._runner, self._state = workspace, runner, state
        self._probes = Thumbnails(runner, self._probe_crop, 512, self)
        self.cases = CasesModel(case_status, self)
        self.searches = SearchesModel(self._probes, self)
        tr = self.tr
        self.new_action = make_action(
            self, tr("&New case…"), self._ask_new, shortcut="Ctrl+N", picture="add", everywhere=True
        )
        self.open_action = make_action(
            self,
            tr("&Open this case"),
            self._open_selected,
            picture="cases",
            tip=tr("New searches are filed under the open case"),
        )
        self.leave_action = make_action(
            self,
            tr("&Leave the case"),
            lambda: state.open_case(None),
            picture="cancel",
            tip=tr("New searches are filed under no case"),
        )
        self.demo_action = make_action(
            self,
            tr("Build the &demo case"),
            self.demo_requested.emit,
            picture="demo",
            tip=tr("A small gallery and a search, made offline from pictures that come with the program"),
        )
        self._lay_out()
        state.case_changed.connect(self._follow_case)
        state.searches_changed.connect(self.refresh)
        self._follow_case(state.case)
        self.refresh()

    @property
    def menu(self) -> tuple[str, list[QAction]]:
        """Title and entries of the page's menu."""
        return self.tr("&Case"), [self.new_action, self.open_action, self.leave_action, self.demo_action]

    @Slot()
    def refresh(self) -> None:
        """Read the cases again."""
        self._runner.ask(
            self.tr("List the cases"),
            self._workspace.cases,
            owner=self,
            then=self._show_cases,
            failed=self.say_failed,
        )

    def _lay_out(self) -> None:
        tr = self.tr
        self.add_tools(tool_buttons([self.new_action, self.open_action, self.leave_action]))
        self.table = QTableView()
        self.table.setModel(self.cases)
        self.table.setAccessibleName(tr("Cases"))
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(36)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 144), (2, 112), (3, 88), (4, 144)):
            header.resizeSection(column, width)
        self.table.selectionModel().currentChanged.connect(self._show_current)
        self.table.activated.connect(self._open_selected)
        self.list = row_list(self.searches, TwoLineDelegate, tr("Searches of the case"))
        self.list.activated.connect(self._open_search)
        first = make_action(self, tr("Look at pictures"), self.pictures_requested.emit, picture="analyse")
        hint = tr(
            "A case keeps the searches of one examination together. Start one, see the demonstration, or "
            "look at pictures without a case."
        )
        empty = EmptyState("cases", tr("No cases yet"), hint, [self.new_action, self.demo_action, first])
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(columns((760, 440), self.table, self._detail(), growing=0))
        self.body.addWidget(self._stack, 1)
        self.setFocusProxy(self.table)

    def _detail(self) -> QWidget:
        tr = self.tr
        self._title = TextLabel("", "sectionTitle", wrap=True)
        self._facts = Facts([(tr("Reference"), ""), (tr("Authority"), ""), (tr("Status"), "")])
        self._notes = TextLabel("", "muted", wrap=True)
        self._opened = TextLabel(tr("This case is open: new searches are filed under it."))
        self._count = TextLabel("", "muted")
        frame = QFrame()
        frame.setObjectName("panel")
        frame.setMinimumWidth(360)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING + 4)
        layout.addWidget(self._title)
        layout.addWidget(self._facts)
        layout.addWidget(self._notes)
        layout.addWidget(button_for(self.open_action, primary=True), 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._opened)
        layout.addWidget(self._count)
        layout.addWidget(self.list, 1)
        return frame

    def _show_cases(self, cases: tuple[Case, ...]) -> None:
        current = self.cases.item(self.table.currentIndex())
        wanted = current.case_id if current else self._state.case_id
        self.cases.replace(sorted(cases, key=lambda case: case.case_id, reverse=True))
        self._stack.setCurrentIndex(int(bool(cases)))
        rows = [row for row, case in enumerate(self.cases.rows) if case.case_id == wanted]
        if cases:
            self.table.selectRow(rows[0] if rows else 0)

    @Slot(QModelIndex, QModelIndex)
    def _show_current(self, current: QModelIndex, before: QModelIndex) -> None:
        case = self.cases.item(current)
        if case is None:
            return
        self._title.setText(case.title)
        self._facts.show_values([case.reference, case.authority, case_status(case.status)])
        self._notes.setText(case.notes)
        self._notes.setVisible(bool(case.notes))
        self._enable()
        self._runner.ask(
            self.tr("List the searches"),
            lambda: self._workspace.searches(case.case_id),
            owner=self,
            then=self._show_searches,
            failed=self.say_failed,
        )

    def _show_searches(self, searches: tuple[Search, ...]) -> None:
        self.searches.replace(sorted(searches, key=lambda search: search.search_id, reverse=True))
        none = self.tr("No searches yet. Open the case and search for a face.")
        self._count.setText(self.tr("Searches; Return opens one") if searches else none)

    def _ask_new(self) -> None:
        dialog = CaseDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._create(dialog))
        dialog.open()

    def _create(self, dialog: CaseDialog) -> None:
        title, reference = dialog.title.text().strip(), dialog.reference.text().strip()
        authority, notes = dialog.authority.text().strip(), dialog.notes.toPlainText().strip()
        self._runner.ask(
            self.tr("Create a case"),
            lambda: self._workspace.new_case(title, reference, authority, notes),
            owner=self,
            then=self._created,
            failed=self.say_failed,
        )

    def _created(self, case: Case) -> None:
        self.notice.say("")
        self._state.open_case(case)
        self.refresh()

    @Slot()
    def _open_selected(self) -> None:
        case = self.cases.item(self.table.currentIndex())
        if case is not None:
            self._state.open_case(case)

    @Slot(QModelIndex)
    def _open_search(self, index: QModelIndex) -> None:
        search, case = self.searches.item(index), self.cases.item(self.table.currentIndex())
        if search is not None and case is not None:
            self._state.open_case(case)
            self.search_opened.emit(search.search_id)

    @Slot(object)
    def _follow_case(self, case: Case | None) -> None:
        self.leave_action.setEnabled(case is not None)
        self._enable()
        self.refresh()

    def _enable(self) -> None:
        case = self.cases.item(self.table.currentIndex())
        opened = case is not None and case.case_id == self._state.case_id
        self.open_action.setEnabled(case is not None and not opened)
        self._opened.setVisible(opened)

    def _probe_crop(self, search_id: int) -> QImage:
        return image_from_bytes(self._workspace.probe_crop(search_id))
