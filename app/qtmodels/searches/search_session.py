"""The search on show: what the examiner at work may see of it, and what he says of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.jobs import JobRunner, Lane
from core.types import Case, CaseStatus, FeatureNote, Probe, ProbeFace, SearchView, Suitability, Verdict

if TYPE_CHECKING:
    from core.workspace import Workspace


@dataclass(frozen=True, slots=True, eq=False)
class OpenedSearch:
    """A search as a page shows it.

    Attributes
    ----------
    view : SearchView
        What the examiner at work may see.
    probe : Probe
        What was searched for.
    faces : tuple of ProbeFace
        The faces of the case that the probe stands for, with their weights.
    case : Case or None
        Its case as it stood when it was read.
    """

    view: SearchView
    probe: Probe
    faces: tuple[ProbeFace, ...]
    case: Case | None

    @property
    def finished(self) -> bool:
        """Whether nothing more may be said in its case."""
        return self.case is not None and self.case.status in (CaseStatus.CLOSED, CaseStatus.ARCHIVED)

    @property
    def owes_judgement(self) -> bool:
        """Whether the examiner has not judged the probe of a search that hides something."""
        judged = any(one.rank == 0 for one in self.view.judgements)
        return self.view.hidden and not judged and not self.finished

    @property
    def comparable(self) -> bool:
        """Whether a candidate may be compared now: a second examiner compares what is hidden."""
        return not self.view.hidden or self.view.second or not self.owes_judgement

    @property
    def decidable(self) -> bool:
        """Whether verdicts on candidates can be kept now."""
        return self.case is not None and not self.finished and not self.view.hidden


class SearchSession(QObject):
    """Reads one search at a time and writes what is said of any; decisions are stored in the order they came.

    Parameters
    ----------
    workspace : Workspace
        The front door of the engine.
    runner : JobRunner
        Where the work is done.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    opened : Signal(OpenedSearch)
        A search is to be shown, or the one on show has changed.
    measured : Signal(dict of int to float)
        Native eye distances of the samples on show, in px by sample.
    decided : Signal(int)
        Something was stored about the search with this key.
    failed : Signal(str)
        One sentence about what could not be done.
    """

    opened = Signal(object)
    measured = Signal(object)
    decided = Signal(int)
    failed = Signal(str)

    def __init__(self, workspace: Workspace, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._runner = workspace, runner
        self._shown: OpenedSearch | None = None
        self._wanted = -1
        self._waiting: deque[Callable[[], None]] = deque()
        self._writing = False

    @property
    def shown(self) -> OpenedSearch | None:
        """The search on show."""
        return self._shown

    @property
    def settled(self) -> bool:
        """Whether every decision that was made is stored."""
        return not self._writing and not self._waiting

    def open(self, search_id: int) -> None:
        """Have a search read; `opened` follows."""
        self._wanted = search_id
        workspace = self._workspace

        def _read() -> OpenedSearch:
            record = workspace.search_record(search_id)
            case = None if record.case_id is None else workspace.case(record.case_id)
            return OpenedSearch(workspace.search_view(search_id), record.probe, record.faces, case)

        self._runner.ask(
            self.tr("Read a search"),
            _read,
            owner=self,
            then=lambda read: self._show(search_id, read),
            failed=lambda sentence: self._fail(search_id, sentence),
        )

    def reopen(self) -> None:
        """Read the search on show again."""
        if self._wanted > 0:
            self.open(self._wanted)

    def judge_probe(
        self, search_id: int, suitability: Suitability, features: Sequence[FeatureNote], note: str
    ) -> None:
        """Store a judgement of a probe; what it reveals follows with `opened`."""
        workspace = self._workspace
        self._write(
            search_id,
            self.tr("Store a judgement of the probe"),
            lambda: workspace.judge_probe(search_id, suitability, features, note),
        )

    def toggle_verdict(self, search_id: int, rank: int, verdict: Verdict) -> None:
        """Store a verdict on a candidate, or take it back when it is the one that stands."""
        workspace = self._workspace

        def _toggle() -> SearchView:
            view = workspace.search_view(search_id)
            stands = next((one.verdict for one in view.candidates if one.rank == rank), None)
            return workspace.set_verdict(search_id, rank, None if stands is verdict else verdict)

        self._write(search_id, self.tr("Store a verdict on a candidate"), _toggle)

    def toggle_nobody_suitable(self, search_id: int) -> None:
        """Store that nobody on the list is suitable, or take it back."""
        workspace = self._workspace

        def _toggle() -> SearchView:
            return workspace.set_nobody_suitable(
                search_id, not workspace.search_view(search_id).nobody_suitable
            )

        self._write(search_id, self.tr("Store the answer to a search"), _toggle)

    def _write(self, search_id: int, title: str, work: Callable[[], object]) -> None:
        def _start() -> None:
            self._runner.run(
                Lane.IO,
                title,
                lambda progress: work(),
                owner=self,
                then=lambda _: self._tell_decided(search_id),
                failed=self.failed.emit,
                ended=self._next,
                quiet=True,
            )

        self._waiting.append(_start)
        if not self._writing:
            self._next()

    def _next(self) -> None:
        # The IO lane has two threads, and two decisions must not overtake each other.
        self._writing = bool(self._waiting)
        if self._waiting:
            self._waiting.popleft()()

    def _tell_decided(self, search_id: int) -> None:
        self.decided.emit(search_id)
        if search_id == self._wanted:
            self.open(search_id)

    def _show(self, search_id: int, read: OpenedSearch) -> None:
        if search_id != self._wanted:
            return
        self._shown = read
        self.opened.emit(read)
        if read.view.search is not None:
            self._measure(search_id, read.view)

    def _fail(self, search_id: int, sentence: str) -> None:
        if search_id == self._wanted:
            self._wanted = self._shown.view.search_id if self._shown is not None else -1
        self.failed.emit(sentence)

    def _measure(self, search_id: int, view: SearchView) -> None:
        workspace = self._workspace
        found = [one.candidate for one in view.candidates if one.candidate is not None]

        def _read() -> dict[int, float]:
            samples = (sample for one in found for sample in workspace.samples(subject_id=one.subject_id))
            return {sample.sample_id: sample.eye_distance_px for sample in samples}

        def _tell(sizes: dict[int, float]) -> None:
            if search_id == self._wanted:
                self.measured.emit(sizes)

        self._runner.ask(self.tr("Read the sizes of samples"), _read, owner=self, then=_tell)
