"""Searching for faces: of the Analyse page, of the case one by one or as one person, and a probe again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QWidget

from app.actions.making import make_action
from app.jobs import JobRunner
from app.qtimage import image_from_bytes
from app.qtmodels.searches.probe_faces import FaceOfCase, ProbeFacesModel, probe_faces
from app.qtmodels.searches.search_runs import FaceSearch, SearchRuns, Terms
from app.qtmodels.thumbnails import Thumbnails
from app.state import AppState, FaceInPicture
from app.widgets.searches.probe_choice import ProbeChoice
from app.widgets.searches.search_terms import SearchTerms
from app.widgets.terms import band_name, case_status, state_name
from core.types import CaseStatus

if TYPE_CHECKING:
    from core.workspace import Workspace

T = TypeVar("T")

_FINISHED = (CaseStatus.CLOSED, CaseStatus.ARCHIVED)
_NAMED = 3


class ProbeSearches(QObject):
    """The faces of the open case, and every way to start a search.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where work is done.
    state : AppState
        What pages share.
    terms : SearchTerms
        What is searched.
    owner : QWidget
        The page.

    Attributes
    ----------
    made : Signal(Search)
        A search was stored that the user waits for.
    streamed : Signal(Search)
        A search of a batch was stored.
    batch_ended : Signal(str)
        A batch is over; what became of it in a sentence or more.
    failed : Signal(str)
        One sentence about what could not be done.
    """

    made = Signal(object)
    streamed = Signal(object)
    batch_ended = Signal(str)
    failed = Signal(str)

    def __init__(
        self, workspace: Workspace, runner: JobRunner, state: AppState, terms: SearchTerms, owner: QWidget
    ) -> None:
        super().__init__(owner)
        self._workspace, self._runner, self._state, self._terms = workspace, runner, state, terms
        self._crops = Thumbnails(runner, self._face_crop, 512, self)
        self.faces = ProbeFacesModel(band_name, state_name, self._crops, self)
        self._runs = SearchRuns(workspace, runner, self)
        self.each_action = make_action(
            owner,
            self.tr("Search &each"),
            self._search_each,
            shortcut="Ctrl+E",
            picture="search",
            tip=self.tr("Make one search for each selected face; one that fails does not stop the rest"),
        )
        self.together_action = make_action(
            owner,
            self.tr("Search as one &person"),
            self._search_together,
            shortcut="Ctrl+Shift+E",
            tip=self.tr(
                "Make one search for all selected faces, as a template weighted by their recognizability"
            ),
        )
        self.choice = ProbeChoice(self.faces, self.each_action, self.together_action)
        self.choice.list.selectionModel().selectionChanged.connect(self._enable)
        self._runs.made.connect(self.made)
        self._runs.failed.connect(self.failed)
        self._runs.streamed.connect(self._pass_on)
        self._runs.batch_ended.connect(self._sum_up)
        state.record_changed.connect(self._follow_record)
        self._enable()

    @property
    def all(self) -> list[QAction]:
        """The actions in the order of the buttons."""
        return [self.each_action, self.together_action]

    @Slot()
    def refresh(self) -> None:
        """Read the faces of the open case again."""
        case_id, workspace = self._state.case_id, self._workspace
        if case_id is None:
            self._show_faces([])
            return
        self._ask(
            self.tr("List the faces of the case"),
            lambda: probe_faces(workspace.case_pictures(case_id), workspace.case_faces(case_id)),
            self._show_faces,
        )

    def search(self, chosen: FaceInPicture) -> None:
        """Search for a face of a picture."""
        self._runs.one(chosen, self._asked(), self._state.case_id)

    def search_again(self, search_id: int) -> None:
        """Search for the probe of a stored search again."""
        self._runs.again(search_id, self._asked())

    def _search_each(self) -> None:
        self._runs.each(self._chosen(), self._asked())

    def _search_together(self) -> None:
        self._runs.together(self._chosen(), self._asked())

    def _asked(self) -> Terms:
        return Terms(self._terms.galleries, self._terms.fusion, self._terms.top)

    def _chosen(self) -> list[int]:
        return [self.faces.rows[row].face.face_id for row in self.choice.rows]

    def _show_faces(self, faces: list[FaceOfCase]) -> None:
        kept = set(self._chosen())
        self.faces.replace(faces)
        for row, one in enumerate(faces):
            if one.face.face_id in kept:
                self.choice.select(row)
        self.choice.say(self._hint())
        self._enable()

    def _hint(self) -> str:
        case = self._state.case
        if case is None:
            return self.tr("Open a case to search for the faces that it keeps.")
        if case.status in _FINISHED:
            return self.tr("The case is {0}: nothing more can be searched in it.").format(
                case_status(case.status)
            )
        if not self.faces.rows:
            return self.tr("The case keeps no face yet. Add pictures on the Analyse page.")
        return ""

    @Slot()
    def _enable(self) -> None:
        chosen = len(self.choice.rows) if not self._hint() else 0
        self.each_action.setEnabled(chosen > 0)
        self.together_action.setEnabled(chosen > 1)

    @Slot(int)
    def _follow_record(self, case_id: int) -> None:
        if case_id == self._state.case_id:
            self.refresh()

    @Slot(object)
    def _pass_on(self, result: FaceSearch) -> None:
        if result.search is not None:
            self.streamed.emit(result.search)

    @Slot(object)
    def _sum_up(self, results: tuple[FaceSearch, ...]) -> None:
        refused = [one for one in results if one.search is None]
        words = [
            self.tr("{0} of {1} faces were searched for.").format(len(results) - len(refused), len(results))
        ]
        words += [self.tr("Face {0}: {1}").format(one.face_id, one.reason) for one in refused[:_NAMED]]
        if len(refused) > _NAMED:
            words.append(self.tr("The others are named in the list of jobs."))
        self.batch_ended.emit(" ".join(words))

    def _face_crop(self, face_id: int) -> QImage:
        return image_from_bytes(self._workspace.face_crop(face_id))

    def _ask(self, title: str, question: Callable[[], T], then: Callable[[T], None]) -> None:
        self._runner.ask(title, question, owner=self, then=then, failed=self.failed.emit)
