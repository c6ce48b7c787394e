"""The answer of a search as a strip above its candidate list."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.widgets.text import TextLabel
from app.widgets.theme import SPACING


class AnswerStrip(QFrame):
    """Says that nobody is suitable, with a button that takes it back.

    Parameters
    ----------
    nobody : QAction
        Gives the answer and takes it back.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, nobody: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._label = TextLabel(self.tr("Answer: nobody on this list is suitable."), wrap=True)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._undo = QPushButton(self.tr("Take back"))
        self._undo.clicked.connect(nobody.trigger)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, SPACING, 0)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._undo)
        self.show_answer(False, reversible=False)

    @property
    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return "" if self.isHidden() else self._label.text()

    def show_answer(self, nobody: bool, *, reversible: bool) -> None:
        """Show the answer where it was given, and the button where it can still be taken back."""
        self.setVisible(nobody)
        self.setAccessibleName(self._label.text() if nobody else "")
        self._undo.setVisible(reversible)
