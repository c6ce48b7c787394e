"""What went wrong with the items of a job, one sentence each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.widgets.text import TextLabel
from app.widgets.theme import SPACING, set_icon

_AT_FIRST = 3
_AT_MOST = 200


class ProblemList(QWidget):
    """The first few problems; buttons show the others, and copy all of them. Hidden while there are none.

    Parameters
    ----------
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problems: tuple[str, ...] = ()
        self._text = TextLabel("", "error", wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._more = QToolButton()
        self._more.setCheckable(True)
        self._more.setAccessibleName(self.tr("All problems"))
        self._more.toggled.connect(self._write)
        self._copy = QToolButton()
        set_icon(self._copy, "copy")
        self._copy.setText(self.tr("Copy"))
        self._copy.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._copy.setToolTip(self.tr("Copy every problem of this job, one a line"))
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText("\n".join(self._problems)))
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING)
        buttons.addWidget(self._more)
        buttons.addWidget(self._copy)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        layout.addWidget(self._text)
        layout.addLayout(buttons)
        self.hide()

    @property
    def text(self) -> str:
        """The problems that are shown, one a line."""
        return self._text.text()

    def show_problems(self, problems: Sequence[str]) -> None:
        """Show these problems, or nothing when there are none."""
        if tuple(problems) != self._problems:
            self._problems = tuple(problems)
            self._write()

    @Slot()
    def _write(self) -> None:
        count, whole = len(self._problems), self._more.isChecked()
        shown = self._problems[: _AT_MOST if whole else _AT_FIRST]
        left = count - len(shown)
        lines = (
            [*shown, self.tr("and {0} more; Copy takes them all").format(left)] if whole and left else shown
        )
        self._text.setText("\n".join(lines))
        self._more.setVisible(count > _AT_FIRST)
        self._more.setText(self.tr("Show fewer") if whole else self.tr("Show all {0}").format(count))
        self.setVisible(bool(self._problems))
