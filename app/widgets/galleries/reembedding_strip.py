"""Says that a gallery cannot be searched with the model in use, and offers to change that."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.widgets.empty_state import button_for
from app.widgets.text import Notice
from app.widgets.theme import SPACING


class ReembeddingStrip(QWidget):
    """A notice with a button, hidden while every sample has an embedding of the model in use.

    Parameters
    ----------
    action : QAction
        Embeds the samples anew.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notice = Notice()
        self._action = action
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self._notice, 1)
        layout.addWidget(button_for(action, primary=True))
        self.show_state("", 0, 0)

    @property
    def text(self) -> str:
        """What it says."""
        return self._notice.text

    def show_state(self, model: str, embedded: int, samples: int) -> None:
        """Say how many samples can be searched with a model, unless it is all of them."""
        lacking = samples - embedded
        self._action.setEnabled(lacking > 0)
        if lacking > 0:
            text = self.tr(
                "{0} of {1} samples have no embedding of the model in use, {2}. No search is made until they "
                "have: a candidate list must not pass over anybody."
            )
            self._notice.say(text.format(lacking, samples, model), "warning")
        else:
            self._notice.say("")
        self.setVisible(lacking > 0)
