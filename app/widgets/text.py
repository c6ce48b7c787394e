"""Labels in the few styles that pages use, and a list of facts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.widgets.theme import SPACING, colour


class TextLabel(QLabel):
    """A label in a named style of the style sheet; its text is never taken for markup.

    Parameters
    ----------
    text : str
        What it says.
    style : str
        "heading", "sectionTitle", "muted", "caption", "error", "figure" or empty.
    wrap : bool
        Whether long text is broken into lines.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(
        self, text: str = "", style: str = "", *, wrap: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName(style)
        self.setWordWrap(wrap)


class ElidedLabel(QWidget):
    """One line of text that gives way when there is no room for it; the whole of it is its tooltip.

    Parameters
    ----------
    style : str
        As for :class:`TextLabel`.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, style: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._tint = "muted" if style == "muted" else "text"
        self._alignment = Qt.AlignmentFlag.AlignLeft
        font = self.font()
        font.setBold(style == "sectionTitle")
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """The whole text."""
        return self._text

    def setAlignment(self, alignment: Qt.AlignmentFlag) -> None:
        """Put the text at the left or at the right."""
        self._alignment = alignment

    def setText(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a line; the width does not matter."""
        return QSize(80, self.fontMetrics().height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as much of the text as there is room for."""
        painter = QPainter(self)
        painter.setPen(colour(self._tint))
        shown = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideMiddle, self.width())
        painter.drawText(self.rect(), int(self._alignment | Qt.AlignmentFlag.AlignVCenter), shown)


class Notice(QFrame):
    """A strip that tells the user something about what is below it.

    Parameters
    ----------
    text : str
        What it says; an empty text hides it.
    tone : str
        "note", "warning" or "error".
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, text: str = "", tone: str = "note", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._label = TextLabel(wrap=True)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._label, 1)
        self.say(text, tone)

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def say(self, text: str, tone: str = "note") -> None:
        """Show another text, or hide the strip when the text is empty."""
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)
        self._label.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))


class Facts(QWidget):
    """Aligned pairs of a name and a value; a value that is too long is elided, and can be copied as a whole.

    Parameters
    ----------
    names : sequence of (str, str)
        The name of each fact and its definition, shown as the tooltip.
    parent : QWidget, optional
        Parent widget.
    """

    def __init__(self, names: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(2 * SPACING)
        form.setVerticalSpacing(SPACING - 4)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._values: list[ElidedLabel] = []
        for name, definition in names:
            label, value = TextLabel(name, "muted"), ElidedLabel()
            label.setToolTip(definition)
            copy = QAction(self.tr("Copy: {0}").format(name), value)
            copy.triggered.connect(
                lambda _checked=False, value=value: QGuiApplication.clipboard().setText(value.text)
            )
            value.addAction(copy)
            value.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
            form.addRow(label, value)
            self._values.append(value)
        self.clear()

    @property
    def values(self) -> tuple[str, ...]:
        """The values that are shown, in order."""
        return tuple(value.text for value in self._values)

    def show_values(self, values: Sequence[str]) -> None:
        """Show one value for each name, in order; an empty one as a dash."""
        for label, value in zip(self._values, values, strict=True):
            label.setText(value or "–")

    def clear(self) -> None:
        """Show a dash for every value."""
        self.show_values([""] * len(self._values))
