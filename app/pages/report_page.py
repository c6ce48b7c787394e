"""Choose a search, read what the report will say, write it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QModelIndex, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices, QImage, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.actions import Disclosing, ask_folder, make_action
from app.jobs import JobRunner, Lane
from app.qtimage import image_from_bytes
from app.qtmodels.searches.searches import SearchesModel
from app.qtmodels.thumbnails import Thumbnails
from app.state import AppState
from app.widgets.delegates import TwoLineDelegate
from app.widgets.empty_state import EmptyState
from app.widgets.lists import row_list
from app.widgets.page import Page, columns, tool_buttons
from app.widgets.reports.report_preview import ReportPreview
from core.errors import NotFound
from core.types import Case, Search, SearchMaps

if TYPE_CHECKING:
    from core.workspace import ExaminersPart, ReportFiles, Workspace


@dataclass(frozen=True, slots=True, eq=False)
class _Content:
    search: Search
    maps: SearchMaps
    case: Case | None
    pictures: dict[str, QImage]
    examiners: ExaminersPart | None
    hidden: str


class ReportPage(Page):
    """Searches at the left, the preview at the right.

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
        super().__init__(QCoreApplication.translate("ReportPage", "Report"), parent)
        self._workspace, self._runner, self._state = workspace, runner, state
        self._search_id = -1
        self._files: ReportFiles | None = None
        self._probes = Thumbnails(runner, self._probe_crop, 512, self)
        self.searches = SearchesModel(self._probes, self)
        tr = self.tr
        self.export_action = make_action(
            self,
            tr("&Export to a folder…"),
            self._ask_folder,
            shortcut="Ctrl+S",
            picture="export",
            tip=tr("Writes the report four times: as PDF, HTML, JSON and CSV"),
        )
        self.disclose_action = make_action(
            self,
            tr("&Disclosure pack…"),
            self._ask_disclosure,
            shortcut="Ctrl+Shift+B",
            picture="copy",
            tip=tr("Writes one zip file with everything that others need to check the search"),
        )
        self.show_pdf_action = make_action(
            self,
            tr("Open the &PDF"),
            self._open_pdf,
            picture="report",
            tip=tr("Opens the report that was written last"),
        )
        self.show_folder_action = make_action(
            self,
            tr("Open the &folder"),
            self._open_folder,
            picture="folder",
            tip=tr("Opens the folder of the report that was written last"),
        )
        self._disclosing = Disclosing(workspace, runner, self)
        self._disclosing.told.connect(self.notice.say)
        self._lay_out()
        state.searches_changed.connect(self.refresh)
        state.case_changed.connect(self.refresh)
        state.step_done.connect(self._read_again)
        state.examiner_changed.connect(self._read_again)
        self.refresh()

    @property
    def files(self) -> ReportFiles | None:
        """The files of the report that was written last for the search on show."""
        return self._files

    @property
    def menu(self) -> tuple[str, list[QAction]]:
        """Title and entries of the page's menu."""
        return self.tr("&Report"), [
            self.export_action,
            self.disclose_action,
            self.show_pdf_action,
            self.show_folder_action,
        ]

    def showEvent(self, event: QShowEvent) -> None:
        """Read again what the report will say; examiners may have judged since."""
        super().showEvent(event)
        self._read_again()

    def choose(self, search_id: int) -> None:
        """Show what a report on a search will say."""
        if search_id != self._search_id:
            self._files = None
            self.notice.say("")
        self._search_id = search_id
        self._mark()
        self._enable()
        self._runner.ask(
            self.tr("Read a search"),
            lambda: self._content(search_id),
            owner=self,
            then=self._show,
            failed=self.say_failed,
        )

    def export(self, folder: Path) -> None:
        """Write the report on the search on show into a folder."""
        search_id = self._search_id
        self._runner.run(
            Lane.IO,
            self.tr("Write the report on search {0}").format(search_id),
            lambda progress: self._workspace.report(search_id, folder),
            owner=self,
            then=self._show_files,
            failed=self.say_failed,
        )

    @Slot()
    def refresh(self) -> None:
        """Read the searches again."""
        case_id = self._state.case_id
        self._runner.ask(
            self.tr("List the searches"),
            lambda: self._workspace.searches(case_id),
            owner=self,
            then=self._show_searches,
            failed=self.say_failed,
        )

    @Slot()
    def _read_again(self) -> None:
        if self._search_id >= 0 and self.isVisible():
            self.choose(self._search_id)

    def _lay_out(self) -> None:
        tr = self.tr
        opening = [self.show_folder_action, self.show_pdf_action]
        self.add_tools(tool_buttons([*opening, self.disclose_action, self.export_action]))
        self.list = row_list(self.searches, TwoLineDelegate, tr("Searches"))
        self.list.setMinimumWidth(216)
        self.list.selectionModel().currentChanged.connect(self._choose_current)
        self.preview = ReportPreview(self._state.card)
        self._empty = EmptyState(
            "report",
            tr("Nothing to report yet"),
            tr("Search for a face first. Each search can be reported, also one that found nobody suitable."),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.preview)
        self.body.addWidget(columns((248, 1000), self.list, self._stack, growing=1), 1)
        self.setFocusProxy(self.list)
        self._enable()

    def _content(self, search_id: int) -> _Content:
        search = self._workspace.search_record(search_id)
        case = None if search.case_id is None else self._workspace.case(search.case_id)
        pictures = {"probe": image_from_bytes(self._workspace.probe_crop(search_id))}
        for candidate in search.result.candidates:
            try:
                crop = self._workspace.sample_crop(candidate.sample_id)
            except NotFound:
                continue
            pictures[f"sample-{candidate.sample_id}"] = image_from_bytes(crop)
        hidden = search.candidates_hidden
        return _Content(
            search,
            self._workspace.search_maps(search_id),
            case,
            pictures,
            examiners=None if hidden else self._workspace.examiners_part(search_id),
            hidden=self._workspace.search_view(search_id).why if hidden else "",
        )

    def _show(self, content: _Content) -> None:
        if content.search.search_id == self._search_id:
            self.preview.show_search(
                content.search,
                content.maps,
                content.case,
                content.pictures,
                content.examiners,
                content.hidden,
            )
            self._stack.setCurrentIndex(1)

    def _show_searches(self, searches: tuple[Search, ...]) -> None:
        self.searches.replace(sorted(searches, key=lambda search: search.search_id, reverse=True))
        self._mark()
        if searches and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.searches.index(0))
        elif not searches:
            self._search_id = -1
            self._stack.setCurrentIndex(0)
            self._enable()

    def _mark(self) -> None:
        rows = [row for row, search in enumerate(self.searches.rows) if search.search_id == self._search_id]
        if rows:
            self.list.setCurrentIndex(self.searches.index(rows[0]))

    @Slot(QModelIndex, QModelIndex)
    def _choose_current(self, current: QModelIndex, before: QModelIndex) -> None:
        search = self.searches.item(current)
        if search is not None and search.search_id != self._search_id:
            self.choose(search.search_id)

    def _ask_folder(self) -> None:
        folder = ask_folder(self, self.tr("Folder for the report"))
        if folder is not None:
            self.export(folder)

    def _ask_disclosure(self) -> None:
        self._disclosing.ask(self._search_id)

    def _show_files(self, files: ReportFiles) -> None:
        self._files = files
        text = self.tr("The report was written: {0}, {1}, {2} and {3} in {4}")
        names = (files.pdf.name, files.html.name, files.json.name, files.csv.name)
        self.notice.say(text.format(*names, files.pdf.parent))
        self._enable()

    def _open_pdf(self) -> None:
        if self._files is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._files.pdf)))

    def _open_folder(self) -> None:
        if self._files is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._files.pdf.parent)))

    def _enable(self) -> None:
        for action in (self.export_action, self.disclose_action):
            action.setEnabled(self._search_id >= 0)
        for action in (self.show_pdf_action, self.show_folder_action):
            action.setEnabled(self._files is not None)

    def _probe_crop(self, search_id: int) -> QImage:
        return image_from_bytes(self._workspace.probe_crop(search_id))
