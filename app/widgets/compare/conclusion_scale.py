"""The scale of conclusions: six answers of equal weight, none of them a percentage."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from app.widgets.compare.comparison_terms import conclusion_answer
from app.widgets.theme import SPACING
from core.types import Conclusion

_ROWS = 3


class ConclusionScale(QWidget):
    """One button a conclusion, with its key before its name.

    Parameters
    ----------
    actions : mapping of Conclusion to QAction
        Checkable; what chooses each conclusion.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, actions: Mapping[Conclusion, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Conclusion"))
        self._buttons = {conclusion: QPushButton() for conclusion in actions}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACING // 2)
        for place, (conclusion, action) in enumerate(actions.items()):
            button = self._buttons[conclusion]
            button.setCheckable(True)
            button.setProperty("choice", True)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(action.trigger)
            action.changed.connect(
                lambda conclusion=conclusion, action=action: self._follow(conclusion, action)
            )
            grid.addWidget(button, place % _ROWS, place // _ROWS)
            self._follow(conclusion, action)
        for column in range(2):
            grid.setColumnStretch(column, 1)

    def _follow(self, conclusion: Conclusion, action: QAction) -> None:
        """Say what the action says, its key as it is at present included."""
        button = self._buttons[conclusion]
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        answer = conclusion_answer(conclusion)
        button.setText(f"{key}   {answer}" if key else answer)
        button.setAccessibleName(action.text())
        button.setToolTip(action.toolTip())
        button.setEnabled(action.isEnabled())
        button.setChecked(action.isChecked())
