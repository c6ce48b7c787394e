"""A strip that says whether what is found is kept, with the button that sees to it."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.widgets.empty_state import button_for
from app.widgets.text import TextLabel
from app.widgets.theme import SPACING


class CaseStrip(QFrame):
    """One sentence and one of two buttons; hidden while there is nothing to say.

    Parameters
    ----------
    make : QAction
        Makes a case.
    take : QAction
        Takes the pictures that no case keeps into the open one.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, make: QAction, take: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setProperty("tone", "warning")
        self._label = TextLabel(wrap=True)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._make: QPushButton = button_for(make)
        self._take: QPushButton = button_for(take)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._make)
        layout.addWidget(self._take)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    @property
    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return self._label.text()

    def follow(self, case_open: bool, loose: int) -> None:
        """Say what becomes of what is found.

        Parameters
        ----------
        case_open : bool
            Whether a case is open.
        loose : int
            How many pictures no case keeps.
        """
        if not case_open:
            text = self.tr("What is found here is not kept until a case is open.")
        elif loose:
            one = self.tr("1 picture was analysed while no case was open and is not kept.")
            many = self.tr("{0} pictures were analysed while no case was open and are not kept.")
            text = one if loose == 1 else many.format(loose)
        else:
            text = ""
        self._label.setText(text)
        self.setAccessibleName(text)
        self._make.setVisible(not case_open)
        self._take.setVisible(case_open)
        self.setVisible(bool(text))
