"""News of the case's record, to the other pages and from them."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from app.qtmodels.pictures.examination import Examination
from app.state import AppState
from core.types import Case

_PAUSE_MS = 100


class RecordWatch(QObject):
    """Follows the open case, reads it again when others changed it, and tells others what was kept here.

    Parameters
    ----------
    state : AppState
        What pages share.
    examination : Examination
        Shows and changes the record.
    """

    def __init__(self, state: AppState, examination: Examination) -> None:
        super().__init__(examination)
        self._state, self._examination = state, examination
        self._telling = False
        self._changed: int | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._tell)
        examination.kept.connect(self._note)
        state.case_changed.connect(self._follow_case)
        state.record_changed.connect(self._follow_record)

    @Slot(object)
    def _follow_case(self, case: Case | None) -> None:
        self._examination.open_case(case.case_id if case is not None else None)

    @Slot(int)
    def _follow_record(self, case_id: int) -> None:
        if not self._telling and case_id == self._examination.case_id:
            self._examination.reload()

    @Slot(int)
    def _note(self, case_id: int) -> None:
        """Wait a moment: of a batch that streams in, others hear a few times a second."""
        if self._changed not in (None, case_id):
            self._tell()
        self._changed = case_id
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _tell(self) -> None:
        case_id, self._changed = self._changed, None
        if case_id is None:
            return
        self._telling = True
        self._state.record_changed.emit(case_id)
        self._telling = False
