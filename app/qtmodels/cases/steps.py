"""The steps of a case or of the galleries, the latest first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt

from app.qtmodels.rows import Index, RowsModel
from core.types import Step


class StepsModel(RowsModel[Step]):
    """One row a step, in two lines; fainter when it is undone, which the second line says as well.

    Parameters
    ----------
    step_name : callable
        Gives what a step did in words.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, step_name: Callable[[Step], str], parent: QObject | None = None) -> None:
        super().__init__(parent=parent)
        self._step_name = step_name

    def text(self, item: Step) -> str:
        """Return what was done, when and by whom, and whether it is undone."""
        when = item.created.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        undone = self.tr("undone, {0}") if item.undone else "{0}"
        return f"{self._step_name(item)}\n{undone.format(self.tr('{0} by {1}').format(when, item.operator))}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return also the colour of a row."""
        step = self.item(index)
        if step is not None and role == Qt.ItemDataRole.UserRole + 1:
            return "muted" if step.undone else "text"
        return super().data(index, role)
