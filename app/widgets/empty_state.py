"""What an empty page says: what belongs here and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.widgets.text import TextLabel
from app.widgets.theme import SPACING, Tint, set_icon


class EmptyState(QWidget):
    """A picture, a title, a sentence and buttons in the middle of an empty page.

    Parameters
    ----------
    picture : str
        Name of an icon.
    title, hint : str
        What is missing, and what to do next.
    actions : sequence of QAction
        One button each, the first as the primary one.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self,
        picture: str,
        title: str,
        hint: str,
        actions: Sequence[QAction] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        image = QLabel()
        set_icon(image, picture, Tint.FAINT)
        self._title, self._hint = TextLabel(title, "sectionTitle"), TextLabel(hint, "muted", wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._hint, 6)
        middle.addStretch(1)
        self._hint.setMaximumWidth(480)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING)
        buttons.addStretch(1)
        for position, action in enumerate(actions):
            button = button_for(action, primary=position == 0)
            buttons.addWidget(button)
            if position == 0:
                self.setFocusProxy(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACING)
        layout.addStretch(2)
        for widget in (image, self._title):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(middle)
        layout.addSpacing(SPACING)
        layout.addLayout(buttons)
        layout.addStretch(3)

    def say(self, title: str, hint: str) -> None:
        """Show another title and sentence."""
        self._title.setText(title)
        self._hint.setText(hint)


def button_for(action: QAction, *, primary: bool = False, danger: bool = False) -> QPushButton:
    """Return a push button that follows an action's text, icon, tooltip, and whether it is enabled."""
    button = QPushButton()
    button.setProperty("primary", primary)
    button.setProperty("danger", danger)

    def _follow() -> None:
        button.setText(action.text())
        button.setToolTip(action.toolTip())
        button.setEnabled(action.isEnabled())
        if not primary:
            button.setIcon(action.icon())

    _follow()
    action.changed.connect(_follow)
    button.clicked.connect(action.trigger)
    return button
