"""The frame that all pages share."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.widgets.text import Notice, TextLabel
from app.widgets.theme import SPACING


class Page(QWidget):
    """A heading, tools beside it, a notice that is hidden while it is empty, and the page's body below.

    Parameters
    ----------
    title : str
        The heading.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        self._tools = QHBoxLayout()
        self._tools.setSpacing(SPACING)
        head = QHBoxLayout()
        head.setSpacing(2 * SPACING)
        head.addWidget(TextLabel(title, "heading"))
        head.addStretch(1)
        head.addLayout(self._tools)
        self.notice = Notice()
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACING)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING + 4)
        layout.addLayout(head)
        layout.addWidget(self.notice)
        layout.addLayout(self.body, 1)

    @property
    def menu(self) -> tuple[str, list[QAction]]:
        """Title and entries of the page's menu."""
        raise NotImplementedError

    def add_tools(self, *tools: QWidget) -> None:
        """Put widgets beside the heading."""
        for tool in tools:
            self._tools.addWidget(tool, 0, Qt.AlignmentFlag.AlignVCenter)

    def place(self) -> str:
        """Return what the page shows, for :meth:`restore_place`; empty when that does not matter."""
        return ""

    def restore_place(self, place: str) -> None:
        """Show again what :meth:`place` named; what is no longer there is passed over."""

    def say_failed(self, sentence: str) -> None:
        """Show one sentence about what went wrong."""
        self.notice.say(sentence, "error")


def columns(widths: Sequence[int], *widgets: QWidget, growing: int) -> QSplitter:
    """Return widgets side by side with movable borders.

    Parameters
    ----------
    widths : sequence of int
        Widths to begin with, in screen px.
    *widgets : QWidget
        The columns.
    growing : int
        Which of them takes the room that a larger window gives.

    Returns
    -------
    QSplitter
        None of its columns can be folded away by accident.
    """
    splitter = QSplitter(Qt.Orientation.Horizontal)
    for position, widget in enumerate(widgets):
        splitter.addWidget(widget)
        splitter.setStretchFactor(position, int(position == growing))
    splitter.setChildrenCollapsible(False)
    splitter.setSizes(list(widths))
    return splitter


def scrolled(name: str, *widgets: QWidget, spacing: int = SPACING, beside: int = 0) -> QScrollArea:
    """Return widgets one below the other, to be scrolled where the window is low.

    Parameters
    ----------
    name : str
        Accessible name of the area.
    *widgets : QWidget
        From top to bottom.
    spacing : int
        Between them, in screen px.
    beside : int
        Room left of the scroll bar, in screen px.

    Returns
    -------
    QScrollArea
        As wide as it is given room.
    """
    inside = QWidget()
    layout = QVBoxLayout(inside)
    layout.setContentsMargins(0, 0, beside, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    area = QScrollArea()
    area.setAccessibleName(name)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidgetResizable(True)
    area.setWidget(inside)
    return area


def column(name: str, *widgets: QWidget) -> QScrollArea:
    """Return widgets one below the other, as wide as they need, to be scrolled where the window is low.

    Parameters
    ----------
    name : str
        Accessible name of the column.
    *widgets : QWidget
        From top to bottom.

    Returns
    -------
    QScrollArea
        The column.
    """
    area = scrolled(name, *widgets)
    inside = area.widget()
    assert inside is not None
    # The frame that the style sheet draws is known only once it has been applied.
    area.ensurePolished()
    beside = area.verticalScrollBar().sizeHint().width() + 2 * area.frameWidth()
    area.setFixedWidth(inside.minimumSizeHint().width() + beside)
    return area


def tool_buttons(actions: Sequence[QAction], *, words: bool = True) -> QWidget:
    """Return a row of tool buttons for actions, with or without their names."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(SPACING // 2)
    style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if words else Qt.ToolButtonStyle.ToolButtonIconOnly
    for action in actions:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(style)
        button.setAccessibleName(action.text())
        layout.addWidget(button)
    return row
