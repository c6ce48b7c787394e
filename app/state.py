"""What the pages share: the open case, the state of the engine, and news that concerns more than one page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from core.types import Case, FaceAnalysis, ModelCard, SourceImage


@dataclass(frozen=True, slots=True, eq=False)
class FaceInPicture:
    """A face together with the picture that it was found in.

    Attributes
    ----------
    image : SourceImage
        The picture.
    face : FaceAnalysis
        One of its faces.
    face_id : int or None
        Its key in the record of the case; None when no case keeps it.
    """

    image: SourceImage
    face: FaceAnalysis
    face_id: int | None = None


@dataclass(frozen=True, slots=True)
class ComparisonRequest:
    """A candidate that is to be compared with its probe.

    Attributes
    ----------
    search_id : int
        The search.
    rank : int
        The candidate's key in it.
    """

    search_id: int
    rank: int


class EngineState(StrEnum):
    """Whether faces can be analysed."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class AppState(QObject):
    """The shared state of one window.

    Parameters
    ----------
    card : ModelCard
        Card of the model in use.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    case_changed : Signal(Case or None)
        Another case was opened.
    engine_changed : Signal(EngineState)
        The model was loaded, or could not be.
    gallery_changed : Signal()
        A subject or sample was added, renamed or removed.
    searches_changed : Signal()
        A search was stored.
    record_changed : Signal(int)
        Pictures or faces of the case with this key have changed.
    step_done : Signal(Step)
        A step was undone or done again.
    examiner_changed : Signal(str)
        Somebody else is at work.
    """

    case_changed = Signal(object)
    engine_changed = Signal(object)
    gallery_changed = Signal()
    searches_changed = Signal()
    record_changed = Signal(int)
    step_done = Signal(object)
    examiner_changed = Signal(str)

    def __init__(self, card: ModelCard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.card = card
        self._case: Case | None = None
        self._engine = EngineState.LOADING
        self._engine_error = ""

    @property
    def case(self) -> Case | None:
        """The case that new searches are filed under."""
        return self._case

    @property
    def case_id(self) -> int | None:
        """Key of the open case."""
        return self._case.case_id if self._case else None

    @property
    def engine(self) -> EngineState:
        """Whether faces can be analysed."""
        return self._engine

    @property
    def engine_error(self) -> str:
        """One sentence when the model could not be loaded."""
        return self._engine_error

    def open_case(self, case: Case | None) -> None:
        """Make a case the one that searches are filed under."""
        if case != self._case:
            self._case = case
            self.case_changed.emit(case)

    def set_engine(self, engine: EngineState, error: str = "") -> None:
        """Say whether faces can be analysed, and if not, why."""
        self._engine, self._engine_error = engine, error
        self.engine_changed.emit(engine)
